"""What pyproject.toml cannot say: a wheel carries the data and notebooks that MANIFEST.in names, inside the package."""

from __future__ import annotations

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


def carried() -> list[Path]:
    """The files of data/ and notebooks/ that MANIFEST.in names."""
    lines = [line.split() for line in Path("MANIFEST.in").read_text(encoding="utf-8").splitlines()]
    patterns = [word for first, *words in filter(None, lines) if first == "include" for word in words]
    return sorted(path for pattern in patterns for path in Path().glob(pattern))


class WithWhatIsCarried(build_py):
    """The modules, and in analysis/bundled/ what is carried; an editable install finds that in its place."""

    def run(self) -> None:
        """Put all of it where the wheel is built from."""
        super().run()
        for path in [] if self.editable_mode else carried():
            to = Path(self.build_lib, "analysis", "bundled", path)
            to.parent.mkdir(parents=True, exist_ok=True)
            self.copy_file(str(path), str(to), preserve_mode=False)


setup(cmdclass={"build_py": WithWhatIsCarried})
