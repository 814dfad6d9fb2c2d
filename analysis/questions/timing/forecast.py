"""Where are the young cases heading, and how well would that have been told before?

Of the cases of a month that are open after a step, a share ends in the next: the hazard. On the scale of the
complementary log-log it is a sum of four: how old the cases are (a random walk over the steps), the calendar month
(a first-order autoregression that all months recorded share), the month recorded, and the cell of the two. Of those
that end, the share of each way of ending among the ways that are left is such a sum on the logit scale. What chain
ladders lack is the second: a force that clears old cases, or slows down, moves all months at once.

How far the last three swing is taken from other forces: each candidate is a force of data/published/
force_volatility.csv, shaken, and counts as much as it makes what was seen here likely (empirical Bayes; the likelihood
by Laplace's approximation, as in penalised quasi-likelihood). A force is never among its own candidates. Months are
then played forward together, so that sums of months have intervals too. Those swings are widened by a factor that was
set on other data than those forecast (benchmarks/coverage/forecasts.py). Of numbers that a release rounded, draws begin
from what they may have been.

References: Breslow and Clayton (1993), Journal of the American Statistical Association 88: 9-25, section 2 (penalised
quasi-likelihood); Gneiting and Raftery (2007), the same 102: 359-378, section 6.2 (the interval score); Prentice and
Gloeckler (1978), Biometrics 34: 57-67 (the complementary log-log link for grouped times).

What it does not cover: what happens after the oldest month's age, a way of ending that was never seen, and forces that
change how they work more abruptly than those the factor was set on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress
from math import log

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.sparse import csr_matrix

from analysis.errors import ParameterError
from analysis.questions.timing.chain_ladder import Triangle, ladder
from analysis.questions.timing.incidence import UNDECIDED, Real, Whole
from analysis.reference import reference

BACK = (3, 6, 12)
#: How much further than the fitted model says months may swing, set on forces other than those forecast.
WIDER = 1.7
#: Crime IDs of one force that a later publication no longer held (data.police.uk), and how far the odds of vanishing
#: may differ between endings, as the standard deviation of their logarithm: assumed, for nobody has counted it.
VANISHED = 0.107
UNEVEN = log(2) / 1.96
_DRAWS, _COPIES, _SEED = 2000, 2, 20240723
_ALIKE = 1e-9
_NORMAL = 1.959964
_WALK, _FIRST = 0.5, 3.0  # standard deviations: from one step to the next, and of the first
_SHAKE = np.array([0.3, 0.2, 0.3, 0.3])
_LEAST, _MOST = np.array([log(0.01), -0.3, log(0.01), log(0.01)]), np.array([log(1.5), 1.5, 0.0, 0.0])
_FAR = 5.0  # of a working residual: one cell alone moves the fit no further in a turn
_VOLATILITY = reference.DATA / "published" / "force_volatility.csv"
_SCALES = ("calendar_log_sd", "calendar_atanh_correlation", "cohort_log_sd", "cell_log_sd")
_LIMITS = ("low_share", "high_share")
_FORECAST = ("period", "ending", "age", "cases", "so_far", "so_far_share", "final_share", "standard_error", *_LIMITS)
Link = Callable[[Real], tuple[Real, Real]]


def forecast(triangle: Triangle, *, at: int | None = None, force: str = "", is_revised: bool = False) -> pd.DataFrame:
    """How each month's cases will have ended by step ``at`` (the oldest month's age if left out).

    Parameters
    ----------
    triangle
        Cases by month recorded and by steps since.
    at
        The step to which months are forecast.
    force
        The force that the cases are of, which is left out of those that its swings are taken from.
    is_revised
        Whether a later publication may leave out cases and change endings; the limits then allow for it.

    Returns
    -------
    One row per month with cases and ending, "undecided" the last: ``age`` in steps, ``cases``, ``so_far`` of them,
    ``so_far_share``, ``final_share`` (the median of what may come, so that those of a month need not come to 1),
    ``standard_error``, ``low_share`` and ``high_share`` (95%). After them the rows of all months younger than ``at``
    that have an open case, where there are several, together: ``period`` and ``age`` are missing. For months already
    that old the final share is what happened by then, without limits. The same cases give the same numbers.

    Raises
    ------
    ParameterError
        When ``at`` lies beyond the oldest month's age, or a single month was followed for a step.

    References
    ----------
    The module's docstring.
    """
    oldest = int(triangle.ages.max())
    at = oldest if at is None else at
    if not 0 <= at <= oldest:
        raise ParameterError(f"The oldest month was followed for {oldest} {triangle.step}; {at} was asked for.")
    until = np.full(len(triangle.periods), at)
    return _forecasts(triangle, until, played(triangle, until, force=force), is_revised=is_revised)


def _forecasts(triangle: Triangle, until: Whole, ended: Real, *, is_revised: bool) -> pd.DataFrame:
    """The rows of each month by its own step, and of those together of which something is to come, from draws."""
    start, months = np.minimum(triangle.ages, until), np.arange(len(triangle.periods))
    so_far = np.vstack([triangle.ended.cumsum(axis=2)[:, months, start], _still(triangle)[months, start]])
    rows: list[tuple[object, ...]] = []
    is_open = _still(triangle)[months, start] > made_of_none(triangle)
    young = np.flatnonzero((triangle.ages < until) & is_open)
    groups = [(triangle.periods[i], int(triangle.ages[i]), [i]) for i in np.flatnonzero(triangle.cases > 0)]
    for period, age, places in [*groups, *([(None, None, list(young))] if len(young) > 1 else [])]:
        cases, drawn = int(triangle.cases[places].sum()), np.maximum(ended[:, :, places].sum(axis=(1, 2)), 1)
        for kind, name in enumerate((*triangle.endings, UNDECIDED)):
            shares, so_many = ended[:, kind, places].sum(axis=1) / drawn, int(so_far[kind, places].sum())
            final, *limits = _centre_and_limits(shares, cases, is_revised=is_revised)
            rows.append((period, name, age, cases, so_many, so_many / cases, final, float(shares.std()), *limits))
    types = dict.fromkeys(["so_far_share", "final_share", *_LIMITS], "Float64")
    return pd.DataFrame(rows, columns=list(_FORECAST)).astype({**types, "age": "Int64"})


def made_of_none(triangle: Triangle) -> float:
    """So many open cases of a month as three rounded numbers may make of none: 0 where nothing is rounded.

    Parameters
    ----------
    triangle
        Cases by month recorded and by steps since.

    Returns
    -------
    float
        Cases: the standard deviation that rounding gives to what is left of a month's cases by two endings.
    """
    return float(np.sqrt(3 * triangle.rounding))


def _centre_and_limits(shares: Real, cases: int, *, is_revised: bool) -> tuple[float, float | None, float | None]:
    """The median of draws of a share and its 95% limits, wider where a later publication may leave out cases.

    There are no limits where all draws are one. The median is never outside them, as a mean of few cases can be. Of
    cases of which a part vanishes at random, the share of the rest varies as a sample's does; where the odds of
    vanishing differ by the ending, it moves by that difference too.
    """
    low, middle, high = map(float, np.quantile(shares, [0.025, 0.5, 0.975]))
    if shares.min() == shares.max():
        return middle, None, None
    if not is_revised:
        return middle, low, high
    spread = middle * (1 - middle)
    revision = VANISHED / (1 - VANISHED) * spread / cases + (VANISHED * spread * UNEVEN) ** 2
    below, above = (np.hypot(side, _NORMAL * np.sqrt(revision)) for side in (middle - low, high - middle))
    return middle, float(max(middle - below, 0.0)), float(min(middle + above, 1.0))


@dataclass(frozen=True)
class Swings:
    """How far forces swing from month to month: scale parameters (``_SCALES``), a row for each candidate.

    Attributes
    ----------
    hazard
        Of how many of the open cases end in a step.
    split
        Of how those that end are split.
    """

    hazard: Real
    split: Real

    @classmethod
    @cache
    def of_others(cls, force: str) -> Swings:
        """Those of every force of data/published/force_volatility.csv but one.

        Parameters
        ----------
        force
            The force that is forecast, which does not say itself how much its own hazards swing; "" for none.

        Returns
        -------
        Swings
            How far the hazards and the splits of the others swing.
        """
        rows = reference.read_table(_VOLATILITY, required=("force", "months_back", "part", *_SCALES))
        others = [row for row in rows if row["force"] != force]
        return cls(*(_shaken([row for row in others if row["part"] == part]) for part in ("hazard", "split")))


def _shaken(rows: list[dict[str, str]]) -> Real:
    """The scale parameters of forces, each so many times and shaken."""
    many = np.repeat(np.array([[float(row[name]) for name in _SCALES] for row in rows]), _COPIES, axis=0)
    return np.clip(many + _SHAKE * np.random.default_rng(_SEED).standard_normal(many.shape), _LEAST, _MOST)


@dataclass(frozen=True)
class _Cells:
    """Cells of a month recorded and a step: ``leaving`` of ``among``, at a step, a calendar month and a month recorded.

    ``shape`` is how many of each of the three there are.
    """

    leaving: Real
    among: Real
    places: Whole
    shape: tuple[int, int, int]


@dataclass(frozen=True)
class _Fit:
    """Candidates: their ``weight``, the ``mean`` of the effects, the root of their precision, the cell's spread."""

    weight: Real
    mean: Real
    root: Real
    cell: Real


