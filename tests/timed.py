"""Counts by time to outcome made by hand, and everything that the report on them shows."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analysis.answers.timing import follow
from analysis.counts.counts import Counts, Source
from analysis.counts.coverage import Coverage
from analysis.disclosure import protect
from analysis.questions.timing import words
from analysis.shares.rates import split

#: What a result keeps of each part that it worked out.
PARTS = {
    "standing": "_standing",
    "any_ending_by": "_ended",
    "ended_by": "_endings",
    "median_times": "_medians",
    "incidence_curves": "_curves",
    "group_test": "_test",
    "decided_by_age": "_decided",
    "headed_for": "_forecast",
    "back_tested": "_back_test",
}


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


def parts(counts: Counts, *names: str) -> dict[str, pd.DataFrame]:
    """Some results of the report by name, without its sentences, charts and tables."""
    times = follow(counts)
    return {name: getattr(times, PARTS[name]).table for name in names}


def everything(counts: Counts) -> dict[str, pd.DataFrame]:
    """Each result of the report by name, after every sentence, chart and table of them was made."""
    times = follow(counts)
    charts = (times.all_endings(), times.each_ending(), times.groups(), times.run_off(), times.heading_for())
    shown = [times.headline(), times.key_figures(), *charts, *(times.table(name) for name in times.tables())]
    assert all("nan" not in one.html.replace("font", "") and "<NA>" not in one.html for one in shown)
    made = {name: getattr(times, part) for name, part in PARTS.items()}
    now, ended, halves = made["standing"], made["any_ending_by"], made["median_times"]
    told = [
        words.opening(halves, ended, now),
        words.shares(ended, now),
        words.ways(made["ended_by"], now),
        words.still_open(now, protect(split(counts, by="outcome_name"))),
        words.misleads(ended),
        words.halves(halves),
    ]
    assert not [sentence for sentence in told if "nan" in sentence or "None" in sentence or "<NA>" in sentence]
    return {name: result.table for name, result in made.items()} | {"told": told, "shown": shown}
