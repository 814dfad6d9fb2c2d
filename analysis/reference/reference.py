"""Forces, offences, outcomes and breaks in the series, from data/reference/, each row with its source and dates.

Nothing here is configured in code: a new force name or outcome type is a new row in a table.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.errors import DataRefused, ParameterError, offer, unknown
from analysis.reference.names import counted, in_sentence
from analysis.safe_words import is_safe, safe

_PACKAGE = Path(__file__).resolve().parents[1]
_IS_IN_PROJECT = (_PACKAGE.parent / "data" / "reference").is_dir()


def _own_folder() -> Path:
    """The folder in which the command was given; that around it where a notebook in JupyterLab was."""
    here = Path.cwd()
    return here.parent if here.name in ("notebooks", "work") else here


#: What the suite brings, its data and its notebooks: beside the package in its project, inside it from a wheel.
SUITE = _PACKAGE.parent if _IS_IN_PROJECT else _PACKAGE / "bundled"
#: Where counts and notebooks of a reader's own stand and reports go: the project, or where the command is given.
PROJECT = SUITE if _IS_IN_PROJECT else _own_folder()
DATA = SUITE / "data"

#: What several forces are called together: all 44, and those of each nation.
EVERYWHERE, ENGLAND, WALES = "England and Wales", "England", "Wales"
NATIONS = (ENGLAND, WALES)
FEW_FORCES = 4  # that are called by their names rather than by their number
_MOST_COMMAS = 3  # in one name of a force or offence

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
    "withdrew_or_evidential": "Withdrew or evidential difficulties, not separated",
    "not_charged": "Any outcome other than a charge, not separated",
}


def check_at_hand() -> None:
    """Raise DataRefused where this package stands without its look-up tables, neither beside it nor inside it.

    Raises
    ------
    DataRefused
        When data/reference/ is not there.
    """
    if not (DATA / "reference").is_dir():
        raise DataRefused(
            f"There is no data here: no folder {DATA / 'reference'}. The package was copied apart from its data. "
            "Install its wheel; or get the project, and in its folder run 'make report' or 'pip install --editable .'."
        )


@dataclass(frozen=True)
class Outcome:
    """One outcome type. ``part_of`` names the type that already counts it: adding both would count a case twice."""

    scheme: str
    code: str
    name: str
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


@dataclass(frozen=True)
class Succession:
    """A category of data.police.uk (``kind`` "crime_type" or "outcome") and one that came after it.

    ``later`` stands from ``from_month`` ("2013-05") on. ``change`` is "renamed" where the two are one under two names,
    "split" where the later is a part of the earlier, and then they cannot be compared.
    """

    kind: str
    earlier: str
    later: str
    from_month: str
    change: str
    source: str


def read_table(path: Path, *, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Every row of a reference table, blank cells as "".

    Parameters
    ----------
    path
        A CSV file in UTF-8 with a header.
    required
        Columns of which no cell may be blank.
    optional
        Columns that must be there and may be blank.

    Returns
    -------
    list[dict[str, str]]
        A row as cells by the name of their column.

    Raises
    ------
    DataRefused
        By file and line, when a column is absent, a row has too many or too few cells, or one of the ``required``
        columns is blank; ``optional`` ones must be there and may be blank.
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
                        f"{path.name}, line {reader.line_num}: {counted(len(cells), 'cell')} where the header has "
                        f"{len(header)}. Look for a comma outside quotation marks."
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
        check_at_hand()
        raise DataRefused(f"{path} is not there. It is part of the project: restore it with git checkout.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise DataRefused(f"{path} cannot be read as CSV in UTF-8 ({fault}). Restore it with git checkout.") from None
    return rows


@cache
def _forces() -> tuple[dict[str, str], ...]:
    path, required = DATA / "reference" / "forces.csv", ("force", "police_uk_slug", "nation", "source", "valid_from")
    return tuple(read_table(path, required=required, optional=("other_names", "ons_code")))


@cache
def _made_up_forces() -> tuple[dict[str, str], ...]:
    path = DATA / "reference" / "made_up_forces.csv"
    return tuple(read_table(path, required=("force", "source"), optional=("other_names",)))


@cache
def _force_names() -> Mapping[str, str]:
    names = {}
    for row in (*_forces(), *_made_up_forces()):
        for name in (row["force"], row.get("police_uk_slug", ""), *row["other_names"].split(";")):
            if name.strip():
                names[name.strip().casefold()] = row["force"]
    return names


def forces() -> list[str]:
    """The 44 police forces of England and Wales, British Transport Police among them, in alphabetical order.

    Returns
    -------
    list[str]
        Names, as data/reference/forces.csv writes them.
    """
    return [row["force"] for row in _forces()]


def made_up_forces() -> list[str]:
    """Forces that do not exist, for made-up cases: no count of real cases may be theirs.

    Returns
    -------
    list[str]
        Names.
    """
    return [row["force"] for row in _made_up_forces()]


def made_up_force_rows() -> list[dict[str, str]]:
    """One row per force that does not exist.

    Returns
    -------
    list[dict[str, str]]
        Rows as cells by the name of their column.
    """
    return [dict(row) for row in _made_up_forces()]


def force_rows() -> list[dict[str, str]]:
    """One row per force with all that the table holds.

    Returns
    -------
    list[dict[str, str]]
        Rows as cells by the name of their column.
    """
    return [dict(row) for row in _forces()]


def force_named(name: str) -> str:
    """The force that a reader means by any of the names it is printed under, a made-up one among them.

    Parameters
    ----------
    name
        Any name of a force, in capitals or not.

    Returns
    -------
    str
        The name as data/reference/forces.csv writes it.

    Raises
    ------
    ParameterError
        When there is no such force; the message offers the nearest name.

    Examples
    --------
    >>> force_named("met")
    'Metropolitan Police'
    """
    try:
        return _force_names()[" ".join(name.split()).casefold()]
    except KeyError:
        raise unknown("force", name, forces(), see="attrition list forces") from None


def place_or_all(name: str | Iterable[str]) -> str:
    """The place that a reader means, where all forces together may be meant too.

    Parameters
    ----------
    name
        What ``place_named`` takes, or "all".

    Returns
    -------
    str
        The name as a report writes it, or "all".

    Raises
    ------
    ParameterError
        As ``place_named`` does.

    Examples
    --------
    >>> place_or_all("all"), place_or_all("kent")
    ('all', 'Kent')
    """
    return "all" if isinstance(name, str) and name == "all" else place_named(name)


def one_force(name: str | Iterable[str], *, otherwise: str) -> str:
    """The force that a reader means, where an answer is about one.

    Parameters
    ----------
    name
        Any name of a force.
    otherwise
        What to do for several forces, in a sentence.

    Returns
    -------
    str
        The name as data/reference/forces.csv writes it.

    Raises
    ------
    ParameterError
        When there is no such force, and for a nation or several forces together.

    Examples
    --------
    >>> one_force("kent police", otherwise="")
    'Kent'
    """
    if not isinstance(name, str) and not (name := list(name)):
        raise ParameterError(f"No force is given. {otherwise}")
    place = place_named(name)
    if len(forces_of(place)) > 1:
        raise ParameterError(f"'{place[:80]}' is several forces, and this is about one of them. {otherwise}")
    return place


def place_named(name: str | Iterable[str]) -> str:
    """The place that a reader means: a force, a nation, or several forces together, under a name of their own or none.

    Parameters
    ----------
    name
        Any name of a force; "England", "Wales"; several of these, as "Kent, Essex" or as a list; and the same after a
        name that the reader gives them, as "Eastern: Norfolk, Suffolk, Essex". Some names ("London, City of") hold a
        comma themselves.

    Returns
    -------
    str
        The name as a report writes it; of several forces in alphabetical order, each once: "Essex, Kent".

    Raises
    ------
    ParameterError
        When there is no such place, with the nearest name; for an empty list; for a group of fewer than two forces,
        for one that is given the name of a force or nation, and for one in a dictionary.

    Examples
    --------
    >>> place_named(["kent", "essex"]), place_named("Eastern: Suffolk, Essex, Norfolk")
    ('Essex, Kent', 'Eastern: Essex, Norfolk, Suffolk')
    >>> place_named("Gwent, Dyfed-Powys, North Wales, South Wales")
    'Wales'
    """
    if isinstance(name, Mapping):
        raise ParameterError("A group of forces is written in one text: 'Eastern: Norfolk, Suffolk, Essex'.")
    if not isinstance(name, str) and not (name := list(name)):
        raise ParameterError(
            "No force is given: the list is empty. Name one or more; 'attrition list forces' shows all."
        )
    text = name if isinstance(name, str) else ", ".join(name)
    group, colon, listed = text.rpartition(":")
    members = sorted({member for piece in _pieces(listed, _force_names()) for member in forces_of(_one_place(piece))})
    if colon:
        return _grouped(" ".join(group.split()), members)
    return nation_of(members) or ", ".join(members) or _one_place(listed)


def _nation(name: str) -> str:
    """The nation of this name, however it is spaced; "" for any other."""
    plain = " ".join(name.split()).casefold()
    return next((nation for nation in NATIONS if nation.casefold() == plain), "")


#: Offered beside City of London to whoever asks of London, which has two forces.
_LONDON = "London (Metropolitan Police)"


def _one_place(name: str) -> str:
    """A force or nation by any of its names."""
    plain = " ".join(name.split()).casefold()
    if nation := _nation(plain):
        return nation
    if plain in _force_names():
        return _force_names()[plain]
    several = [piece for piece in re.split(r"\band\b|[&;+]", plain) if piece.strip()]
    if len(several) > 1 and all(_nation(piece) or piece.strip() in _force_names() for piece in several):
        raise ParameterError(
            f"No force is called '{safe(name[:80])}'. Did you mean '{', '.join(map(_one_place, several))}'? Commas "
            "stand between several."
        )
    also = (*NATIONS, _LONDON) if "london" in plain else NATIONS
    raise unknown("force", name, forces(), see="attrition list forces", also=also)


def _grouped(group: str, members: list[str]) -> str:
    """Forces under a name of a reader's own. Raises ParameterError for a name that is taken or cannot be one."""
    taken = group.casefold() in {*_force_names(), *(nation.casefold() for nation in (*NATIONS, EVERYWHERE, "all"))}
    if taken or not re.fullmatch(r"[^\W\d_][^:,;()]{0,59}", group) or not is_safe(group):
        raise ParameterError(
            f"'{safe(group[:80])}' cannot be the name of a group of forces: "
            f"{'a place has it' if taken else 'it begins with a letter, has 60 at most, and no : , ; ( )'}. Write a "
            "name of your own, a colon and the forces: 'Eastern: Norfolk, Suffolk, Essex'."
        )
    if len(members) < 2:
        raise ParameterError(f"Group '{group}' has {len(members) or 'no'} force; two or more make a group.")
    return f"{group}: {', '.join(members)}"


