"""Cases by how they ended and how long that took, from counts by lag: what every question of time is asked of.

Endings are dispositions. Cases still open are "undecided", at the lag to which they were followed. Cases with an ending
that nothing dates are "undated": in everything about time they are open for as long as they were followed.

Two dates are carried: that to which it is known how cases stand, and that to which their endings are dated. Of
data.police.uk the first is the newest month of a force's street files, the second that of its outcomes files.

Within months recorded, figures that are not public keep three endings: the one that carries withdrawal, any other, and
still open. Running totals of people are released in multiples of five, and a month's few charges would be rounded away.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from analysis.counts import narrowing
from analysis.counts.counts import ALL_TYPES, Counts, day_of, months_of, span_days, span_key
from analysis.counts.joined import NO_ROW
from analysis.errors import ParameterError
from analysis.questions.timing.incidence import ANY, OPEN, UNDATED, UNDECIDED, UNFOLLOWED, endings
from analysis.reference import reference
from analysis.reference.periods import Period, day_name, end_of
from analysis.shares.rates import about
from analysis.shares.worked import Histories

OTHER = "any other ending"
YEAR = 12  # months
RECENT = 6  # months from the newest cases to the day of the figures in which these are young
_WITHDRAWAL = ("victim_withdrew", "withdrew_or_evidential")

#: What a reader calls each ending.
NAMES = {**reference.DISPOSITIONS, UNDATED: "Ended on a date not given", ANY: "Any ending", OTHER: "Any other ending"}


def histories(counts: Counts, *, by: str = "") -> Histories:
    """The cases of counts by lag, followed from recording to their ending or to the newest figures.

    Parameters
    ----------
    counts
        Counts by time to outcome.
    by
        What cases are followed within: "" for all together, "month" for the month recorded, or "group" for the forces
        where the counts hold several, otherwise the first and the last twelve months of recording (or halves, where
        there are fewer than 24 months).

    Returns
    -------
    One row per label, ``ending`` and ``lag`` (days or months), with whole ``cases``.

    Raises
    ------
    ParameterError
        When the counts have no lag or do not say to which day cases were followed, and for any other ``by``.

    Examples
    --------
    >>> from analysis.counts.counts import read
    >>> histories(read("gwent_2022_2025_lags"), by="group").table["group"].unique().tolist()
    ['July 2022 to June 2023', 'July 2024 to June 2025']
    """
    if "lag" not in counts.dimensions or "outcome" not in counts.dimensions or not counts.taken:
        raise ParameterError(
            f"Counts '{counts.name}' do not say how long cases took, or to which day they were followed. Use a set "
            "that 'attrition reduce' made of files with the dates of outcomes."
        )
    if by not in _LABELS:
        raise ParameterError(f"Cases are not followed by '{by}'. Use month or group, or leave it out.")
    measured = withdrawal_ending(counts.scheme)
    labels = _LABELS[by]
    known_to, dated = _as_at(counts)
    rows = _from_cells(counts, by) if counts.is_released else _from_rows(counts, by, min(dated, default=""))
    rows = rows[rows["cases"] != 0].astype({"lag": "int64"}).reset_index(drop=True)
    context = about(counts, measure="undecided", base="recorded")
    return Histories(
        rows,
        labels,
        replace(context, offence=narrowing.subject(counts) or context.offence),
        lag_unit=counts.lag_unit,
        followed_to=day_of(min(dated)) if dated else None,
        measured=measured,
        known_to=_in_words(known_to),
        dated_to=_in_words(dated),
        hidden=_hidden(counts) if counts.is_released and not by else 0,
        joined_share=_joined(counts),
        months=tuple(sorted(counts.coverage.periods if counts.is_released else set(rows.get("period", ())))),
    )


def _from_rows(counts: Counts, by: str, dated_to: str) -> pd.DataFrame:
    """Cases by label, ending and lag, from rows that add up."""
    table = counts.table.assign(ending=endings(counts.table, counts.scheme))
    if by == "month" and dated_to and counts.lag_unit == "months":
        table = _followed_to(table, dated_to)
    if by == "group":
        table["group"] = _groups(counts)
        table = table.dropna(subset=["group"])
    return table.groupby([*_LABELS[by], "ending", "lag"], observed=True, sort=True)["cases"].sum().reset_index()


def _from_cells(counts: Counts, by: str) -> pd.DataFrame:
    """The same from released running totals: a case stands at the first released time by which it had ended.

    An ending whose number is hidden is left out, and so is a month of which any is, since what is hidden would be taken
    for open. Cases of a month that have not ended were followed from its last day. Each of its few numbers taken as the
    highest so far would have more of them ended, and sooner, than had (``_risen``).
    """
    taken, parts = day_of(counts.taken), []
    for label, narrowed, span in _released_labels(counts, by):
        cells = narrowed.chosen_cells()
        cells = cells[cells["period"] == span]
        first, last = span_days(span)
        longest, shortest = (lag_of(first, taken, counts.lag_unit), lag_of(last, taken, counts.lag_unit))
        rows = cells[(cells["lag"] >= 0) & cells["cases"].notna()].sort_values("lag", kind="stable")
        total = cells.loc[(cells["lag"] < 0) & (cells["outcome"] == ALL_TYPES), "cases"]
        running = _risen(rows, int(total.iloc[0])) if by == "month" and total.notna().all() else _highest(rows)
        ended = rows.assign(cases=(running - running.groupby(rows["ending"]).shift(fill_value=0)).astype("int64"))
        ended["lag"] = ended["lag"].clip(upper=longest)
        if by == "month":
            if total.isna().any() or cells.loc[cells["lag"] >= 0, "cases"].isna().any():
                continue
            still = max(int(total.iloc[0]) - int(ended["cases"].sum()), 0)
            ended = pd.concat([ended, pd.DataFrame({"ending": [UNDECIDED], "lag": [shortest], "cases": [still]})])
        parts.append(ended.assign(**dict.fromkeys(_LABELS[by], label))[[*_LABELS[by], "ending", "lag", "cases"]])
    table = pd.concat(parts) if parts else pd.DataFrame(columns=[*_LABELS[by], "ending", "lag", "cases"])
    return table.groupby([*_LABELS[by], "ending", "lag"], sort=True)["cases"].sum().reset_index()


def _highest(rows: pd.DataFrame) -> pd.Series:
    """Running totals, each the highest of its ending so far."""
    return rows.groupby("ending", sort=False)["cases"].cummax()


def _risen(rows: pd.DataFrame, total: int) -> pd.Series:
    """Running totals that never fall, nearest to rounded ones, and of all endings no more than the ``total``.

    Before the total holds them back none is further from the truth than the worst of its ending.

    References
    ----------
    Barlow, Bartholomew, Bremner and Brunk 1972, Statistical Inference under Order Restrictions, section 1.2.

    Examples
    --------
    >>> rows = pd.DataFrame({"ending": "charged", "cases": [20, 30, 25, 30, 25, 40]})
    >>> _risen(rows, 100).tolist(), _risen(rows, 35).tolist()
    ([20, 28, 28, 28, 28, 40], [18, 24, 24, 24, 24, 35])
    """
    from scipy import optimize  # which a release does without

    def nearest(numbers: pd.Series) -> pd.Series:
        risen = optimize.isotonic_regression(numbers.to_numpy(dtype="float64")).x
        return pd.Series(risen, index=numbers.index)

    by_ending = rows["ending"]
    running = rows["cases"].groupby(by_ending, sort=False).transform(nearest)
    ended = float(running.groupby(by_ending).max().sum())
    held = running * min(1.0, total / ended) if ended else running
    whole = held.round().astype("int64")
    return whole if int(whole.groupby(by_ending).max().sum()) <= total else held.astype("int64")


def _joined(counts: Counts) -> float | None:
    """The share of crimes with a row in data.police.uk's outcomes files; None of other figures, and of no crimes."""
    if counts.is_released or counts.scheme != "police_uk" or "first_outcome" not in counts.dimensions:
        return None
    if not counts.total:
        return None
    lacks = counts.table["first_outcome"].astype(object) == NO_ROW
    return 1 - float(counts.table.loc[lacks, "cases"].sum()) / counts.total


