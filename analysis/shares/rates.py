"""Shares with their base and interval, for one force or forty: the one shape that every method returns.

Intervals are Wilson's (``analysis.shares.intervals``); those of released counts allow for their rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.counts.counts import Counts, codes_key
from analysis.errors import DataRefused, ParameterError, offer
from analysis.reference import measures, reference
from analysis.reference.measures import Base, Measure
from analysis.reference.periods import month_name, quarter_name
from analysis.reference.schema import COLUMNS, MEASURES
from analysis.safe_words import unsaid
from analysis.shares.intervals import ROUNDING_VARIANCE, wilson

_LABELS = ("force", "month", "quarter", "offence_name")  # by which rates may be taken
SPLITS = ("disposition", "outcome_name")
#: Works out columns of a table from its labels, events, cases and state.
Derive = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class About:
    """What a table of rates is about, in the words that its title, its notes and its records need.

    ``lacking`` are outcome types of the base that did not come, for some of its cases or for all. ``is_released`` where
    the counts are of people, as disclosure control let them out.
    """

    counts: str
    measure: str
    base: str
    offence: str
    place: str
    period: str
    basis: str
    sensitivity: str
    source: str
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    is_released: bool = False

    @property
    def is_held(self) -> bool:
        """Whether anything is held of what was asked for; a result of nothing covers no period."""
        return bool(self.period)

    @property
    def rounding(self) -> float:
        """What rounding adds to the variance of each number, in cases squared: of released ones alone."""
        return ROUNDING_VARIANCE if self.is_released else 0.0


def with_shares(table: pd.DataFrame, *, rounding: float = 0.0) -> pd.DataFrame:
    """Add share, low and high to rows that hold events, cases and state.

    A row without cases to divide by gets the state not_applicable; one whose publisher's corrections leave events
    outside 0 to cases is unreliable, keeps its counts and has no share either.

    Parameters
    ----------
    table
        Rows with ``events``, ``cases`` and ``state``.
    rounding
        What rounding adds to the variance of each number (``About.rounding``).

    Returns
    -------
    pd.DataFrame
        The rows with ``share``, ``low`` and ``high``, 0 to 1 or missing.
    """
    events, cases = (_numbers(table[name]) for name in ("events", "cases"))
    states = table["state"].to_numpy(dtype=object, copy=True)
    is_shown = (states == "shown") & ~np.isnan(events) & ~np.isnan(cases)
    empty = is_shown & (cases == 0) & (events == 0)
    is_defined = is_shown & (cases > 0) & (events >= 0) & (events <= cases)
    states[empty], states[is_shown & ~empty & ~is_defined] = "not_applicable", "unreliable"
    columns: dict[Any, Any] = dict(table.items())
    columns |= {"events": table["events"].astype("Int64"), "cases": table["cases"].astype("Int64")}
    low, high = wilson(events[is_defined], cases[is_defined], rounding=rounding)
    for name, numbers in (("share", events[is_defined] / cases[is_defined]), ("low", low), ("high", high)):
        column = np.full(len(table), np.nan)
        column[is_defined] = numbers
        columns[name] = pd.array(column, dtype="Float64")
    return pd.DataFrame({**columns, "state": states.tolist()}, index=table.index)


def _numbers(column: pd.Series) -> npt.NDArray[np.float64]:
    """A column of counts, NaN where there is none."""
    return column.to_numpy(np.float64, na_value=np.nan)


@dataclass(frozen=True, repr=False)
class Rates:
    """One row per combination of the label columns ``by``, then events, cases, share, low, high, state.

    events and cases are whole numbers of cases, share and its limits run 0 to 1. A number is missing where ``state``
    says why: not_received, suppressed, not_applicable (nothing to divide by) or unreliable.

    A method may add columns after these (``added``). ``derive`` works them and the shares out from labels, events,
    cases and state, ``with_shares`` unless it is given: disclosure control changes counts, and whatever rests on them
    is worked out again (``worked_out``).
    ``undecided`` is the share of recorded cases still open by the same first label, where that is known: disclosure
    control goes over it too, and says which rows have many (``open_cases``); of people it has those ``decided`` too.
    """

    table: pd.DataFrame
    by: tuple[str, ...]
    about: About
    derive: Derive | None = None
    undecided: Rates | None = None
    __repr__ = unsaid

    def __post_init__(self) -> None:
        expected = [*self.by, *MEASURES]
        columns = list(self.table.columns)
        if columns[: len(expected)] != expected or not set(columns) <= set(COLUMNS):
            raise DataRefused(
                f"Rates have columns {columns}, expected {expected} and others of analysis/reference/schema.py."
            )

    def worked_out(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rows with all that rests on their events, cases and state.

        Parameters
        ----------
        table
            Rows of these labels, with ``events``, ``cases`` and ``state``.

        Returns
        -------
        pd.DataFrame
            The rows with their shares and every column that was added.
        """
        return self.derive(table) if self.derive else with_shares(table, rounding=self.about.rounding)

    def added(self, add: Derive) -> Rates:
        """The same rows with columns that ``add`` works out from them, now and again after disclosure control.

        Parameters
        ----------
        add
            Gives the rows with more columns.

        Returns
        -------
        Rates
            The rows with those columns.
        """

        def derive(table: pd.DataFrame) -> pd.DataFrame:
            return add(self.worked_out(table))

        return replace(self, table=add(self.table), derive=derive)

    def row(self, **labels: str) -> pd.Series:
        """The one row with these labels.

        Parameters
        ----------
        **labels
            Label by column.

        Returns
        -------
        pd.Series
            The row by name of its columns.

        Raises
        ------
        ParameterError
            When there is not exactly one.
        """
        rows = self.table
        for column, label in labels.items():
            rows = rows[rows[column] == label]
        if len(rows) != 1:
            raise ParameterError(f"{len(rows)} rows with {labels}; one was asked for.")
        return rows.iloc[0]


