"""How far the cases of each month have got, where they are heading, and how well that would have been told before.

Each takes ``Histories`` by month and is worked out (``analysis.questions.timing.chain_ladder`` and ``forecast``) from
the rows that may be shown. Forecasts reach twelve months after recording and no further: so far back they are tested.
"""

from __future__ import annotations

import pandas as pd

from analysis.counts.joined import LEAST_JOINED
from analysis.errors import ParameterError
from analysis.questions.timing.chain_ladder import STEP_DAYS, Triangle, run_off, triangle
from analysis.questions.timing.forecast import BACK, back_test, forecast
from analysis.questions.timing.histories import YEAR, named
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


def decided_by_age(held: Histories) -> Worked:
    """The share of the cases of each quarter recorded that was decided by each time since.

    One row per quarter and time (``by_lag``, in the unit of the lags), as far as all its months were followed:
    ``cases`` and ``decided_share`` of them.
    """
    columns = ["quarter", "by_lag", "lag_unit", "cases", "decided_share"]

    def work(rows: pd.DataFrame) -> pd.DataFrame:
        cases = _triangle(held, rows)
        if cases is None:
            return pd.DataFrame(columns=columns)
        table = run_off(cases).assign(quarter=lambda months: months["period"].map(quarter_name), of=1)
        table = table.groupby(["quarter", "step"], sort=False)[["cases", "decided", "of"]].sum().reset_index()
        table = table[table["of"] == table.groupby("quarter")["of"].transform("max")]
        table["by_lag"] = [_lag(step, held) for step in table["step"]]
        table = table.assign(decided_share=table["decided"] / table["cases"], lag_unit=held.lag_unit)
        return table[columns].reset_index(drop=True)

    return Worked(held, work, ("quarter", "by_lag"))


def headed_for(held: Histories) -> Worked:
    """How the cases of each recent month will have ended twelve months after recording, by forecast.

    One row per month and ending, newest month first: the ending that carries withdrawal, and still open; the last two
    rows are those months together. ``so_far_share`` of the ``cases``, ``final_share`` by forecast, its range, and
    ``by_lag``, the time that the forecast is for. Months without an open case that may be shown are left out: nothing
    of them is to come. There are no rows where ``no_forecast`` says why.
    """
    columns = ["month", "ending", "by_lag", "lag_unit", "age", "cases", "so_far_share", "final_share", *_RANGE]

    def work(rows: pd.DataFrame) -> pd.DataFrame:
        cases = _triangle(held, rows)
        empty = pd.DataFrame(columns=columns)
        if cases is None or _refused(held, cases):
            return empty
        at = min(int(cases.ages.max()), _lag_step(held))
        try:
            table = forecast(cases, at=at, force=held.about.place, is_revised=_is_revised(held))
        except ParameterError:  # a single month tells nothing of how months differ
            return empty
        still_open = table.loc[(table["ending"] == UNDECIDED) & (table["so_far"] > 0), "period"]
        is_told = table["ending"].isin([held.measured, UNDECIDED]) & table["period"].isin(still_open)
        table = table[is_told & (table["age"].isna() | (table["age"] < at))]
        table = table.sort_values("period", ascending=False, kind="stable", na_position="last").rename(
            columns=dict(zip(("low_share", "high_share"), _RANGE, strict=True))
        )
        table = table.assign(
            month=[TOGETHER if pd.isna(period) else month_name(period) for period in table["period"]],
            ending=named(table["ending"]),
            by_lag=_lag(at, held),
            age=pd.array([None if pd.isna(step) else _lag(int(step), held) for step in table["age"]], dtype="Int64"),
            lag_unit=held.lag_unit,
        )
        return table[columns].reset_index(drop=True)

    return Worked(held, work, ("month", "ending"))


