"""Charts over the time since cases were recorded: how they ended, how groups differ, how far months have got."""

from __future__ import annotations

from functools import partial

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import curve_lines, curves, duration_captions, trials
from analysis.presentation.charts import framed
from analysis.presentation.forecast_rows import forecast_rows
from analysis.presentation.show import Shown
from analysis.presentation.style import Draw, Height

_ENOUGH = 4  # points of a line: fewer do not show where it is going


def stacked_endings(ended: Protected, standing: Protected) -> Shown:
    """Every ending one on another, as the share of all cases that had ended so by each time; white is still open."""
    only_protected(ended, standing)
    return framed(ended, curves.stacked, duration_captions.stacked(ended, standing))


def each_ending(ended: Protected, medians: Protected) -> Shown:
    """A small plot for each ending, with its 95% band; the ``medians`` say which comes soonest."""
    only_protected(ended, medians)
    return framed(ended, curves.multiples, duration_captions.multiples(ended, medians))


def groups(ended: Protected, test: Protected) -> Shown:
    """The curve of one ending in each group, with what the ``test`` between the groups says."""
    only_protected(ended, test)
    note, is_level = trials.tested(test, ended), trials.is_level(test, ended)
    caption = duration_captions.groups(ended, note=note, is_level=is_level)
    is_drawn = ended.table["group"].nunique() > 1 and bool(ended.table["incidence_share"].notna().any())
    return framed(ended, curve_lines.several if is_drawn else _nothing, caption)


def run_off(decided: Protected) -> Shown:
    """How far the cases of each quarter have got; the newest that was followed for some time stands out."""
    only_protected(decided)
    highlight = _newest(decided.table)
    drawing = partial(curve_lines.run_off_lines, highlight=highlight) if highlight else _nothing
    return framed(decided, drawing, duration_captions.run_off(decided, highlight=highlight))


def heading_for(forecast: Protected, back_test: Protected) -> Shown:
    """Where the cases of recent months are heading, always with how such forecasts would have done."""
    only_protected(forecast, back_test)
    return framed(forecast, _of_one_ending, duration_captions.heading(forecast, back_test))


def _of_one_ending(table: pd.DataFrame) -> tuple[Draw, Height]:
    """The rows of the ending that carries withdrawal: the first of each month."""
    mine = table[table["ending"] == table["ending"].iloc[0]].dropna(subset=["final_share"]).reset_index(drop=True)
    return forecast_rows(mine) if len(mine) else _nothing(mine)


def _nothing(_: pd.DataFrame) -> tuple[Draw, Height]:
    """An empty drawing, for rows without a share that may be shown."""
    return lambda _: None, lambda _: 1


def _newest(table: pd.DataFrame) -> str:
    """The newest quarter with a line long enough to compare, or else the newest; "" where there is none."""
    points = table.dropna(subset=["decided_share"]).groupby("quarter", sort=False).size()
    long = points[points >= min(_ENOUGH, points.max())] if len(points) else points
    return str(long.index[-1]) if len(long) else ""
