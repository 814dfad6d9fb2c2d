"""Categories that decide an ending, or nearly so: where a regression has no finite answer, or a poor one.

Separation: some sum of the columns of a design is above 0 only in combinations where every case ended so, and below 0
only where none did. The maximum likelihood estimate is then infinite (Albert and Anderson 1984, Biometrika 71: 1-10).
It is looked for by linear programming (Konis 2007, Linear programming algorithms for detecting separated data in binary
logistic regression models, thesis, University of Oxford), which finds complete and quasi-complete separation alike,
by one category or by several together.

Few events: fewer than 10 cases of a category that ended so, or fewer than 10 that did not. The ten is the customary
rule of events per variable (Peduzzi et al. 1996, Journal of Clinical Epidemiology 49: 1373-1379), and no more than
that.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from analysis.questions.association.features import Design, Grouped

Array = npt.NDArray[np.float64]
FEWEST = 10  # cases of either kind: what an estimate needs, no rule of what may be shown
Pairs = tuple[tuple[str, str], ...]  # (feature, category)
_ROUNDING = 1e-7


def direction_of_separation(design: Array, endings: Array) -> Array:
    """How the coefficients run away, a row per ending but the last: all 0 where the data are not separated.

    ``endings`` has a row for each row of the design and a column of cases for each ending, all of them (for one ending:
    events, and others). A coefficient that is not 0 here has no finite estimate.

    Raises ValueError when the two are not of one length.
    """
    if len(design) != len(endings):
        raise ValueError("Design and endings are not of one length.")
    number, width = endings.shape[1], design.shape[1]
    blocks = []
    for this in range(number):
        rows = design[endings[:, this] > 0]
        for other in range(number):
            if other != this:
                # An ending that was seen must not fall behind another, whichever way the coefficients run.
                block = np.zeros((len(rows), number, width))
                block[:, this, :] += rows
                block[:, other, :] -= rows
                blocks.append(block[:, :-1, :].reshape(len(rows), (number - 1) * width))
    ahead = np.unique(np.vstack(blocks), axis=0)
    found = linprog(-ahead.sum(axis=0), A_ub=-ahead, b_ub=np.zeros(len(ahead)), bounds=(-1, 1), method="highs")
    direction = np.asarray(found.x).reshape(number - 1, width)
    return np.where(np.abs(direction) > _ROUNDING, direction, 0.0)


def separated(rows: Grouped, design: Design) -> Pairs:
    """The (feature, category) pairs that separate the endings; none where every estimate is finite.

    Those that stand in for it are named where no single category does: a category without a case of some ending is
    named by itself, else every category whose estimate would be infinite.
    """
    endings = np.column_stack([rows.events, rows.cases - rows.events.sum(axis=1)])
    direction = direction_of_separation(design.matrix, endings)
    if not direction.any():
        return ()
    alone = tuple(pair for pair, fewest in _fewest(rows, design).items() if fewest == 0)
    running = np.asarray(direction[:, 1:].any(axis=0))
    return alone or tuple(pair for pair, runs in zip(design.columns, running, strict=True) if runs)


def few_events(rows: Grouped, design: Design) -> Pairs:
    """The (feature, category) pairs with fewer than 10 cases of some ending, reference categories among them."""
    return tuple(pair for pair, fewest in _fewest(rows, design).items() if fewest < FEWEST)


def in_words(pairs: Pairs) -> str:
    """Categories as a message names them: "'Unknown' of 'risk'"."""
    return ", ".join(f"'{category}' of '{feature}'" for feature, category in pairs)


def _fewest(rows: Grouped, design: Design) -> dict[tuple[str, str], float]:
    """For each category of each feature the cases of the ending that it has fewest of."""
    fewest: dict[tuple[str, str], float] = {}
    for feature in design.references:
        totals = rows.totals(feature)
        ended = totals.drop(columns="cases")
        ended["other"] = totals["cases"] - ended.sum(axis=1)
        fewest |= {(feature, str(category)): float(least) for category, least in ended.min(axis=1).items()}
    return fewest