def played(triangle: Triangle, until: Whole, *, force: str = "", swings: Swings | None = None) -> Real:
    """Draws of how many of each month's cases will have ended in each way by its own step of ``until``.

    Parameters
    ----------
    triangle
        Cases by month recorded and by steps since.
    until
        The step to which each month is played.
    force
        As in ``forecast``.
    swings
        How far forces swing; those of data/published/force_volatility.csv but for ``force`` if left out.

    Returns
    -------
    Whole numbers of shape draws, endings and one for what is still open, months; of rounded numbers draws differ in how
    many cases a month has.

    Raises
    ------
    ParameterError
        When fewer than two months with open cases were followed for a step.
    """
    random = np.random.default_rng(_SEED)
    still, months = _still(triangle), np.arange(len(triangle.periods))
    start = np.minimum(triangle.ages, until)
    began = np.vstack([triangle.ended.cumsum(axis=2)[:, months, start], still[months, start]])
    ended = _unrounded(began.astype(np.int64), triangle.rounding, random)
    ahead = int((until - start).max(initial=0))
    if not ahead:
        return ended.astype(float)
    order = np.argsort(-triangle.ended.sum(axis=(1, 2)), kind="stable")
    recorded = int(triangle.ages.max()) - triangle.ages
    effects = [_drawn(fit, random) for fit in _fits(triangle, until, order, swings or Swings.of_others(force))]
    steps, times = int(until.max()), int((recorded + until).max())
    for step in range(1, ahead + 1):
        playing = np.flatnonzero(start + step <= until)
        age = start[playing] + step - 1
        columns = np.stack([age, steps + recorded[playing] + age, steps + times + playing])
        ended[:, :, playing] = _one_step(ended[:, :, playing], effects, columns, order, random)
    return ended.astype(float)