def about(counts: Counts, *, measure: str, base: str) -> About:
    """What rates from these counts are about.

    Parameters
    ----------
    counts
        Counts of anything.
    measure
        Name of a measure.
    base
        Name of a base.

    Returns
    -------
    About
        Place, period, sources and the like.
    """
    return About(
        counts=counts.name,
        measure=measure,
        base=base,
        offence=counts.crime,
        place=counts.place,
        period=counts.coverage.span.label,
        basis=counts.basis,
        sensitivity=counts.sensitivity,
        source=counts.source.publisher,
        files=(f"data/counts/{counts.name}.parquet", *counts.source.files),
        notes=counts.source.notes,
        lacking=tuple(sorted(_needed(counts, counts.coverage.lacks(), base), key=int)),
        is_released=counts.is_released,
    )


def _needed(counts: Counts, lacking: frozenset[str], base: str) -> frozenset[str]:
    """The outcome types of a base among some that did not come."""
    return lacking - measures.base(base).leaves_out(counts.scheme)


def rates(counts: Counts, measure: str | Measure, *, base: str = "recorded", by: str = "") -> Rates:
    """The share of cases that end as ``measure`` (or its name) says, out of ``base``.

    One row per label of ``by`` (``force``, ``month``, ``quarter`` or ``offence_name``); one row for all, labelled by
    its ``place``, when ``by`` is left out.

    Parameters
    ----------
    counts
        Counts by outcome.
    measure
        A measure, or its name.
    base
        Name of a base.
    by
        What to divide by; "" for all together.

    Returns
    -------
    Rates
        A row a label: events, cases, share with its limits, 0 to 1, and state.

    Raises
    ------
    ParameterError
        For an unknown measure, base or label, and when the publisher's outcomes are too coarse to tell the measure.
    """
    shares = rates_alone(counts, measure, base=base, by=by)
    return shares if shares.about.measure == "undecided" else replace(shares, undecided=_undecided(counts, by))


