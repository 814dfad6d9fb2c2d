"""What to look at before and after a table of associations: overlapping features, many comparisons, calibration.

Overlap: the generalised variance inflation factor of Fox and Monette (1992, Journal of the American Statistical
Association 87: 178-183), how much larger the confidence region of a feature's coefficients is than if it went with no
other feature. Its power 1/(2 x parameters) compares between features; above 2 or so the features share much.

Many comparisons: Benjamini and Hochberg (1995, Journal of the Royal Statistical Society B 57: 289-300) keeps the share
of false finds among the finds; Holm (1979, Scandinavian Journal of Statistics 6: 65-70) keeps the chance of any.

Calibration: cases ordered by predicted share and cut into tenths; a tenth whose observed share is far from the
predicted says that the model is of the wrong form. It is made on the cases it was fitted to, so that it looks better
than it would on others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import false_discovery_control

Array = npt.NDArray[np.float64]
TENTHS = 10


def variance_inflation(covariance: Array, places: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """The generalised variance inflation factor of each feature: 1 where it goes with no other.

    ``covariance`` is that of all coefficients; ``places`` says which are each feature's, and leaves the constant out.
    """
    every = [place for group in places.values() for place in group]
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    whole = _log_determinant(correlation, every)
    factors = {}
    for feature, own in places.items():
        rest = [place for place in every if place not in own]
        factors[feature] = float(
            np.exp(_log_determinant(correlation, own) + _log_determinant(correlation, rest) - whole)
        )
    return factors


def benjamini_hochberg(values: Sequence[float]) -> Array:
    """p values adjusted to keep the rate of false discoveries; missing ones stay missing and are not counted."""
    return _over_present(values, lambda found: np.asarray(false_discovery_control(found, method="bh")))


def holm(values: Sequence[float]) -> Array:
    """p values adjusted by Holm's step-down method; missing ones stay missing and are not counted."""
    return _over_present(values, _holm)


def calibration(shares: Array, events: Array, cases: Array) -> pd.DataFrame:
    """Predicted against observed: one row per ``tenth`` (1 the lowest predicted), fewer where predictions are alike.

    Columns ``cases``, ``events``, ``expected_events``, ``predicted_share`` and ``observed_share``. Cases with
    one prediction are never parted: they are in the tenth where their middle case falls.
    """
    rows = pd.DataFrame({"cases": cases, "events": events, "expected_events": shares * cases})
    alike = rows.groupby(shares.round(12), sort=True).sum()
    middle = (alike["cases"].cumsum() - alike["cases"] / 2) / cases.sum()
    tenth = np.minimum((middle.to_numpy() * TENTHS).astype(int), TENTHS - 1) + 1
    table = alike.groupby(tenth, sort=True).sum().rename_axis("tenth").reset_index()
    table[["cases", "events"]] = table[["cases", "events"]].astype("int64")
    table["predicted_share"] = table["expected_events"] / table["cases"]
    table["observed_share"] = table["events"] / table["cases"]
    return table


def _log_determinant(matrix: Array, places: Sequence[int]) -> float:
    return float(np.linalg.slogdet(matrix[np.ix_(list(places), list(places))])[1]) if places else 0.0


def _over_present(values: Sequence[float], adjust: Callable[[Array], Array]) -> Array:
    """An adjustment of those values that are there."""
    found = np.asarray(values, dtype=float)
    present = ~np.isnan(found)
    if present.any():
        found = found.copy()
        found[present] = adjust(found[present])
    return found


def _holm(found: Array) -> Array:
    order = np.argsort(found, kind="stable")
    stepped = np.maximum.accumulate(found[order] * np.arange(len(found), 0, -1))
    adjusted = np.empty_like(found)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