def _unrounded(began: NDArray[np.int64], rounding: float, random: np.random.Generator) -> NDArray[np.int64]:
    """What began, in every draw; of rounded numbers what they may have been, and what they leave of all cases open."""
    ended = np.repeat(began[None], _DRAWS, axis=0)
    if rounding:
        off = np.rint(np.sqrt(rounding) * random.standard_normal(ended.shape)).astype(np.int64)
        off[:, -1] -= off[:, :-1].sum(axis=1)
        ended = np.abs(ended + off)
    return ended


def _one_step(
    ended: NDArray[np.int64],
    effects: list[tuple[Real, Real]],
    columns: Whole,
    order: Whole,
    random: np.random.Generator,
) -> NDArray[np.int64]:
    """The numbers a step later: of the open cases some leave, and these are split one ending after another."""
    result = ended.copy()

    def share(which: int, link: Link) -> Real:
        state, cell = effects[which]
        noise = random.standard_normal((len(state), columns.shape[1]))
        return link(state[:, columns].sum(axis=1) + cell[:, None] * noise)[0]

    leaving = random.binomial(result[:, -1], share(0, _cloglog))
    result[:, -1] -= leaving
    for place, kind in enumerate(order):
        mine = random.binomial(leaving, share(place + 1, _logit)) if place < len(order) - 1 else leaving
        result[:, kind] += mine
        leaving = leaving - mine
    return result


def _still(triangle: Triangle) -> Whole:
    """Cases open after each step, whether or not a month was followed so far."""
    return np.asarray(np.maximum(triangle.cases[:, None] - triangle.ended.sum(axis=0).cumsum(axis=1), 0))


