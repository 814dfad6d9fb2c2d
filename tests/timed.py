"""Counts by time to outcome made by hand, and everything that the report on them shows."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.counts.counts import Counts, Source
from analysis.counts.coverage import Coverage
from analysis.disclosure.protected import protect
from analysis.presentation import tables
from analysis.questions.timing import charts as over_time
from analysis.questions.timing import words as durations
from analysis.questions.timing.histories import histories
from analysis.questions.timing.outlook import back_tested, decided_by_age, headed_for, no_forecast
from analysis.questions.timing.results import (
    any_ending_by,
    ended_by,
    group_curves,
    group_shares,
    group_test,
    incidence_curves,
    median_times,
    standing,
)
from analysis.shares.rates import split


def timed_counts(rows, *, unit="months", taken="2024-04", sensitivity="published", months=(), **changes):
    """Counts by force, month, outcome and lag from (first day, outcome, lag, cases) tuples, or with a force first."""
    rows = [row if len(row) == 5 else ("Kent", *row) for row in rows]
    table = pd.DataFrame(rows, columns=["force", "period", "outcome", "lag", "cases"])
    table["period"] = [date.fromisoformat(day) for day in table["period"]]
    table[["lag", "cases"]] = table[["lag", "cases"]].astype("int64")
    held = sorted({*table["period"], *(date.fromisoformat(day) for day in months)})
    settings = {
        "name": "made_by_hand_lags",
        "dimensions": ("force", "period", "outcome", "lag"),
        "coverage": Coverage(tuple(sorted(table["force"].unique())), dict.fromkeys(held, 1), frozenset()),
        "basis": "recorded",
        "source": Source("By hand", "This test", "", "none", {"tests/timed.py": "0"}),
        "scheme": "home_office",
        "offence": "8Q",
    }
    return Counts(table=table, lag_unit=unit, taken=taken, sensitivity=sensitivity, **(settings | changes))


def everything(counts: Counts) -> dict[str, pd.DataFrame]:
    """Each result of the report by name, after every sentence, chart and table of them was made."""
    whole, groups, months = (histories(counts, by=by) for by in ("", "group", "month"))
    made = {work: protect(work(whole)) for work in (standing, any_ending_by, ended_by, median_times, incidence_curves)}
    made |= {work: protect(work(groups)) for work in (group_shares, group_curves, group_test)}
    made |= {work: protect(work(months)) for work in (decided_by_age, headed_for, back_tested, no_forecast)}
    now, ended, halves = made[standing], made[any_ending_by], made[median_times]
    shown = [
        durations.figures(ended, halves),
        over_time.stacked_endings(made[incidence_curves], now),
        over_time.each_ending(made[incidence_curves], halves),
        over_time.groups(made[group_curves], made[group_test]),
        over_time.run_off(made[decided_by_age]),
        over_time.heading_for(made[headed_for], made[back_tested], made[no_forecast]),
        *(tables.table(one, title=work.__name__) for work, one in made.items()),
    ]
    assert all("nan" not in one.html.replace("font", "") and "<NA>" not in one.html for one in shown)
    told = [
        durations.opening(halves, ended),
        durations.shares(ended, now),
        durations.ways(made[ended_by]),
        durations.still_open(now, protect(split(counts, by="outcome_name"))),
        durations.misleads(ended),
        durations.halves(halves),
    ]
    assert not [one for one in told if "nan" in one or "None" in one or "<NA>" in one]
    return {work.__name__: one.table for work, one in made.items()} | {"told": told, "shown": shown}
