"""From the publisher's page to the sets of counts: what is new is fetched, checked and reduced, a year at a time.

After the years comes the set over all of them, which is made anew where one that it is made of has changed.

Each step can be done again: a file that was fetched is asked for and not fetched again, a workbook that was read comes
from the cache, a set is put in place whole, and what a set was made from stands in its ledger. So a chain that was
killed goes on where it was, and one with nothing new does nothing. What is refused of one year stops no other: the set
that stood before still stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import date
from pathlib import Path

import pandas as pd

from analysis.counts import counts, latest, yearly
from analysis.counts.counts import Counts, Source
from analysis.counts.coverage import Coverage
from analysis.errors import AttritionError, CouldNotWrite, DataRefused
from analysis.intake import placing, reduction
from analysis.intake.download import download, manifest, publications
from analysis.intake.download.manifest import Entry
from analysis.intake.download.publications import Choice
from analysis.intake.download.transfer import Line
from analysis.intake.home_office import editions
from analysis.intake.reading import Reading, Request
from analysis.intake.reduction import Spread
from analysis.publishing.batch.file import Update
from analysis.reference import periods
from analysis.reference.combinations import settled
from analysis.system import locking, writing
from analysis.system.locking import Holder
from analysis.updating.summary import CHECK, FETCH, REDUCE, Step, refused

_DIMENSIONS = ("force", "period", "outcome")
_ITEM = "outcomes "  # what the name of an item begins with, before its financial year
_FORM = "home-office"
_LOCK = ".update.lock"


def _offered(line: Line, update: Update) -> Choice:
    """What the publisher's page offers of the years that are wanted.

    Raises
    ------
    DataRefused
        Where the page cannot be had, or does not hold it.
    """
    return download.offered(
        line,
        update.page or publications.HOME_OFFICE_PAGE,
        lambda links: publications.home_office(links, wanted=(), recorded_crime=False, first=update.first),
    )


def fetched(line: Line, update: Update, folder: Path) -> Iterator[Step]:
    """Bring a folder up to what the publisher offers, file by file.

    Parameters
    ----------
    line
        A connection.
    update
        What is wanted.
    folder
        Where the files go.

    Yields
    ------
    Step
        Of each file what became of it.

    Raises
    ------
    CouldNotWrite
        Where the folder cannot be written, or another process is fetching into it.
    """
    page = update.page or publications.HOME_OFFICE_PAGE
    try:
        for fate in download.fetch(line, _offered(line, update), folder, page=page):
            status = DataRefused.exit_status if fate.kind == "refused" else 0
            yield Step(FETCH, fate.name, fate.kind, fate.text, status)
    except DataRefused as fault:
        yield refused(FETCH, page, fault)


def foreseen(line: Line, update: Update, folder: Path) -> Iterator[Step]:
    """What ``fetched`` would ask for, and which sets would be made; nothing is written.

    Parameters
    ----------
    line, update, folder
        As of ``fetched``.

    Yields
    ------
    Step
        Of each file whether it is here, and of each that is and was not reduced what would be made of it.
    """
    for fate in download.foreseen(_offered(line, update), folder):
        yield Step(FETCH, fate.name, fate.kind, fate.text)
    for year, entry in _due(folder, update):
        yield Step(REDUCE, latest.set_name(year), "foreseen", f"would be made from {entry.name}")


def _due(folder: Path, update: Update) -> list[tuple[str, Entry]]:
    """The workbooks in a folder that are wanted, and that the set of their year was not made from."""
    entries = manifest.read(folder).entries.items()
    years = [(item.removeprefix(_ITEM), entry) for item, entry in entries if item.startswith(_ITEM)]
    return [(year, entry) for year, entry in years if year >= update.first and not _is_of(latest.set_name(year), entry)]


def reduced(folder: Path, update: Update, *, spreading: Callable[[], AbstractContextManager[Spread]]) -> Iterator[Step]:
    """Check each workbook that is due, and make the set of its year; then the set over all years.

    Parameters
    ----------
    folder
        Where files were fetched to.
    update
        What is wanted.
    spreading
        How work is spread.

    Yields
    ------
    Step
        Of each what became of it.

    Raises
    ------
    CouldNotWrite
        Where a set cannot be written; what stood before still stands.
    """
    for year, entry in _due(folder, update):
        request = Request(name=latest.set_name(year), form=_FORM)
        try:
            pin = editions.check_file(entry.name, entry.sha256)
            with spreading() as spread:
                reading = reduction.read_files([folder / entry.name], request, spread=spread)
            totals = _checked(year, entry, reading)
        except CouldNotWrite:
            raise
        except AttritionError as fault:
            yield refused(CHECK, entry.name, fault)
            continue
        yield Step(CHECK, entry.name, "checked", f"{pin}; {totals}")
        reduction.write(reduction.added(reading, request))
        yield Step(REDUCE, request.name, "reduced", f"from {entry.name}, {reading.kept:,} rows counted")
    if span := _grow():
        yield Step(REDUCE, latest.GROWING, "reduced", f"stalking over all years held, {span}")


def _checked(year: str, entry: Entry, reading: Reading) -> str:
    """How the totals of a workbook compare with those of its year. Raises DataRefused where they do not."""
    part = reading.parts[""]
    years = sorted({periods.financial_year(first) for _, first in part.received})
    if years != [year] or "outcome" not in part.dimensions:
        raise DataRefused(
            f"{entry.name} is listed as outcomes of {year} and holds {', '.join(years)}. Look at the page it came "
            "from; 'attrition reduce' reads it by a name of your own. The set that stood before still stands."
        )
    if [file.sha256 for file in reading.files] != [entry.sha256]:
        raise DataRefused(f"{entry.name} is not the file that was fetched. Run it again, which fetches it again.")
    return editions.check_totals(year, part, name=entry.name, is_known=editions.is_known(entry.sha256))


def _is_of(name: str, entry: Entry) -> bool:
    """Whether a set was made from a file, and is whole."""
    if name not in counts.available() or entry.sha256 not in editions.files_of(name).values():
        return False
    try:
        counts.read(name)
    except DataRefused:  # killed between the ledger and the set
        return False
    return True


@contextmanager
def alone(folder: Path, *, waits: bool) -> Iterator[None]:
    """Hold the folder of files for this update alone, and remove what a killed one left of the sets that it makes.

    Parameters
    ----------
    folder
        Where files are fetched to.
    waits
        Whether to wait for another update.

    Yields
    ------
    None
        While it is held.

    Raises
    ------
    CouldNotWrite
        Where another update is at work, or the folder cannot be written.
    """

    def is_to_wait(holder: Holder) -> bool:
        if not waits:
            number = holder.get("process", "unknown")
            raise CouldNotWrite(f"Another 'attrition update' (process {number}) is at work. Wait for it with --wait.")
        return True

    with ExitStack() as stack:
        with placing.writing(folder):
            opened = stack.enter_context(writing.held(folder))
            stack.enter_context(locking.held(opened, _LOCK, is_to_wait=is_to_wait))
            _sweep()
        yield


def _sweep() -> None:
    """Remove what dead processes left half-way of sets."""
    placing.sweep(counts.FOLDER)
    for path in counts.FOLDER.glob(f"{latest.GROWING}.parquet.*{writing.STAGED}"):
        path.unlink(missing_ok=True)


def _grow() -> str:
    """Make the set over all years held anew, where a year that it is made of has changed."""
    names = latest.years_held(counts.FOLDER / f"{name}.parquet" for name in counts.available())
    if set(names.values()) <= {latest.OWN_YEAR}:
        return ""
    place = counts.FOLDER / f"{latest.GROWING}.parquet"
    files = {f"data/counts/{name}.parquet": _digest(name) for name in names.values()}
    if place.is_file() and counts.read_file(place).source.files == files:
        return ""
    grown = counts.checked(_joined(names, files))
    with placing.writing(counts.FOLDER):
        counts.write(grown, place)
    return grown.coverage.span.label


def _joined(names: Mapping[str, str], files: Mapping[str, str]) -> Counts:
    """Stalking in sets of one year each, as one set; a force that a year does not have is missing in its quarters."""
    years = {year: counts.read(name).select(offence=yearly.OFFENCE) for year, name in names.items()}
    last = list(years.values())[-1]
    span = " to ".join(dict.fromkeys((next(iter(years)), list(years)[-1])))
    return Counts(
        name=latest.GROWING,
        table=settled(pd.concat([counted.regroup(*_DIMENSIONS).table for counted in years.values()]), _DIMENSIONS),
        dimensions=_DIMENSIONS,
        coverage=_coverage(list(years.values())),
        basis=last.basis,
        sensitivity="published",
        scheme=last.scheme,
        offence=yearly.OFFENCE,
        editions={year: _edition_of(counted) for year, counted in years.items()},
        source=Source(
            title=f"Stalking (offence {yearly.OFFENCE}) by police force, quarter and outcome, {span}",
            publisher=last.source.publisher,
            address=last.source.address,
            licence=last.source.licence,
            files=dict(files),
            notes=tuple(dict.fromkeys(note for counted in years.values() for note in counted.source.notes)),
        ),
    )


def _edition_of(year: Counts) -> str:
    """The month of the tables that the counts of a year were read from, as their file is called."""
    if year.name == latest.OWN_YEAR:
        return yearly.OWN_EDITION
    return editions.month_of(editions.files_of(year.name))


def _coverage(years: list[Counts]) -> Coverage:
    """What several years cover together."""
    forces = sorted({force for year in years for force in year.coverage.forces})
    months: dict[date, int] = {}
    missing: set[tuple[str, date]] = set()
    lacking: dict[tuple[str, date], frozenset[str]] = {}
    for year in years:
        months |= year.coverage.periods
        missing |= year.coverage.missing
        missing |= {(force, first) for force in forces for first in year.coverage.periods if force not in year.forces}
        lacking |= year.coverage.lacking
    return Coverage(tuple(forces), dict(sorted(months.items())), frozenset(missing), lacking)


def _digest(name: str) -> str:
    return hashlib.sha256((counts.FOLDER / f"{name}.parquet").read_bytes()).hexdigest()
