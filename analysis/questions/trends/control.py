"""What changed, and when: control charts whose limits start anew at every break.

A share or a count moves from period to period by chance alone. A control chart draws limits of three standard
deviations about the mean, so that what lies inside them is not taken for news (Shewhart 1931; Montgomery,
*Introduction to Statistical Quality Control*, chapter 7). Police counts vary more than the binomial says, and with
tens of thousands of cases a period the ordinary limits shut out nearly every point; Laney's charts (2002, *Quality
Engineering* 14: 531-537) widen them by what the series itself shows between one period and the next.

What it does not cover: independence. Limits assume that a period says nothing about the next, and a slow drift widens
Laney's limits less than it moves the points. Signals are in ``special_causes``, the seasons in ``seasonality``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.questions.trends.series import Numbers, every_period, received
from analysis.reference.periods import Period
from analysis.reference.phases import phases
from analysis.reference.reference import Break

#: What each chart plots. A primed one is Laney's; "c" counts where there is no base, "xmr" takes any number.
KINDS = {
    "p": "events as a share of cases, 0 to 1",
    "p_prime": "events as a share of cases, 0 to 1",
    "u": "events per case",
    "u_prime": "events per case",
    "c": "events a period",
    "c_prime": "events a period",
    "xmr": "the value as given",
}
#: Fewest points of a phase that gets limits: this project's own rule, a run of seven and one point to stand beside it.
#: Wheeler (*Understanding Variation*, p. 60) asks for five or six; NHSRplotthedots warns below TRIAL.
FEWEST = 8
#: Below this many points the limits are called trial limits, as NHSRplotthedots does (its "number of points required").
TRIAL = 12
#: Mean range of two independent normal values with standard deviation 1 (d2 for n = 2; Montgomery, Appendix VI).
D2 = 1.128
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
    "sigma",
    "low",
    "high",
]
_PHASES = ["phase", "first_day", "last_day", "points", "missing", "after", "limits", "centre", "sigma_z", "note"]


@dataclass(frozen=True)
class Chart:
    """A control chart: its points and its phases.

    ``points`` has one row for every period from first to last, those not received included: ``value`` (in the unit that
    KINDS gives), ``phase`` (missing where the break ``cut_by`` cuts the period), ``state`` (shown, not_received,
    not_applicable: no cases to divide by), and the phase's ``centre``, the point's ``sigma`` and its three-sigma limits
    ``low`` and ``high``, all in the unit of the value and missing where the phase has no limits.

    ``phases`` has one row a phase: ``points`` received, periods ``missing``, the breaks it stands ``after``, ``limits``
    (none, trial or full), ``centre``, ``sigma_z`` (Laney's factor; missing in other charts) and a ``note``.
    """

    kind: str
    points: pd.DataFrame
    phases: pd.DataFrame
    months: int
    notes: tuple[str, ...]


def chart(
    table: pd.DataFrame,
    kind: str = "p_prime",
    *,
    breaks: Iterable[Break] = (),
    months: int = 3,
    fewest: int = FEWEST,
) -> Chart:
    """The control chart of a series: limits for each phase between breaks, none for one of under ``fewest`` points.

    ``table`` has a row a period, in order: ``period`` (first day), ``events``, and ``cases`` for p and u charts;
    ``value`` instead for xmr. A number that is missing, or a period that is not a row, was not received.

    p: limits p-bar +/- 3 sqrt(p-bar (1 - p-bar) / n), n of each period (Montgomery 7.2); u and c: with the variance
    u-bar / n (7.3). Primed: sigma times sigma_z, the mean moving range of the z scores over 1.128 (Laney 2002). xmr:
    the mean +/- 3 times the mean moving range over 1.128 (Montgomery 6.4), never screened for outliers, as in NHS
    England's own sheets. A moving range is taken only between two periods that follow each other. Limits stop at 0,
    and at 1 in a p chart.

    Raises ParameterError for an unknown kind, ``fewest`` under 3 or ``months`` not from 1 to 12; ValueError when a
    column is absent, periods are not in order, a count is negative or not whole, or there are events out of no cases,
    or in a p chart more events than cases.
    """
    if kind not in KINDS:
        raise ParameterError(f"No control chart is called '{kind}'. Use {', '.join(KINDS)}.")
    if fewest < 3:
        raise ParameterError(f"Limits from {fewest} points. Three are the fewest from which a range can be averaged.")
    series = received(table, kind)
    points = every_period(series, months=months)
    placed = phases(points["period"], breaks, months=months)
    points = points.assign(**{name: placed[name] for name in ("last_day", "phase", "cut_by")})
    points[["centre", "sigma", "low", "high"]] = np.nan
    rows = []
    for number, rows_of in points.groupby("phase").groups.items():
        summary = _limits(points, pd.Index(rows_of), kind=kind, fewest=fewest)
        rows.append({"phase": number, "after": placed.loc[rows_of[0], "after"], **summary})
    drawn = pd.DataFrame(rows, columns=_PHASES).astype({"phase": "Int64"})
    return Chart(kind, points[_POINTS], drawn, months, _notes(points, drawn))


def _limits(points: pd.DataFrame, rows: pd.Index, *, kind: str, fewest: int) -> dict[str, object]:
    """Write the limits of one phase into its points; return what is known of the phase."""
    part = points.loc[rows]
    shown = int(part["value"].notna().sum())
    summary: dict[str, object] = {
        "first_day": part["period"].iloc[0],
        "last_day": part["last_day"].iloc[-1],
        "points": shown,
        "missing": len(part) - shown,
        "limits": "none",
        "centre": np.nan,
        "sigma_z": np.nan,
    }
    if shown < fewest:
        return summary | {"note": f"{_counted(shown)}, fewer than {fewest}: no limits and no rules."}
    centre, sigma = _spread(part, kind)
    values = part["value"].to_numpy(dtype="float64")
    if kind.endswith("_prime"):
        # Where sigma is 0 every value is the centre (no events at all, or nothing else): nothing to widen.
        scores = np.divide(values - centre, sigma, out=np.where(np.isnan(values), np.nan, 0.0), where=sigma > 0)
        summary["sigma_z"] = factor = _mean_moving_range(scores) / D2
        sigma = sigma * factor
    if np.isnan(sigma).all():
        return summary | {"sigma_z": np.nan, "note": "No two periods follow each other: no limits and no rules."}
    ceiling = 1.0 if kind[0] == "p" else np.inf
    floor = -np.inf if kind == "xmr" else 0.0
    points.loc[rows, "centre"] = centre
    points.loc[rows, "sigma"] = sigma
    points.loc[rows, "low"] = np.clip(centre - 3 * sigma, floor, ceiling)
    points.loc[rows, "high"] = np.clip(centre + 3 * sigma, floor, ceiling)
    note = "" if shown >= TRIAL else f"{_counted(shown)}, fewer than {TRIAL}: trial limits."
    return summary | {"limits": "full" if shown >= TRIAL else "trial", "centre": centre, "note": note}


def _counted(points: int) -> str:
    """A number of points in words: "1 point", "8 points"."""
    return f"{points} point{'' if points == 1 else 's'}"


def _spread(part: pd.DataFrame, kind: str) -> tuple[float, Numbers]:
    """The centre of a phase, and the standard deviation that each of its points would have by chance alone."""
    values = part["value"].to_numpy(dtype="float64")
    if kind == "xmr":
        return float(np.nanmean(values)), np.full(len(values), _mean_moving_range(values) / D2)
    if kind[0] == "c":
        centre = float(np.nanmean(values))
        return centre, np.full(len(values), np.sqrt(centre))
    shown = part["state"] == "shown"
    centre = float(part.loc[shown, "events"].sum() / part.loc[shown, "cases"].sum())
    variance = centre * (1 - centre) if kind[0] == "p" else centre
    cases = part["cases"].where(shown).to_numpy(dtype="float64")
    return centre, np.sqrt(variance / cases)


def _mean_moving_range(values: Numbers) -> float:
    """The mean distance between neighbours, those beside a gap left out; NaN where there are no neighbours."""
    ranges = np.abs(np.diff(values))
    known = ranges[~np.isnan(ranges)]
    return float(known.mean()) if known.size else float("nan")


def _notes(points: pd.DataFrame, drawn: pd.DataFrame) -> tuple[str, ...]:
    """What a reader must be told: periods that a break cuts, and phases whose limits are missing or for trial."""
    told = [
        f"{Period(first, last).label} is cut by {cut_by} and belongs to no phase."
        for first, last, cut_by in zip(points["period"], points["last_day"], points["cut_by"], strict=True)
        if cut_by
    ]
    columns = (drawn[name] for name in ("phase", "first_day", "last_day", "note"))
    told += [
        f"Phase {phase}, {Period(first, last).label}: {note}"
        for phase, first, last, note in zip(*columns, strict=True)
        if note
    ]
    return tuple(told)