def is_group(place: str) -> bool:
    """Whether a place is several forces that a reader put together, and no nation.

    Parameters
    ----------
    place
        As ``place_named`` writes it, or as counts call themselves ("40 of 44 forces").

    Returns
    -------
    bool
        True for "Essex, Kent" and for "Eastern: Essex, Norfolk".
    """
    return bool(re.match(r"[^\d(][^(]*[:,] ", place))


def group_of(place: str) -> str:
    """The name that a reader gave to several forces; "" where there is none.

    Parameters
    ----------
    place
        As ``place_named`` writes it.

    Returns
    -------
    str
        "Eastern" of "Eastern: Essex, Norfolk, Suffolk".
    """
    return place.rpartition(": ")[0] if is_group(place) else ""


def label_of(place: str) -> str:
    """A place as the label of a row or an axis: the name of a group, its forces where they are few, or their number.

    Parameters
    ----------
    place
        As ``place_named`` writes it, or as counts call themselves.

    Returns
    -------
    str
        "Essex and Kent" of "Essex, Kent", "Eastern" of "Eastern: Essex, Kent"; any other place as it is.
    """
    if not is_group(place):
        return place
    members = forces_of(place)
    named = places_in_words(members) if len(members) <= FEW_FORCES else f"{len(members)} police forces"
    return group_of(place) or named


