"""Forces, offences, outcomes and breaks in the series, from data/reference/, each row with its source and dates.

Nothing here is configured in code: a new force name or outcome type is a new row in a table.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.errors import DataRefused, offer, unknown

PROJECT = Path(__file__).resolve().parent.parent
DATA = PROJECT / "data"

#: Every way a case can stand, in the order in which a reader is told. They do not overlap and cover everything; the
#: last two are pooled by their publisher and never split here.
DISPOSITIONS: dict[str, str] = {
    "victim_withdrew": "The victim withdrew",
    "no_further_action": "No further action",
    "charged": "Charged or summonsed",
    "out_of_court": "Dealt with out of court",
    "prosecution_prevented": "Prosecution prevented or not in the public interest",
    "transferred": "Passed to another body",
    "undecided": "Not yet decided",
    "withdrew_or_evidential": "Withdrew or evidential difficulties, not told apart",
    "not_charged": "Any outcome other than a charge, not told apart",
}


@dataclass(frozen=True)
class Outcome:
    """One outcome type. ``part_of`` names the type that already counts it: adding both would count a case twice."""

    scheme: str
    code: str
    name: str
    published_group: str
    disposition: str
    part_of: str


@dataclass(frozen=True)
class Break:
    """A date across which a series does not measure the same thing; ``force`` names the one it concerns, "" all."""

    name: str
    from_date: str
    offences: str
    kind: str
    what_changed: str
    what_it_means: str
    force: str = ""


def read_table(path: Path, *, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Every row of a reference table, blank cells as "".

    Raises DataRefused, naming file and line, when a column is absent, a row has too many or too few cells, or one of
    the ``required`` columns is blank; ``optional`` ones must be there and may be blank.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            header = next(reader, [])
            absent = [name for name in (*required, *optional) if name not in header]
            if absent:
                raise DataRefused(f"{path.name}, line 1: no column '{absent[0]}'. Columns there: {', '.join(header)}.")
            rows = []
            for cells in reader:
                if len(cells) != len(header):
                    raise DataRefused(
                        f"{path.name}, line {reader.line_num}: {len(cells)} cells where the header has {len(header)}. "
                        "Look for a comma outside quotation marks."
                    )
                row = dict(zip(header, cells, strict=True))
                blank = [name for name in required if not row[name].strip()]
                if blank:
                    raise DataRefused(
                        f"{path.name}, line {reader.line_num}, column '{blank[0]}': blank. Fill it in; a row without "
                        "it cannot be used."
                    )
                rows.append(row)
    except FileNotFoundError:
        raise DataRefused(f"{path} is not there. It is part of the project: restore it with git checkout.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise DataRefused(f"{path} cannot be read as CSV in UTF-8 ({fault}). Restore it with git checkout.") from None
    return rows


@cache
def _forces() -> tuple[dict[str, str], ...]:
    path, required = DATA / "reference" / "forces.csv", ("force", "police_uk_slug", "nation", "source", "valid_from")
    return tuple(read_table(path, required=required, optional=("other_names", "ons_code")))


@cache
def _force_names() -> Mapping[str, str]:
    names = {}
    for row in _forces():
        for name in (row["force"], row["police_uk_slug"], *row["other_names"].split(";")):
            if name.strip():
                names[name.strip().casefold()] = row["force"]
    return names


def forces() -> list[str]:
    """The 44 police forces of England and Wales, British Transport Police among them, in alphabetical order."""
    return [row["force"] for row in _forces()]


def force_rows() -> list[dict[str, str]]:
    """One row per force with all that the table holds."""
    return [dict(row) for row in _forces()]


def force_named(name: str) -> str:
    """The force that a reader means by any of the names it is printed under.

    Raises ParameterError with the nearest name when there is no such force.
    """
    try:
        return _force_names()[" ".join(name.split()).casefold()]
    except KeyError:
        raise unknown("force", name, forces(), see="attrition list forces") from None


def forces_named(names: str) -> list[str]:
    """The forces of a list with commas between them, each once; some names ("London, City of") hold a comma themselves.

    Raises ParameterError with the nearest name when one of them is no force.
    """
    pieces, found = [piece.strip() for piece in names.split(",") if piece.strip()], []
    while pieces:
        pair = ", ".join(pieces[:2]).casefold()
        taken = 2 if len(pieces) > 1 and pair in _force_names() else 1
        found.append(force_named(", ".join(pieces[:taken])))
        pieces = pieces[taken:]
    return list(dict.fromkeys(found))


@cache
def _offences() -> Mapping[str, dict[str, str]]:
    required = ("offence", "offence_name", "source")
    rows = read_table(DATA / "reference" / "offences.csv", required=required, optional=("comparison_group",))
    return {row["offence"]: row for row in rows}


def offences() -> dict[str, str]:
    """Name of each offence by its Home Office code."""
    return {code: row["offence_name"] for code, row in _offences().items()}


def offence_rows() -> list[dict[str, str]]:
    """One row per offence with all that the table holds."""
    return [dict(row) for row in _offences().values()]


def offence_named(code: str) -> str:
    """The code as the table writes it, from a code in any case.

    Raises ParameterError with the nearest code when there is no such offence.
    """
    folded = {known.casefold(): known for known in _offences()}
    try:
        return folded[code.strip().casefold()]
    except KeyError:
        raise unknown("offence", code, _offences(), see="attrition list offences") from None


def comparable_offences(code: str) -> list[str]:
    """The offences that a reader would set beside this one: those in any comparison group, and the offence itself."""
    grouped = [known for known, row in _offences().items() if row["comparison_group"]]
    return grouped if code in grouped else [code, *grouped]


@cache
def outcomes(scheme: str) -> Mapping[str, Outcome]:
    """Every outcome type of a scheme by its code, "of which" types among them."""
    required = ("scheme", "code", "name", "published_group", "disposition", "valid_from", "source")
    found = {}
    for row in read_table(DATA / "reference" / "outcomes.csv", required=required, optional=("part_of",)):
        if row["disposition"] not in DISPOSITIONS:
            raise DataRefused(f"outcomes.csv: '{row['disposition']}' of type {row['code']} is not a disposition.")
        if row["scheme"] == scheme:
            found[row["code"]] = Outcome(**{name: row[name] for name in Outcome.__dataclass_fields__})
    if not found:
        raise DataRefused(f"outcomes.csv holds no scheme called '{scheme}'.")
    return found


def outcome_rows() -> list[dict[str, str]]:
    """One row per outcome type of every scheme with all that the table holds."""
    return read_table(DATA / "reference" / "outcomes.csv", required=("scheme", "code", "disposition", "name"))


def countable(scheme: str, code: str) -> Outcome:
    """The outcome type with this code, if it may be added to others.

    Raises DataRefused for a code that the table does not hold, and for an "of which" type, which its parent already
    counts.
    """
    known = outcomes(scheme)
    if code not in known:
        raise DataRefused(
            f"Outcome type '{code}' is not in data/reference/outcomes.csv for scheme '{scheme}'. Add a row there with "
            "its disposition and source; it is never mapped by guesswork."
        )
    if known[code].part_of:
        raise DataRefused(
            f"Outcome type '{code}' is part of type {known[code].part_of}, which already counts it. Leave it out."
        )
    return known[code]


def codes(scheme: str, *dispositions: str) -> tuple[str, ...]:
    """The countable outcome codes of a scheme that mean one of these dispositions."""
    return tuple(
        code
        for code, outcome in outcomes(scheme).items()
        if outcome.disposition in dispositions and not outcome.part_of
    )


@cache
def breaks() -> tuple[Break, ...]:
    """The breaks in the series, earliest first."""
    return read_breaks(DATA / "reference" / "breaks.csv")


def read_breaks(path: Path) -> tuple[Break, ...]:
    """The breaks that a file holds, earliest first.

    Raises DataRefused, naming the row, for a force that is not written as data/reference/forces.csv writes it.
    """
    required = tuple(name for name in Break.__dataclass_fields__ if name != "force")
    found = []
    for row in read_table(path, required=(*required, "source"), optional=("force",)):
        if row["force"] and row["force"] not in forces():
            raise DataRefused(
                f"{path.name}, break '{row['name']}', column 'force': '{row['force']}' is no police force."
                f"{offer(row['force'], forces())} Leave it blank where all are concerned."
            )
        found.append(Break(**{name: row[name] for name in Break.__dataclass_fields__}))
    return tuple(sorted(found, key=lambda one: one.from_date))


@cache
def crime_types() -> tuple[str, ...]:
    """data.police.uk's categories of crime, those that it no longer uses among them."""
    path = DATA / "reference" / "crime_types.csv"
    return tuple(row["name"] for row in read_table(path, required=("name", "source"), optional=("valid_from",)))
