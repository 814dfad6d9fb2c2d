"""How far the cases of each month have got, where they are heading, and how well that would have been told before.

Each takes ``Histories`` by month and is worked out (``analysis.questions.timing.chain_ladder`` and ``forecast``) from
the rows that may be shown. Forecasts reach twelve months after recording and no further: so far back they are tested.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from analysis.counts.joined import LEAST_JOINED
from analysis.errors import ParameterError
from analysis.questions.timing.chain_ladder import STEP_DAYS, Triangle, run_off, triangle
from analysis.questions.timing.forecast import BACK, back_test, forecast, made_of_none
from analysis.questions.timing.histories import NAMES, YEAR
from analysis.questions.timing.incidence import UNDECIDED
from analysis.reference.periods import month_name, quarter_name
from analysis.shares.worked import Histories, Worked

ALL_ENDINGS = "All of these together"
TOGETHER = "Together"  # the months that are forecast, as one
#: No forecast is made from fewer months of history, nor where fewer crimes have an outcome row.
LEAST_HISTORY = 12
SHORT, UNJOINED = "short history", "few outcome rows"
_RANGE = ("low_range_share", "high_range_share")
_LEAST_BACK = 6  # months: a back-test from fewer would say little of forecasts that are made from twelve
#: Means over the intervals of a back-test, each with the column it is the mean of; "" for one over the months.
_MEANS = {
    "held_share": "held",
    "width_share": "width_share",
    "interval_score": "interval_score",
    "ladder_held_share": "ladder_held",
    "ladder_width_share": "ladder_width_share",
    "ladder_score": "ladder_score",
    "error_share": "",
}


@dataclass(frozen=True)
class Outlook:
    """How far the cases of each month of some ``histories`` have got, and where they are heading."""

    histories: Histories

    @property
    def decided_by_age(self) -> Worked:
        """The share of the cases of each quarter recorded that was decided by each time since.

        One row per ``quarter`` and time (``by_lag`` in ``lag_unit``), as far as all its months were followed, and none
        of a quarter of which a month is hidden: ``cases`` and ``decided_share`` of them, 0 to 1.
        """
        columns = ["quarter", "by_lag", "lag_unit", "cases", "decided_share"]

        def work(rows: pd.DataFrame) -> pd.DataFrame:
            cases = _triangle(self.histories, rows)
            if cases is None:
                return pd.DataFrame(columns=columns)
            table = run_off(cases).assign(quarter=lambda months: months["period"].map(quarter_name), months=1)
            table = table.groupby(["quarter", "step"], sort=False)[["cases", "decided", "months"]].sum().reset_index()
            table = table[table["months"] == table["quarter"].map(Counter(map(quarter_name, self.histories.months)))]
            table["by_lag"] = [_lag(step, self.histories) for step in table["step"]]
            table = table.assign(decided_share=table["decided"] / table["cases"], lag_unit=self.histories.lag_unit)
            return table[columns].reset_index(drop=True)

        return Worked(self.histories, work, ("quarter", "by_lag"))

    @property
    def headed_for(self) -> Worked:
        """How the cases of each recent month will have ended twelve months after recording, by forecast.

        One row per ``month`` and ending, newest month first: the ending that carries withdrawal, and still open; the
        last two rows are those months together. ``cases``, and shares of them from 0 to 1: ``so_far_share``,
        ``final_share`` by forecast, its range from ``low_range_share`` to ``high_range_share``; ``age`` and ``by_lag``,
        the time that the forecast is for, in ``lag_unit``. Months without an open case that may be shown are left out:
        nothing of them is to come. There are no rows where ``no_forecast`` says why.

        References
        ----------
        Those of ``analysis.questions.timing.forecast``.
        """
        columns = ["month", "ending", "by_lag", "lag_unit", "age", "cases", "so_far_share", "final_share", *_RANGE]

        def work(rows: pd.DataFrame) -> pd.DataFrame:
            cases = _triangle(self.histories, rows)
            empty = pd.DataFrame(columns=columns)
            if cases is None or _refused(self.histories, cases):
                return empty
            at = min(int(cases.ages.max()), _lag_step(self.histories))
            try:
                table = forecast(cases, at=at, force=self.histories.about.place, is_revised=_is_revised(self.histories))
            except ParameterError:  # a single month tells nothing of how months differ
                return empty
            is_open = (table["ending"] == UNDECIDED) & (table["so_far"] > made_of_none(cases))
            still_open = table.loc[is_open, "period"]
            is_shown = table["ending"].isin([self.histories.measured, UNDECIDED]) & table["period"].isin(still_open)
            table = table[is_shown & (table["age"].isna() | (table["age"] < at))]
            table = table.sort_values("period", ascending=False, kind="stable", na_position="last").rename(
                columns=dict(zip(("low_share", "high_share"), _RANGE, strict=True))
            )
            table = table.assign(
                month=[TOGETHER if pd.isna(period) else month_name(period) for period in table["period"]],
                ending=table["ending"].map(NAMES),
                by_lag=_lag(at, self.histories),
                age=pd.array(
                    [None if pd.isna(step) else _lag(int(step), self.histories) for step in table["age"]], dtype="Int64"
                ),
                lag_unit=self.histories.lag_unit,
            )
            return table[columns].reset_index(drop=True)

        return Worked(self.histories, work, ("month", "ending"))

    @property
    def no_forecast(self) -> Worked:
        """Why no forecast is made.

        One row: the ``reason``, the ``months`` of history, and the ``joined_share`` of crimes that have an outcome row,
        0 to 1, missing where joining is no question, as in case files. No row where a forecast is made.
        """
        columns = ["forecast_reason", "months", "joined_share"]

        def work(rows: pd.DataFrame) -> pd.DataFrame:
            cases = _triangle(self.histories, rows)
            reason = _refused(self.histories, cases) if cases is not None else ""
            if cases is None or not reason:
                return pd.DataFrame(columns=columns)
            return pd.DataFrame(
                {
                    "forecast_reason": [reason],
                    "months": [_history(cases)],
                    "joined_share": [self.histories.joined_share],
                }
            )

        return Worked(self.histories, work, ("forecast_reason",))

    @property
    def back_tested(self) -> Worked:
        """How forecasts from the figures of 3, 6 and 12 months before would have done, by what has come since.

        One row per time (``back``, in words) and ending, and one before them for all endings together: the months of
        ``history``, ``months`` forecast, ``intervals`` given; shares from 0 to 1: ``held_share`` of these that held
        what came, their mean ``width_share`` and ``interval_score``, the same of the chain ladder (``ladder_...``), and
        by how much the forecast (``error_share``), and saying that nothing more will come (``standstill_error_share``),
        were off on average. Figures of under six months are not gone back to.

        References
        ----------
        Gneiting and Raftery (2007), Journal of the American Statistical Association 102: 370, equation 43 (the score);
        Mack (1993), ASTIN Bulletin 23: 213-225 (the chain ladder).
        """
        columns = ["back", "ending", "history", "months", "intervals", *_MEANS, "standstill_error_share"]

        def work(rows: pd.DataFrame) -> pd.DataFrame:
            cases = _triangle(self.histories, rows)
            tests = (
                []
                if cases is None or _refused(self.histories, cases)
                else [_test(cases, steps, self.histories).assign(back=_back(steps, self.histories)) for steps in BACK]
            )
            with_rows = [test for test in tests if len(test)]
            return pd.concat(with_rows, ignore_index=True)[columns] if with_rows else pd.DataFrame(columns=columns)

        return Worked(self.histories, work, ("back", "ending"))


def _refused(histories: Histories, cases: Triangle) -> str:
    """Why no forecast is made of these: too short a history, or too few crimes with an outcome row; "" if it is."""
    if _history(cases) < LEAST_HISTORY:
        return SHORT
    return UNJOINED if histories.joined_share is not None and histories.joined_share < LEAST_JOINED else ""


def _history(cases: Triangle) -> int:
    """For how many months the oldest cases have been followed, that of recording among them."""
    return int(cases.ages.max()) + 1


def _is_revised(histories: Histories) -> bool:
    """Whether the figures are a publication that later ones revise; of case files nothing is known of that."""
    return histories.joined_share is not None


def _test(cases: Triangle, steps: int, histories: Histories) -> pd.DataFrame:
    """The summary of one back-test, all endings together first; empty where too little was followed so long ago."""
    if _history(cases) - steps < _LEAST_BACK:
        return pd.DataFrame()
    try:
        test = back_test(
            cases, (steps,), at=_lag_step(histories), force=histories.about.place, is_revised=_is_revised(histories)
        )
    except ParameterError:
        return pd.DataFrame()
    table = test.summary
    if not table["intervals"].sum():
        return pd.DataFrame()
    table = table.drop(columns="error_share").rename(columns={"absolute_error_share": "error_share"})
    with_range = test.table[test.table["held"].notna()]
    means = {name: with_range[column].astype(float).mean() for name, column in _MEANS.items() if column}
    together = {
        "ending": ALL_ENDINGS,
        "history": table["history"].iloc[0],
        "months": table["months"].max(),
        "intervals": table["intervals"].sum(),
        **means,
        "error_share": table["error_share"].mean(),
        "standstill_error_share": table["standstill_error_share"].mean(),
    }
    return pd.concat([pd.DataFrame([together]), table.assign(ending=table["ending"].map(NAMES))], ignore_index=True)


def _triangle(histories: Histories, rows: pd.DataFrame) -> Triangle | None:
    """The run-off triangle of rows by month; none where no month has decided cases that were followed."""
    if rows.empty or histories.followed_to is None:
        return None
    try:
        rounding = histories.about.rounding
        return triangle(rows, histories.followed_to, lag_unit=histories.lag_unit, rounding=rounding)
    except ParameterError:
        return None


def _lag(step: int, histories: Histories) -> int:
    """The time by the end of a step, in the unit of the lags."""
    return step if histories.lag_unit == "months" else (step + 1) * STEP_DAYS


def _lag_step(histories: Histories) -> int:
    """The step at the end of which twelve months (or twelve times 30 days) are over."""
    return YEAR if histories.lag_unit == "months" else YEAR - 1


def _back(steps: int, histories: Histories) -> str:
    return f"{steps} months before" if histories.lag_unit == "months" else f"{steps * STEP_DAYS} days before"