def places_in_words(members: Iterable[str]) -> str:
    """Forces in a list; with a comma before "and" where a name has that itself.

    Parameters
    ----------
    members
        Names of forces.

    Returns
    -------
    str
        A phrase.

    Examples
    --------
    >>> places_in_words(["Essex", "Kent"]), places_in_words(["Devon and Cornwall", "Kent"])
    ('Essex and Kent', 'Devon and Cornwall, and Kent')
    """
    *others, last = list(members)
    if not others:
        return last
    has_and = any(" and " in name for name in (*others, last))
    return f"{', '.join(others)}{',' if has_and else ''} and {last}"


def forces_of(place: str) -> list[str]:
    """The forces of a place: England and Wales (all 44), England, Wales, one force, or several.

    British Transport Police is of no one nation.

    Parameters
    ----------
    place
        As ``place_named`` writes it, or "England and Wales".

    Returns
    -------
    list[str]
        Names of forces.
    """
    if place == EVERYWHERE:
        return forces()
    if is_group(place):
        return forces_named(place.rpartition(":")[2])
    return [row["force"] for row in _forces() if row["nation"] == place] or [force_named(place)]


def nation_of(members: Iterable[str]) -> str:
    """The nation whose forces these are, all of them and no others; "" where there is none.

    Parameters
    ----------
    members
        Names of forces.

    Returns
    -------
    str
        "England and Wales", "England" or "Wales"; "" where they are none of these.
    """
    chosen = set(members)
    return next((nation for nation in NATIONS if chosen == set(forces_of(nation))), "")