def _hidden(counts: Counts) -> int:
    """How many endings of the whole time have no number that is shown, though some case may have ended so."""
    cells, span = counts.chosen_cells(), counts.coverage.span
    rows = cells[(cells["period"] == span_key(span.first, months_of(span))) & (cells["lag"] >= 0)]
    return int(rows.groupby("ending")["cases"].max().isna().sum())


def _released_labels(counts: Counts, by: str) -> list[tuple[date | str, Counts, str]]:
    """Each label of ``by``, the counts that its cases are among, and their period as it was released."""
    span = counts.coverage.span
    if by == "month":
        return [(first, counts, span_key(first, 1)) for first in sorted(counts.coverage.periods)]
    if by == "group" and len(counts.forces) > 1:
        return [(force, counts.select(force=force), span_key(span.first, months_of(span))) for force in counts.forces]
    if by == "group":
        spans = [months for months in _first_and_last(counts) if months]
        return [(_label(months), counts, span_key(months[0], len(months))) for months in spans]
    return [("", counts, span_key(span.first, months_of(span)))]


def is_recent(counts: Counts) -> bool:
    """Whether the newest cases were recorded not long before the figures were taken.

    Parameters
    ----------
    counts
        Counts by time to outcome.

    Returns
    -------
    bool
        False where the last of their months is further back than RECENT.
    """
    return lag_of(counts.coverage.span.last, day_of(counts.taken), "months") <= RECENT


