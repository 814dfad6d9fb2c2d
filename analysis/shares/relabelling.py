"""Withdrawal or a change of label? The change of types 14 and 16 against that of type 15, force by force.

Whether a case is put down as one whose victim does not support action (14, 16) or as one that lacks evidence although
the victim does (15) is a recording decision. Where one share falls by about what the other rises, the two together
hardly move: that may be a change of label, and a change of what victims do cannot be told from it.

Two shares of one whole go against each other by arithmetic alone, so a negative correlation is no finding by itself.
The yardstick is a neutral split: where the parts of a whole are unrelated but for adding up to it (a Dirichlet
distribution; Connor and Mosimann 1969, Journal of the American Statistical Association 64: 194-206), two of them with
means p and q correlate at -sqrt(pq / ((1-p)(1-q))) (Mosimann 1962, Biometrika 49: 65-82). Changes between two such
years, unrelated to each other and one as precise as the other, have the sums of their variances and covariances.
Of what lies between forces in one year the same split says how much of the variance of one share the other makes up
for: the two together have the variance of a share p + q.

What it does not cover: why labels changed; a fall of both that hides an exchange; forces of unlike precision.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.counts.yearly import Yearly
from analysis.reference.periods import financial_year
from analysis.shares.worked import Worked
from analysis.shares.year_bounds import CHARGED, EVIDENTIAL, POOLED, WITHDREW, Year, sent_both, worked, year_of

FEWEST = 500  # cases recorded in the later year, below which a force's shares move by chance
LABEL, OPPOSED = "mostly between the two labels", "the two together went the other way"
TOGETHER, NO_CHANGE = "the two together went the same way", "hardly any change"
_HARDLY = 0.01  # a point of decided cases


def relabelled(endings: Yearly) -> Worked:
    """The change of withdrawal and of what stands beside it between the last two years held, force by force.

    Parameters
    ----------
    endings
        Endings by year of a place.

    Returns
    -------
    Worked
        One row per ``force`` of the place with the years ``earlier`` and ``later``, the largest fall of withdrawal
        first. ``withdrew_change``, ``supports_change`` (type 15), ``pooled_change`` (14, 15 and 16) and
        ``charged_change`` are differences of shares of decided cases, from -1 to 1; ``reading`` says what the first
        two may be. Forces with fewer than FEWEST cases recorded in the later year, or of which a year is absent, are
        left out.

    Examples
    --------
    >>> from analysis.counts import yearly
    >>> from analysis.disclosure import protect
    >>> changes = protect(relabelled(yearly.read().of("Wales"))).table
    >>> changes["force"].tolist(), set(changes["reading"])
    (['North Wales', 'Dyfed-Powys', 'Gwent', 'South Wales'], {'mostly between the two labels'})
    """
    columns = ("withdrew_change", "supports_change", "pooled_change", "charged_change", "reading")
    return worked(endings, _changes, by=("force", "earlier", "later"), columns=columns)


def swap(endings: Yearly) -> Worked:
    """How far withdrawal and type 15 go against each other over the forces of ``relabelled``, beside arithmetic alone.

    Parameters
    ----------
    endings
        Endings by year of a place.

    Returns
    -------
    Worked
        One row; none where there are fewer than three forces. ``correlation`` of the changes of withdrawal and of
        type 15, from -1 to 1, and the ``neutral_correlation`` that arithmetic alone would give; ``withdrew_spread``
        and ``pooled_spread``, the standard deviations over forces of the change of withdrawal and of the two together,
        as differences of shares; how many of the ``forces`` have ``swapped``, by their ``reading``.

    References
    ----------
    Mosimann (1962), *Biometrika* 49: 65-82; Connor and Mosimann (1969), *Journal of the American Statistical
    Association* 64: 194-206.

    Examples
    --------
    >>> from analysis.counts import yearly
    >>> from analysis.disclosure import protect
    >>> row = protect(swap(yearly.read())).table.iloc[0]
    >>> row[["forces", "correlation", "neutral_correlation"]].astype(float).round(2).tolist()
    [42.0, -0.88, -0.72]
    """
    columns = ("forces", "correlation", "neutral_correlation", "withdrew_spread", "pooled_spread", "swapped")
    return worked(endings, _swap, by=("earlier", "later"), columns=columns)


def neutral_correlation(earlier: tuple[float, float], later: tuple[float, float]) -> float:
    """What the changes of two shares of a whole correlate at by arithmetic alone, from their means in both years.

    Parameters
    ----------
    earlier, later
        The means (p, q) of the two shares in each year, from 0 to 1, that together are no more than 1.

    Returns
    -------
    float
        A correlation from -1 to 0. With both years alike it is -sqrt(pq / ((1-p)(1-q))), that of two parts of a
        Dirichlet distribution.

    Raises
    ------
    ValueError
        When a share is not between 0 and 1, or two are more than 1 together.

    References
    ----------
    Mosimann (1962), *Biometrika* 49: 65-82.

    Examples
    --------
    >>> round(neutral_correlation((0.5, 0.3), (0.5, 0.3)), 2)
    -0.65
    """
    for shares in (earlier, later):
        _check_parts(*shares)
    together = -sum(p * q for p, q in (earlier, later))
    first, second = (sum(year[place] * (1 - year[place]) for year in (earlier, later)) for place in (0, 1))
    return together / sqrt(first * second)


def _check_parts(p: float, q: float) -> None:
    """Refuse two shares that are no parts of one whole."""
    if not (0 < p < 1 and 0 < q < 1 and p + q <= 1):
        raise ValueError(f"shares {p} and {q} are not two parts of one whole")


def neutral_cancelled(p: float, q: float) -> float:
    """The part of the variance of a share over forces that another cancels by arithmetic alone, from both means.

    Parameters
    ----------
    p, q
        Means of two shares of one whole, 0 to 1, together no more than 1: the first is the one whose variance is meant.

    Returns
    -------
    float
        1 - Var(first + second) / Var(first) of a neutral split: 1 where the two always come to the same, below 0
        where the two together vary by more than the first.

    Raises
    ------
    ValueError
        When they are not two parts of one whole.

    References
    ----------
    Mosimann (1962), Biometrika 49: 65-82, equations 3 and 4: the variance of a part with mean p is p(1-p) over a number
    that all parts share, and parts that are joined are one part of the same.

    Examples
    --------
    >>> round(neutral_cancelled(0.5, 0.3), 2)
    0.36
    """
    _check_parts(p, q)
    return 1 - (p + q) * (1 - p - q) / (p * (1 - p))


def cancelled(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """The part of the variance of a share over forces that another cancels: 1 - Var(first + second) / Var(first).

    Parameters
    ----------
    first, second
        Shares of one whole by force, 0 to 1, of one length.

    Returns
    -------
    float
        A number up to 1; below 0 where the two together vary by more than the first.

    Raises
    ------
    ValueError
        Where the first does not vary.

    Examples
    --------
    >>> round(cancelled([0.4, 0.5, 0.6], [0.4, 0.35, 0.3]), 2)
    0.75
    """
    shares, others = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    variance = float(shares.var(ddof=1)) if len(shares) > 1 else 0.0
    if not variance > 0:
        raise ValueError("a share that is the same in every force has no variance to be cancelled")
    return 1 - float((shares + others).var(ddof=1)) / variance


def reading(withdrew: float, supports: float) -> str:
    """What a change of withdrawal and one of type 15 may be.

    Parameters
    ----------
    withdrew, supports
        Both as changes of shares of decided cases, from -1 to 1.

    Returns
    -------
    str
        NO_CHANGE where withdrawal moves by less than a point; LABEL where the two go against each other and together
        move by less than half of what withdrawal does; OPPOSED where they together move further than that, the other
        way; TOGETHER otherwise.

    Examples
    --------
    >>> reading(-0.2, 0.18)
    'mostly between the two labels'
    >>> reading(-0.2, 0.02)
    'the two together went the same way'
    """
    pooled = withdrew + supports
    if abs(withdrew) < _HARDLY:
        return NO_CHANGE
    if abs(pooled) < abs(withdrew) / 2:
        return LABEL
    return OPPOSED if pooled * withdrew < 0 else TOGETHER


def _large(endings: Yearly) -> list[tuple[str, Year, Year]]:
    """The forces of the place that are compared, with both their years."""
    latest = endings.sent_years[-2:]
    if len(latest) < 2:
        return []
    before, after = latest
    compared = []
    for force in sent_both(endings, before, after):
        earlier, later = year_of(endings, before, [force]), year_of(endings, after, [force])
        if earlier is not None and later is not None and (later.recorded or 0) >= FEWEST:
            compared.append((force, earlier, later))
    return compared


def _change(earlier: Year, later: Year, measure: str) -> float:
    return (later.share(measure) or 0.0) - (earlier.share(measure) or 0.0)


def _changes(endings: Yearly) -> list[dict[str, Any]]:
    rows = []
    for force, earlier, later in _large(endings):
        withdrew, supports = (_change(earlier, later, measure) for measure in (WITHDREW, EVIDENTIAL))
        rows.append(
            {
                "force": force,
                "earlier": financial_year(earlier.first),
                "later": financial_year(later.first),
                "withdrew_change": withdrew,
                "supports_change": supports,
                "pooled_change": _change(earlier, later, POOLED),
                "charged_change": _change(earlier, later, CHARGED),
                "reading": reading(withdrew, supports),
            }
        )
    return sorted(rows, key=lambda row: (row["withdrew_change"], row["force"]))


def _swap(endings: Yearly) -> list[dict[str, Any]]:
    rows, large = _changes(endings), _large(endings)
    if len(rows) < 3:
        return []
    withdrew, supports, pooled = (
        np.array([row[name] for row in rows]) for name in ("withdrew_change", "supports_change", "pooled_change")
    )
    members = [force for force, _, _ in large]
    years = [year_of(endings, first, members) for first in endings.sent_years[-2:]]
    means = [(year.share(WITHDREW) or 0.0, year.share(EVIDENTIAL) or 0.0) for year in years if year is not None]
    return [
        {
            "earlier": rows[0]["earlier"],
            "later": rows[0]["later"],
            "forces": len(rows),
            "correlation": float(np.corrcoef(withdrew, supports)[0, 1]),
            "neutral_correlation": neutral_correlation(means[0], means[1]),
            "withdrew_spread": float(withdrew.std(ddof=1)),
            "pooled_spread": float(pooled.std(ddof=1)),
            "swapped": sum(row["reading"] == LABEL for row in rows),
        }
    ]
