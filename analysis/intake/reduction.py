"""Files to counts: read by their format, added up, checked, and put in place with the ledger beside them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from analysis import counts, ledger
from analysis.combinations import settled
from analysis.counts import Counts, Source
from analysis.coverage import Coverage
from analysis.errors import CouldNotWrite, DataRefused, ParameterError, unknown
from analysis.intake.reading import Described, Form, Part, Reading, Request, Task, combined
from analysis.ledger import Entry, Ledger, Warned

FORMS = {
    "cases": "analysis.intake.cases",
    "police-uk": "analysis.intake.police_uk",
    "home-office": "analysis.intake.home_office",
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")

#: What sets beside the main one hold, for their titles.
_TOLD = {
    "lags": ", by time to outcome",
    "features": ", by features of the case",
    "closed": ", investigations closed",
    "crimes": ", recorded crime",
}

#: Runs tasks somewhere and gives their readings in the order of the tasks.
Spread = Callable[[Callable[[Task], Reading], list[Task]], Iterable[Reading]]


@dataclass(frozen=True)
class Reduced:
    """What a reduction made: its sets of counts, the main one first, and the account of how."""

    sets: tuple[Counts, ...]
    ledger: Ledger


def form_named(name: str) -> Form:
    """The format called ``name``. Raises ParameterError with the nearest name when there is none."""
    if name not in FORMS:
        raise unknown("format", name, FORMS, see="attrition reduce --help")
    module: Any = import_module(FORMS[name])
    form: Form = module
    return form


def read(task: Task) -> Reading:
    """Do one task: a function of its own so that it can be sent to another process."""
    return task.read()


def reduce(paths: list[Path], request: Request, *, spread: Spread, append: bool = False) -> Reduced:
    """The files read, added up and, with ``append``, added to the set that is there. Nothing is written yet.

    Raises ParameterError for a name that cannot be, DataRefused for what the files hold, for a file that the set
    already holds, and for months that it already holds.
    """
    folder = counts.FOLDER
    before = _standing(folder, request, append=append)
    form = form_named(request.form)
    reading = form.finished(combined(spread(read, form.tasks(paths, request))), request)
    described = form.described(reading, request)
    _refuse_taken(folder, request, reading.parts)
    entry = _entry(reading)
    if before is None:
        return _reduced(request, reading.parts, described, entries=(entry,), taken=reading.taken)
    if before.ledger.sensitivity != described.sensitivity:
        raise DataRefused(
            f"Set '{request.name}' is {before.ledger.sensitivity} and these files are {described.sensitivity}: the two "
            "are never added. Choose another name with --as."
        )
    _refuse_read_before(before.ledger, entry)
    held = {one.name.removeprefix(request.name).removeprefix("_"): _part(one) for one in before.sets}
    parts, warned = _appended(held, dict(reading.parts), request)
    entry = _entry(reading, also=warned)
    taken = max(reading.taken, *(one.taken for one in before.sets))
    return _reduced(request, parts, described, entries=(*before.ledger.entries, entry), taken=taken)


def write(reduced: Reduced, folder: Path | None = None) -> list[Path]:
    """The sets and the ledger, each staged beside its place in ``folder`` (data/counts/), then all moved in.

    Sets that the name had before and has no longer are removed.

    Raises CouldNotWrite, and leaves what was there, when the folder is full or may not be written.
    """
    folder = folder or counts.FOLDER
    places = {folder / f"{one.name}.parquet": one for one in reduced.sets}
    account = folder / f"{reduced.ledger.name}.ledger.json"
    staged = [path.with_suffix(".staging") for path in (*places, account)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for (_, one), stage in zip(places.items(), staged[:-1], strict=True):
            counts.write(one, stage)
        staged[-1].write_text(ledger.written(reduced.ledger), encoding="utf-8")
        before = _sets_before(account)
        for path, stage in zip((*places, account), staged, strict=True):
            stage.replace(path)
        for name in set(before) - {one.name for one in reduced.sets}:
            (folder / f"{name}.parquet").unlink(missing_ok=True)
    except OSError as fault:
        raise CouldNotWrite(
            f"{folder} could not be written ({fault.strerror or type(fault).__name__}). Free some room or mend its "
            "permissions; what was there stands."
        ) from None
    finally:
        for stage in staged:
            with suppress(OSError):
                stage.unlink()
    return [*places, account]


def _sets_before(account: Path) -> tuple[str, ...]:
    """The sets that a name has, by its ledger; by the endings that there are where that cannot be read any more."""
    if not account.is_file():
        return ()
    try:
        return ledger.read(account).sets
    except DataRefused:
        name = account.name.removesuffix(".ledger.json")
        return (name, *(f"{name}_{end}" for end in _TOLD))


def _refuse_taken(folder: Path, request: Request, parts: Iterable[str]) -> None:
    """Refuse when a set that is to be written stands there and belongs to another name."""
    before = _sets_before(folder / f"{request.name}.ledger.json")
    for name in (f"{request.name}_{end}" for end in parts if end):
        if (folder / f"{name}.parquet").exists() and name not in before:
            raise ParameterError(
                f"Set '{name}' is there and was not made with '{request.name}', which would write over it. Choose "
                "another name with --as."
            )


def _standing(folder: Path, request: Request, *, append: bool) -> Reduced | None:
    """The set of this name as it stands, if it is to be added to."""
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
        return None
    if not append:
        return None
    held = ledger.read(account)
    if held.form != request.form:
        raise ParameterError(f"Set '{request.name}' was made from {held.form} files; these are {request.form}.")
    return Reduced(tuple(counts.read_file(folder / f"{name}.parquet") for name in held.sets), held)


def _refuse_read_before(held: Ledger, entry: Entry) -> None:
    known = {file.sha256: file.name for file in held.files}
    if held.form == "police-uk" and any(file.sha256 not in known for file in entry.files):
        return  # archives repeat three years; months that are in both are replaced, never added
    for file in entry.files:
        if file.rows and file.sha256 in known:
            raise DataRefused(
                f"{file.name} is already in set '{held.name}', read as {known[file.sha256]}: the same file, byte for "
                "byte. Leave it out."
            )


def _part(held: Counts) -> Part:
    coverage = held.coverage
    pairs = ((force, first) for force in coverage.forces for first in coverage.periods)
    return Part(
        table=held.table,
        dimensions=held.dimensions,
        received=frozenset(pair for pair in pairs if pair not in coverage.missing),
        basis=held.basis,
        months=next(iter(coverage.periods.values())),
        scheme=held.scheme,
        features=held.features,
        lag_unit=held.lag_unit,
    )


def _appended(
    held: dict[str, Part], new: dict[str, Part], request: Request
) -> tuple[dict[str, Part], tuple[Warned, ...]]:
    """What a set holds and what is new, added; months in both are refused, or replaced where that is the custom."""
    warned: tuple[Warned, ...] = ()
    for name, part in new.items():
        both = sorted(part.received & held[name].received) if name in held else []
        if not both:
            continue
        if request.form != "police-uk":
            force, first = both[0]
            raise DataRefused(
                f"{len(both)} force-periods are already in set '{request.name}', the first of them {force}, "
                f"{first:%B %Y}: adding them would count cases twice. Reduce all current files together, without "
                "--append."
            )
        held[name] = _without(held[name], frozenset(both))
        warned = (*warned, *_replaced(both)) if name == "" else warned
    readings = [Reading(parts=parts, files=(), rows=0, kept=0) for parts in (held, new)]
    return dict(combined(readings).parts), warned


def _without(part: Part, pairs: frozenset[tuple[str, date]]) -> Part:
    keys = zip(part.table["force"], part.table["period"], strict=True)
    table = part.table[[key not in pairs for key in keys]]
    return Part(**{**vars(part), "table": table, "received": part.received - pairs})


def _replaced(pairs: list[tuple[str, date]]) -> tuple[Warned, ...]:
    told = []
    for force in sorted({force for force, _ in pairs}):
        months = [first for name, first in pairs if name == force]
        told.append(
            Warned(
                force,
                "published again",
                f"{len(months)} months ({min(months):%B %Y} to {max(months):%B %Y}) were in the set from an earlier "
                "publication; the later one took their place. Publications are revised, so totals may have moved.",
            )
        )
    return tuple(told)


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
    source = Source(
        title=described.title,
        publisher=described.publisher,
        address=described.address,
        licence=described.licence,
        files={f"data/counts/{request.name}.ledger.json": digest},
        notes=described.notes,
    )
    sets = [
        _counts(
            names[end],
            part,
            described,
            source=replace(source, title=source.title + _TOLD.get(end, "")),
            taken=taken,
        )
        for end, part in parts.items()
    ]
    return Reduced(tuple(sets), account)


def _counts(name: str, part: Part, described: Described, *, source: Source, taken: str) -> Counts:
    forces = tuple(sorted({force for force, _ in part.received}))
    periods = dict.fromkeys(sorted({first for _, first in part.received}), part.months)
    missing = frozenset((force, first) for force in forces for first in periods) - part.received
    table = settled(part.table, part.dimensions)
    made = Counts(
        name=name,
        table=table,
        dimensions=part.dimensions,
        coverage=Coverage(forces, periods, missing),
        basis=part.basis,
        sensitivity=described.sensitivity,
        source=source,
        scheme=part.scheme,
        features=dict(part.features),
        lag_unit=part.lag_unit,
        taken=taken,
    )
    return counts.checked(made)