def _fits(triangle: Triangle, until: Whole, order: Whole, swings: Swings) -> list[_Fit]:
    """The fit of the hazard, and of each ending's share of the leavers that those before it in ``order`` left."""
    steps = int(until.max())
    ages = np.arange(min(steps, triangle.ended.shape[2] - 1))
    month, step = np.nonzero(ages[None, :] < triangle.ages[:, None])
    recorded = int(triangle.ages.max()) - triangle.ages
    times = int((recorded + until).max())
    places = np.stack([step, steps + recorded[month] + step, steps + times + month])
    is_old = places[1] < steps + times
    month, step, places = month[is_old], step[is_old], places[:, is_old]
    shape = (steps, times, len(triangle.periods))
    leaving, among = triangle.ended.sum(axis=0)[month, step + 1], _still(triangle)[month, step]
    if len(set(month[among > 0])) < 2:
        raise ParameterError("A single month tells nothing of how months differ: ask for more months.")
    fits = [_fitted(_Cells(leaving, among, places, shape), swings.hazard, _cloglog)]
    for kind in order[:-1]:
        mine = triangle.ended[kind][month, step + 1]
        fits.append(_fitted(_Cells(mine, leaving, places, shape), swings.split, _logit))
        leaving = leaving - mine
    return fits


def _fitted(cells: _Cells, scales: Real, link: Link) -> _Fit:
    """Effects and weights of the candidates, by the cells in which there was somebody to leave."""
    is_open = cells.among > 0
    leaving, among, places = (
        cells.leaving[is_open].astype(float),
        cells.among[is_open].astype(float),
        cells.places[:, is_open],
    )
    first = _pooled(leaving, among, places[0], cells.shape[0], link)
    size = sum(cells.shape)
    design = np.zeros((len(leaving), size))
    design[np.arange(len(leaving)), places] = 1
    outer = _outer(places, size)
    prior, constant = _prior(scales, cells.shape)
    centre = np.where(np.arange(size) < cells.shape[0], first[0], 0.0)
    eta, best = first[places[0]], 0
    noise = np.exp(2 * scales[:, 3])
    for _ in range(2):
        for _ in range(4):
            away, error = _working(leaving, among, eta, link)
            weight = 1 / (error + noise[best])
            moved = np.linalg.solve(
                prior[best] + design.T @ (weight[:, None] * design),
                design.T @ (weight * (eta + away - design @ centre)),
            )
            middle = design @ (centre + moved)
            eta = np.clip(middle + (eta + away - middle) * noise[best] * weight, -12, 3)
        away, error = _working(leaving, among, eta, link)
        apart = eta + away - design @ centre
        weights = 1 / (error + noise[:, None])
        root = np.linalg.cholesky(prior + (outer.T @ weights.T).T.reshape(len(scales), size, size))
        half = np.linalg.solve(root, ((weights * apart) @ design)[:, :, None])[:, :, 0]
        likely = 0.5 * (np.log(weights).sum(axis=1) + constant - (weights * apart**2).sum(axis=1))
        likely += 0.5 * (half**2).sum(axis=1) - np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        best = int(np.argmax(likely))
    chance = np.exp(likely - likely.max())
    mean = centre + np.linalg.solve(np.transpose(root, (0, 2, 1)), half[:, :, None])[:, :, 0]
    return _Fit(chance / chance.sum(), mean, root, np.sqrt(noise))


def _pooled(leaving: Real, among: Real, step: Whole, steps: int, link: Link) -> Real:
    """The linear predictor of each step over all months, half a case added; that of the step before where none."""
    left_by_step, open_by_step = (np.bincount(step, weights=values, minlength=steps) for values in (leaving, among))
    share = (left_by_step + 0.5) / (open_by_step + 1)
    eta = np.log(-np.log1p(-share)) if link is _cloglog else np.log(share / (1 - share))
    return np.clip(eta, -12, 3)


def _outer(places: Whole, size: int) -> csr_matrix:
    """Each cell's row of the design times itself, flat: weights times it are the information matrix."""
    flat = (places[:, None, :] * size + places[None, :, :]).reshape(9, -1)
    cell = np.broadcast_to(np.arange(places.shape[1]), flat.shape)
    return csr_matrix((np.ones(flat.size), (cell.ravel(), flat.ravel())), shape=(places.shape[1], size * size))


def _working(leaving: Real, among: Real, eta: Real, link: Link) -> tuple[Real, Real]:
    """Working residuals and their variances at a linear predictor."""
    share, slope = link(eta)
    away = np.clip((leaving - among * share) / (among * slope), -_FAR, _FAR)
    return away, share * (1 - share) / (among * slope**2)