def forces_named(names: str) -> list[str]:
    """The forces of a list with commas between them, each once; some names ("London, City of") hold a comma themselves.

    Parameters
    ----------
    names
        Names of forces with commas between them.

    Returns
    -------
    list[str]
        Names as data/reference/forces.csv writes them.

    Raises
    ------
    ParameterError
        When one of them is no force; the message offers the nearest name.
    """
    return list(dict.fromkeys(force_named(piece) for piece in _pieces(names, _force_names())))


def group_named(listed: str) -> tuple[str, list[str]]:
    """The name that a reader gives to a group of forces, and its forces; without a name, "" and any number of forces.

    Parameters
    ----------
    listed
        Names of forces with commas between them, and before them a name and a colon, or neither; or a nation.

    Returns
    -------
    tuple of str and list of str
        The name, and the forces as data/reference/forces.csv writes them.

    Raises
    ------
    ParameterError
        When one of them is no force, and for a name that a group cannot have.

    Examples
    --------
    >>> group_named("Eastern: Suffolk, Essex"), group_named("Essex")
    (('Eastern', ['Essex', 'Suffolk']), ('', ['Essex']))
    """
    if ":" not in listed and not _nation(listed):
        return "", forces_named(listed)
    place = place_named(listed)
    return group_of(place) or place, forces_of(place)


def _pieces(listed: str, full_names: Container[str]) -> list[str]:
    """The names of a list with commas between them, some of which hold one themselves: the longest that is known fits.

    Examples
    --------
    >>> _pieces("Kent,London, City of", {"kent", "london, city of"})
    ['Kent', 'London, City of']
    """
    left, names = [" ".join(part.split()) for part in listed.split(",") if part.strip()], []
    while left:
        lengths = range(min(len(left), _MOST_COMMAS + 1), 1, -1)
        taken = next((many for many in lengths if ", ".join(left[:many]).casefold() in full_names), 1)
        names.append(", ".join(left[:taken]))
        left = left[taken:]
    return names


@cache
def _offences() -> Mapping[str, dict[str, str]]:
    required = ("offence", "offence_name", "source")
    rows = read_table(
        DATA / "reference" / "offences.csv", required=required, optional=("offence_group", "comparison_group")
    )
    return {row["offence"]: row for row in rows}


def offences() -> dict[str, str]:
    """Name of each offence by its Home Office code.

    Returns
    -------
    dict[str, str]
        Names by code.
    """
    return {code: row["offence_name"] for code, row in _offences().items()}


def offence_codes() -> dict[str, str]:
    """Home Office code of each offence by its name.

    Returns
    -------
    dict[str, str]
        Codes by name.
    """
    return {name: code for code, name in offences().items()}


@cache
def _offence_names() -> Mapping[str, tuple[str, ...]]:
    """The offences that have a code or an official name, both folded: some names are of two."""
    names: dict[str, tuple[str, ...]] = {}
    for code, row in _offences().items():
        name = " ".join(row["offence_name"].split()).casefold()
        names[name] = (*names.get(name, ()), code)
    return names | {code.casefold(): (code,) for code in _offences()}


def offence_named(name: str) -> str:
    """The code of the offence that a reader means, by its code or its official name.

    Parameters
    ----------
    name
        Home Office code or name, in capitals or not.

    Returns
    -------
    str
        The code as data/reference/offences.csv writes it.

    Raises
    ------
    ParameterError
        When there is no such offence, with the nearest name or code, and for a name that two offences have.

    Examples
    --------
    >>> offence_named("harassment"), offence_named("8q")
    ('8L', '8Q')
    """
    return _offence_code(name, also=())


