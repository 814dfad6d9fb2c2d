"""Whether every report below a folder is whole, looked at again and again while somebody writes there.

    python -m benchmarks.whole_reports FOLDER PAUSE

Looks, with so many seconds between two looks, until its standard input is closed, then prints what it saw, as JSON, in
a line. What it reads there meanwhile are inodes of reports that are about to be damaged on purpose; it says that it has
heard. A report is opened once, by its folder, and all of it is read through that: if another takes its place meanwhile,
the reader holds the one that it opened. Loads nothing of the suite.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

MOMENTS = ("made_at", "first_made_at", "changed_at")  # the only part of a manifest that may differ
_FORMS = {"pdf": "report.pdf", "workbook": "tables.xlsx"}


class Reader:
    """What was seen of the reports below a folder, as often as they were looked at."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.seen: Counter[str] = Counter()
        self.torn: list[str] = []
        self.gone: list[str] = []
        self.excused: set[int] = set()
        self._known: set[str] = set()

    def look(self) -> None:
        """Read every report once, and the index."""
        found = {path.relative_to(self.out).as_posix() for path in self.out.glob("*/force-*")}
        for name in self._known - found:
            if not (self.out / name).exists():
                self.gone.append(name)
                found.discard(name)
        self._known = found
        for name in sorted(found):
            self._report(name)
        index = self.out / "index.html"
        if index.is_file():
            self.seen["index"] += 1
            if not index.read_text(encoding="utf-8").rstrip().endswith("</html>"):
                self.torn.append("index.html is cut off")

    def _report(self, name: str) -> None:
        """Read one report through its folder; a fault counts where the folder is still the one in its place."""
        place = self.out / name
        try:
            held = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            return  # moved out since the list was made; the next look says so
        try:
            inode = os.fstat(held).st_ino
            fault = fault_of(held)
            if not fault:
                self.seen["whole"] += 1
            elif inode in self.excused:
                self.seen["damaged on purpose"] += 1
            elif not place.exists() or place.stat().st_ino != inode:
                self.seen["replaced meanwhile"] += 1
            else:
                self.torn.append(f"{name}: {fault}")
        finally:
            os.close(held)

    def told(self) -> str:
        """What was seen, as JSON."""
        return json.dumps({"seen": self.seen, "torn": sorted(set(self.torn)), "gone": sorted(set(self.gone))})


def fault_of(held: int) -> str:
    """What is wrong with the report in an open folder; "" where it is whole."""
    try:
        manifest = json.loads(_read(held, "manifest.json"))
        files = {*manifest["files"], "manifest.json"}
        wanted = {"report.html", "results.json", *(_FORMS[one] for one in manifest["formats"] if one in _FORMS)}
        if set(os.listdir(held)) != {name.partition("/")[0] for name in files} or not wanted <= files:
            return f"it holds {', '.join(sorted(os.listdir(held)))}"
        for name, digest in manifest["files"].items():
            content = _read(held, name)
            if hashlib.sha256(content).hexdigest() != digest:
                return f"{name} is not what its manifest names"
            if name == "report.html" and not content.rstrip().endswith(b"</html>"):
                return "its page is cut off"
    except (OSError, ValueError, KeyError, TypeError) as fault:
        return f"{type(fault).__name__}: {fault}"
    return ""


def _read(held: int, name: str) -> bytes:
    with os.fdopen(os.open(name, os.O_RDONLY, dir_fd=held), "rb") as file:
        return file.read()


#: What hangs on the runs before, and not on what stands.
_OF_RUNS = (".state", "batches", "feed.xml", "changes.html", "changes.json")


def differences(one: Path, other: Path, *, unread: Iterable[str] = ()) -> list[str]:
    """Where the reports below two folders are not the same bytes, but for moments and what tells of reports before.

    A report that is ``unread``, by the name of its folder, took the place of one that could not be read. It is another
    edition than in the other folder, so its day and its news are left out, wherever they stand in either.
    """
    found = [path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*") if path.is_file()]
    names = sorted({name.as_posix() for name in found if name.parts[0] not in _OF_RUNS})
    folders = set(unread)
    reads = {name: _but_for_the_edition if "/".join(name.split("/")[:2]) in folders else _content for name in names}
    return [f"{name} differs" for name, read in reads.items() if read(one, name) != read(other, name)]


def _content(folder: Path, name: str) -> object:
    path = folder / name
    if not path.is_file():
        return None
    if path.name == "manifest.json":
        return {name: told for name, told in json.loads(path.read_text()).items() if name not in MOMENTS}
    if path.name == "index.html" or path.parent.name == "forces":
        page = re.sub(r"\d+ \w+ 20\d\d|20[\d-]{8}T[\d:+]+", "a day", path.read_text(encoding="utf-8"))
        return re.sub(r'<p><a href="[./]*changes\.html">.+?</p>\n', "", page)
    return path.read_bytes()


#: The files of a report that say its edition, and where its page says how large these are.
_SAY_IT = ("manifest.json", "report.html", "report.pdf", "tables.xlsx")
_SIZES = re.compile(r'(?<=<a href=")(?:report\.html|report\.pdf|tables\.xlsx)" download>[^<]*</a> <span>[^<]*</span>')


def _but_for_the_edition(folder: Path, name: str) -> object:
    """What a file of a report says, its day and news left out, and what hangs on them: sizes and digests."""
    path, (place, _, own) = folder / name, name.rpartition("/")
    if not path.is_file() or own not in _SAY_IT:
        return _content(folder, name)
    manifest = json.loads((folder / place / "manifest.json").read_text(encoding="utf-8"))
    told = " ".join(_words(path).split())
    for words in (*manifest["news"], manifest["date"], _day(manifest["date"])):
        told = told.replace(words, "#")
    if own != "manifest.json":
        return _SIZES.sub("#", told)
    said = {name: told for name, told in json.loads(told).items() if name not in MOMENTS}
    return said | {"files": {name: name in _SAY_IT or digest for name, digest in said["files"].items()}}


def _words(path: Path) -> str:
    """The text of a file that says the edition, whichever form it has."""
    if path.suffix == ".pdf":
        import pypdfium2

        with pypdfium2.PdfDocument(path) as pdf:
            return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "\n".join(f"{name} {book.read(name).decode()}" for name in book.namelist())
    return path.read_text(encoding="utf-8")


def _day(iso: str) -> str:
    """A day as a reader says it: "28 November 2026"."""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def standing(out: Path) -> dict[str, tuple[int, int]]:
    """Every report and page below a folder, as it stands on the disk."""
    paths = [*out.glob("*/force-*"), *out.glob("*.html"), *out.glob("forces/*.html")]
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in paths}


def main() -> None:
    reader, over = Reader(Path(sys.argv[1])), threading.Event()

    def listen() -> None:
        for line in sys.stdin:
            reader.excused.update(map(int, line.split()))
            print("heard", line, end="", flush=True)
        over.set()

    os.nice(5)
    threading.Thread(target=listen, daemon=True).start()
    while not over.wait(float(sys.argv[2])):
        reader.look()
    reader.look()
    print(reader.told())


if __name__ == "__main__":
    main()
