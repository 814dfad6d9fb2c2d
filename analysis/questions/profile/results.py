"""One force by four measures, beside all forces and beside the last year that is held before.

Nothing is worked out here that another module of the suite does not work out: shares (``shares.rates``), the test
against all other forces (``shares.differences``), the bounds of an earlier year (``shares.year_bounds``). Ranks come
from whoever calls, since they are another question's.

What it does not cover: why a force differs, and whether what was recorded is what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts
from analysis.reference import measures, reference
from analysis.reference.measures import Measure
from analysis.reference.schema import MEASURES
from analysis.shares import differences
from analysis.shares.definitions import readings
from analysis.shares.rates import Rates, rates
from analysis.shares.worked import Worked
from analysis.shares.year_bounds import CHARGED, WITHDREW

#: Gives rows of shares their ranks: columns ``rank``, ``low_rank`` and ``high_rank``.
Ranked = Callable[[Rates], Rates]

WITHDRAWAL, NO_ACTION, CHARGE, OPEN = "victim_withdrawal", "no_further_action", "charged", "undecided"
#: What a profile tells first, in its order, and what its questions rest on besides, by what each is called.
TOLD = {measures.measure(name).short: measures.measure(name) for name in (WITHDRAWAL, NO_ACTION, CHARGE, OPEN)}
EVIDENTIAL, SUSPECT = "Evidential difficulties, victim supports", "A suspect identified"
#: What the rows of ``by_measure`` count, by what they call it.
CALLED = {**TOLD, EVIDENTIAL: readings(NO_ACTION)["evidential difficulties"]}
#: All forces together, among the labels of forces.
TOGETHER = "all forces together"
_BY = ("force", "measure")
_RANKS = ("rank", "low_rank", "high_rank")
_EARLIER = ("earlier", "earlier_low_share", "earlier_high_share")
_STANDING = (*MEASURES[:-1], "all_forces_share", "beside", *_RANKS, *_EARLIER, "state")


def by_measure(cases: Counts) -> Rates:
    """The shares of all recorded cases of each force, and of all together, by the four measures and by type 15.

    Parameters
    ----------
    cases
        The cases of every force.

    Returns
    -------
    Rates
        A row for each ``force`` and ``measure``, forces in the order of their names and TOGETHER last; of counts that
        hold one force there is no such row.
    """
    return _side_by_side(cases, CALLED, base="recorded")


def suspects(cases: Counts) -> Rates:
    """The share of decided cases in which the police identified a suspect, of each force and of all together.

    Parameters
    ----------
    cases
        The cases of every force.

    Returns
    -------
    Rates
        A row for each ``force``, under the one ``measure`` SUSPECT.
    """
    without = measures.base("with_suspect").leaves_out(cases.scheme)
    types = tuple(sorted(set(reference.codes(cases.scheme, *reference.DISPOSITIONS)) - without))
    identified = Measure("suspect_identified", SUSPECT, "had an identified suspect", (), types, "", "", "")
    return _side_by_side(cases, {SUSPECT: identified}, base="with_outcome")


def _side_by_side(cases: Counts, counted: Mapping[str, Measure], *, base: str) -> Rates:
    """Shares of several measures in one table, and those of all forces together where there is more than one."""
    shares_by_measure = {name: rates(cases, measure, base=base, by="force") for name, measure in counted.items()}
    parts = [shares.table.assign(measure=name) for name, shares in shares_by_measure.items()]
    if len(cases.forces) > 1:
        whole = {name: rates(cases, measure, base=base) for name, measure in counted.items()}
        parts += [shares.table.assign(measure=name, force=TOGETHER) for name, shares in whole.items()]
    first = next(iter(shares_by_measure.values()))
    table = pd.concat(parts, ignore_index=True)[[*_BY, *MEASURES]]
    return Rates(table, by=_BY, about=first.about, undecided=first.undecided)


def standings(shares: Rates, *, force: str, ranked: Ranked | None = None, years: pd.DataFrame | None = None) -> Worked:
    """One force by each measure: its share, that of all forces, its rank, and what an earlier year may have been.

    Parameters
    ----------
    shares
        What ``by_measure`` or ``suspects`` gives.
    force
        The force.
    ranked
        What gives ranks; without it there are none.
    years
        The rows of endings by year of the force, as ``year_bounds.by_year`` gives them and as they may be shown.

    Returns
    -------
    Worked
        A row for each ``measure``, under the name of the ``force``. After the columns of rates: ``all_forces_share``;
        ``beside``, on which side of all others the force lies by a test of the difference ("above", "below", "level",
        or "" where none can be made); of the four measures ``rank`` with its interval ``low_rank`` to ``high_rank``;
        ``earlier``, the last year before that is held ("" for none), with the bounds of its share of recorded cases,
        ``earlier_low_share`` to ``earlier_high_share``. Shares run 0 to 1. What is not known is missing.

    References
    ----------
    Newcombe 1998, Statistics in Medicine 17: 873-890, method 10, for the test; Manski 1989, Journal of Human Resources
    24: 343-360, for the bounds.
    """
    before = _before(years, shares.about.period) if years is not None else ("", {})

    def work(table: pd.DataFrame) -> pd.DataFrame:
        parts = [(str(name), part) for name, part in table.groupby("measure", sort=False)]
        ranks = [_places(part, shares, ranked) for _, part in parts]
        rows = [
            _standing(part.drop(columns="measure"), name, force, places, before, rounding=shares.about.rounding)
            for (name, part), places in zip(parts, ranks, strict=True)
        ]
        return _as_numbers(pd.DataFrame([row for row in rows if row], columns=[*_BY, *_STANDING]))

    return Worked(shares, work, _BY)


def _places(part: pd.DataFrame, shares: Rates, ranked: Ranked | None) -> pd.DataFrame:
    """The ranks of the rows of one measure, by their forces."""
    forces = part[part["force"] != TOGETHER].drop(columns="measure").reset_index(drop=True)
    if ranked is None or part["measure"].iloc[0] not in TOLD:
        return pd.DataFrame(columns=["force", *_RANKS]).set_index("force")
    return ranked(Rates(forces[["force", *MEASURES]], by=("force",), about=shares.about)).table.set_index("force")


def _standing(
    rows: pd.DataFrame,
    measure: str,
    force: str,
    places: pd.DataFrame,
    before: tuple[str, dict[str, tuple[Any, Any]]],
    *,
    rounding: float,
) -> dict[str, Any]:
    """The row of one measure; nothing where the force has none."""
    by_force = {str(row["force"]): row for _, row in rows.iterrows()}
    if force not in by_force:
        return {}
    own, whole, year = by_force[force], by_force.get(TOGETHER), before[0]
    ranks = {name: places.loc[force, name] if force in places.index else np.nan for name in _RANKS}
    bounds = before[1].get(measure, (np.nan, np.nan))
    return {
        "force": force,
        "measure": measure,
        **{name: own[name] for name in MEASURES},
        "all_forces_share": np.nan if whole is None else whole["share"],
        "beside": "" if whole is None else _side(own, whole, rounding),
        **ranks,
        **dict(zip(_EARLIER, (year, *bounds), strict=True)),
    }


def _as_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with what is missing as pandas keeps it, however many of a column are."""
    shares = ("share", "low", "high", "all_forces_share", *_RANKS, *_EARLIER[1:])
    return table.astype(dict.fromkeys(shares, "Float64") | dict.fromkeys(("events", "cases"), "Int64"))


