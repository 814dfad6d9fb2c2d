"""Do groups differ in how soon, or how often, cases end in one way? Gray's test, from grouped counts.

Gray (1988, Annals of Statistics 16: 1141-1154), with weight rho 0: at each lag the endings of a group against those
that it would have if all groups had one cumulative incidence, added up. Cases that ended otherwise stay in the
comparison as never ending so, which a log-rank test of the ending would not do. The variance is that of Gray's section
2, with the other endings' share estimated in each group and his correction for ties, and with the covariance of the
endings of one lag, which are multinomial (Dinse and Larson 1986, Biometrika 73: 379-386): by month there are many.

What it does not cover: which group differs, by how much, or why. With tens of thousands of cases every difference is
"significant": read the shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from analysis.errors import ParameterError
from analysis.questions.timing.incidence import OPEN, UNDECIDED, Real, checked, is_followed, seen
from analysis.shares.intervals import effective_cases

_NOTHING = 1e-9  # squared cases: less is no variance but rounding
_LARGE = 0.05  # of all cases: a group without an ending of so many has too few cases for their share to be compared


@dataclass(frozen=True)
class GrayTest:
    """The test of one ``ending`` between ``groups``: chi squared, its degrees of freedom and p."""

    ending: str
    groups: tuple[str, ...]
    statistic: float
    degrees: int
    p: float


@dataclass(frozen=True)
class _History:
    """One row per lag, one column per group: endings of interest, other endings, open before, and curves so far.

    ``before`` and ``after`` are the probability of being open, ``share`` the incidence before the lag, in each group.
    """

    so: Real
    otherwise: Real
    risk: Real
    before: Real
    after: Real
    share: Real


def gray_test(table: pd.DataFrame, *, ending: str, rounding: float = 0.0) -> GrayTest:
    """Gray's test of one ending between groups.

    Parameters
    ----------
    table
        Rows of ``group``, ``ending``, ``lag`` and ``cases``. Endings at lags below 0 are taken as at 0, undated cases
        are open for as long as they were followed. A group of which no case was followed for any time is none.
    ending
        The ending whose cumulative incidence is compared.
    rounding
        What a release adds to the variance of each running total, in cases squared. An ending is hidden in a group
        while it has few cases: it is compared from the lag on at which all groups show it, and a group that never does
        is left out, as is one that lacks another ending which is a twentieth of all cases or more. Chi squared is
        divided by as much as rounding widens the share of a group on average.

    Returns
    -------
    Chi squared, with as many degrees of freedom as there are groups less one, and p.

    Raises
    ------
    ParameterError
        When a column is absent, there are fewer than two groups, nobody ended so, or the groups were never open at one
        time.
    ValueError
        For rows that cannot be (``incidence.followed``).

    References
    ----------
    Gray (1988), Annals of Statistics 16: 1141-1154, section 2, with rho 0; Rao and Scott (1984), Annals of Statistics
    12: 46-60, for what divides it.

    Examples
    --------
    >>> cells = [("a", "charged", 1, 30), ("a", "undecided", 2, 70), ("b", "charged", 1, 45), ("b", "undecided", 2, 55)]
    >>> test = gray_test(pd.DataFrame(cells, columns=["group", "ending", "lag", "cases"]), ending="charged")
    >>> test.groups, test.degrees, round(test.statistic, 1)
    (('a', 'b'), 1, 4.8)
    """
    rows = checked(table, "group", "ending", "lag", "cases")
    rows = rows[is_followed(rows)]
    if rounding:
        rows = _shown_in_all(rows, ending)
    groups = tuple(sorted(rows["group"].unique()))
    if len(groups) < 2:
        raise ParameterError(f"Gray's test compares groups; column 'group' has {len(groups)}.")
    if ending in OPEN or ending not in set(rows["ending"]):
        raise ParameterError(f"No case ended as '{ending}', so there is nothing to compare.")
    score, variance = score_and_variance(rows, ending)
    return _tested(score, variance * _widened(rows, ending, rounding), ending=ending, groups=groups)


def _shown_in_all(rows: pd.DataFrame, ending: str) -> pd.DataFrame:
    """The rows of groups that show an ending, each ending no sooner than all of those show it that ever do."""
    sums = rows[~rows["ending"].isin(OPEN)].groupby(["ending", "group"])["cases"].sum().unstack(fill_value=0)
    is_needed = (sums.sum(axis=1) >= _LARGE * rows["cases"].sum()) | (sums.index == ending)
    there = sums.columns[(sums[is_needed] > 0).all()]
    rows = rows[rows["group"].isin(there)]
    ended = rows[~rows["ending"].isin(OPEN) & (rows["cases"] > 0)]
    shown = ended.groupby(["ending", "group"])["lag"].min().groupby("ending").max()
    soonest = rows["ending"].map(shown).fillna(rows["lag"])
    return rows.assign(lag=np.maximum(rows["lag"], soonest).astype("int64"))


def _widened(rows: pd.DataFrame, ending: str, rounding: float) -> float:
    """How much wider rounding makes the variance of a group's share that ended so, on average; 1 without."""
    if not rounding:
        return 1.0
    cases = rows.groupby("group")["cases"].sum()
    so = rows[rows["ending"] == ending].groupby("group")["cases"].sum().reindex(cases.index, fill_value=0)
    return float((cases / effective_cases(so / cases, cases, rounding)).mean())


