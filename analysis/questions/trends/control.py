"""What changed, and when: each period against what the others predict for it, anew after every break.

A share or a count moves from period to period, and most of what it was it still is in the next. So a point is set
against the one-step prediction of ``innovations``, with drift, scale and memory estimated from its own phase and the
point itself left out. It is news where it lies outside its limits on two scales, logs (log odds for a share) and roots:
the second keeps small counts, whose logs are skew, from crying wolf.

What it does not cover: a slow turn is no point, so it is never news; nor is the first point of a phase. What would not
be seen is told by ``smallest``. Signals are in ``signals``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.questions.trends.innovations import FEWEST, Innovations, innovations, smallest_step
from analysis.questions.trends.series import Numbers, every_period, received
from analysis.reference.phases import phases
from analysis.reference.reference import Break

#: What each chart plots.
KINDS = {"share": "events as a share of cases, 0 to 1", "ratio": "events per case", "count": "events a period"}
#: Fewest cases a period, on average, from which chance is near enough to normal for limits.
FEWEST_CASES = 5
_POINTS = [
    "period",
    "last_day",
    "events",
    "cases",
    "value",
    "phase",
    "cut_by",
    "state",
    "centre",
    "low",
    "high",
    "score",
]
_PHASES = ["phase", "first_day", "last_day", "points", "after", "limits", "start", "end", "smallest"]


@dataclass(frozen=True)
class Chart:
    """A control chart: its points and its phases.

    ``points`` has one row for every period from first to last, those not received included: ``value`` (in the unit that
    KINDS gives), ``phase`` (missing where the break ``cut_by`` cuts the period), ``state`` (shown, not_received,
    not_applicable: no cases to divide by), the ``centre`` that the other points predict for it and the limits ``low``
    and ``high`` about that, in the unit of the value, and its ``score``, Student's t on the log scale; these four are
    missing at the first point of a phase and where the phase has no limits.

    ``phases`` has one row a phase: ``points`` received, the breaks it stands ``after``, ``limits`` (none or full),
    ``start`` and ``end`` (its first and last value), and ``smallest``: the lasting rise in its middle that would be
    called news four times in five, as a share of the level (0.2: a fifth), of a share as a difference of shares.
    """

    points: pd.DataFrame
    phases: pd.DataFrame
    months: int


def chart(table: pd.DataFrame, kind: str = "share", *, breaks: Iterable[Break] = (), months: int = 3) -> Chart:
    """The chart of a series: limits for each phase between breaks, none for one of under ``FEWEST`` points.

    Parameters
    ----------
    table
        A row a period, in order: ``period`` (its first day), ``events``, and ``cases`` for shares and ratios. A number
        that is missing, or a period that is not a row, was not received.
    kind
        What is plotted: "share", "ratio" or "count" (KINDS).
    breaks
        The changes in the counting that cut the series.
    months
        How many months a period has.

    Returns
    -------
    Chart
        The chart: a row for every period and a row for every phase.

    Raises
    ------
    ParameterError
        For an unknown kind, and months that are not from 1 to 12.
    ValueError
        When a column is absent, periods are not in order, a count is negative or not whole, there are events out of no
        cases, or in a chart of shares more events than cases.

    References
    ----------
    The limits are those of ``innovations``, which names its papers, on logs and on roots.

    Examples
    --------
    >>> days = pd.date_range("2014-04-01", periods=20, freq="QS").date
    >>> counted = [100, 104, 98, 103, 99, 105, 97, 101, 104, 98, 160, 166, 157, 165, 158, 168, 155, 162, 166, 157]
    >>> drawn = chart(pd.DataFrame({"period": days, "events": counted}), "count")
    >>> drawn.points.loc[drawn.points["value"] > drawn.points["high"], "period"].astype(str).tolist()
    ['2016-10-01']
    >>> drawn.phases[["points", "limits", "start", "end"]].to_numpy().tolist()
    [[20, 'full', 100.0, 157.0]]
    """
    if kind not in KINDS:
        raise ParameterError(f"No chart is called '{kind}'. Use {', '.join(KINDS)}.")
    series = received(table, kind)
    points = every_period(series, months=months)
    placed = phases(points["period"], breaks, months=months)
    points = points.assign(**{name: placed[name] for name in ("last_day", "phase", "cut_by")})
    points[["centre", "low", "high", "score"]] = np.nan
    rows = []
    for number, rows_of in points.groupby("phase").groups.items():
        summary = _limits(points, pd.Index(rows_of), kind=kind)
        rows.append({"phase": number, "after": placed.loc[rows_of[0], "after"], **summary})
    drawn = pd.DataFrame(rows, columns=_PHASES).astype({"phase": "Int64"})
    return Chart(points[_POINTS], drawn, months)


def _limits(points: pd.DataFrame, rows: pd.Index, *, kind: str) -> dict[str, object]:
    """Write what each point of one phase should have been into its points; return what is known of the phase."""
    part = points.loc[rows]
    given = part[part["value"].notna()]
    shown = len(given)
    summary: dict[str, object] = {
        "first_day": part["period"].iloc[0],
        "last_day": part["last_day"].iloc[-1],
        "points": shown,
        "limits": "none",
        "start": given["value"].iloc[0] if shown else np.nan,
        "end": given["value"].iloc[-1] if shown else np.nan,
        "smallest": np.nan,
    }
    if shown < FEWEST or _fewest(given, kind) < FEWEST_CASES:
        return summary
    places = given.index.to_numpy(dtype="float64")
    log, root = (innovations(value, places, noise) for value, noise in (_log(given, kind), _root(given, kind)))
    if log is None or root is None:  # its steps are all alike
        return summary
    ends = [_back(given, kind, fit, scale) for fit, scale in zip((log, root), ("log", "root"), strict=True)]
    points.loc[given.index, "centre"] = ends[0][0]
    points.loc[given.index, "low"] = np.minimum(ends[0][1], ends[1][1])
    points.loc[given.index, "high"] = np.maximum(ends[0][2], ends[1][2])
    points.loc[given.index, "score"] = log.scores
    step = log.scale * smallest_step(shown, log.weight)
    return summary | {"limits": "full", "smallest": _smallest(given, kind, step)}


def _fewest(table: pd.DataFrame, kind: str) -> float:
    """The mean number of cases a period that moves the series: events, or what is left of the cases where fewer."""
    events = float(table["events"].mean())
    return min(events, float((table["cases"] - table["events"]).mean())) if kind == "share" else events


def _parts(table: pd.DataFrame, kind: str) -> tuple[Numbers, Numbers]:
    """Events, and what they are set against: 1 for counts, the cases of a ratio, the other cases of a share."""
    events = table["events"].to_numpy(dtype="float64")
    if kind == "count":
        return events, np.ones(len(events))
    cases = table["cases"].to_numpy(dtype="float64")
    return events, cases - events if kind == "share" else cases


def _noise(table: pd.DataFrame, kind: str) -> Numbers:
    """How much chance in counting moves each point, relative to the others: by the number of its cases."""
    if kind == "count":
        return np.ones(len(table))
    return np.asarray(1 / table["cases"].to_numpy(dtype="float64"))


def _log(table: pd.DataFrame, kind: str) -> tuple[Numbers, Numbers]:
    """Log counts, log ratios or log odds, with half a case added so that none is infinite; and their noise."""
    events, other = _parts(table, kind)
    half = 0.5 if kind == "share" else 0.0
    return np.log((events + 0.5) / (other + half)), _noise(table, kind)


def _root(table: pd.DataFrame, kind: str) -> tuple[Numbers, Numbers]:
    """Roots of counts and ratios, arcsines of roots of shares: what makes the chance of small counts alike."""
    value = table["value"].to_numpy(dtype="float64")
    return np.arcsin(np.sqrt(value)) if kind == "share" else np.sqrt(value), _noise(table, kind)


def _back(table: pd.DataFrame, kind: str, fit: Innovations, scale: str) -> list[Numbers]:
    """What was expected and its lower and upper limit, in the unit of the value."""
    away = fit.limit * fit.error
    return [_unscaled(table, kind, value, scale) for value in (fit.expected, fit.expected - away, fit.expected + away)]


def _unscaled(table: pd.DataFrame, kind: str, value: Numbers, scale: str) -> Numbers:
    """Values of ``_log`` or ``_root`` as values of the series."""
    if scale == "root":
        if kind == "share":
            return np.asarray(np.sin(np.clip(value, 0, np.pi / 2)) ** 2)
        return np.asarray(np.clip(value, 0, None) ** 2)
    if kind == "share":
        cases = table["cases"].to_numpy(dtype="float64")
        odds = np.exp(np.clip(value, -50, 50))
        return np.asarray(np.clip(((cases + 1) * odds / (1 + odds) - 0.5) / cases, 0, 1))
    base = _parts(table, kind)[1]
    return np.asarray(np.clip(np.exp(np.clip(value, -50, 50)) - 0.5 / base, 0, None))


def _smallest(table: pd.DataFrame, kind: str, step: float) -> float:
    """A step on the log scale as a change of the series: of its level, or points of a share at its mean."""
    if kind != "share":
        return float(np.expm1(step))
    mean = float(table["events"].sum() / table["cases"].sum())
    odds = mean / (1 - mean) * np.exp(step)
    return float(odds / (1 + odds) - mean)
