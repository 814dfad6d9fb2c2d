"""The sets of counts that stand: what a name holds already, and what may be added to it, replaced or written over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from analysis.counts import counts, latest, ledger, private_store
from analysis.counts.counts import Counts
from analysis.counts.ledger import Entry, Ledger, Warned
from analysis.errors import DataRefused, ParameterError
from analysis.intake.reading import Part, Reading, Request, combined

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")

#: What sets beside the main one hold, for their titles.
ENDINGS = {
    "lags": ", by time to outcome",
    "features": ", by features of the case",
    "closed": ", investigations closed",
    "crimes": ", recorded crime",
}


@dataclass(frozen=True)
class Reduced:
    """What a reduction made: its sets of counts, the main one first, and the account of how.

    ``told_owner`` is for the terminal alone: what files and sheets are called.
    """

    sets: tuple[Counts, ...]
    ledger: Ledger
    told_owner: tuple[str, ...] = ()


def sets_before(account: Path) -> tuple[str, ...]:
    """The sets that a name has, by its ledger; by the endings that there are where that cannot be read any more.

    Parameters
    ----------
    account
        A ledger.

    Returns
    -------
    tuple[str, ...]
        Endings of names, "" for the main set.
    """
    if not account.is_file():
        return ()
    try:
        return ledger.read_public(account).sets
    except DataRefused:
        name = account.name.removesuffix(".ledger.json")
        return (name, *(f"{name}_{end}" for end in ENDINGS))


def refuse_bundled(name: str) -> None:
    """Refuse the name of a set that is part of the project, of one beside it, or of one whose sets beside it are.

    Parameters
    ----------
    name
        What a set would be called.

    Raises
    ------
    ParameterError
        For a name that is taken by the project.
    """
    if name in latest.NAMES:
        raise ParameterError(
            f"'{name}' stands for the newest counts that are held, whatever they are called. Choose another name with "
            f"--as, such as '{name}_own'."
        )
    own = counts.BUNDLED & {name, *(f"{name}_{end}" for end in ENDINGS)}
    if own:
        raise ParameterError(
            f"Set '{min(own)}' is part of the project, and every report of it rests on it being what it was. Choose "
            f"another name with --as, such as '{name}_own'. 'make counts' builds the project's own sets again."
        )


def refuse_taken(folder: Path, request: Request, parts: Iterable[str]) -> None:
    """Refuse when a set that is to be written stands there and belongs to another name.

    Parameters
    ----------
    folder
        Where the sets would stand.
    request
        What was asked for.
    parts
        Endings of their names, "" for the main one.

    Raises
    ------
    ParameterError
        When a set of another name stands at one of their places.
    """
    before = sets_before(folder / f"{request.name}.ledger.json")
    for name in (f"{request.name}_{end}" for end in parts if end):
        if (folder / f"{name}.parquet").exists() and name not in before:
            raise ParameterError(
                f"Set '{name}' is there and was not made with '{request.name}', which would write over it. Choose "
                "another name with --as."
            )


def check_name(folder: Path, request: Request, *, append: bool) -> None:
    """Refuse a name that cannot be, one that is taken, and a release of people whose secret is not at hand.

    Parameters
    ----------
    folder
        Where the sets would stand.
    request
        What was asked for.
    append
        Whether a set is there to be added to.

    Raises
    ------
    ParameterError
        For a name that cannot be or is taken.
    DataRefused
        When the secret of earlier releases is gone.
    """
    if not _NAME.fullmatch(request.name):
        raise ParameterError(
            f"'{request.name}' cannot name a set of counts. Use small letters, digits and underscores, a letter first."
        )
    account = folder / f"{request.name}.ledger.json"
    if not account.is_file():
        if (folder / f"{request.name}.parquet").exists():
            raise ParameterError(
                f"Set '{request.name}' was not made by 'attrition reduce' and is not replaced by it. Choose another "
                "name with --as."
            )
        if append:
            raise ParameterError(f"There is no set '{request.name}' to add to. Leave out --append the first time.")
    elif not append:
        _refuse_without_secret(account, request.name)


def _refuse_without_secret(account: Path, name: str) -> None:
    """Refuse to release again, under another secret, what was released with one that is not here."""
    try:
        released = ledger.read_public(account)
    except DataRefused:
        return  # damaged, or made before there was a release: replaced
    if released.sensitivity == "restricted" and not private_store.is_here(name):
        raise DataRefused(
            f"Set '{name}' was released from another copy of the project: its exact counts and the secret of its "
            f"release are not in {private_store.folder()}. A second release under another secret can tell what the "
            "first hides. Reduce it where it was made, or put a copy of that folder in place. Other cases take another "
            "name with --as."
        )


def added_to(folder: Path, request: Request) -> Reduced:
    """The set of this name as it stands, to be added to: its exact counts, which are private where they are of people.

    Parameters
    ----------
    folder
        Where the set stands.
    request
        What was asked for.

    Returns
    -------
    Reduced
        Sets of counts and their ledger.

    Raises
    ------
    ParameterError
        For one of another format.
    DataRefused
        Where its exact counts are not at hand.
    """
    account = ledger.read_public(folder / f"{request.name}.ledger.json")
    if account.form != request.form:
        raise ParameterError(f"Set '{request.name}' was made from {account.form} files; these are {request.form}.")
    if isinstance(account, Ledger):
        return Reduced(tuple(counts.read_file(folder / f"{name}.parquet") for name in account.sets), account)
    exact = private_store.exact(request.name)
    if exact is None:
        raise DataRefused(
            f"The exact counts of set '{request.name}' are not in {private_store.folder()}, so nothing can be added. "
            "Add to it where it was made, or reduce all of its files together, without --append."
        )
    return Reduced(*exact)


def refuse_read_before(before: Ledger, entry: Entry) -> None:
    """Refuse a file that the set holds already, byte for byte.

    Parameters
    ----------
    before
        The ledger of the set.
    entry
        The entry of what was read now.

    Raises
    ------
    DataRefused
        For a file that the ledger lists by checksum.
    """
    names_by_digest = {file.sha256: file.name for file in before.files}
    if before.form == "police-uk" and any(file.sha256 not in names_by_digest for file in entry.files):
        return  # archives repeat three years; months that are in both are replaced, never added
    for file in entry.files:
        if file.rows and file.sha256 in names_by_digest:
            raise DataRefused(
                f"{file.name} is already in set '{before.name}', read as {names_by_digest[file.sha256]}: the same "
                "file, byte for byte. Leave it out."
            )


def part_of(counted: Counts) -> Part:
    """Counts that stand as a table that others can be added to.

    Parameters
    ----------
    counted
        Counts of data/counts/ or the store.

    Returns
    -------
    Part
        A table of counts with its dimensions.
    """
    coverage = counted.coverage
    pairs = ((force, first) for force in coverage.forces for first in coverage.periods)
    return Part(
        table=counted.table,
        dimensions=counted.dimensions,
        received=frozenset(pair for pair in pairs if pair not in coverage.missing),
        basis=counted.basis,
        months=next(iter(coverage.periods.values())),
        scheme=counted.scheme,
        features=counted.features,
        fit_features=counted.fit_features,
        fit_cluster=counted.fit_cluster,
        lag_unit=counted.lag_unit,
        absent=coverage.missing,
        as_at=counted.as_at,
        lacking=coverage.lacking,
    )


def appended(
    before: dict[str, Part], new: dict[str, Part], request: Request
) -> tuple[dict[str, Part], tuple[Warned, ...]]:
    """What a set holds and what is new, added; months in both are refused, or replaced where that is the custom.

    Parameters
    ----------
    before
        The tables of the set by ending, "" for the main one.
    new
        The tables that were read now, likewise.
    request
        What was asked for.

    Returns
    -------
    tuple[dict[str, Part], tuple[Warned, ...]]
        Tables by ending, and what is to be told of them.

    Raises
    ------
    DataRefused
        For months in both, where they are not replaced.
    """
    warned: tuple[Warned, ...] = ()
    for name, part in new.items():
        both = sorted(part.received & before[name].received) if name in before else []
        if not both:
            continue
        if request.form != "police-uk":
            force, first = both[0]
            raise DataRefused(
                f"{len(both)} force-periods are already in set '{request.name}', the first of them {force}, "
                f"{first:%B %Y}: adding them would count cases twice. Reduce all current files together, without "
                "--append."
            )
        before[name] = _without(before[name], frozenset(both))
        new[name] = replace(part, as_at=_earliest(before[name], part))
        warned = (*warned, *_replaced(both)) if name == "" else warned
    readings = [Reading(parts=parts, files=(), rows=0, kept=0) for parts in (before, new)]
    return dict(combined(readings).parts), warned


def _earliest(part: Part, new: Part) -> dict[str, tuple[str, str]]:
    """To when the cases of each force are known: of one with months left from before, to when those were."""
    kept = {force for force, _ in part.received} & set(part.as_at)
    earliest = {}
    for force, (known_to, dated) in new.as_at.items():
        before = part.as_at[force] if force in kept else (known_to, dated)
        earliest[force] = (min(known_to, before[0]), min(filter(None, (dated, before[1])), default=""))
    return earliest


def _without(part: Part, pairs: frozenset[tuple[str, date]]) -> Part:
    keys = zip(part.table["force"], part.table["period"], strict=True)
    table = part.table[[key not in pairs for key in keys]]
    lacking = {pair: codes for pair, codes in part.lacking.items() if pair not in pairs}
    return replace(part, table=table, received=part.received - pairs, lacking=lacking)


def _replaced(pairs: list[tuple[str, date]]) -> tuple[Warned, ...]:
    warned = []
    for force in sorted({force for force, _ in pairs}):
        months = [first for name, first in pairs if name == force]
        warned.append(
            Warned(
                force,
                "published again",
                f"{len(months)} months ({min(months):%B %Y} to {max(months):%B %Y}) were in the set from an earlier "
                "publication; the later one took their place. Publications are revised, so totals may have moved.",
            )
        )
    return tuple(warned)