def _prior(scales: Real, shape: tuple[int, int, int]) -> tuple[Real, Real]:
    """Each candidate's prior precision of the effects, and twice the part of its log density that depends on it."""
    steps, times, months = shape
    precision = np.zeros((len(scales), sum(shape), sum(shape)))
    change = np.diff(np.eye(steps), axis=0)
    precision[:, :steps, :steps] = change.T @ change / _WALK**2
    precision[:, 0, 0] += 1 / _FIRST**2
    variance, correlation = np.exp(2 * scales[:, 0]), np.tanh(scales[:, 1])
    at_times = np.arange(steps, steps + times)
    is_inner = (at_times > steps) & (at_times < steps + times - 1)
    inner = 1 + is_inner * correlation[:, None] ** 2 if times > 1 else 1 - correlation[:, None] ** 2
    precision[:, at_times, at_times] = inner / variance[:, None]
    beside = -(correlation / variance)[:, None]
    precision[:, at_times[1:], at_times[:-1]] = precision[:, at_times[:-1], at_times[1:]] = beside
    at_months = np.arange(steps + times, sum(shape))
    precision[:, at_months, at_months] = np.exp(-2 * scales[:, 2])[:, None]
    constant = np.log(1 - correlation**2) - 2 * times * scales[:, 0] - 2 * months * scales[:, 2]
    return precision, constant


def _drawn(fit: _Fit, random: np.random.Generator) -> tuple[Real, Real]:
    """Draws of the effects, a row each, and of the cell's spread, each WIDER times as far from the middle."""
    many = random.multinomial(_DRAWS, fit.weight)
    drawn_fits = np.flatnonzero(many)
    states = [
        fit.mean[place]
        + solve_triangular(fit.root[place].T, random.standard_normal((fit.mean.shape[1], many[place]))).T
        for place in drawn_fits
    ]
    order = random.permutation(_DRAWS)
    middle = fit.weight @ fit.mean
    effects = middle + WIDER * (np.vstack(states)[order] - middle)
    return effects, WIDER * np.repeat(fit.cell[drawn_fits], many[drawn_fits])[order]


def _cloglog(eta: Real) -> tuple[Real, Real]:
    """A share by its complementary log-log, and its slope."""
    near = np.clip(eta, -12, 3)
    return np.clip(-np.expm1(-np.exp(near)), 1e-9, 1 - 1e-9), np.maximum(np.exp(near - np.exp(near)), 1e-9)


def _logit(eta: Real) -> tuple[Real, Real]:
    """A share by its logit, and its slope."""
    share = 1 / (1 + np.exp(-np.clip(eta, -12, 12)))
    return share, share * (1 - share)


@dataclass(frozen=True)
class BackTest:
    """What forecasts from earlier figures would have said, beside what came, and beside the chain ladder.

    ``table`` has a row per ``back`` (steps before), month and ending: the columns of ``forecast`` as of then,
    ``history`` (months of it), ``came_share``, ``held`` (whether the interval holds it; missing where there is none),
    ``width_share``, ``interval_score``, and of the chain ladder ``ladder_low_share``, ``ladder_high_share``,
    ``ladder_held``, ``ladder_width_share`` and ``ladder_score``.
    ``summary`` has a row per ``back`` and ending: ``months``, ``intervals``, the means of those, and the mean over the
    months of the error with its sign, of the error without (``absolute_error_share``), and of that of saying that
    nothing more will come (``standstill_error_share``).
    """

    table: pd.DataFrame
    summary: pd.DataFrame


def _interval_score(low: pd.Series, high: pd.Series, came: pd.Series) -> pd.Series:
    """The width of a 95% interval and, where it missed, 2 / (1 - 0.95) times by how much: the less, the better.

    References
    ----------
    Gneiting and Raftery (2007), Journal of the American Statistical Association 102: 370, equation 43; Winkler (1972).

    Examples
    --------
    >>> _interval_score(pd.Series([0.2, 0.2]), pd.Series([0.3, 0.3]), pd.Series([0.25, 0.31])).round(3).tolist()
    [0.1, 0.5]
    """
    missed = (low - came).clip(lower=0) + (came - high).clip(lower=0)
    return high - low + 2 / (1 - 0.95) * missed


