"""What can be wrong with a row of a case file: each kind with its name, what it means and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from analysis.errors import DataRefused, ParameterError, unknown
from analysis.intake.case_files.vocabulary import Vocabulary, told

SHOWN = 5  # row numbers that a message gives of each kind


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    ``bit`` marks it on a row, ``description`` completes "12 rows: ...", ``step`` says what to do, ``roles`` are those
    of the columns in which to look.
    """

    name: str
    bit: int
    description: str
    step: str
    roles: tuple[str, ...]


_DATES = ("recorded", "outcome_date")
_CONFLICTING = (
    "where rows are victims, suspects or events of one case, leave out of the mapping what differs between them; of "
    "different cases, give each its own identifier within its force"
)
_KINDS: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("blank_case", "no case identifier", "every row needs one: it is how a case is counted once", ("case",)),
    ("blank_force", "no force", "fill it in, or name the force in the mapping, [extract]", ("force",)),
    ("blank_offence", "no offence", "fill it in, or name the offence in the mapping, [extract]", ("offence",)),
    ("blank_recorded", "no date recorded", "fill it in", ("recorded",)),
    ("unknown_force", "a force that is not known", "add the word to [forces] in the mapping", ()),
    ("unknown_offence", "an offence that is not known", "add the word to [offences] in the mapping", ()),
    ("unknown_outcome", "an outcome that is not known", "add the word to [outcomes] in the mapping", ()),
    (
        "unknown_category",
        "a category that is not known",
        "add the word to the feature's groups, or give it other = ...",
        (),
    ),
    (
        "unreadable_date",
        "a date not written as the mapping says",
        "mend [dates] format, or those cells: one style; a word for no date belongs in [dates] blank",
        _DATES,
    ),
    (
        "outcome_before_recording",
        "an outcome dated before the case was recorded",
        "correct one of the two dates",
        _DATES,
    ),
    (
        "date_after_extract",
        "a date after the day of the extract",
        "correct it, or 'taken' in the mapping",
        _DATES,
    ),
    (
        "date_without_outcome",
        "a date of outcome but no outcome",
        "fill in the outcome or clear the date; a day that stands for none belongs in [dates] blank",
        ("outcome_date", "outcome"),
    ),
    (
        "outside_period",
        "recorded outside first_month to last_month",
        "correct the mapping, or leave the rows out",
        ("recorded",),
    ),
    (
        "conflicting_case",
        "one case identifier on different cases",
        _CONFLICTING,
        ("case",),
    ),
    (
        "several_outcomes",
        "one case with several outcomes",
        'set several_outcomes = "latest" or "first" in the mapping; of two on one day, correct one of the dates',
        ("case",),
    ),
    (
        "unreadable_count",
        "a number of cases that is blank, below zero or not whole",
        "write the number out (1.000 may be one or a thousand), or leave the row out if it is not known",
        ("cases",),
    ),
]
FAULTS = {name: Fault(name, 1 << place, what, step, roles) for place, (name, what, step, roles) in enumerate(_KINDS)}


def allowed_bits(names: Iterable[str]) -> int:
    """The marks of the faults that are to be dropped and counted.

    Parameters
    ----------
    names
        Names of faults, as --allow takes them.

    Returns
    -------
    int
        Marks, a bit each.

    Raises
    ------
    ParameterError
        For a name that is none.
    """
    bits = 0
    for name in names:
        if len(several := separated(name)) > 1:
            raise ParameterError(
                f"--allow takes one fault, not {len(several)}. Give it once for each: "
                f"{' '.join(f'--allow {part}' for part in several)}"
            )
        if name not in FAULTS:
            raise unknown("fault", name, FAULTS, see="docs/case_files.md")
        bits |= FAULTS[name].bit
    return bits


@dataclass(frozen=True)
class Site:
    """The columns of a file in which a fault stands, and in how many rows, with the numbers of the first."""

    columns: tuple[str, ...]
    rows: int
    first: Sequence[int]


@dataclass(frozen=True)
class Found:
    """Rows with one fault in one file. ``first`` holds the numbers of the first of them, as a spreadsheet has them.

    ``sites`` says in which columns it stands, where that can be told of each row.
    """

    fault: Fault
    file: str
    rows: int
    first: Sequence[int]
    sites: tuple[Site, ...] = ()


