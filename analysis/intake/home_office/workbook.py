"""The Home Office's open data: outcomes tables, and recorded crime by police force area. One workbook a task.

Outcomes tables give two sets that are never mixed: offences recorded in a quarter, whatever became of them (the main
one), and investigations closed in it ("closed"). Police force area tables give "crimes", or the main set when they
come alone. A workbook that was read before comes from the cache. What a reader must know of the gaps is told with the
counts: forces without figures, quarters that are marked, absent or thin, outcome types that have no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, groupby
from operator import itemgetter
from pathlib import Path
from statistics import median
from threading import Lock

import pyarrow as pa

from analysis.counts.ledger import FileRead, Warned
from analysis.errors import DataRefused, ParameterError
from analysis.intake import files, workbooks
from analysis.intake.home_office import cache, layout, sisters
from analysis.intake.home_office.tally import Pair, Tally, tally
from analysis.intake.reading import Described, Part, Reading, Request, Task
from analysis.reference import periods, reference
from analysis.reference.combinations import joined
from analysis.reference.names import counted
from analysis.system import processes

#: A quarter with less than this share of what the force usually has is told. Greater Manchester had about a fiftieth
#: from July 2019 to March 2020, with no mark in the tables.
THIN = 0.1
#: What is usual is the median of the quarters up to this many before and after: over a decade, crime may grow tenfold.
AROUND = 6
#: With fewer quarters than this, the largest stands for the usual: half of them may be the ones that are missing.
FEW = 6
ADDRESS = "https://www.gov.uk/government/statistical-data-sets/police-recorded-crime-and-outcomes-open-data-tables"
LICENCE = "Open Government Licence v3.0"
#: What a caller may ask to have dropped and counted instead of refused.
ALLOWED = {"sister-files", "unknown-offences"}
#: The code whose change makes a kept reading out of date.
_SHARED = ("files", "reading", "sheet_reader", "workbooks")
_MODULES = [Path(__file__).parents[1] / f"{name}.py" for name in _SHARED]
_MODULES += sorted(Path(__file__).parent.glob("*.py"))
#: Counting a workbook takes a moment and fifty megabytes, while others are read: threads do it in turn.
_one_at_a_time = Lock()


@dataclass(frozen=True)
class Workbook:
    """The reading of one workbook, wherever that may happen."""

    path: Path
    allow: frozenset[str]

    def read(self) -> Reading:
        """The counts of the workbook, from the cache if it was read before.

        Returns
        -------
        Reading
            Tables of counts and their account.

        Raises
        ------
        DataRefused
            For a sister file, unless that is allowed, and for whatever the tables hold that cannot be counted.
        """
        if what := sisters.sister([self.path.stem]):
            return self._passed_over(what)
        checksum = files.checksum(self.path)
        depends_on = [self.path.name, workbooks.READER, *sorted(self.allow)]
        place = cache.place(checksum, depends_on, modules=_MODULES)
        cached = cache.held(place)
        if cached is not None:
            return cached
        tables = self._tables()
        if isinstance(tables, str):
            return self._passed_over(tables)
        _refuse_overlap(self.path.name, tables)
        reading = _reading(tables, FileRead(self.path.name, checksum, self.path.stat().st_size, _rows(tables)))
        with _one_at_a_time:
            cache.keep(place, reading)
            processes.give_back()
        return reading

    def _tables(self) -> list[Tally] | str:
        """Every table in the workbook, or what sister file it is."""
        book = workbooks.opened(self.path)
        if what := sisters.sister(book.names):
            return what
        tables: list[Tally] = []
        begin = []
        for number, name in enumerate(book.names):
            rows = book.rows(name, is_encoded=True)
            table_layout = layout.layout(rows, where=f"{self.path.name}, sheet '{name}'")
            above = rows.slice(0, table_layout.header_row - 1) if table_layout else rows
            words = layout.title(above) if number == 0 else []
            if what := sisters.sister([*words, *(table_layout.strange if table_layout else ())]):
                return what
            begin.append(f"'{name}' ({', '.join(_first_words(rows)) or 'blank'})")
            if table_layout:
                with _one_at_a_time:
                    tables.append(tally(rows, table_layout, file=self.path.name, sheet=name, allow=self.allow))
                    processes.give_back()
        if not tables:
            raise DataRefused(
                f"{self.path.name}: no sheet has the header of a table of outcomes or of recorded crime. They begin: "
                f"{'; '.join(begin)}. Take the workbooks from {ADDRESS}."
            )
        if all(table.is_only_parts for table in tables):
            return next(iter(sisters.SISTERS))
        return tables

    def _passed_over(self, what: str) -> Reading:
        if "sister-files" not in self.allow:
            raise DataRefused(
                f"{self.path.name} is a sister file: {what}. Adding it would count cases twice. Leave it out, or pass "
                "such files over with --allow sister-files. Wanted are the outcomes open data of a financial year "
                "('prc-outcomes-open-data-...') and the police force area tables ('prc-pfa-...')."
            )
        text = f"{self.path.name} was passed over: {what}."
        return Reading(parts={}, files=(), rows=0, kept=0, warnings=(Warned("", "sister file", text),))


def _first_words(cells: pa.Table) -> list[str]:
    """The first row of a sheet that holds anything, cut to what a refusal can show."""
    rows = (workbooks.text_of(cells, row) for row in range(min(cells.num_rows, layout.SEARCHED)))
    filled = next((row for row in rows if any(row)), [])
    return [text[:40] for text in filled if text][:15]


def tasks(paths: list[Path], request: Request) -> list[Task]:
    """One task a workbook, a folder standing for the workbooks in it.

    Parameters
    ----------
    paths
        Workbooks and folders.
    request
        What was asked for.

    Returns
    -------
    list[Task]
        Tasks, in order of name.

    Raises
    ------
    ParameterError
        For something to allow or map that this format does not know.
    DataRefused
        For two files of one name.
    """
    if request.mapping is not None:
        raise ParameterError("--mapping is for case files: the Home Office's columns are known. Leave it out.")
    if strange := sorted(request.allow - ALLOWED):
        raise ParameterError(f"--allow {strange[0]}: home-office workbooks know {' and '.join(sorted(ALLOWED))}.")
    workbook_paths = files.listed(paths, workbooks.ENDINGS, what="workbooks")
    for path, other in combinations(workbook_paths, 2):
        if path.name.casefold() == other.name.casefold():
            raise DataRefused(f"Two files are called {path.name}: {path.parent} and {other.parent}. Leave one out.")
    return [Workbook(path, request.allow) for path in workbook_paths]


def finished(reading: Reading, request: Request) -> Reading:
    """The reading once all workbooks are in: the main set in its place, and gaps that show only now.

    Parameters
    ----------
    reading
        The readings of all workbooks as one.
    request
        What was asked for.

    Returns
    -------
    Reading
        The reading, with warnings.

    Raises
    ------
    DataRefused
        When nothing but sister files was read, nothing in the tables counts, or a financial year stands in two
        workbooks.
    """
    if not reading.parts:
        raise DataRefused(f"Nothing to count for '{request.name}': every file is a sister file. Name the tables too.")
    for column, met in reading.categories.items():
        if column.startswith(("outcomes of ", "crimes of ")) and len(met) > 1:
            file, other = sorted(met)[:2]
            raise DataRefused(
                f"{file} and {other} both hold {column}. Earlier years are published again each quarter: keep the "
                "latest of the two and leave the other out."
            )
    parts = {name: part for name, part in reading.parts.items() if part.received}
    main = parts.pop("", None) or parts.pop("crimes", None)
    if main is None:
        reasons = "; ".join(f"{reason}: {rows:,}" for reason, rows in reading.dropped.items())
        raise DataRefused(f"Nothing to count for '{request.name}': every row was dropped ({reasons}).")
    parts = {"": main, **parts}
    gaps = [
        _gaps(part, reading.categories.get(_not_provided(part), {})) for name, part in parts.items() if name != "closed"
    ]
    warnings = tuple(dict.fromkeys((*reading.warnings, *(warned for gap in gaps for warned in gap))))
    return replace(reading, parts=parts, warnings=warnings)


def described(reading: Reading, request: Request) -> Described:  # noqa: ARG001
    """What the counts are: of outcomes, or of recorded crime when the police force area tables came alone.

    Parameters
    ----------
    reading
        A finished reading.
    request
        What was asked for.

    Returns
    -------
    Described
        Title, source and the like.
    """
    is_outcomes = "outcome" in reading.parts[""].dimensions
    notes = ["Negative counts are the publisher's corrections of earlier quarters and are kept as published."]
    if is_outcomes:
        notes.append("Outcome type 0 is not an outcome: the case was not decided when the tables were made.")
    notes.append("Offence HOM is murder, manslaughter and infanticide together (1/4.1/4.10/4.2).")
    table = "outcomes open data tables" if is_outcomes else "police force area open data tables"
    return Described(
        title=f"Police recorded crime by police force, quarter, offence{' and outcome' if is_outcomes else ''}",
        publisher=f"Home Office, Police recorded crime, {table}",
        address=ADDRESS,
        licence=LICENCE,
        sensitivity="published",
        notes=tuple(notes),
    )


def _not_provided(part: Part) -> str:
    """The column of the ledger that says which force-quarters of a part are marked, and in how many cells."""
    kind = "crimes" if "outcome" not in part.dimensions else f"outcomes, {part.basis} basis"
    return f"cells marked 'data not provided' ({kind})"


def _rows(tables: Iterable[Tally]) -> int:
    return sum(table.rows for table in tables)


def _refuse_overlap(file: str, tables: list[Tally]) -> None:
    for table, other in combinations(tables, 2):
        for name in table.parts.keys() & other.parts.keys():
            if both := sorted(table.parts[name].received & other.parts[name].received):
                force, first = both[0]
                raise DataRefused(
                    f"{file}: sheets '{table.sheet}' and '{other.sheet}' both hold {force}, {first:%B %Y}. Delete the "
                    "sheet that is not the published table, save the workbook and reduce again."
                )


def _reading(tables: list[Tally], file: FileRead) -> Reading:
    """The tables of one workbook as one reading."""
    categories: dict[str, dict[str, int]] = {}
    for table in tables:
        for year, rows in table.years.items():
            met = categories.setdefault(f"{table.kind} of {year}", {})
            met[file.name] = met.get(file.name, 0) + rows
        if table.outcomes:
            categories["cases by outcome"] = _sum(categories.get("cases by outcome", {}), table.outcomes)
        for name, cells in table.not_provided.items():
            by_quarter = {_quarter_of_force(*pair): number for pair, number in cells.items()}
            column = _not_provided(table.parts[name])
            categories[column] = _sum(categories.get(column, {}), by_quarter)
    dropped: dict[str, int] = {}
    for table in tables:
        dropped = _sum(dropped, table.dropped)
    return Reading(
        parts={
            name: _joined([table.parts[name] for table in tables if name in table.parts]) for name in _names(tables)
        },
        files=(file,),
        rows=_rows(tables),
        kept=sum(table.kept for table in tables),
        dropped=dropped,
        categories=categories,
        warnings=tuple(dict.fromkeys(warned for table in tables for warned in table.warnings)),
    )


def _names(tables: Iterable[Tally]) -> list[str]:
    return list(dict.fromkeys(name for table in tables for name in table.parts))


def _joined(parts: list[Part]) -> Part:
    """The same part of several tables; no force-quarter stands in two of them."""
    received = frozenset(pair for part in parts for pair in part.received)
    return replace(parts[0], table=joined([part.table for part in parts], parts[0].dimensions), received=received)


def _sum(left: Mapping[str, int], right: Mapping[str, int]) -> dict[str, int]:
    return {name: left.get(name, 0) + right.get(name, 0) for name in sorted({*left, *right})}


def _gaps(part: Part, not_provided: Mapping[str, int]) -> list[Warned]:
    """What a reader must know of a table of counts by force and quarter.

    ``not_provided`` maps a force-quarter, as ``_quarter_of_force`` names it, to its cells that say so. Quarters that
    are marked, absent or thin are told, and forces of which there is nothing at all.
    """
    totals = dict.fromkeys(part.received, 0)
    sums = part.table.groupby(["force", "period"], observed=True)["cases"].sum()
    totals |= {pair: int(cases) for pair, cases in sums.items() if pair in totals}
    forces = sorted({force for force, _ in part.received})
    firsts = sorted({first for _, first in part.received})
    cells = {(name[:-8], date.fromisoformat(f"{name[-7:]}-01")): number for name, number in not_provided.items()}
    absent = {(force, first) for force in forces for first in firsts} - part.received - cells.keys()
    warned = [*_none_of(forces), *_marked(cells, part), *_absent(absent), *_thin(totals, forces, firsts)]
    return [*warned, *_lacking(part)]


def _quarter_of_force(force: str, first: date) -> str:
    """What a force-quarter is called in a ledger: "Gwent 2024-07"."""
    return f"{force} {first:%Y-%m}"


def _none_of(forces: list[str]) -> Iterator[Warned]:
    lacking = [force for force in reference.forces() if force not in forces]
    if lacking:
        shown = ", ".join(lacking)
        yield Warned("", "no figures", f"{len(lacking)} of {len(reference.forces())} forces have none: {shown}.")


def _marked(cells: Mapping[Pair, int], part: Part) -> Iterator[Warned]:
    for force, firsts in _by_force(cells.keys() - part.received):
        yield Warned(force, "not received", f"{_runs(firsts)}: marked 'data not provided'.")
    for force, firsts in _by_force(cells.keys() & part.received):
        number = sum(cells[force, first] for first in firsts)
        text = (
            f"{_runs(firsts)}: {counted(number, 'cell')} marked 'data not provided', among others that were provided."
        )
        yield Warned(force, "received in part", text)


def _absent(absent: Iterable[Pair]) -> Iterator[Warned]:
    for force, firsts in _by_force(absent):
        text = f"{_runs(firsts)}: no figures, and no mark that says why, while other forces have them."
        yield Warned(force, "not received", text)


def _lacking(part: Part) -> Iterator[Warned]:
    """Outcome types without a row in the table, by the force-quarters that lack the same ones."""
    alike: dict[frozenset[str], list[Pair]] = {}
    for pair, codes in sorted(part.lacking.items()):
        alike.setdefault(codes, []).append(pair)
    for codes, pairs in alike.items():
        forces = sorted({force for force, _ in pairs})
        where = f"{', '.join(forces)}, {_runs({first for _, first in pairs})}"
        extent = "" if len(pairs) == len(part.received) else f" ({where})"
        yield Warned(
            "",
            "outcome types that did not come",
            f"{reference.types_label(codes)} {'has' if len(codes) == 1 else 'have'} no row in the table{extent}, not "
            "even of 0. The cases are not all there, so no share is given of any base that these belong to. Reduce "
            "the table as it was published, with every outcome type.",
        )


def _by_force(pairs: Iterable[Pair]) -> list[tuple[str, list[date]]]:
    """The quarters of each force, in order."""
    return [(force, [first for _, first in of_force]) for force, of_force in groupby(sorted(pairs), key=itemgetter(0))]


def _thin(totals: Mapping[Pair, int], forces: list[str], firsts: list[date]) -> Iterator[Warned]:
    for force in forces:
        by_quarter = {first: totals[force, first] for first in firsts if (force, first) in totals}
        usual = _usual(list(by_quarter.values()))
        thin = {first: usual[n] for n, (first, cases) in enumerate(by_quarter.items()) if cases < THIN * usual[n]}
        if thin:
            text = (
                f"{_runs(thin)}: {sum(by_quarter[first] for first in thin):,} cases, where "
                f"{median(thin.values()):,.0f} a quarter are usual. Figures may be missing without a mark."
            )
            yield Warned(force, "next to nothing", text)


def _usual(cases: list[int]) -> list[float]:
    """What is usual about each of a force's quarters."""
    around = [cases[max(0, n - AROUND) : n + AROUND + 1] for n in range(len(cases))]
    return [max(near) if len(near) < FEW else median(near) for near in around]


def _runs(firsts: Iterable[date]) -> str:
    """Quarters as runs of months: "July 2019 to March 2020, July to September 2021"."""
    runs: list[periods.Period] = []
    for first in sorted(firsts):
        last = periods.end_of(first, months=3)
        follows = runs and (first - runs[-1].last).days == 1
        runs = [*runs[:-1], periods.Period(runs[-1].first, last)] if follows else [*runs, periods.Period(first, last)]
    return ", ".join(run.label for run in runs)
