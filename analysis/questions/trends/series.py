"""A series as a control chart reads it: checked, in order, with a row for every period that did not arrive.

A period that was not received [x] is no zero and no average of its neighbours. It keeps its place, so that nothing is
later taken to run across it.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.reference.periods import end_of
from analysis.reference.phases import in_order

Numbers = npt.NDArray[np.float64]


def received(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """A series as numbers.

    Parameters
    ----------
    table
        A row a period: ``period`` (its first day), ``events``, and ``cases`` for shares and ratios.
    kind
        What a chart of it plots (``control.KINDS``).

    Returns
    -------
    pd.DataFrame
        One row a row of the table: ``period``, ``events``, ``cases``, the ``value`` that is plotted, and ``state``:
        shown, not_received (a number is missing) or not_applicable (there were no cases to divide by).

    Raises
    ------
    ValueError
        Naming the period, when a column is absent, a count is negative, not whole or not finite, there are events out
        of no cases, or in a chart of shares more events than cases.

    Examples
    --------
    >>> days = [date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1)]
    >>> table = pd.DataFrame({"period": days, "events": [5, None, 0], "cases": [10, 8, 0]})
    >>> received(table, "share")[["value", "state"]].to_numpy().tolist()
    [[0.5, 'shown'], [nan, 'not_received'], [nan, 'not_applicable']]
    """
    needed = ["events"] if kind == "count" else ["events", "cases"]
    absent = [name for name in ("period", *needed) if name not in table.columns]
    if absent:
        raise ValueError(f"No column '{absent[0]}'; a chart of kind {kind} needs period, {', '.join(needed)}.")
    series = pd.DataFrame({"period": [_day(day) for day in table["period"]]})
    for name in ("events", "cases"):
        series[name] = _numbers(table[name], name, series["period"]) if name in needed else np.nan
    _refuse_impossible(series, kind)
    if kind == "count":
        series["value"] = series["events"]
    else:
        series["value"] = (series["events"] / series["cases"]).where(series["cases"] > 0)
    series["state"] = np.where(series[needed].isna().any(axis=1), "not_received", "shown")
    series.loc[series["value"].isna() & (series["state"] == "shown"), "state"] = "not_applicable"
    return series


def _day(day: object) -> date:
    """A first day as a plain date."""
    return pd.Timestamp(day).date()  # type: ignore[arg-type]


def _numbers(column: pd.Series, name: str, periods: pd.Series) -> Numbers:
    """A column as floating numbers, missing ones NaN; ValueError where one is negative or no whole number."""
    numbers = pd.to_numeric(column).to_numpy(dtype="float64", na_value=np.nan)
    is_known = ~np.isnan(numbers)
    wrong = is_known & (~np.isfinite(numbers) | (numbers < 0) | (numbers != np.floor(numbers)))
    if wrong.any():
        raise ValueError(f"Column '{name}', period {periods[int(wrong.argmax())]}: not a count or not a finite number.")
    return numbers


def _refuse_impossible(series: pd.DataFrame, kind: str) -> None:
    """ValueError for events out of no cases, or out of fewer where they are among the cases."""
    over = series["events"] > series["cases"] if kind == "share" else (series["events"] > 0) & (series["cases"] == 0)
    if over.any():
        first = series["period"].to_numpy()[int(over.to_numpy().argmax())]
        raise ValueError(f"Period {first}: more events than cases; a chart of kind {kind} cannot hold them.")


def every_period(series: pd.DataFrame, *, months: int) -> pd.DataFrame:
    """A series with a row for each period that is not there.

    Parameters
    ----------
    series
        What ``received`` gives.
    months
        How many months a period has.

    Returns
    -------
    pd.DataFrame
        The rows in order, those that are added without numbers and in the state not_received.

    Raises
    ------
    ValueError
        When periods are not in order or do not lie whole numbers of periods apart.
    ParameterError
        When the months are not from 1 to 12.

    Examples
    --------
    >>> table = pd.DataFrame({"period": [date(2024, 4, 1), date(2024, 10, 1)], "events": [5, 6]})
    >>> every_period(received(table, "count"), months=3)["state"].tolist()
    ['shown', 'not_received', 'shown']
    """
    firsts = in_order(series["period"], months=months)
    wanted: list[date] = []
    for first in firsts:
        while wanted and (following := end_of(wanted[-1], months=months) + timedelta(days=1)) < first:
            wanted.append(following)
        if wanted and end_of(wanted[-1], months=months) >= first:
            raise ValueError(f"Period {first} does not begin a whole number of periods after {firsts[0]}.")
        wanted.append(first)
    whole = series.set_index("period").reindex(pd.Index(wanted, name="period", dtype=object)).reset_index()
    whole["state"] = whole["state"].fillna("not_received")
    return whole