def separated(name: str) -> list[str]:
    """The names in a list that was given as one name.

    Parameters
    ----------
    name
        As it was given.

    Returns
    -------
    list[str]
        One, where it is no list.

    Examples
    --------
    >>> separated("blank_case, blank_force"), separated("blank_case")
    (['blank_case', 'blank_force'], ['blank_case'])
    """
    return re.split(r"[,;\s]+", name.strip(" ,;"))


def refusal(
    faults_found: Sequence[Found],
    vocabularies: Sequence[Vocabulary],
    columns: Mapping[str, str],
    differing: Iterable[str] = (),
) -> DataRefused:
    """All faults of a reading in one message: kind by kind, file by file, with the first rows and the next step.

    ``columns`` maps a role to the column that plays it, "cases" among them.

    Parameters
    ----------
    faults_found
        Faults with their rows.
    vocabularies
        The words of each column.
    columns
        Names of columns by role.
    differing
        Names of the columns in which rows of one identifier contradict each other.

    Returns
    -------
    DataRefused
        A refusal to be raised; it holds no value of a row.
    """
    lines = []
    for fault in FAULTS.values():
        here = [location for location in faults_found if location.fault is fault]
        if not here:
            continue
        places = _places(here, tuple(columns[role] for role in fault.roles if role in columns))
        lines.append(f"  {fault.description} ({fault.name}): {places}. Next: {fault.step}.")
        lines += [
            f"    in column '{vocabulary.column}': {', '.join(told(vocabulary))}"
            for vocabulary in vocabularies
            if vocabulary.unknown and fault.name == vocabulary.unknown_fault
        ]
        if fault.name == "conflicting_case" and (names := ", ".join(f"'{name}'" for name in differing)):
            lines.append(f"    rows of one identifier differ in {names}")
    kinds = len({location.fault.name for location in faults_found})
    head = "One kind of fault" if kinds == 1 else f"{kinds} kinds of fault"
    return DataRefused(
        f"{head}; nothing was written.\n"
        + "\n".join(lines)
        + "\nRows are numbered as a spreadsheet shows them, from the top of the file. To drop and count such rows "
        "instead, repeat the command with --allow and the name in brackets, once for each."
    )


def places(reason: str, file: str, numbers: Sequence[int], *, columns: Iterable[str]) -> str:
    """Where every row stands that was dropped for a reason, for whoever has the file; no value of a row is in it.

    Parameters
    ----------
    reason
        Why the rows were dropped.
    file
        What messages call the file.
    numbers
        Numbers of the rows in order, as a spreadsheet shows them.
    columns
        Names of the columns in which to look; none where the whole row is meant.

    Returns
    -------
    str
        A line.

    Examples
    --------
    >>> places("no date recorded", "kent.csv", [7, 12, 13, 14], columns=["Recorded"])
    "where: no date recorded: kent.csv, rows 7, 12-14, column 'Recorded'"
    """
    rows = f"row{'s' * (len(numbers) > 1)} {runs(numbers)}"
    return f"where: {reason}: {file}, {rows}{_in_column(dict.fromkeys(columns))}"


def runs(numbers: Iterable[int]) -> str:
    """Whole numbers in order, those that follow each other together.

    Parameters
    ----------
    numbers
        Numbers of lines or rows.

    Returns
    -------
    str
        As "7, 12-14".

    Examples
    --------
    >>> runs([7, 12, 13, 14])
    '7, 12-14'
    """
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1][1:] = [number]
        else:
            ranges.append([number])
    return ", ".join("-".join(map(str, run)) for run in ranges)


def _places(locations: Sequence[Found], usual: tuple[str, ...]) -> str:
    """Where the rows stand, file by file, and in which column: in each of them where there are several."""
    met = {site.columns for location in locations for site in location.sites}
    if len(met) < 2:
        return "; ".join(map(_place, locations)) + _in_column(next(iter(met), usual))
    return "; ".join(f"{_place(location)}: {' and '.join(map(_place, location.sites))}" for location in locations)


def _in_column(columns: Iterable[str]) -> str:
    names = " or ".join(f"'{name}'" for name in columns)
    return f", column {names}" if names else ""


def _place(location: Found | Site) -> str:
    numbers = ", ".join(f"{row:,}" for row in location.first)
    more = " and on" if location.rows > len(location.first) else ""
    rows = f"{location.rows:,} row{'s' if location.rows > 1 else ''} (row {numbers}{more})"
    return f"{location.file}, {rows}" if isinstance(location, Found) else f"{rows}{_in_column(location.columns)}"