def lag_of(day: date, taken: date, unit: str) -> int:
    """How long it is from one day to another.

    Parameters
    ----------
    day, taken
        The earlier day and the later.
    unit
        "days" or "months".

    Returns
    -------
    Days, or months from that of the one to that of the other.

    Examples
    --------
    >>> lag_of(date(2024, 1, 31), date(2024, 2, 1), "months")
    1
    """
    return (taken - day).days if unit == "days" else 12 * (taken.year - day.year) + taken.month - day.month


_LABELS: dict[str, tuple[str, ...]] = {"": (), "month": ("period",), "group": ("group",)}


def withdrawal_ending(scheme: str) -> str:
    """The ending that carries withdrawal.

    Parameters
    ----------
    scheme
        The scheme of outcome types.

    Returns
    -------
    That of victims who withdrew where the scheme tells it apart, otherwise the pooled one; "charged" without either.

    Examples
    --------
    >>> withdrawal_ending("home_office"), withdrawal_ending("police_uk")
    ('victim_withdrew', 'withdrew_or_evidential')
    """
    return next((name for name in _WITHDRAWAL if reference.codes(scheme, name)), "charged")


def after(lag: int, unit: str) -> str:
    """A lag in words.

    Parameters
    ----------
    lag
        The time since recording.
    unit
        "days" or "months".

    Returns
    -------
    The beginning of a row of a table.

    Examples
    --------
    >>> after(30, "days"), after(0, "months"), after(3, "months")
    ('30 days', 'The month recorded', '3 months after')
    """
    if unit == "days":
        return f"{lag} {'day' if lag == 1 else 'days'}"
    return "The month recorded" if lag == 0 else f"{lag} {'month' if lag == 1 else 'months'} after"


def _groups(counts: Counts) -> pd.Series:
    """The group of each row: its force, or the first or last months of recording; missing in between."""
    if len(counts.forces) > 1:
        return counts.table["force"].astype(object)
    names = {first: _label(months) for months in _first_and_last(counts) for first in months}
    return counts.table["period"].map(names)


def _first_and_last(counts: Counts) -> tuple[list[date], list[date]]:
    """The first and the last twelve months of recording, or halves, where there are fewer than 24."""
    months = sorted(counts.coverage.periods)
    span = min(YEAR, len(months) // 2)
    return months[:span], months[len(months) - span :]


def _label(months: list[date]) -> str:
    return Period(months[0], end_of(months[-1], months=1)).label


def _as_at(counts: Counts) -> tuple[list[str], list[str]]:
    """The months or days to which it is known how the cases of each force stand, and to which endings are dated."""
    ends = [counts.as_at[force] for force in counts.forces if force in counts.as_at]
    ends = ends if counts.as_at else [(counts.taken, counts.taken)]
    return [known_to for known_to, _ in ends if known_to], [dated_to for _, dated_to in ends if dated_to]


def _followed_to(table: pd.DataFrame, taken: str) -> pd.DataFrame:
    """The rows as they would stand had all been followed to one month: what ended, or came, later was open then."""
    month = day_of(taken)
    longest = pd.Series([lag_of(first, month, "months") for first in table["period"]], index=table.index)
    later = ((table["lag"] > longest) | (longest < 0)) & ~table["ending"].isin(OPEN)
    ending = table["ending"].mask(later, UNDECIDED)
    lag = table["lag"].where(~ending.isin(OPEN), table["lag"].clip(upper=longest).clip(lower=UNFOLLOWED))
    return table.assign(ending=ending, lag=lag.astype("int64"))


def _in_words(taken: list[str]) -> str:
    """Days or months in words: "30 June 2024", "June 2025", "May to June 2025" where forces differ; "" for none."""
    if not taken:
        return ""
    first, last = day_of(min(taken)), day_of(max(taken))
    if len(taken[0]) > len("2025-06"):
        return day_name(last)
    return Period(first, end_of(last, months=1)).label