def _side(own: pd.Series, whole: pd.Series, rounding: float) -> differences.Side:
    """On which side of all other forces a share lies."""
    counts = [own["events"], own["cases"], whole["events"], whole["cases"]]
    if any(pd.isna(count) for count in counts) or int(own["cases"]) <= 0:
        return ""
    events, cases, all_events, all_cases = map(int, counts)
    rest = differences.rest_of(events, cases, whole=(all_events, all_cases)) if 0 <= events <= cases else None
    return differences.side(rest, rounding=(rounding, 2 * rounding)) if rest is not None else ""


def _before(table: pd.DataFrame, period: str) -> tuple[str, dict[str, tuple[Any, Any]]]:
    """The last year before a financial year of which endings are held, and the bounds of each measure in it.

    Of cases still open the two bounds are one number: those that were undecided when the edition was taken.
    """
    earlier = table[(table["edition"] != "") & ~table["edition"].str.startswith("about") & (table["year"] < period)]
    earlier = earlier[earlier["low_bound_share"].notna()]
    if earlier.empty:
        return "", {}
    year = str(earlier["year"].max())
    rows = earlier[earlier["year"] == year].drop_duplicates("measure").set_index("measure")
    bounds = {
        short: (rows.loc[name, "low_bound_share"], rows.loc[name, "high_bound_share"])
        for short, name in ((measures.measure(WITHDRAWAL).short, WITHDREW), (measures.measure(CHARGE).short, CHARGED))
        if name in rows.index
    }
    row = rows.iloc[0]
    still_open = row["undecided"] / row["recorded"] if row["recorded"] else np.nan
    return year, bounds | {measures.measure(OPEN).short: (still_open, still_open)}


def years_between(earlier: str, period: str) -> list[str]:
    """The financial years between two of which nothing is held.

    Parameters
    ----------
    earlier
        The earlier year; "" for none.
    period
        The later one.

    Returns
    -------
    list[str]
        Their names.

    Examples
    --------
    >>> years_between("2021/22", "2024/25")
    ['2022/23', '2023/24']
    >>> years_between("2023/24", "2024/25"), years_between("", "2024/25")
    ([], [])
    """
    if not earlier:
        return []
    return [f"{year}/{(year + 1) % 100:02d}" for year in range(int(earlier[:4]) + 1, int(period[:4]))]
