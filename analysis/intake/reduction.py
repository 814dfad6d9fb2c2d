"""Files to counts: read by their format, added up, checked, and put in place with the ledger beside them.

Those of people are put in place by ``analysis.intake.placing.release``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from analysis.counts import counts, ledger
from analysis.counts.counts import Counts, Source
from analysis.counts.coverage import Coverage
from analysis.counts.ledger import Entry, Ledger, Warned
from analysis.errors import DataRefused, DisclosureRefused, unknown
from analysis.intake import placing
from analysis.intake import sets as standing
from analysis.intake.reading import Described, Form, Part, Reading, Request, Task, combined
from analysis.intake.sets import ENDINGS, Reduced
from analysis.reference.combinations import settled
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
        standing.added_to(folder, request)
    form = _form_named(request.form)
    reading = form.finished(combined(spread(_read, form.tasks(paths, request))), request)
    standing.refuse_taken(folder, request, reading.parts)
    processes.give_back()
    return reading


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
    described, entry = _form_named(request.form).described(reading, request), _entry(reading)
    if not append:
        made = _reduced(request, reading.parts, described, entries=(entry,), taken=reading.taken)
        return replace(made, told_owner=reading.told_owner)
    before = standing.added_to(counts.FOLDER, request)
    if before.ledger.sensitivity != described.sensitivity:
        raise DataRefused(
            f"Set '{request.name}' is {before.ledger.sensitivity} and these files are {described.sensitivity}: the two "
            "are never added. Choose another name with --as."
        )
    standing.refuse_read_before(before.ledger, entry)
    parts_before = {
        counted.name.removeprefix(request.name).removeprefix("_"): standing.part_of(counted) for counted in before.sets
    }
    parts, warned = standing.appended(parts_before, dict(reading.parts), request)
    entry = _entry(reading, also=warned)
    taken = max(reading.taken, *(counted.taken for counted in before.sets))
    made = _reduced(request, parts, described, entries=(*before.ledger.entries, entry), taken=taken)
    return replace(made, told_owner=reading.told_owner)


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


def _entry(reading: Reading, *, also: tuple[Warned, ...] = ()) -> Entry:
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
        warnings=tuple(sorted({*reading.warnings, *also})),
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
