"""How far have the cases of each month got? The run-off triangle: cases by month recorded and by months since.

Cases whose lags are in months have been followed to the end of the month in which the figures were taken. Lags in days
are cut into steps of 30, and the cases of a month are followed for as many whole steps as those of its last day.

What it does not cover: what is still to come (``analysis.statistics.maturity``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import ParameterError
from analysis.statistics.incidence import (
    UNDATED,
    UNDECIDED,
    Real,
    Whole,
    checked,
    is_early,
    is_followed,
    ordered,
    seen,
)

STEP_DAYS = 30


@dataclass(frozen=True)
class Triangle:
    """Cases by the month recorded and by steps since: months, or 30 days where lags are in days (``step``).

    ``ended`` has a plane per ending, a row per month and a column per step, from step 0, in which the case was
    recorded. A month has been followed to the end of its step in ``ages``; what ended later is not in it, and its
    ``cases`` hold those still open then; ``undated`` of these have an ending that nothing dates. ``early`` had ended at
    a lag below 0, taken as 0. ``young`` are the cases left out: of months that were not followed for a whole step, and
    those followed for no time. ``cases`` and ``young`` are all cases.
    """

    periods: tuple[date, ...]
    endings: tuple[str, ...]
    ages: Whole
    cases: Whole
    ended: Whole
    undated: Whole
    early: int
    young: int
    step: str

    @property
    def open_after(self) -> Real:
        """Cases still open after each step; nan where a month was not followed so far."""
        still = (self.cases[:, None] - self.ended.sum(axis=0).cumsum(axis=1)).astype(float)
        return np.where(self._followed, still, np.nan)

    @property
    def _followed(self) -> NDArray[np.bool_]:
        return np.asarray(np.arange(self.ended.shape[2])[None, :] <= self.ages[:, None])

    def earlier(self, steps: int) -> Triangle:
        """The triangle that figures taken so many steps before would have given.

        Raises ParameterError when nothing is left of it.
        """
        kept = self.ages >= steps
        if steps < 0 or not kept.any():
            raise ParameterError(f"No month was followed {steps} {self.step} before: ask for 0 to {self.ages.max()}.")
        ages = self.ages[kept] - steps
        seen = np.arange(ages.max() + 1)[None, :] <= ages[:, None]
        return replace(
            self,
            periods=tuple(period for period, is_kept in zip(self.periods, kept, strict=True) if is_kept),
            ages=ages,
            cases=self.cases[kept],
            ended=np.where(seen, self.ended[:, kept, : ages.max() + 1], 0),
            undated=self.undated[kept],
        )


def triangle(table: pd.DataFrame, taken: date, *, lag_unit: str = "months") -> Triangle:
    """Rows of ``period`` (first day of the month recorded), ``ending``, ``lag`` and ``cases`` as a run-off triangle.

    ``taken`` is the last month (any day of it) or, with lags in "days", the last day to which the cases were followed.
    Days are cut into steps of 30, and a month is followed for as many whole steps as its last day was.

    Raises ParameterError when a column is absent, the unit is neither, or no month was followed for a whole step;
    ValueError for rows that cannot be (``incidence.followed``) and for cases that were recorded, or ended, later than
    ``taken``, or are open and were not followed to it.
    """
    if lag_unit not in ("days", "months"):
        raise ParameterError(f"Lags are in days or months, not '{lag_unit}'.")
    rows = checked(table, "period", "ending", "lag", "cases")
    held = rows[is_followed(rows)]
    dated = seen(held)
    ages = {period: _age(period, taken, lag_unit) for period in sorted(held["period"].unique())}
    _refuse(dated, taken, lag_unit)
    old = {period: age for period, age in ages.items() if age >= 0}
    if not old or not (dated["period"].isin(list(old)) & (dated["ending"] != UNDECIDED)).any():
        raise ParameterError(f"No month has decided cases and was followed for a whole step to {taken}.")
    dated = dated.assign(step=dated["lag"] // (STEP_DAYS if lag_unit == "days" else 1))
    decided = dated[(dated["ending"] != UNDECIDED) & (dated["step"] <= dated["period"].map(ages))]
    names = ordered(set(decided["ending"]))
    ended = np.zeros((len(names), len(old), max(old.values()) + 1), dtype=np.int64)
    places = (decided["ending"].map(names.index), decided["period"].map(list(old).index), decided["step"])
    np.add.at(ended, tuple(place.to_numpy(dtype=np.int64) for place in places), decided["cases"].to_numpy())
    totals = dated.groupby("period")["cases"].sum()
    undated = held[held["ending"] == UNDATED].groupby("period")["cases"].sum()
    cases = totals.reindex(list(old), fill_value=0).to_numpy(dtype=np.int64)
    return Triangle(
        periods=tuple(old),
        endings=names,
        ages=np.array(list(old.values()), dtype=np.int64),
        cases=cases,
        ended=ended,
        undated=undated.reindex(list(old), fill_value=0).to_numpy(dtype=np.int64),
        early=int(rows.loc[is_early(rows), "cases"].sum()),
        young=int(rows["cases"].sum() - cases.sum()),
        step="months" if lag_unit == "months" else f"steps of {STEP_DAYS} days",
    )


def _age(period: date, taken: date, lag_unit: str) -> int:
    """The last step to the end of which every case of a month was followed; -1 if none."""
    if lag_unit == "months":
        return _months(period, taken)
    last = date(period.year + period.month // 12, period.month % 12 + 1, 1) - timedelta(days=1)
    return max(((taken - last).days + 1) // STEP_DAYS - 1, -1)


def _months(period: date, taken: date) -> int:
    return (taken.year - period.year) * 12 + taken.month - period.month


def _refuse(rows: pd.DataFrame, taken: date, lag_unit: str) -> None:
    """Refuse what no figures taken then can hold."""
    if max(rows["period"], default=taken) > taken:
        raise ValueError(f"Cases of {max(rows['period'])} stand in figures taken on {taken}.")
    longest = (
        rows["period"]
        .map(lambda period: _months(period, taken) if lag_unit == "months" else (taken - period).days)
        .astype("int64")
    )
    if bool((rows["lag"] > longest).any()):
        raise ValueError(f"{int((rows['lag'] > longest).sum())} rows have a lag that ends after {taken}.")
    shortest = longest if lag_unit == "months" else longest - 31
    lost = (rows["ending"] == UNDECIDED) & (rows["lag"] < shortest)
    if bool(lost.any()):
        raise ValueError(f"{int(lost.sum())} rows of undecided cases were not followed to {taken}.")


def run_off(held: Triangle) -> pd.DataFrame:
    """One row per month and step that it was followed: ``decided`` of its ``cases`` by the end of the step.

    Columns period, step, cases, decided, decided_share.
    """
    decided = held.ended.sum(axis=0).cumsum(axis=1)
    rows = [
        (period, step, int(held.cases[i]), int(decided[i, step]), decided[i, step] / held.cases[i])
        for i, period in enumerate(held.periods)
        if held.cases[i]
        for step in range(int(held.ages[i]) + 1)
    ]
    return pd.DataFrame(rows, columns=["period", "step", "cases", "decided", "decided_share"])