def rates_alone(counts: Counts, measure: str | Measure, *, base: str = "recorded", by: str = "") -> Rates:
    """What ``rates`` gives without the share of cases still open: for what is put together of many, and shows none.

    Parameters
    ----------
    counts
        Counts by outcome.
    measure
        A measure, or its name.
    base
        Name of a base.
    by
        What to divide by; "" for all together.

    Returns
    -------
    Rates
        As ``rates`` gives them.

    Raises
    ------
    ParameterError
        As ``rates`` does.
    """
    wanted = measures.measure(measure) if isinstance(measure, str) else measure
    _check_outcomes(counts)
    return _rates(counts, wanted, base=measures.base(base).name, by=by)


def _undecided(counts: Counts, by: str) -> Rates | None:
    """The share of recorded cases still open by a label, worked out once; None where the counts cannot tell."""
    still = measures.measure("undecided")
    if counts.basis != "recorded" or not still.codes(counts.scheme):
        return None
    asked = ("undecided", by)
    if asked not in counts.worked:
        shares = _rates(counts, still, base="recorded", by=by)
        counts.worked[asked] = _with_decided(shares, counts, by) if counts.is_released else shares
    found: Rates = counts.worked[asked]
    return found


def _with_decided(undecided: Rates, counts: Counts, by: str) -> Rates:
    """The same rows with the ``decided`` cases as released: recorded less open ones may be twice as far off."""
    label, names = _labels(counts, by) if by else _whole(undecided.about.place)
    gone = measures.base("with_outcome").leaves_out(counts.scheme)
    decided = {name: tally.of(tally.codes - gone) for name, tally in _sums(counts, label, names).items()}
    return undecided.added(lambda rows: rows.assign(decided=rows.iloc[:, 0].map(decided).astype("Int64")))


def _rates(counts: Counts, wanted: Measure, *, base: str, by: str) -> Rates:
    """The share that ends as ``wanted`` says, by itself."""
    gone = measures.base(base).leaves_out(counts.scheme)
    context = about(counts, measure=wanted.name, base=base)
    counted = _counted(counts, wanted) - gone
    check_told(counts, wanted, base=base)
    label, names = _labels(counts, by) if by else _whole(context.place)
    by = by or "place"
    asked = ("sums", label, *names.items())
    if asked not in counts.worked:
        counts.worked[asked] = _sums(counts, label, names)
    sums: dict[str, Tally] = counts.worked[asked]
    rows = [(name, tally.of(tally.codes & counted), tally.of(tally.codes - gone)) for name, tally in sums.items()]
    corrected = {name for name, tally in sums.items() if tally.is_corrected}
    return _finished(
        rows,
        counts,
        by=by,
        context=context,
        corrected=corrected,
        lacking=_lacks(counts, names, by, base),
        counted=dict.fromkeys(sums, counted),
    )


def _lacks(counts: Counts, names: Mapping[object, str], by: str, base: str) -> dict[str, frozenset[str]]:
    """The outcome types of the base that did not come, for each label of which some did not."""
    coverage = counts.coverage
    codes_lacking = {
        name: coverage.lacks(force=str(value))
        if by == "force"
        else coverage.lacks(first=value if isinstance(value, date) else None)
        for value, name in names.items()
    }
    return {name: needed for name, codes in codes_lacking.items() if (needed := _needed(counts, codes, base))}


def whole(parts: Sequence[Counts], ways: Sequence[tuple[Measure, Base]]) -> pd.DataFrame:
    """Measures out of bases over all of each of some counts: the columns MEASURES, as ``rates`` has them.

    One row a pair of ``ways`` for the first of ``parts``, then for the next; sums by outcome are taken once a part.

    Parameters
    ----------
    parts
        Counts by outcome.
    ways
        Measures, each with a base.

    Returns
    -------
    pd.DataFrame
        A row a part and way: events, cases, share with its limits, 0 to 1, and state.

    Raises
    ------
    ParameterError
        When the publisher's outcomes are too coarse to tell a measure or base.
    """
    rows, rounding = [], ROUNDING_VARIANCE if any(counts.is_released for counts in parts) else 0.0
    for counts in parts:
        sums, lacking = _by_outcome(counts), counts.coverage.lacks()
        state = "unreliable" if sums.is_corrected else "shown"
        for measure, base in ways:
            kept = sums.codes - base.leaves_out(counts.scheme)
            events, cases = sums.of(_counted(counts, measure) & kept), sums.of(kept)
            row = events, cases, "suppressed" if None in (events, cases) else state
            rows.append((None, None, "not_received") if _needed(counts, lacking, base.name) else row)
    return with_shares(pd.DataFrame(rows, columns=["events", "cases", "state"]), rounding=rounding)[list(MEASURES)]


