"""How sure is a row's place in a league table? Ranks drawn from the partially pooled shares.

Method: the posterior distribution of ranks (Laird and Louis 1989, Journal of Educational Statistics 14: 29-46;
Goldstein and Spiegelhalter 1996, Journal of the Royal Statistical Society A 159: 385-443), by simulation from the beta
distributions of ``pooling.py``. Rank 1 is the lowest share.

What it does not cover: ranks under another base or definition, which may move a row further than chance does.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from analysis.errors import ParameterError
from analysis.statistics.pooling import PooledRows, pooled_rows

DRAWS = 10_000


def ranks(table: pd.DataFrame, by: str, *, draws: int = DRAWS, seed: int = 1) -> pd.DataFrame:
    """The uncertainty of the rank of each row of (``by``, events, cases), in the order given.

    Columns: ``by``; share and rank as counted (rows with the same share have the mean of their ranks); pooled_share;
    mean_rank; low_rank and high_rank, a 95% interval; lowest_quarter_share and highest_quarter_share, the probability
    (0 to 1) that no more than a quarter of the rows stand at or below it, or at or above.

    Raises ParameterError for fewer than 100 draws; otherwise what ``pooled_rows`` raises.
    """
    found = pooled_rows(table, by)
    return ranks_of(found, draws=draws, seed=seed).rename(columns={"label": by})


def ranks_of(found: PooledRows, *, draws: int = DRAWS, seed: int = 1) -> pd.DataFrame:
    """``ranks`` of rows that are pooled already; the labels stand in the column ``label``.

    Raises ParameterError for fewer than 100 draws.
    """
    if draws < 100:
        raise ParameterError(f"{draws} draws cannot tell a 95% interval of ranks; use 100 or more, usually {DRAWS}.")
    drawn = rankdata(found.draws(draws, seed=seed), axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0, method="inverted_cdf")
    quarter = len(found.rows.cases) / 4
    return pd.DataFrame(
        {
            "label": found.rows.labels,
            "share": found.rows.shares,
            "rank": rankdata(found.rows.shares),
            "pooled_share": found.shares,
            "mean_rank": drawn.mean(axis=0),
            "low_rank": low.astype("int64"),
            "high_rank": high.astype("int64"),
            "lowest_quarter_share": (drawn <= quarter).mean(axis=0),
            "highest_quarter_share": (drawn > len(found.rows.cases) - quarter).mean(axis=0),
        }
    )