def _offence_code(name: str, *, also: Iterable[str]) -> str:
    """The code of an offence; ``also`` are other names that would do, to be offered."""
    codes = _offence_names().get(" ".join(name.split()).casefold(), ())
    if not codes:
        raise unknown("offence", name, _offences(), see="attrition list offences", also=(*offences().values(), *also))
    if len(codes) > 1:
        raise ParameterError(f"{len(codes)} offences are called '{name[:80]}'. Write its code: {' or '.join(codes)}.")
    return codes[0]


def offence_groups() -> dict[str, frozenset[str]]:
    """The codes of each group of offences by its name: those of the Home Office and of this project's comparisons.

    Returns
    -------
    dict[str, frozenset[str]]
        Home Office codes by the name of the group.

    Examples
    --------
    >>> sorted(offence_groups()["Robbery"])
    ['34A', '34B']
    """
    groups: dict[str, set[str]] = {}
    for code, row in _offences().items():
        for name in (row["offence_group"], row["comparison_group"]):
            if name:
                groups.setdefault(name, set()).add(code)
    return {name: frozenset(codes) for name, codes in groups.items()}


def offences_called(named: str | Iterable[str]) -> str:
    """Offences as a report calls them: "all", or codes and groups of offences, in order, with commas between them.

    Parameters
    ----------
    named
        "all", or codes, official names and groups of offences: a list, or with commas between them.

    Returns
    -------
    str
        Codes and groups in order, each once.

    Raises
    ------
    ParameterError
        When there is no such offence or group, and when none is named; the message offers the nearest.

    Examples
    --------
    >>> offences_called("Stalking, Public fear, alarm or distress"), offences_called(["8L", "stalking"])
    ('8Q, 9A', '8L, 8Q')
    """
    text = named if isinstance(named, str) else ", ".join(named)
    groups = offence_groups()
    folded = {name.casefold(): name for name in (*groups, "all")}
    parts = _pieces(text, {*folded, *_offence_names()})
    names = sorted({folded.get(part.casefold()) or _offence_code(part, also=groups) for part in parts or [text]})
    return "all" if "all" in names else ", ".join(names)


def offences_named(named: str | Iterable[str]) -> frozenset[str]:
    """The codes of the offences that ``offences_called`` calls so; none for "all".

    Parameters
    ----------
    named
        "all", or codes, official names and groups of offences: a list, or with commas between them.

    Returns
    -------
    frozenset[str]
        Home Office codes; empty for all offences.

    Raises
    ------
    ParameterError
        For an unknown code, name or group, as ``offences_called`` does.
    """
    groups, called = offence_groups(), offences_called(named)
    parts = [] if called == "all" else called.split(", ")
    return frozenset().union(*(groups.get(part, frozenset({part})) for part in parts))


def offences_in_words(codes: Iterable[str]) -> str:
    """Offences by their names, as the beginning of a title has them.

    Parameters
    ----------
    codes
        Home Office codes.

    Returns
    -------
    str
        "Harassment and stalking"; with semicolons between names that hold a comma or "and" themselves.

    Examples
    --------
    >>> offences_in_words(["8L", "8Q"]), offences_in_words(["8Q", "9A"])
    ('Harassment and stalking', 'Stalking; and public fear, alarm or distress')
    """
    names = [_offences()[code]["offence_name"] for code in codes]
    first, *others = [*names[:1], *(in_sentence(name) for name in names[1:])] or [""]
    if not others:
        return first
    is_plain = not any(re.search(r", | and ", name) for name in names)
    between, last = (", ", " and ") if is_plain else ("; ", "; and ")
    return f"{between.join([first, *others[:-1]])}{last}{others[-1]}"


def comparable_offences(code: str) -> list[str]:
    """The offences that a reader would set beside this one: those in any comparison group, and the offence itself.

    Parameters
    ----------
    code
        Home Office code.

    Returns
    -------
    list[str]
        Home Office codes.
    """
    grouped = [grouped_code for grouped_code, row in _offences().items() if row["comparison_group"]]
    return grouped if code in grouped else [code, *grouped]


