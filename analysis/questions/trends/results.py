"""A series on its way to a page: the points, phases, signals and season of its control chart.

Each is a ``Worked``: disclosure control acts on the counts of the periods, and the chart is drawn anew from what may be
shown. So a guarded series has the chart of its rounded counts, and a period that may not be shown is a gap in it, over
which no limit, mean or rule reaches as if it were there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

import pandas as pd

from analysis.questions.trends import signals
from analysis.questions.trends.control import Chart, chart
from analysis.questions.trends.signals import seasonality
from analysis.reference.names import in_sentence
from analysis.reference.periods import Period, day_name, labelled, month_name, quarter_name
from analysis.reference.reference import Break
from analysis.shares.rates import Rates
from analysis.shares.worked import Worked

#: The columns of a chart by its kind: what is plotted, what the other points predict for it, and the limits.
PLOTTED = {
    "ratio": ("per_hundred", "centre_per_hundred", "low_per_hundred", "high_per_hundred"),
    "share": ("share", "centre", "low_limit", "high_limit"),
    "count": ("recorded", "centre_recorded", "low_recorded", "high_recorded"),
}
#: The columns of a phase by the kind of its chart: its first and its last value.
ENDS = {
    "ratio": ("start_per_hundred", "end_per_hundred"),
    "share": ("start_share", "end_share"),
    "count": ("start_recorded", "end_recorded"),
}
#: Stand in place of a phase where a break cuts a period in two, and where its cases are too recent to have ended.
BETWEEN, RECENT = "between phases", "too recent"
_SIGNALS = ["first_period", "last_period", "direction", "phase", "points"]


@dataclass(frozen=True)
class Series:
    """A series of periods and how a control chart reads it.

    ``rates`` has one row a ``quarter`` or ``month`` of so many ``months``; ``kind`` is one of PLOTTED: a count plots
    its cases, a ratio 100 times its events over its cases, a share its share. ``breaks`` cut it.

    ``recent`` holds the labels of the last periods, where many of their cases have not ended: they are drawn, and
    used in no limit or signal. ``noted`` are breaks of single forces among several, which cut nothing.
    """

    rates: Rates
    kind: str
    breaks: tuple[Break, ...]
    months: int
    recent: frozenset[str] = frozenset()
    noted: tuple[Break, ...] = ()

    @property
    def points(self) -> Worked:
        """The points of its control chart: one row a ``quarter`` or ``month``, from first to last.

        Its counts, a share with its 95% interval, then what is plotted, what was to be expected and the limits, by the
        names of PLOTTED: whole cases, charges for every 100 cases, or a share from 0 to 1. ``phase`` is BETWEEN where
        the breaks ``cut_by`` cut the period, RECENT where it is too recent; ``after`` names the breaks that its phase
        stands after, ``rule`` its direction where it is news, ``noted`` breaks of single forces within the period,
        which cut nothing. A period that did not arrive or may not be shown has a row without numbers.

        Examples
        --------
        >>> from analysis.counts import counts
        >>> from analysis.disclosure import protect
        >>> from analysis.questions.trends.charted_series import recorded_series
        >>> points = protect(recorded_series(counts.read("stalking_recorded")).points).table
        >>> points.loc[points["phase"] == BETWEEN, ["quarter", "cut_by"]].to_numpy().tolist()
        [['2023/24 Q1', 'principal-crime']]
        """
        return Worked(self.rates, partial(_points, series=self), self.rates.by)

    @property
    def phases(self) -> Worked:
        """The phases of its control chart: one row a ``phase``.

        ``first_period`` and ``last_period``, in words too (``stretch``), ``points`` with a number, the first and last
        of them by the names of ENDS, and the ``smallest_step`` that would be seen: a part of the level (0.2: a fifth),
        of a share a difference of shares. ``limits`` are full or none; ``after`` names the breaks before it, ``change``
        says what they are.

        Examples
        --------
        >>> from analysis.counts import counts
        >>> from analysis.disclosure import protect
        >>> from analysis.questions.trends.charted_series import recorded_series
        >>> phases = protect(recorded_series(counts.read("stalking_recorded")).phases).table
        >>> phases[["start_recorded", "end_recorded"]].to_numpy().tolist()
        [[703, 3200], [4509, 11307], [19243, 29492], [32749, 36230]]
        """
        return Worked(self.rates, partial(_phases, series=self), ("phase",))

    @property
    def signals(self) -> Worked:
        """One row a signal: ``first_period``, the same ``last_period``, its ``direction``, ``phase`` and ``points``."""
        return Worked(self.rates, partial(_signals, series=self), ("first_period", "last_period"))

    @property
    def season(self) -> Worked:
        """What to beware of about the time of year: one row with a ``caution``, or none where nothing is to be said."""
        return Worked(self.rates, partial(_season, series=self), ("caution",))


def _drawn(table: pd.DataFrame, series: Series) -> Chart:
    """The chart of the rows that may be shown, a row of any other kind being a gap; the recent ones are not in it."""
    table = table[~table[series.rates.by[0]].isin(series.recent)]
    is_known = table["state"].isin(["shown", "not_applicable"])
    columns = ("cases", "cases") if series.kind == "count" else ("events", "cases")
    events, cases = (table[name].where(is_known) for name in columns)
    days = [labelled(name).first for name in table[series.rates.by[0]]]
    numbers = (tuple(None if pd.isna(number) else number for number in column) for column in (events, cases))
    return _charted(tuple(days), *numbers, series.kind, breaks=series.breaks, months=series.months)


@lru_cache(maxsize=8)  # points, phases, signals and season of one series are of one chart
def _charted(
    days: tuple[date, ...], events: tuple[object, ...], cases: tuple[object, ...], kind: str, **settings: Any
) -> Chart:
    rows = pd.DataFrame({"period": days, "events": events, "cases": cases})
    return chart(rows, kind, **settings)


def _points(table: pd.DataFrame, *, series: Series) -> pd.DataFrame:
    by, drawn = series.rates.by[0], _drawn(table, series)
    recent = [name for name in table[by] if name in series.recent]
    names = [*(_label(first, series.months) for first in drawn.points["period"]), *recent]
    source = table.set_index(by).reindex(names).rename_axis(by)
    placed = drawn.points.reindex(range(len(names)))
    points = source.reset_index()[[by, *_counts(series.kind)]]
    points = points.rename(columns=_RENAMED[series.kind]).assign(**_scaled(placed, series.kind))
    numbers = placed["phase"].astype("Int64").astype("string")
    points["phase"] = numbers.where(numbers.notna(), BETWEEN).astype(object)
    points.loc[points[by].isin(recent), "phase"] = RECENT
    points["cut_by"] = placed["cut_by"].fillna("")
    points["after"] = placed["phase"].map(dict(drawn.phases[["phase", "after"]].to_numpy())).fillna("")
    points["rule"] = [*_marks(drawn), *("" for _ in recent)]
    points["noted"] = [_noted(labelled(name), series.noted) for name in points[by]]
    points["state"] = source["state"].fillna("not_received").to_numpy()
    return points


def _noted(period: Period, breaks: tuple[Break, ...]) -> str:
    """The breaks that fall into a period, joined by "; "."""
    return "; ".join(change.name for change in breaks if date.fromisoformat(change.from_date) in period)


_RENAMED = {"ratio": {"events": "charges", "cases": "recorded"}, "count": {"cases": "recorded"}, "share": {}}


def _counts(kind: str) -> list[str]:
    """The columns of the source that stand before what a chart adds."""
    return {"ratio": ["events", "cases"], "count": ["cases"]}.get(kind, ["events", "cases", "share", "low", "high"])


def _scaled(points: pd.DataFrame, kind: str) -> dict[str, pd.Series]:
    """What a chart says of each point, in the unit of the series: whole cases, charges per 100, or a share."""
    values = dict(zip(PLOTTED[kind], (points[name] for name in ("value", "centre", "low", "high")), strict=True))
    return {name: _in_unit(value, kind) for name, value in values.items() if name not in ("share", "recorded")}


def _in_unit(value: pd.Series, kind: str) -> pd.Series:
    if kind == "count":
        return value.round().astype("Int64")
    return (value * (100 if kind == "ratio" else 1)).astype("Float64")


def _marks(drawn: Chart) -> list[str]:
    """above or below where a point is news, else ""."""
    directions = dict(signals.signals(drawn)[["first_day", "direction"]].to_numpy())
    return [directions.get(day, "") for day in drawn.points["period"]]


def _phases(table: pd.DataFrame, *, series: Series) -> pd.DataFrame:
    drawn = _drawn(table, series)
    phases, (start, end) = drawn.phases, ENDS[series.kind]
    rows = {
        "phase": phases["phase"].astype(str),
        "first_period": [_label(day, series.months) for day in phases["first_day"]],
        "last_period": [_label(day, series.months) for day in phases["last_day"]],
        "stretch": [
            f"{phase}: {Period(first, last).label}"
            for phase, first, last in zip(phases["phase"], phases["first_day"], phases["last_day"], strict=True)
        ],
        "points": phases["points"],
        start: _in_unit(phases["start"].astype("Float64"), series.kind),
        end: _in_unit(phases["end"].astype("Float64"), series.kind),
        "limits": phases["limits"],
        "smallest_step": phases["smallest"].astype("Float64"),
        "after": phases["after"],
        "change": [_changes_in_words(series.breaks, names) for names in phases["after"]],
        "state": phases["points"].map(lambda points: "shown" if points else "not_applicable"),
    }
    return pd.DataFrame(rows)


def _changes_in_words(breaks: tuple[Break, ...], names: str) -> str:
    """What breaks are, in sentences."""
    by_name = {change.name: change for change in breaks}
    sentences = []
    for change in (by_name[name] for name in names.split("; ") if name):
        day = day_name(date.fromisoformat(change.from_date))
        sentences.append(f"From {day}: {in_sentence(change.what_changed)}.")
    return " ".join(sentences)


def _label(day: date, months: int) -> str:
    """The label of the period that a day belongs to."""
    return quarter_name(day) if months == 3 else month_name(day)


def _signals(table: pd.DataFrame, *, series: Series) -> pd.DataFrame:
    news = signals.signals(_drawn(table, series))
    ends = {"first_period": news["first_day"], "last_period": news["last_day"]}
    named = {name: [_label(day, series.months) for day in days] for name, days in ends.items()}
    return news.assign(**named, phase=news["phase"].astype(str))[_SIGNALS]


def _season(table: pd.DataFrame, *, series: Series) -> pd.DataFrame:
    caution = seasonality(_drawn(table, series)).caution
    return pd.DataFrame({"caution": [caution] if caution else []}, dtype=object)