def split(counts: Counts, *, base: str = "recorded", by: str = "disposition") -> Rates:
    """How the cases of a base ended: one row per ``disposition`` or ``outcome_name``, each out of the whole base.

    Rows stand in the order of data/reference/outcomes.csv (types) or DISPOSITIONS; types that no case of the base
    can have are left out. ``undecided`` is of all cases together, by place.

    Parameters
    ----------
    counts
        Counts by outcome.
    base
        Name of a base.
    by
        "disposition" or "outcome_name".

    Returns
    -------
    Rates
        A row an ending: events, cases, share with its limits, 0 to 1, and state.

    Raises
    ------
    ParameterError
        For a base that these counts cannot tell, and for another word than these two.
    """
    sums, base = _by_outcome(counts), measures.base(base).name
    context = about(counts, measure="split", base=base)
    outcomes = reference.outcomes(counts.scheme)
    gone = measures.base(base).leaves_out(counts.scheme)
    kept = [outcome for code, outcome in outcomes.items() if not outcome.part_of and code not in gone]
    if by == "disposition":
        names = {outcome.code: reference.DISPOSITIONS[outcome.disposition] for outcome in kept}
        order = [name for name in reference.DISPOSITIONS.values() if name in names.values()]
    elif by == "outcome_name":
        names = {
            outcome.code: outcome.name if outcome.code == outcome.name else f"{outcome.code}: {outcome.name}"
            for outcome in kept
        }
        order = list(names.values())
    else:
        raise ParameterError(f"Cases cannot be split by '{by[:80]}'.{offer(by, SPLITS)} Use {' or '.join(SPLITS)}.")
    total = sums.of(sums.codes - gone)
    rows = [(name, sums.of(code for code in sums.codes if names.get(code) == name), total) for name in order]
    corrected = set(order) if sums.is_corrected else set()
    needed = _needed(counts, counts.coverage.lacks(), base)
    shares = _finished(
        rows,
        counts,
        by=by,
        context=context,
        corrected=corrected,
        lacking=dict.fromkeys(order, needed) if needed else {},
        counted={name: frozenset(code for code in names if names[code] == name) for name in order},
    )
    return replace(shares, undecided=_undecided(counts, ""))


def _counted(counts: Counts, measure: Measure) -> frozenset[str]:
    """The outcome codes that a measure counts."""
    codes = measure.codes(counts.scheme)
    if not codes:
        raise ParameterError(
            f"Counts '{counts.name}' cannot tell {measure.name}: their outcomes are too coarse. Measures that they can "
            f"tell: {', '.join(measures.told_by(counts.scheme)) or 'none'}. 'attrition list measures' says what each "
            "needs."
        )
    return codes


def check_told(counts: Counts, wanted: Measure, *, base: str) -> None:
    """Refuse a measure of which a base leaves nothing, and one of one's own that was not released of counts of people.

    Parameters
    ----------
    counts
        Counts by outcome that can tell the measure.
    wanted
        The measure.
    base
        Name of a base.

    Raises
    ------
    ParameterError
        With the measures that these counts can tell.
    """
    if fault := measures.nothing_left(wanted, measures.base(base), counts.scheme):
        raise ParameterError(fault)
    if not measures.is_own(wanted.name):
        return
    gone = measures.base(base).leaves_out(counts.scheme)
    counted = wanted.codes(counts.scheme) - gone
    released = None if counts.cells is None else set(counts.cells["outcome"])
    if released is None or codes_key(counted) in released:
        return
    catalogue = measures.MEASURES.items()
    able = [name for name, measure in catalogue if codes_key(measure.codes(counts.scheme) - gone) in released]
    raise ParameterError(
        f"Counts '{counts.name}' are of people and were released for fixed sets of outcome types, not for "
        f"{reference.types_label(counted)}. Use {', '.join(able)}; or ask whoever holds the case files for more "
        "(docs/case_files.md)."
    )


