"""A desk on which case files are made, broken and reduced with the real command; each broken one holds secrets."""

import csv
import io
import sys
import tempfile
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from click.testing import CliRunner

from analysis.cli.main import main
from analysis.counts import counts, private_store
from tests import releasing

HEADER = ("Case ref", "Force", "Offence", "Recorded", "Outcome", "Outcome date", "Victim", "Notes")
MAPPING = """\
[extract]
taken = 2024-06-30

[columns]
case = "Case ref"
force = "Force"
offence = "Offence"
recorded = "Recorded"
outcome = "Outcome"
outcome_date = "Outcome date"

[dates]
format = "%d/%m/%Y"

[outcomes]
"Withdrew" = "16"
"Charged" = "1"

[features.victim]
column = "Victim"
groups = { "F" = "Female", "M" = "Male" }
other = "Other"
"""
_ENDED = ("Withdrew", "Charged", "")


@dataclass
class Desk:
    """Where the files lie (``files``), where counts go, and where case rows may stand meanwhile (``scratch``)."""

    files: Path
    counts: Path
    scratch: Path
    secret: str

    def rows(self, number=30, *, start=0, **changes):
        """Rows as dictionaries; ``row_7={...}`` changes the cells of the row that a spreadsheet shows as 7."""
        found = [self.row(place) for place in range(start, start + number)]
        for name, cells in changes.items():
            found[int(name.removeprefix("row_")) - 2] |= cells
        return found

    def row(self, place):
        """One row in order, but for the secrets in it."""
        recorded, outcome = date(2024, 1, 1) + timedelta(place % 60), _ENDED[place % 3]
        ended = f"{recorded + timedelta(5 + place % 7):%d/%m/%Y}" if outcome else ""
        return {
            "Case ref": f"{self.secret}/{place}",
            "Force": ("Kent", "Gwent")[place % 2],
            "Offence": "8Q",
            "Recorded": f"{recorded:%d/%m/%Y}",
            "Outcome": outcome,
            "Outcome date": ended,
            "Victim": "FM"[place // 2 % 2],
            "Notes": f"Told by {self.secret}",
        }

    def text(self, rows=None, *, header=HEADER, delimiter=",", end="\r\n"):
        """Rows as CSV."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
        writer.writerow(header)
        writer.writerows([row[name] for name in HEADER] for row in (self.rows() if rows is None else rows))
        return out.getvalue()

    def file(self, content, name="cases.csv"):
        """A file of bytes, or of text in UTF-8."""
        path = self.files / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def table(self, rows=None, name="cases.csv", **style):
        """Rows as a file of CSV."""
        return self.file(self.text(rows, **style), name)

    def mapping(self, *changes, text=MAPPING):
        """The mapping with some of its text exchanged, each piece of which must be there."""
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        path = self.files / "mapping.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def reduce(self, *paths, mapping=None, words=(), name="broken"):
        """What ``attrition reduce`` does with the files."""
        told = mapping or self.mapping()
        return CliRunner().invoke(
            main,
            [
                "reduce", *map(str, paths), "--as", name, "--format", "cases", "--mapping", str(told),
                "--workers", "1", *words,
            ],
        )  # fmt: skip

    def held(self, name="broken"):
        """The bytes of every set of counts by this name."""
        return {path.name: path.read_bytes() for path in sorted(self.counts.glob(f"{name}*.parquet"))}

    def exact(self, name="broken"):
        """The exact sets of a name by theirs, out of the private store."""
        sets, _ = private_store.exact(name)
        return {one.name: one for one in sets}

    def account(self, name="broken"):
        """The full ledger of a name, out of the private store."""
        return private_store.exact(name)[1]

    def numbers(self, name="broken"):
        """Every exact set of this name as sorted rows, for comparing sets whose ledgers differ."""
        return {
            f"{one}.parquet": sorted(held.table.astype(str).itertuples(index=False, name=None))
            for one, held in self.exact(name).items()
        }


def desk_in(folder, name, monkeypatch):
    """A desk of its own: its counts, the private store beside them and its temporary folder are in ``folder``."""
    releasing.install(lambda name, module: monkeypatch.setitem(sys.modules, name, module))
    made = Desk(folder / "files", folder / "counts", folder / "scratch", f"Zx9-SECRET-{zlib.crc32(name.encode())}")
    made.files.mkdir()
    made.scratch.mkdir()
    monkeypatch.setattr(counts, "FOLDER", made.counts)
    monkeypatch.setattr(tempfile, "tempdir", str(made.scratch))
    return made


def check_refused(desk, result, *, says, status=3, leaves=(), logged=""):
    """Refused with the right status, place and step; nothing left behind, nothing told of a case, no traceback."""
    told = result.output
    assert result.exit_code == status, (told, result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    for words in says:
        assert words in told, f"{words!r} is not in: {told}"
    assert "Traceback" not in told
    assert desk.secret not in told + logged
    assert desk.secret.casefold() not in (told + logged).casefold()
    standing = sorted(path.name for path in desk.counts.iterdir()) if desk.counts.is_dir() else []
    assert standing == sorted(leaves)
    assert list(desk.scratch.iterdir()) == []


def check_reduced(desk, result):
    """Reduced, with nothing left in the temporary folder."""
    assert result.exit_code == 0, (result.output, result.exception)
    assert list(desk.scratch.iterdir()) == []
    return result.output
