"""Figures that are missing without a mark: a force that sends next to nothing, or nothing, while others send all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from statistics import median
from typing import TypeAlias

from analysis.counts.ledger import Warned
from analysis.intake.reading import Part
from analysis.reference import periods, reference

Pair: TypeAlias = tuple[str, date]

#: A quarter with less than this share of what the force usually has is told. Greater Manchester had about a fiftieth
#: from July 2019 to March 2020, with no mark in the tables.
THIN = 0.1
#: What is usual is the median of the quarters up to this many before and after: over a decade, crime may grow tenfold.
AROUND = 6
#: With fewer quarters than this, the largest stands for the usual: half of them may be the ones that are missing.
FEW = 6


def gaps(part: Part, not_provided: Mapping[str, int]) -> list[Warned]:
    """What a reader must know of a table of counts by force and quarter.

    ``not_provided`` maps a force-quarter, as ``marked`` names it, to its cells that say so. Quarters that are marked,
    absent or thin are told, and forces of which there is nothing at all.

    Parameters
    ----------
    part
        A table of counts by force and quarter.
    not_provided
        Cells that say so, by force-quarter.

    Returns
    -------
    list[Warned]
        Warnings.
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


def marked(force: str, first: date) -> str:
    """What a force-quarter is called in a ledger: "Gwent 2024-07".

    Parameters
    ----------
    force
        Name of a force.
    first
        First day of the quarter.

    Returns
    -------
    str
        A force and a month.
    """
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
        text = f"{_runs(firsts)}: {number:,} cells marked 'data not provided', among others that were."
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
