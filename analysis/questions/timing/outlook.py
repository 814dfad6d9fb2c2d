"""How far the cases of each month have got, where they are heading, and how well that would have been told before.

Each takes ``Histories`` by month and is worked out (``analysis.questions.timing.chain_ladder`` and ``maturity``) from
the rows that may be shown. Forecasts reach twelve months after recording and no further: so far back they are tested.
"""

from __future__ import annotations

import pandas as pd

from analysis.errors import ParameterError
from analysis.questions.timing.chain_ladder import STEP_DAYS, Triangle, run_off, triangle
from analysis.questions.timing.forecast import BACK, back_test, forecast
from analysis.questions.timing.histories import YEAR, named
from analysis.questions.timing.incidence import UNDECIDED
from analysis.reference.periods import month_name, quarter_name
from analysis.shares.worked import Histories, Worked

ALL_ENDINGS = "All of these together"


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
        return _without_certainty(table[columns], held, "decided_share")

    return Worked(held, work, ("quarter", "by_lag"))


def headed_for(held: Histories) -> Worked:
    """How the cases of each recent month will have ended twelve months after recording, by forecast.

    One row per month and ending, newest month first: the ending that carries withdrawal, and still open.
    ``so_far_share`` of the ``cases``, ``final_share`` by forecast, its 95% limits, and ``by_lag``, the time that the
    forecast is for. Months without an open case that may be shown are left out: nothing of them is to come.
    """
    columns = ["month", "ending", "by_lag", "lag_unit", "age", "cases", "so_far_share", "final_share", "low", "high"]

    def work(rows: pd.DataFrame) -> pd.DataFrame:
        cases = _triangle(held, rows)
        empty = pd.DataFrame(columns=columns)
        if cases is None or cases.ages.max() == 0:
            return empty
        at = min(int(cases.ages.max()), _lag_step(held))
        try:
            table = forecast(cases, at=at)
        except ParameterError:  # a single month tells nothing of how months differ
            return empty
        still_open = table.loc[(table["ending"] == UNDECIDED) & (table["so_far"] > 0), "period"]
        is_told = table["ending"].isin([held.measured, UNDECIDED]) & table["period"].isin(still_open)
        table = table[is_told & (table["age"] < at)]
        table = table.sort_values("period", ascending=False, kind="stable").rename(
            columns={"low_share": "low", "high_share": "high"}
        )
        table = table.assign(
            month=table["period"].map(month_name),
            ending=named(table["ending"]),
            by_lag=_lag(at, held),
            age=[_lag(int(step), held) for step in table["age"]],
            lag_unit=held.lag_unit,
        )
        return _without_certainty(table[columns], held, "so_far_share", "final_share")

    return Worked(held, work, ("month", "ending"))


def back_tested(held: Histories) -> Worked:
    """How forecasts from the figures of 3, 6 and 12 months before would have done, by what has come since.

    One row per time and ending, and one for all endings together: ``months`` forecast, ``intervals`` given, the share
    of them that held, and by how many points the forecast, and saying that nothing more will come, were off.
    """
    columns = ["back", "ending", "months", "intervals", "held_share", "error_share", "standstill_error_share"]

    def work(rows: pd.DataFrame) -> pd.DataFrame:
        cases = _triangle(held, rows)
        tests = [] if cases is None else [_test(cases, steps).assign(back=_back(steps, held)) for steps in BACK]
        told = [one for one in tests if len(one)]
        return pd.concat(told, ignore_index=True)[columns] if told else pd.DataFrame(columns=columns)

    return Worked(held, work, ("back", "ending"))


def _without_certainty(table: pd.DataFrame, held: Histories, *shares: str) -> pd.DataFrame:
    """Rows with their state; of figures that are not public, one whose share is nothing or all is suppressed."""
    result = table.reset_index(drop=True).assign(state="shown")
    if held.about.sensitivity == "published":
        return result
    result[list(shares)] = result[list(shares)].astype("Float64")
    hidden = result[shares[0]].isin([0, 1])
    result.loc[hidden, [*shares, *(name for name in ("low", "high") if name in result)]] = None
    result.loc[hidden, "state"] = "suppressed"
    return result


def _test(cases: Triangle, steps: int) -> pd.DataFrame:
    """The summary of one back-test, all endings together first; empty where too little was followed so long ago."""
    try:
        table = back_test(cases, (steps,)).summary
    except ParameterError:
        return pd.DataFrame()
    if not table["intervals"].sum():
        return pd.DataFrame()
    table = table.drop(columns="error_share").rename(columns={"absolute_error_share": "error_share"})
    known = table[table["intervals"] > 0]
    together = {
        "ending": ALL_ENDINGS,
        "months": table["months"].max(),
        "intervals": table["intervals"].sum(),
        "held_share": (known["held_share"].astype(float) * known["intervals"]).sum() / known["intervals"].sum(),
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