@cache
def outcomes(scheme: str) -> Mapping[str, Outcome]:
    """Every outcome type of a scheme by its code, "of which" types among them.

    Parameters
    ----------
    scheme
        "home_office" or "police_uk".

    Returns
    -------
    Mapping[str, Outcome]
        Outcome types by code.

    Raises
    ------
    DataRefused
        For a scheme of which the table holds nothing, and a disposition that is none.
    """
    required = ("scheme", "code", "name", "published_group", "disposition", "valid_from", "source")
    outcomes_by_code = {}
    for row in read_table(DATA / "reference" / "outcomes.csv", required=required, optional=("part_of",)):
        if row["disposition"] not in DISPOSITIONS:
            raise DataRefused(f"outcomes.csv: '{row['disposition']}' of type {row['code']} is not a disposition.")
        if row["scheme"] == scheme:
            outcomes_by_code[row["code"]] = Outcome(**{name: row[name] for name in Outcome.__dataclass_fields__})
    if not outcomes_by_code:
        raise DataRefused(f"outcomes.csv holds no scheme called '{scheme}'.")
    return outcomes_by_code


#: Only fraud is passed to the National Fraud Intelligence Bureau, which no police force's table has a row for.
_FRAUD_ALONE = {"19"}
#: The end of a validity that has none.
_OPEN_END = "9999-12-31"


@cache
def _validities(scheme: str) -> Mapping[str, tuple[str, str]]:
    """The first and last day of each countable outcome type of a scheme, as ISO dates."""
    required = ("scheme", "code", "valid_from")
    rows = read_table(DATA / "reference" / "outcomes.csv", required=required, optional=("part_of", "valid_to"))
    return {
        row["code"]: (row["valid_from"], row["valid_to"] or _OPEN_END)
        for row in rows
        if row["scheme"] == scheme and not row["part_of"]
    }


def expected_outcomes(scheme: str, *, first: str, last: str) -> frozenset[str]:
    """The outcome types that a whole table of a scheme carries for a period, those of no case too.

    Days are ISO dates. A type that did not exist for all of the period, or that only fraud can have, is not expected.

    Parameters
    ----------
    scheme
        "home_office" or "police_uk".
    first, last
        First and last day of the period.

    Returns
    -------
    frozenset[str]
        Outcome codes.
    """
    validities = _validities(scheme).items()
    return frozenset(code for code, (start, end) in validities if start <= first and last <= end) - _FRAUD_ALONE


@cache
def outcome_words() -> Mapping[str, str]:
    """The outcome type that each spelling of record systems and forces' answers means, 1a, 2a and 3a among them.

    Returns
    -------
    Mapping[str, str]
        Outcome codes by spelling.
    """
    return _spellings("outcome_words.csv", outcomes("home_office"))


@cache
def offence_words() -> Mapping[str, str]:
    """The offence that each sub-code and each spelling of record systems and forces' answers means.

    Returns
    -------
    Mapping[str, str]
        Offence codes by spelling.
    """
    return _spellings("offence_words.csv", _offences())


def _spellings(name: str, allowed: Mapping[str, object]) -> Mapping[str, str]:
    codes_by_word: dict[str, str] = {}
    for row in read_table(DATA / "reference" / name, required=("word", "code", "is_seen", "source")):
        if row["code"] not in allowed:
            raise DataRefused(f"{name}: '{row['word']}' stands for '{row['code']}', which is not a code.")
        if row["word"] in codes_by_word:
            raise DataRefused(f"{name}: '{row['word']}' stands twice. Keep one row.")
        codes_by_word[row["word"]] = row["code"]
    return codes_by_word


def outcome_rows() -> list[dict[str, str]]:
    """One row per outcome type of every scheme with all that the table holds.

    Returns
    -------
    list[dict[str, str]]
        Rows as cells by the name of their column.
    """
    return read_table(DATA / "reference" / "outcomes.csv", required=("scheme", "code", "disposition", "name"))


def types_label(codes: Iterable[str]) -> str:
    """Outcome types as a reader writes them: "type 16", "types 10, 14 to 16 and 21".

    Parameters
    ----------
    codes
        Outcome codes of the Home Office.

    Returns
    -------
    str
        A phrase.

    Examples
    --------
    >>> types_label(["21", "14", "15", "16"])
    'types 14 to 16 and 21'
    """
    numbers = sorted(int(code) for code in codes)
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [f"{run[0]} to {run[-1]}" if len(run) > 2 else " and ".join(map(str, run)) for run in runs]
    before_last = ", ".join(" and ".join(parts).split(" and ")[:-1])
    last = " and ".join(parts).split(" and ")[-1]
    return f"types {before_last} and {last}" if before_last else f"type{'s' if ' to ' in last else ''} {last}"


