"""``python -m analysis.cli`` is the command."""

from analysis.cli.main import main

if __name__ == "__main__":
    main()
