"""Small files in data.police.uk's shape, and what reading them gives."""

import gzip
import zipfile

import pandas as pd

from analysis.intake.police_uk import archive as police_uk
from analysis.intake.reading import Request, combined

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)
OUTCOMES = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type"
VIOLENCE = "Violence and sexual offences"
NO_SUSPECT = "Investigation complete; no suspect identified"
UNABLE = "Unable to prosecute suspect"
OPEN = "Under investigation"
PLACE = '-1.0,52.0,"On or near Bell Street, North",E01000001,Somewhere 001A'


def street(*crimes, by="Kent Police", month="2024-04"):
    """The text of a street file from (crime ID, crime type, last outcome) or (…, month) tuples."""
    rows = [(*crime, month)[:4] for crime in crimes]
    lines = [f"{one},{when},{by},{by},{PLACE},{kind},{state}," for one, kind, state, when in rows]
    return "\n".join([STREET, *lines, ""])


def outcomes(*events, by="Kent Police", month="2024-04"):
    """The text of an outcomes file from (crime ID, outcome) or (…, month) tuples."""
    rows = [(*event, month)[:3] for event in events]
    return "\n".join([OUTCOMES, *(f"{one},{when},{by},{by},{PLACE},{what}" for one, what, when in rows), ""])


def write(folder, contents):
    """Files from a mapping of name to text or bytes; a name that ends in .gz is gzipped."""
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        held = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(held, mtime=0) if name.endswith(".gz") else held)
    return folder


def two_forces(folder):
    """Two months of two forces, in a folder."""
    found = {}
    for slug, by in {"kent": "Kent Police", "essex": "Essex Police"}.items():
        for number, month in enumerate(["2024-04", "2024-05"]):
            crimes = [(f"{slug}{month}{one}", VIOLENCE, (OPEN, UNABLE)[one % 2]) for one in range(8 + number)]
            ended = [
                (f"{slug}2024-04{one}", (NO_SUSPECT, UNABLE)[one % 2]) for one in range(3 * number, 3 * number + 3)
            ]
            found[f"{month}-{slug}-street.csv"] = street(*crimes, by=by, month=month)
            found[f"{month}-{slug}-outcomes.csv"] = outcomes(*ended, by=by, month=month)
    return write(folder, found)


def pack(path, contents):
    """The same in an archive, each file in the folder of its month."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(f"{name[:7]}/{name}", content)
    return path


def tasks(*paths, workers=1):
    return police_uk.tasks(list(paths), Request(name="tried", form="police-uk", workers=workers))


def reading(*paths):
    """Everything below some paths, read and added up."""
    return combined(task.read() for task in tasks(*paths))


def plain(part):
    """A part's table with plain columns, so that two of them compare."""
    table = part.table.astype(dict.fromkeys(set(part.dimensions) - {"lag"}, object))
    return table.sort_values(list(part.dimensions)).reset_index(drop=True)


def as_dict(part, *by):
    """Cases by some dimensions of a part."""
    found = plain(part).groupby(list(by))["cases"].sum()
    return {key: int(cases) for key, cases in found.items()}


def same(one, other):
    """Whether two readings count the same."""
    for name in ("", "lags"):
        pd.testing.assert_frame_equal(plain(one.parts[name]), plain(other.parts[name]))
        assert one.parts[name].received == other.parts[name].received
    assert (one.rows, one.kept, one.dropped) == (other.rows, other.kept, other.dropped)
    return True