def _check_outcomes(counts: Counts) -> None:
    """Refuse counts that do not say how cases ended."""
    if "outcome" not in counts.dimensions:
        raise ParameterError(
            f"Counts '{counts.name}' hold no outcomes, only cases by {', '.join(counts.dimensions)}. Ask a set by "
            "outcome, such as read_counts('stalking_outcomes')."
        )


class Tally(Protocol):
    """The cases of one place and time by how they ended: what a share is made of."""

    @property
    def codes(self) -> frozenset[str]:
        """The outcome types that there may be cases of."""

    @property
    def is_corrected(self) -> bool:
        """Whether some outcome, in the base or not, sums to less than nothing: shares of these cases mean nothing."""

    def of(self, codes: Iterable[str]) -> int | None:
        """The cases of some outcome types together; None where disclosure control hides them.

        Parameters
        ----------
        codes
            Outcome codes.

        Returns
        -------
        int | None
            Cases, or None.
        """


class Sums(dict[str, int]):
    """A tally of figures that add up: the cases of each outcome type."""

    @property
    def codes(self) -> frozenset[str]:
        """The outcome types that there are cases of."""
        return frozenset(self)

    @property
    def is_corrected(self) -> bool:
        """Whether some outcome sums to less than nothing."""
        return min(self.values(), default=0) < 0

    def of(self, codes: Iterable[str]) -> int:
        """The cases of some outcome types together.

        Parameters
        ----------
        codes
            Outcome codes.

        Returns
        -------
        int
            Cases.
        """
        return sum(self[code] for code in codes if code in self)


@dataclass(frozen=True)
class Cells:
    """A tally of counts of people: each set of outcome types is a cell of its own, and none is a sum of others."""

    counts: Counts
    where: Mapping[str, Any]
    is_corrected: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """Every countable outcome type."""
        outcomes = reference.outcomes(self.counts.scheme)
        return frozenset(code for code, outcome in outcomes.items() if not outcome.part_of)

    def of(self, codes: Iterable[str]) -> int | None:
        """The released number of a set of types; None where it is hidden. No type is no case.

        Parameters
        ----------
        codes
            Outcome codes.

        Returns
        -------
        int | None
            Cases, or None.
        """
        asked = frozenset(codes)
        return self.counts.cell(asked, **self.where) if asked else 0


def _by_outcome(counts: Counts) -> Tally:
    """All cases by the outcome that they had."""
    _check_outcomes(counts)
    if counts.is_released:
        return Cells(counts, {})
    sums = counts.table.groupby("outcome", sort=False)["cases"].sum()
    return Sums(zip(sums.index, map(int, sums), strict=True))


def _labels(counts: Counts, by: str) -> tuple[str, dict[object, str]]:
    """The dimension behind a label and the label of each of its values, all that were expected, in order."""
    dimension = {"month": "period", "quarter": "period"}.get(by, by)
    if dimension in ("force", "period") and dimension not in counts.dimensions:
        raise ParameterError(f"Counts '{counts.name}' are not kept by {dimension}, so not by {by} either.")
    coverage = counts.coverage
    if (by == "month" and not coverage.is_by_month) or (by == "quarter" and not coverage.is_by_quarter):
        instead = 'Use by="quarter".' if coverage.is_by_quarter else f'Leave out by="{by}".'
        raise ParameterError(f"Counts '{counts.name}' are not kept by {by}, but in longer periods. {instead}")
    if by == "force":
        return "force", {force: force for force in counts.forces}
    if by == "quarter":
        return "period", {first: quarter_name(first) for first in sorted(counts.coverage.periods)}
    if by == "month":
        return "period", {first: month_name(first) for first in sorted(counts.coverage.periods)}
    if by == "offence_name":
        names = reference.offences()
        if not counts.offences:
            raise ParameterError(f"Counts '{counts.name}' are not kept by offence. Leave out by=\"{by}\".")
        return "offence", {code: names[code] for code in counts.offences}
    if by == "year":
        raise ParameterError('Rates are not split by year. Take one at a time: cases.select(period="2024/25").')
    features = " Features of a case are compared by association.associate()." if counts.is_released else ""
    raise ParameterError(
        f"Rates cannot be split by '{by[:80]}'.{offer(by, _LABELS)} Use {', '.join(_LABELS)}.{features}"
    )