def back_test(
    triangle: Triangle,
    back: Sequence[int] = BACK,
    *,
    at: int | None = None,
    force: str = "",
    is_revised: bool = False,
    swings: Swings | None = None,
) -> BackTest:
    """Forecast each month's shares from the figures of so many steps ago, by the age that it has now, and compare.

    A case that ended at lag L was open at every age below L. That holds of a case's last outcome: one that had an
    earlier outcome was already decided in the earlier figures. Months older than any was then are left out, since no
    forecast reaches them; so are those that were ``at`` then, and none is forecast further than that.

    Parameters
    ----------
    triangle
        Cases by month recorded and by steps since.
    back
        How many steps ago the forecasts are made.
    at, force, is_revised
        As in ``forecast``.
    swings
        As in ``played``.

    Returns
    -------
    What each forecast said and what came, and the means by time before and ending.

    Raises
    ------
    ParameterError
        When no month was followed so many steps ago, or a step is not 1 or more.

    References
    ----------
    Gneiting and Raftery (2007), Journal of the American Statistical Association 102: 370, equation 43 (the score).
    """
    if not back or min(back) < 1:
        raise ParameterError("A back-test goes back 1 step or more.")
    at = int(triangle.ages.max()) if at is None else at
    tables = []
    for steps in back:
        then = triangle.earlier(steps)
        ages_now = then.ages + steps
        until = np.minimum(ages_now, min(int(then.ages.max()), at))
        draws = played(then, until, force=force, swings=swings)
        forecasts = _forecasts(then, until, draws, is_revised=is_revised)
        is_reached = (ages_now <= then.ages.max()) & (then.ages < at)
        tables.append(
            _compared(triangle, then, until, forecasts, is_reached).assign(back=steps, history=int(then.ages.max()) + 1)
        )
    table = pd.concat(tables, ignore_index=True)
    return BackTest(table[["back", *table.columns.drop("back")]], _summary(table))


def _compared(
    triangle: Triangle, then: Triangle, until: Whole, forecasts: pd.DataFrame, is_reached: NDArray[np.bool_]
) -> pd.DataFrame:
    """The rows of the months that a forecast reached, with what came and with the chain ladder's limits."""
    reached = list(compress(then.periods, is_reached))
    table = forecasts[forecasts["period"].isin(reached)].reset_index(drop=True)
    names = pd.MultiIndex.from_frame(table[["period", "ending"]])
    table["came_share"] = _came(triangle, dict(zip(then.periods, until, strict=True))).reindex(names).to_numpy()
    limits = ladder(then, until).set_index(["period", "ending"])[list(_LIMITS)].reindex(names)
    for which, low, high in (
        ("", table["low_share"], table["high_share"]),
        ("ladder_", limits["low_share"].reset_index(drop=True), limits["high_share"].reset_index(drop=True)),
    ):
        is_in = (low <= table["came_share"] + _ALIKE) & (table["came_share"] <= high + _ALIKE)
        table = table.assign(
            **{
                f"{which}low_share": low,
                f"{which}high_share": high,
                f"{which}held": is_in.astype("boolean"),
                f"{which}width_share": high - low,
                "ladder_score" if which else "interval_score": _interval_score(low, high, table["came_share"]),
            }
        )
    return table


def _came(triangle: Triangle, until: dict[object, int]) -> pd.Series:
    """The share of each month's cases that had ended in each way by its own step, by month and ending."""
    shares: dict[tuple[object, str], float] = {}
    for i, period in enumerate(triangle.periods):
        if period in until and triangle.cases[i]:
            ended = triangle.ended[:, i, : until[period] + 1].sum(axis=1) / triangle.cases[i]
            shares |= {(period, name): float(share) for name, share in zip(triangle.endings, ended, strict=True)}
            shares[period, UNDECIDED] = 1 - float(ended.sum())
    return pd.Series(shares, dtype="float64")


def _summary(table: pd.DataFrame) -> pd.DataFrame:
    errors = table.assign(
        error_share=table["final_share"] - table["came_share"],
        absolute_error_share=(table["final_share"] - table["came_share"]).abs(),
        standstill_error_share=(table["so_far_share"] - table["came_share"]).abs(),
    )
    means = {
        "held_share": "held",
        "width_share": "width_share",
        "interval_score": "interval_score",
        "ladder_held_share": "ladder_held",
        "ladder_width_share": "ladder_width_share",
        "ladder_score": "ladder_score",
        "error_share": "error_share",
        "absolute_error_share": "absolute_error_share",
        "standstill_error_share": "standstill_error_share",
    }
    aggregations = {name: (column, "mean") for name, column in means.items()}
    return (
        errors.groupby(["back", "ending"], sort=False)
        .agg(months=("period", "size"), intervals=("held", "count"), history=("history", "first"), **aggregations)
        .reset_index()
    )