def countable(scheme: str, code: str) -> Outcome:
    """The outcome type with this code, if it may be added to others.

    Parameters
    ----------
    scheme
        "home_office" or "police_uk".
    code
        Outcome code.

    Returns
    -------
    Outcome
        The outcome type.

    Raises
    ------
    DataRefused
        For a code that the table does not hold, and for an "of which" type, which its parent already counts.
    """
    outcomes_by_code = outcomes(scheme)
    if code not in outcomes_by_code:
        raise DataRefused(
            f"Outcome type '{code}' is not in data/reference/outcomes.csv for scheme '{scheme}'. Add a row there with "
            "its disposition and source; it is never mapped by guesswork."
        )
    if outcomes_by_code[code].part_of:
        raise DataRefused(
            f"Outcome type '{code}' is part of type {outcomes_by_code[code].part_of}, which already counts it. Leave "
            "it out."
        )
    return outcomes_by_code[code]


def codes(scheme: str, *dispositions: str) -> tuple[str, ...]:
    """The countable outcome codes of a scheme that mean one of these dispositions.

    Parameters
    ----------
    scheme
        "home_office" or "police_uk".
    *dispositions
        Which dispositions, of ``DISPOSITIONS``.

    Returns
    -------
    tuple[str, ...]
        Outcome codes.
    """
    return tuple(
        code
        for code, outcome in outcomes(scheme).items()
        if outcome.disposition in dispositions and not outcome.part_of
    )


@cache
def breaks() -> tuple[Break, ...]:
    """The breaks in the series, earliest first.

    Returns
    -------
    tuple[Break, ...]
        Breaks of data/reference/breaks.csv.
    """
    return read_breaks(DATA / "reference" / "breaks.csv")


def read_breaks(path: Path) -> tuple[Break, ...]:
    """The breaks that a file holds, earliest first.

    Parameters
    ----------
    path
        A table with the columns of data/reference/breaks.csv.

    Returns
    -------
    tuple[Break, ...]
        Breaks, earliest first.

    Raises
    ------
    DataRefused
        By row, for a force that is not written as data/reference/forces.csv writes it.
    """
    required = tuple(name for name in Break.__dataclass_fields__ if name != "force")
    breaks_read = []
    for row in read_table(path, required=(*required, "source"), optional=("force",)):
        if row["force"] and row["force"] not in forces():
            raise DataRefused(
                f"{path.name}, break '{row['name']}', column 'force': '{row['force']}' is no police force."
                f"{offer(row['force'], forces())} Leave it blank where all are concerned."
            )
        breaks_read.append(Break(**{name: row[name] for name in Break.__dataclass_fields__}))
    return tuple(sorted(breaks_read, key=lambda series_break: series_break.from_date))


@cache
def _crime_types() -> tuple[dict[str, str], ...]:
    path = DATA / "reference" / "crime_types.csv"
    return tuple(read_table(path, required=("name", "valid_from", "source"), optional=("valid_to",)))


def crime_types(*, at: str = "") -> tuple[str, ...]:
    """data.police.uk's categories of crime: all, or those in use in the month of a day such as "2013-04-01".

    Parameters
    ----------
    at
        A day, as "2013-04-01"; "" for categories of any time.

    Returns
    -------
    tuple[str, ...]
        Categories.
    """
    return tuple(
        row["name"]
        for row in _crime_types()
        if not at or (row["valid_from"] <= at and (not row["valid_to"] or at <= row["valid_to"]))
    )


@cache
def successions() -> tuple[Succession, ...]:
    """Every category of data.police.uk that took the place of another, or a part of it.

    Returns
    -------
    tuple[Succession, ...]
        Successions of categories.
    """
    rows = read_table(DATA / "reference" / "successions.csv", required=tuple(Succession.__dataclass_fields__))
    return tuple(Succession(**{name: row[name] for name in Succession.__dataclass_fields__}) for row in rows)


def renamed(kind: str) -> tuple[Succession, ...]:
    """The categories of one kind, "crime_type" or "outcome", that go on under another name.

    Parameters
    ----------
    kind
        "crime_type" or "outcome".

    Returns
    -------
    tuple[Succession, ...]
        Successions that are only a new name.
    """
    return tuple(
        succession for succession in successions() if succession.kind == kind and succession.change == "renamed"
    )