def no_forecast(held: Histories) -> Worked:
    """Why no forecast is made, in one row: ``months`` of history, and the ``joined_share`` that have an outcome row.

    No row where a forecast is made. ``joined_share`` is missing where joining is no question, as in case files.
    """
    columns = ["reason", "months", "joined_share"]

    def work(rows: pd.DataFrame) -> pd.DataFrame:
        cases = _triangle(held, rows)
        reason = _refused(held, cases) if cases is not None else ""
        if cases is None or not reason:
            return pd.DataFrame(columns=columns)
        return pd.DataFrame({"reason": [reason], "months": [_history(cases)], "joined_share": [held.joined_share]})

    return Worked(held, work, ("reason",))


def back_tested(held: Histories) -> Worked:
    """How forecasts from the figures of 3, 6 and 12 months before would have done, by what has come since.

    One row per time and ending, and one for all endings together: ``months`` forecast, ``intervals`` given, the share
    of them that held, their mean width and interval score, the same of the chain ladder, and by how many points the
    forecast, and saying that nothing more will come, were off. Figures of under six months are not gone back to.
    """
    columns = ["back", "ending", "history", "months", "intervals", *_MEANS, "standstill_error_share"]

    def work(rows: pd.DataFrame) -> pd.DataFrame:
        cases = _triangle(held, rows)
        tests = (
            []
            if cases is None or _refused(held, cases)
            else [_test(cases, steps, held).assign(back=_back(steps, held)) for steps in BACK]
        )
        told = [one for one in tests if len(one)]
        return pd.concat(told, ignore_index=True)[columns] if told else pd.DataFrame(columns=columns)

    return Worked(held, work, ("back", "ending"))


def _refused(held: Histories, cases: Triangle) -> str:
    """Why no forecast is made of these: too short a history, or too few crimes with an outcome row; "" if it is."""
    if _history(cases) < LEAST_HISTORY:
        return SHORT
    return UNJOINED if held.joined_share is not None and held.joined_share < LEAST_JOINED else ""


def _history(cases: Triangle) -> int:
    """For how many months the oldest cases have been followed, that of recording among them."""
    return int(cases.ages.max()) + 1


def _is_revised(held: Histories) -> bool:
    """Whether the figures are a publication that later ones revise; of case files nothing is known of that."""
    return held.joined_share is not None


def _test(cases: Triangle, steps: int, held: Histories) -> pd.DataFrame:
    """The summary of one back-test, all endings together first; empty where too little was followed so long ago."""
    if _history(cases) - steps < _LEAST_BACK:
        return pd.DataFrame()
    try:
        made = back_test(cases, (steps,), at=_lag_step(held), force=held.about.place, is_revised=_is_revised(held))
    except ParameterError:
        return pd.DataFrame()
    table = made.summary
    if not table["intervals"].sum():
        return pd.DataFrame()
    table = table.drop(columns="error_share").rename(columns={"absolute_error_share": "error_share"})
    told = made.table[made.table["held"].notna()]
    means = {name: told[column].astype(float).mean() for name, column in _MEANS.items() if column}
    together = {
        "ending": ALL_ENDINGS,
        "history": table["history"].iloc[0],
        "months": table["months"].max(),
        "intervals": table["intervals"].sum(),
        **means,
        "error_share": table["error_share"].mean(),
        "standstill_error_share": table["standstill_error_share"].mean(),
    }
    return pd.concat([pd.DataFrame([together]), table.assign(ending=named(table["ending"]))], ignore_index=True)


def _triangle(held: Histories, rows: pd.DataFrame) -> Triangle | None:
    """The run-off triangle of rows by month; none where no month has decided cases that were followed."""
    if rows.empty or held.followed_to is None:
        return None
    try:
        return triangle(rows, held.followed_to, lag_unit=held.lag_unit)
    except ParameterError:
        return None


def _lag(step: int, held: Histories) -> int:
    """The time by the end of a step, in the unit of the lags."""
    return step if held.lag_unit == "months" else (step + 1) * STEP_DAYS


def _lag_step(held: Histories) -> int:
    """The step at the end of which twelve months (or twelve times 30 days) are over."""
    return YEAR if held.lag_unit == "months" else YEAR - 1


def _back(steps: int, held: Histories) -> str:
    return f"{steps} months before" if held.lag_unit == "months" else f"{steps * STEP_DAYS} days before"