def _whole(place: str) -> tuple[str, dict[object, str]]:
    """All rows under one label: the place."""
    return "", {"": reference.label_of(place)}


def _sums(counts: Counts, label: str, names: dict[object, str]) -> dict[str, Tally]:
    """Cases by outcome for each name, in order; ``label`` is the dimension that the names stand for, if any."""
    if counts.is_released:
        return {name: Cells(counts, where) for name, where in _places(label, names).items()}
    if label not in counts.table:  # all rows have the one name
        [name] = names.values()
        return {name: _by_outcome(counts)}
    grouped = counts.table.groupby([label, "outcome"], sort=False)["cases"].sum()
    sums = {name: Sums() for name in names.values()}
    for value, code, cases in zip(*map(grouped.index.get_level_values, (0, 1)), grouped, strict=True):
        if value in names:
            cases_by_code = sums[names[value]]
            cases_by_code[code] = cases_by_code.get(code, 0) + int(cases)
    return dict(sums)


def _places(label: str, names: dict[object, str]) -> dict[str, dict[str, Any]]:
    """The coordinates of each name: of a period the first day and the number of the months that share the name."""
    if label != "period":
        return {name: {label: value} if label else {} for value, name in names.items()}
    coordinates: dict[str, dict[str, Any]] = {}
    for value, name in names.items():
        stretch = coordinates.setdefault(name, {"first": value, "months": 0})
        stretch["months"] += 1
    return coordinates


def _silent(counts: Counts, by: str, labels: Iterable[str]) -> set[str]:
    """The labels of which nothing was received: a force, a period, or all of them where nothing came at all."""
    coverage, silent = counts.coverage, set(counts.coverage.nothing_from())
    if silent == set(coverage.forces):
        return set(labels)
    if by in ("month", "quarter"):
        name = month_name if by == "month" else quarter_name
        absent = set(coverage.nothing_in())
        return {name(first) for first in absent} - {name(first) for first in coverage.periods if first not in absent}
    return silent if by == "force" else set()


def _finished(
    rows: list[tuple[str, int | None, int | None]],
    counts: Counts,
    *,
    by: str,
    context: About,
    corrected: set[str],
    lacking: Mapping[str, frozenset[str]],
    counted: Mapping[str, frozenset[str]],
) -> Rates:
    """Rows of label, events and cases with their state, share and interval.

    A label some of whose outcome types are ``lacking`` has no base, and no events where some of the ``counted`` are.
    """
    silent = _silent(counts, by, [label for label, _, _ in rows])
    partial = dict.fromkeys([*silent, *lacking], "not_received")
    hidden = dict.fromkeys((label for label, *numbers in rows if None in numbers), "suppressed")
    states = {**hidden, **dict.fromkeys(corrected, "unreliable"), **partial}
    table = pd.DataFrame(
        {
            by: pd.array([label for label, _, _ in rows], dtype="str"),
            "events": pd.array(
                [
                    None if label in silent or lacking.get(label, frozenset()) & counted[label] else events
                    for label, events, _ in rows
                ],
                dtype="Int64",
            ),
            "cases": pd.array([None if label in partial else cases for label, _, cases in rows], dtype="Int64"),
            "state": [states.get(label, "shown") for label, _, _ in rows],
        }
    )
    return Rates(with_shares(table, rounding=context.rounding)[[by, *MEASURES]], by=(by,), about=context)
