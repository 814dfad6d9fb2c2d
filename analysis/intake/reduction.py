"""Files to counts: read by their format, added up, checked, and put in place with the ledger beside them.

Those of people are put in place by ``analysis.intake.placing.release``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from analysis.counts import counts, ledger, private_store
from analysis.counts.counts import Counts, Source
from analysis.counts.coverage import Coverage
from analysis.counts.ledger import Entry, Ledger, Warned
from analysis.errors import DataRefused, DisclosureRefused, ParameterError, unknown
from analysis.intake import placing
from analysis.intake import sets as standing
from analysis.intake.doubts import additions
from analysis.intake.reading import Described, Form, Part, Reading, Request, Task, combined
from analysis.intake.sets import ENDINGS, Reduced
from analysis.reference.combinations import settled
from analysis.reference.names import counted
from analysis.system import processes

FORMS = {
    "cases": "analysis.intake.case_files.cases",
    "police-uk": "analysis.intake.police_uk.archive",
    "home-office": "analysis.intake.home_office.workbook",
}
#: Runs tasks somewhere and gives their readings in the order of the tasks.
Spread = Callable[[Callable[[Task], Reading], list[Task]], Iterable[Reading]]


def _form_named(name: str) -> Form:
    """The format called ``name``.

    Raises
    ------
    ParameterError
        When there is none; the message offers the nearest name.
    """
    if name not in FORMS:
        raise unknown("format", name, FORMS, see="attrition reduce --help")
    module: Any = import_module(FORMS[name])
    form: Form = module
    return form


def _read(task: Task) -> Reading:
    """Do one task: a function of its own so that it can be sent to another process."""
    return task.read()


def is_of_people(request: Request) -> bool:
    """Whether what files of this format count is released, and not published as it is.

    Parameters
    ----------
    request
        What was asked for.

    Returns
    -------
    bool
        True for case files.
    """
    return request.form == "cases"


def is_waiting(request: Request) -> bool:
    """Whether whoever reads files of this format mostly waits: for the process that reads workbooks.

    Parameters
    ----------
    request
        What was asked for.

    Returns
    -------
    bool
        True for the Home Office's workbooks.
    """
    return request.form == "home-office"


def read_files(paths: list[Path], request: Request, *, spread: Spread, append: bool = False) -> Reading:
    """The files read and added up, once it is clear that a set of this name may be made.

    Parameters
    ----------
    paths
        Files and folders.
    request
        What was asked for.
    spread
        Does tasks, here or in other processes.
    append
        Whether a set is there to be added to.

    Returns
    -------
    Reading
        What the files hold.

    Raises
    ------
    ParameterError
        For a name that cannot be.
    DataRefused
        For what the files hold.
    """
    folder = counts.FOLDER
    standing.check_name(folder, request, append=append)
    if append:
        _added_to(folder, request)
    form = _form_named(request.form)
    reading = form.finished(combined(spread(_read, form.tasks(paths, request))), request)
    _refuse_taken(folder, request, reading.parts)
    processes.give_back()
    return reading


def _refuse_taken(folder: Path, request: Request, parts: Iterable[str]) -> None:
    """Refuse when a set that is to be written stands there and belongs to another name."""
    before = standing.sets_before(folder / f"{request.name}.ledger.json")
    for name in (f"{request.name}_{end}" for end in parts if end):
        if (folder / f"{name}.parquet").exists() and name not in before:
            raise ParameterError(
                f"Set '{name}' is there and was not made with '{request.name}', which would write over it. Choose "
                "another name with --as."
            )


def added(reading: Reading, request: Request, *, append: bool = False) -> Reduced:
    """A reading as sets of counts, with ``append`` together with what stands.

    Parameters
    ----------
    reading
        What files hold.
    request
        What was asked for.
    append
        Whether to add to the set that is there.

    Returns
    -------
    Reduced
        Sets of counts and their ledger.

    Raises
    ------
    DataRefused
        For a file or months that the set already holds.
    """
    described = _form_named(request.form).described(reading, request)
    entry = _entry(reading, described)
    if not append:
        made = _reduced(request, reading.parts, described, entries=(entry,), taken=reading.taken)
        return replace(made, told_owner=reading.told_owner)
    before = _added_to(counts.FOLDER, request)
    if before.ledger.sensitivity != described.sensitivity:
        raise DataRefused(
            f"Set '{request.name}' is {before.ledger.sensitivity} and these files are {described.sensitivity}: the two "
            "are never added. Choose another name with --as."
        )
    _refuse_read_before(before.ledger, entry)
    if is_of_people(request):
        additions.refuse_unlike(before, reading, described.words)
    parts_before = {
        counted.name.removeprefix(request.name).removeprefix("_"): _part_of(counted) for counted in before.sets
    }
    parts, warned = _appended(parts_before, dict(reading.parts), request)
    days = [*(each.taken for each in before.ledger.entries), reading.taken]
    if is_of_people(request):
        warned = (*warned, *additions.warned(days), *_months_without(parts[""]))
        described = replace(described, notes=(additions.followed(days), *described.notes[1:]))
    entry = replace(entry, warnings=tuple(sorted({*entry.warnings, *warned})))
    taken = max(reading.taken, *(counted.taken for counted in before.sets))
    made = _reduced(request, parts, described, entries=(*before.ledger.entries, entry), taken=taken)
    return replace(made, told_owner=reading.told_owner)


def _months_without(main: Part) -> Iterable[Warned]:
    """The months that a set of case files lacks, some of which a later file may bring."""
    from analysis.intake.case_files.cases import months_without

    return months_without(main)


def _appended(
    before: dict[str, Part], new: dict[str, Part], request: Request
) -> tuple[dict[str, Part], tuple[Warned, ...]]:
    """What a set holds and what is new, added; months in both are refused, or replaced where that is the custom."""
    warned: tuple[Warned, ...] = ()
    for name, part in new.items():
        both = sorted(part.received & before[name].received) if name in before else []
        if not both:
            continue
        if request.form != "police-uk":
            force, first = both[0]
            raise DataRefused(
                f"{counted(len(both), 'force-period is', 'force-periods are')} already in set "
                f"'{request.name}', the first of them {force}, {first:%B %Y}: adding them would count cases twice. "
                "Reduce all current files together, without --append. The months of a file are those of its mapping, "
                "first_month to last_month, where it names them."
            )
        before[name] = _without(before[name], frozenset(both))
        new[name] = replace(part, as_at=_earliest(before[name], part))
        warned = (*warned, *_replaced(both)) if name == "" else warned
    readings = [Reading(parts=parts, files=(), rows=0, kept=0) for parts in (before, new)]
    return dict(combined(readings).parts), warned


def _part_of(counted: Counts) -> Part:
    """Counts that stand as a table that others can be added to."""
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


def _refuse_read_before(before: Ledger, entry: Entry) -> None:
    """Refuse a file that the set holds already, byte for byte."""
    names_by_digest = {file.sha256: file.name for file in before.files}
    if before.form == "police-uk" and any(file.sha256 not in names_by_digest for file in entry.files):
        return  # archives repeat three years; months that are in both are replaced, never added
    for file in entry.files:
        if file.rows and file.sha256 in names_by_digest:
            raise DataRefused(
                f"{file.name} is already in set '{before.name}', read as {names_by_digest[file.sha256]}: the same "
                "file, byte for byte. Leave it out."
            )


def _added_to(folder: Path, request: Request) -> Reduced:
    """The set of this name as it stands, to be added to: its exact counts, private where they are of people."""
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


def write(reduced: Reduced, folder: Path | None = None) -> list[Path]:
    """Published sets and their ledger, staged beside their places in ``folder`` (data/counts/), then all moved in.

    Sets that the name had before and has no longer are removed.

    Parameters
    ----------
    reduced
        Published sets and their ledger.
    folder
        Where they go; data/counts/ where None.

    Returns
    -------
    list[Path]
        The files in their places.

    Raises
    ------
    CouldNotWrite
        When the folder is full or may not be written; what was there stands.
    DisclosureRefused
        For counts of people.
    """
    if reduced.ledger.sensitivity != "published":
        raise DisclosureRefused(
            f"Set '{reduced.ledger.name}' counts people: its exact counts are released, not written."
        )
    folder = folder or counts.FOLDER
    with placing.writing(folder), placing.new_room(folder) as room:
        return placing.move(folder, placing.stage(folder, reduced.sets, reduced.ledger, room=room))


def _entry(reading: Reading, described: Described) -> Entry:
    main = reading.parts[""]
    received: dict[str, tuple[str, ...]] = {}
    for force, first in sorted(main.received):
        received[force] = (*received.get(force, ()), f"{first:%Y-%m}")
    return Entry(
        taken=reading.taken,
        files=tuple(sorted(reading.files)),
        rows=reading.rows,
        kept=reading.kept,
        dropped=dict(sorted(reading.dropped.items())),
        categories={name: dict(sorted(met.items())) for name, met in sorted(reading.categories.items())},
        received=received,
        warnings=tuple(sorted(set(reading.warnings))),
        words=described.words,
    )


def _reduced(request: Request, parts: Any, described: Described, *, entries: tuple[Entry, ...], taken: str) -> Reduced:
    names = {end: f"{request.name}_{end}" if end else request.name for end in parts}
    account = Ledger(request.name, request.form, described.sensitivity, tuple(names.values()), entries)
    digest = hashlib.sha256(ledger.written(account).encode()).hexdigest()
    is_public = described.sensitivity == "published"
    source = Source(
        title=described.title,
        publisher=described.publisher,
        address=described.address,
        licence=described.licence,
        files={f"data/counts/{request.name}.ledger.json": digest} if is_public else {},
        notes=described.notes,
    )
    sets = [
        _counts(
            names[end],
            part,
            described,
            source=replace(source, title=source.title + ENDINGS.get(end, "")),
            taken=taken,
        )
        for end, part in parts.items()
    ]
    return Reduced(tuple(sets), account)


def _counts(name: str, part: Part, described: Described, *, source: Source, taken: str) -> Counts:
    asked = part.received | part.absent
    forces = tuple(sorted({force for force, _ in asked}))
    periods = dict.fromkeys(sorted({first for _, first in asked}), part.months)
    missing = frozenset((force, first) for force in forces for first in periods) - part.received
    table = settled(part.table, part.dimensions)
    made = Counts(
        name=name,
        table=table,
        dimensions=part.dimensions,
        coverage=Coverage(forces, periods, missing, part.lacking),
        basis=part.basis,
        sensitivity=described.sensitivity,
        source=source,
        scheme=part.scheme,
        features=dict(part.features),
        fit_features=part.fit_features,
        fit_cluster=part.fit_cluster,
        lag_unit=part.lag_unit,
        taken=taken,
        as_at=dict(part.as_at),
    )
    return counts.checked(made)


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
        span, their = f"{len(months)} months ({min(months):%B %Y} to {max(months):%B %Y}) were", "their"
        if len(months) == 1:
            span, their = f"1 month ({months[0]:%B %Y}) was", "its"
        warned.append(
            Warned(
                force,
                "published again",
                f"{span} in the set from an earlier publication; the later one took {their} place. Publications are "
                "revised, so totals may have moved.",
            )
        )
    return tuple(warned)
