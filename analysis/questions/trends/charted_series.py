"""The series of the report on change: cases recorded, charges beside them, and endings period by period.

A series of recorded crime, and of charges beside it, is cut where recording changed; a share of outcomes wherever
anything did. A series of one force is cut at its own breaks as well, such as another record system; a series of several
is not cut where one of them changed, and says so. A period in which a force did not send its figures is a gap: the sum
of the others is another series.

Charges of a quarter beside the cases recorded in it: the longest series there is of what becomes of stalking.

A ratio of two counts, no share of one: charges belong to the quarter in which an investigation closed, and its case was
recorded in that quarter or an earlier one. Where recording rises fast the ratio falls with nobody charging less. It is
for a u chart (events per case), whose events need not be among the cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

import pandas as pd

from analysis.counts.counts import Counts
from analysis.errors import ParameterError
from analysis.questions.trends.results import Series
from analysis.reference import findings, reference
from analysis.reference.periods import Period, end_of, month_name, quarter_name
from analysis.reference.phases import KINDS, RECORDING, breaks_noted, breaks_of
from analysis.reference.reference import Break
from analysis.reference.schema import MEASURES
from analysis.shares.open_cases import MUCH_OPEN
from analysis.shares.rates import Rates, about, rates, with_shares

_CHARGES = "data/published/stalking_charges_by_quarter.csv"
_TIMES = 2.0  # many undecided, and twice as many as is usual, is much less decided
CAUTION = "Charges in a quarter belong to cases recorded in it or in earlier quarters: a ratio, not a charge rate."


def charged_and_recorded(charged: Mapping[date, int], recorded: Counts, *, offence: str = "8Q") -> pd.DataFrame:
    """Charges and the cases recorded beside them, quarter by quarter.

    Parameters
    ----------
    charged
        Charges by the first day of a quarter: ``findings.closed_charges(offence)``.
    recorded
        Counts of recorded crime by force and quarter.
    offence
        The Home Office's code of the offence.

    Returns
    -------
    pd.DataFrame
        One row a quarter, in order: ``period``, ``events`` (charges), ``cases`` (recorded, all forces). A quarter that
        either lacks, or that some force did not send, has a missing number.

    Raises
    ------
    ParameterError
        When the counts hold no such offence, are not of recorded crime by quarter, or share no quarter with the
        charges.

    Examples
    --------
    >>> from analysis.counts import counts
    >>> table = charged_and_recorded(findings.closed_charges("8Q"), counts.read("stalking_recorded"))
    >>> table.iloc[-1].astype(str).tolist()
    ['2024-04-01', '2654', '33661']
    """
    chosen = recorded.select(offence=offence)
    if chosen.basis != "recorded" or "period" not in chosen.dimensions or set(chosen.coverage.periods.values()) != {3}:
        raise ParameterError(f"Counts '{recorded.name}' are not crimes recorded by quarter. Use stalking_recorded.")
    sums = chosen.table.groupby("period")["cases"].sum()
    partial = {first for _, first in chosen.coverage.missing}
    both = sorted(set(charged) & set(chosen.coverage.periods))
    if not both:
        raise ParameterError(f"Counts '{recorded.name}' share no quarter with the charges.")
    span = sorted(first for first in {*charged, *chosen.coverage.periods} if both[0] <= first <= both[-1])
    return pd.DataFrame(
        {
            "period": span,
            "events": pd.array([charged.get(first) for first in span], dtype="Int64"),
            "cases": pd.array([None if first in partial else sums.get(first) for first in span], dtype="Int64"),
        }
    )


def recorded_counts(cases: Counts, long: Counts) -> Counts:
    """The counts in which a series of recorded cases of the same crime and forces goes back furthest.

    Parameters
    ----------
    cases
        The cases that a report is about.
    long
        Recorded crime by force and quarter, over many years.

    Returns
    -------
    Counts
        ``long`` where it holds the same crime and forces, narrowed to them; otherwise the cases themselves: a page is
        about one crime.

    Examples
    --------
    >>> from analysis.counts import counts
    >>> kent = counts.read("stalking_2024_25").select(force="Kent")
    >>> recorded_counts(kent, counts.read("stalking_recorded")).name
    'stalking_recorded'
    """
    code = _offence(cases)
    if code not in long.offences or not set(cases.forces) <= set(long.forces):
        return cases
    chosen = cases.selection.get("force", "")
    group = chosen if reference.is_group(chosen) else "all"  # which goes by its name here too
    return long.select(offence=code, force=group).of_forces(cases.forces)


def recorded_series(recorded: Counts) -> Series:
    """Cases recorded by month or quarter, all forces of the counts together.

    Parameters
    ----------
    recorded
        Counts of recorded crime by month or quarter; of stalking where they are by offence and none is chosen.

    Returns
    -------
    Series
        The series, from the day on which the offence has a class of its own; whole cases.

    Raises
    ------
    ParameterError
        When the counts hold no such offence or are not of recorded crime by month or quarter.
    """
    chosen = recorded if _is_chosen(recorded) else recorded.select(offence="8Q")
    months = _period_length(chosen)
    if chosen.basis != "recorded":
        raise ParameterError(f"Counts '{recorded.name}' are not crimes recorded in a period. Use stalking_recorded.")
    # A break of definition is the day on which the offence became a class of its own: no zeros stand before it.
    begins = [date.fromisoformat(change.from_date) for change in _breaks_within(chosen, kinds=("definition",))]
    firsts = [first for first in sorted(chosen.coverage.periods) if first >= min(begins, default=first)]
    sums = chosen.by_period()
    table = pd.DataFrame({"period": firsts, "cases": pd.array([sums[first] for first in firsts], dtype="Int64")})
    table["events"] = pd.NA
    return _counted(_marked(table, chosen), chosen, kind="count", measure="recorded", months=months)


def _is_chosen(counts: Counts) -> bool:
    """Whether counts are narrowed to one crime, or kept by type of crime, of which all may be asked for."""
    return "offence" in counts.selection or "crime_type" in counts.dimensions


def _offence(counts: Counts) -> str:
    """The one offence that counts are of; "" where they are of several, or of a type of crime."""
    codes = [counts.selection["offence"]] if "offence" in counts.selection else list(counts.offences)
    return codes[0] if len(codes) == 1 else ""


def charges_beside(cases: Counts, long: Counts) -> Series:
    """Charges of each quarter beside recorded cases of the same crime, England and Wales.

    Parameters
    ----------
    cases
        The cases that a report is about, whose crime it is.
    long
        Recorded crime by force and quarter, over many years.

    Returns
    -------
    Series
        The series of ``charges_series``; of a crime of which no charges by quarter are held, the periods of its
        recorded cases, and nothing received.
    """
    code = _offence(cases)
    if code in findings.offences_with_charges():
        return charges_series(long, offence=code)
    own = recorded_series(recorded_counts(cases, long))
    rows = own.rates.table.assign(state="not_received")
    rows.loc[:, ["events", "cases"]] = pd.NA
    context = replace(own.rates.about, measure="charges")
    return replace(own, kind="ratio", rates=replace(own.rates, table=rows, about=context))


def charges_series(recorded: Counts, *, offence: str = "8Q") -> Series:
    """Charges of each quarter beside the cases recorded in it, England and Wales: see CAUTION.

    Parameters
    ----------
    recorded
        Counts of recorded crime by force and quarter, of every force.
    offence
        The Home Office's code of the offence.

    Returns
    -------
    Series
        The series; charges for every 100 cases.

    Raises
    ------
    ParameterError
        For counts that are narrowed to some forces.
    """
    chosen = recorded.select(offence=offence)
    if chosen.whole_place != reference.EVERYWHERE:
        raise ParameterError(
            f"Charges by quarter are held of {reference.EVERYWHERE} alone, and '{recorded.name}' is narrowed to "
            f"{chosen.whole_place}. Hand it over whole: it is narrowed to the forces of the cases by itself."
        )
    table = charged_and_recorded(findings.closed_charges(offence), recorded, offence=offence)
    series = _counted(_marked(table, chosen), chosen, kind="ratio", measure="charges", months=3)
    recorded_alone = series.rates.about
    source = f"Home Office, outcomes by offence and quarter ({_CHARGES}), and {recorded_alone.source}"
    context = replace(recorded_alone, files=(_CHARGES, *recorded_alone.files), source=source)
    noted = breaks_noted(offence, chosen.forces)
    return replace(series, rates=replace(series.rates, about=context), noted=noted)


def _marked(table: pd.DataFrame, counts: Counts) -> pd.DataFrame:
    """The same rows with their state: not received, or hidden, where a number is missing; unreliable where negative."""
    partial = {first for _, first in counts.coverage.missing}
    unknown = table["cases"].isna()
    if not table["events"].isna().all():
        unknown |= table["events"].isna()
    negative = (table[["events", "cases"]].fillna(0) < 0).any(axis=1)
    reason = "suppressed" if counts.is_released else "not_received"
    states = pd.Series("shown", index=table.index).mask(negative, "unreliable").mask(unknown, reason)
    states = states.mask(table["period"].isin(partial), "not_received")
    return table.assign(state=states).astype({"events": "Int64", "cases": "Int64"})


def _counted(table: pd.DataFrame, counts: Counts, *, kind: str, measure: str, months: int) -> Series:
    """A series of numbers by month or quarter that are no share of one another."""
    by, name = ("quarter", quarter_name) if months == 3 else ("month", month_name)
    rows = _without_shares(table.assign(**{by: [name(first) for first in table["period"]]}))
    rows.loc[rows["state"] == "not_received", ["events", "cases"]] = pd.NA
    span = Period(table["period"].iloc[0], end_of(table["period"].iloc[-1], months=months))
    span_label = f"{span.first:%B %Y} to {span.last:%B %Y}"
    context = replace(about(counts, measure=measure, base="recorded"), period=span_label)
    source = Rates(rows[[by, *MEASURES]], by=(by,), about=context, derive=_without_shares)
    noted = breaks_noted(counts.selection.get("offence", ""), counts.forces, kinds=RECORDING)
    return Series(source, kind, _breaks_within(counts, kinds=RECORDING), months, noted=noted)


def _one_force(counts: Counts) -> str:
    """The force of counts of one force, "" of several."""
    return counts.forces[0] if len(counts.forces) == 1 else ""


def _without_shares(table: pd.DataFrame) -> pd.DataFrame:
    """Rows with no share: what stands in events is not among what stands in cases."""
    empty = pd.Series(pd.NA, index=table.index, dtype="Float64")
    return table.assign(share=empty, low=empty, high=empty)


def by_period(counts: Counts, measure: str, *, base: str = "recorded") -> Rates:
    """A measure by month or quarter, whichever the counts are kept by; a period that is not whole is a gap.

    Parameters
    ----------
    counts
        Counts by month or by quarter and outcome.
    measure, base
        What is counted, and what shares are out of.

    Returns
    -------
    Rates
        One row a ``month`` or ``quarter``: ``events`` of ``cases``, their ``share`` from 0 to 1 with its 95% interval.

    Examples
    --------
    >>> from analysis.counts.counts import read
    >>> by_period(read("stalking_2024_25"), "charged").table["quarter"].tolist()
    ['2024/25 Q1', '2024/25 Q2', '2024/25 Q3', '2024/25 Q4']
    """
    by = "quarter" if _period_length(counts) == 3 else "month"
    shares = rates(counts, measure, base=base, by=by)
    names = dict(zip(sorted(counts.coverage.periods), shares.table[by], strict=True))
    partial = {names[first] for _, first in counts.coverage.missing}
    table = shares.table.copy()
    table.loc[table[by].isin(partial), ["events", "cases"]] = pd.NA
    table.loc[table[by].isin(partial), "state"] = "not_received"
    return replace(shares, table=with_shares(table, rounding=shares.about.rounding)[[by, *MEASURES]])


class Tabled(Protocol):
    """A result with rows, before or after disclosure control."""

    @property
    def table(self) -> pd.DataFrame:
        """The rows."""


def outcome_series(counts: Counts, measure: str, *, base: str = "recorded", undecided: Tabled) -> Series:
    """A measure period by period, cut at every break that concerns the offences of the counts, or any of them where
    the counts are by type of crime, which holds many offences.

    Parameters
    ----------
    counts
        Counts by month or by quarter and outcome.
    measure, base
        What is counted, and what shares are out of.
    undecided
        The share of undecided cases by the same periods, as it may be shown: by it the latest periods are told in which
        much less has ended (``recent_periods``).

    Returns
    -------
    Series
        The series; shares from 0 to 1.
    """
    shares, months = by_period(counts, measure, base=base), _period_length(counts)
    recent = recent_periods(undecided.table, shares.by[0])
    return Series(shares, "share", _breaks_within(counts), months, recent, breaks_noted("", counts.forces))


def recent_periods(undecided: pd.DataFrame, by: str) -> frozenset[str]:
    """The labels of the latest periods whose cases are much less decided than those of most periods.

    They reach back from the last one for as long as over a tenth of the cases are undecided, and twice the median of
    all periods. A share that is not shown counts there as the least it could be: more are left out so, never fewer.

    Parameters
    ----------
    undecided
        A row a period, in order, with the ``share`` of its cases that are undecided, from 0 to 1.
    by
        The column that labels the periods.

    Returns
    -------
    frozenset[str]
        The labels; none where the last period is as decided as the others.

    Examples
    --------
    >>> shares = pd.DataFrame({"month": ["May", "June", "July", "August"], "share": [0.05, 0.05, 0.3, 0.6]})
    >>> sorted(recent_periods(shares, "month"))
    ['August']
    """
    shares = undecided["share"].astype("Float64")
    usual = float(shares.fillna(0).median()) if len(shares) else 0.0
    many = ((shares > MUCH_OPEN) & (shares >= _TIMES * usual)).fillna(False)
    latest = many[::-1].cummin()[::-1]
    return frozenset(undecided.loc[latest, by].astype(str))


def _breaks_within(counts: Counts, *, kinds: Sequence[str] = KINDS) -> tuple[Break, ...]:
    """The breaks of all forces, and of the force of counts of one, that concern any offence of the counts.

    Of counts by type of crime, which holds many offences, all of them.
    """
    chosen = counts.selection.get("offence")
    offences = [chosen] if chosen else list(counts.offences) or [""]
    changes = {change for offence in offences for change in breaks_of(offence, kinds=kinds, force=_one_force(counts))}
    return tuple(sorted(changes, key=lambda change: change.from_date))


def _period_length(counts: Counts) -> int:
    """How many months each period of counts has, 1 or 3. Raises ParameterError for any other."""
    lengths = set(counts.coverage.periods.values())
    if "period" not in counts.dimensions or len(lengths) != 1 or not lengths <= {1, 3}:
        raise ParameterError(
            f"Counts '{counts.name}' are not kept by month or by quarter, so no change can be followed."
        )
    return lengths.pop()