def _tested(score: Real, variance: Real, *, ending: str, groups: tuple[str, ...]) -> GrayTest:
    """Chi squared from the scores of all groups but the last."""
    if np.linalg.matrix_rank(variance, tol=_NOTHING) < len(score):
        raise ParameterError(f"Too few cases ended as '{ending}' while the groups were followed to compare them.")
    statistic = float(score @ np.linalg.solve(variance, score))
    degrees = len(score)
    return GrayTest(ending, groups, statistic, degrees, float(chi2.sf(statistic, degrees)))


def score_and_variance(rows: pd.DataFrame, ending: str) -> tuple[Real, Real]:
    """What Gray's test is made of; that of strata which are compared within themselves adds up.

    Parameters
    ----------
    rows
        Checked rows with column ``group``.
    ending
        The ending that is compared.

    Returns
    -------
    Scores of all groups but the last, in cases, and their covariance matrix.

    References
    ----------
    Gray (1988), Annals of Statistics 16: 1141-1154, section 2.
    """
    history = _history(rows, ending)
    there = history.risk > 0
    weight = np.divide(history.risk, history.before, out=np.zeros_like(history.risk), where=there)
    total = history.so.sum(axis=1)
    adjusted = weight * (1 - history.share)
    expected = total[:, None] * adjusted / adjusted.sum(axis=1, keepdims=True)
    pooled = np.cumsum(total / weight.sum(axis=1))
    variance = _variance(history, weight, pooled=pooled)
    return (history.so - expected).sum(axis=0)[:-1], variance[:-1, :-1]


def _history(rows: pd.DataFrame, ending: str) -> _History:
    """Lags at which some case ended, in each group."""
    rows = seen(rows)
    kind = np.select([rows["ending"] == ending, rows["ending"] == UNDECIDED], ["so", UNDECIDED], "otherwise")
    cells = rows.assign(kind=kind).pivot_table(
        index="lag", columns=["kind", "group"], values="cases", aggfunc="sum", fill_value=0
    )
    groups = sorted(rows["group"].unique())
    so, otherwise, censored = (
        cells.reindex(columns=pd.MultiIndex.from_product([[name], groups]), fill_value=0).to_numpy(dtype=float)
        for name in ("so", "otherwise", UNDECIDED)
    )
    risk = (so + otherwise + censored)[::-1].cumsum(axis=0)[::-1]
    safe = np.where(risk > 0, risk, 1)
    after = np.cumprod(1 - (so + otherwise) / safe, axis=0)
    before = np.vstack([np.ones(len(groups)), after[:-1]])
    share = np.vstack([np.zeros(len(groups)), np.cumsum(before * so / safe, axis=0)[:-1]])
    is_event = (so + otherwise).sum(axis=1) > 0
    return _History(*(series[is_event] for series in (so, otherwise, risk, before, after, share)))


def _variance(history: _History, weight: Real, *, pooled: Real) -> Real:
    """The covariance of the scores: what an ending at each lag, in each group, moves in each score, squared and added.

    ``weight`` is cases at risk over the probability of being open, ``pooled`` the incidence that all groups have if
    they have one. An ending so moves the score at its lag and all expectations after it; another only the latter.
    """
    total, weights = history.so.sum(axis=1), weight.sum(axis=1)
    groups = weight.shape[1]
    shared = weight[:, :, None] * (np.eye(groups) - weight[:, None, :] / weights[:, None, None])
    hazard = total / (weights * (1 - np.concatenate([[0.0], pooled[:-1]])))
    later = np.cumsum(shared * hazard[:, None, None], axis=0)
    later = later[-1] - later
    there = history.after > 0
    never = np.divide(1 - pooled[:, None], history.after, out=np.zeros_like(weight), where=there)
    risk = np.where(history.risk > 0, history.risk, np.inf)
    moved = shared + np.where(there, 1 - never, 1)[:, None, :] * later
    spread = history.before * total[:, None] / (weights[:, None] * risk)
    spread = spread * _untied(total[:, None], weights[:, None] * history.before)
    moved_else = never[:, None, :] * later
    spread_else = history.before**2 * history.otherwise / risk**2 * _untied(history.otherwise, history.risk)
    return np.asarray(
        np.einsum("trk,tsk,tk->rs", moved, moved, spread)
        + np.einsum("trk,tsk,tk->rs", moved_else, moved_else, np.where(there, spread_else, 0))
        + _of_one_lag(history, moved, moved_else, share=history.before * total[:, None] / weights[:, None])
    )


def _of_one_lag(history: _History, moved: Real, moved_else: Real, *, share: Real) -> Real:
    """What the two kinds of ending of one lag add: a case that ends in the one way does not end in the other.

    The covariance of two numbers of a multinomial is below 0, and an ending otherwise moves scores the other way
    (``moved_else`` is by how much), so what they add is above it. ``share`` is that of the endings so, were they of one
    incidence in all groups. R's cmprsk leaves it out, as of times without ties, where it is nothing; of endings by
    month the test would find differences up to seven times as often as it says.
    """
    risk = np.where((history.risk > 0) & (history.after > 0), history.risk, np.inf)
    covariance = share * history.otherwise / risk**2
    across = np.einsum("trk,tsk,tk->rs", moved, moved_else, covariance)
    return np.asarray(across + across.T)


def _untied(number: Real, among: Real) -> Real:
    """The finite-population factor for ``number`` endings at one lag among so many cases."""
    return np.asarray(1 - np.clip(number - 1, 0, None) / np.clip(among - 1, 1, None)).clip(0, 1)
