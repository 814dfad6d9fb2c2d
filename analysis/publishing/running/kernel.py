"""A kernel that knows where the command was given, ``python -m analysis.publishing.running.kernel FOLDER``.

A notebook runs in its own folder. Where a wheel of the suite was installed, counts and notebooks of a reader's own
stand where the command was given, and ``reference`` looks there while it is being loaded.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Load where things are kept, then be a kernel as any other."""
    own, folder = Path.cwd(), sys.argv.pop(1)
    os.chdir(folder)
    from analysis.reference import reference  # noqa: F401

    os.chdir(own)
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


if __name__ == "__main__":
    main()
