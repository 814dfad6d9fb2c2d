"""Features of which categories hold others: what a reader gets who knows that they do, by subtracting one from another.

Who was reported before was reported once before, or oftener; who is a former partner is known to the victim. So the
cases of some categories of one feature are those of some of another and what is left of them, which is a cell of its
own, to be audited. Where nothing is left one count has two numbers, and both tell of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations

import pandas as pd

#: A category of one feature with one of another.
Pair = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Nest:
    """Categories (``wholes``) of one feature that hold all cases of some (``parts``) of another; ``is_all``, no more.

    ``rest`` are the cases that are left of the wholes: pairs of a category of either feature.
    """

    outer: str
    inner: str
    wholes: tuple[str, ...]
    parts: tuple[str, ...]
    rest: frozenset[Pair]


def nests(table: pd.DataFrame, features: Iterable[str]) -> Iterator[Nest]:
    """Which categories of one feature hold all cases of which of another.

    Of each category those of the other feature are taken that it has cases of, and all whose cases are in no more.

    Parameters
    ----------
    table
        Rows of cases, with a column a feature.
    features
        The columns that are features.

    Yields
    ------
    Nest
        Each once, though two features may tell it of each other.

    Examples
    --------
    >>> table = pd.DataFrame({"before": ["no", "yes", "yes"], "times": ["0", "1", "2"], "cases": [3, 1, 1]})
    >>> [(nest.wholes, nest.parts) for nest in nests(table, ["before", "times"])]
    [(('no',), ('0',)), (('yes',), ('1', '2'))]
    """
    told: set[tuple[frozenset[str], frozenset[Pair], frozenset[Pair]]] = set()
    names = list(features)
    labels = table.loc[table["cases"] > 0, names].astype(str)
    for outer, inner in permutations(names, 2):
        together = labels[[outer, inner]].drop_duplicates()
        within = together.groupby(inner)[outer].agg(frozenset)
        for wholes in dict.fromkeys(within):
            if len(wholes) == together[outer].nunique():
                continue
            parts = tuple(sorted(within.index[[some <= wholes for some in within]]))
            of_wholes = together[together[outer].isin(wholes)]
            is_part = of_wholes[inner].isin(parts)
            held, rest = (_pairs(of_wholes[which], outer, inner) for which in (is_part, ~is_part))
            if (told_now := (frozenset((outer, inner)), held, rest)) not in told:
                told.add(told_now)
                yield Nest(outer, inner, tuple(sorted(wholes)), parts, rest)


def _pairs(rows: pd.DataFrame, outer: str, inner: str) -> frozenset[Pair]:
    return frozenset(frozenset(((outer, a), (inner, b))) for a, b in zip(rows[outer], rows[inner], strict=True))
