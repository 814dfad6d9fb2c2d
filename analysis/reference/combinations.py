"""Combinations of categories: whether each stands once, and tables of counts in the one order they are stored in.

Written with whole numbers instead of names, because a set of counts may have millions of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import union_categoricals

Keys = npt.NDArray[np.int64]


def _keys(table: pd.DataFrame, by: Sequence[str]) -> Keys:
    """One whole number a row: equal for equal combinations of ``by``, in the order of their categories; of 64 bits."""
    result: Keys = np.zeros(len(table), dtype=np.int64)
    possible = 1
    for name in by:
        codes, size = _codes(table[name])
        possible *= max(size, 1)
        if possible >= 2**63:
            raise OverflowError(f"{possible} possible combinations of {', '.join(by)}")
        result *= size
        result += codes
    return result


def repeats(table: pd.DataFrame, by: Sequence[str]) -> int:
    """How many rows hold a combination that an earlier row holds.

    Parameters
    ----------
    table
        A row a combination.
    by
        The columns that make up a combination.

    Returns
    -------
    int
        Rows, from 0.
    """
    row_keys = _keys(table, by)
    if bool((np.diff(row_keys) > 0).all()):
        return 0
    return len(row_keys) - len(pd.unique(row_keys))


def settled(table: pd.DataFrame, dimensions: Sequence[str]) -> pd.DataFrame:
    """A table of counts in the one form that gives the same bytes however it came about.

    Equal combinations added up, names as categories of those that occur, in order of name, rows in order of the
    dimensions; ``lag`` stays a number. Columns ``dimensions`` and ``cases``.

    Parameters
    ----------
    table
        A row a combination, with its ``cases``.
    dimensions
        The columns that tell combinations apart, in the order wanted.

    Returns
    -------
    pd.DataFrame
        A row a combination that occurs: columns ``dimensions`` and ``cases``, a whole number.
    """
    columns = {name: table[name].astype("int32") if name == "lag" else _category(table[name]) for name in dimensions}
    result = pd.DataFrame({**columns, "cases": table["cases"].astype("int64")})
    row_keys = _keys(result, dimensions)
    if len(row_keys) == 0 or bool((np.diff(row_keys) > 0).all()):
        return result
    order = np.argsort(row_keys, kind="stable")
    starts = np.flatnonzero(np.diff(row_keys[order], prepend=row_keys[order[0]] - 1))
    sums = np.add.reduceat(result["cases"].to_numpy()[order], starts)
    result = result.iloc[order[starts]].reset_index(drop=True)
    result["cases"] = sums
    return result


def joined(tables: Sequence[pd.DataFrame], dimensions: Sequence[str]) -> pd.DataFrame:
    """Tables of counts below each other in their settled form.

    Their names stay numbers all the way, of a byte or two each: twelve years have three million rows.

    Parameters
    ----------
    tables
        Tables as ``settled`` takes them, one or more.
    dimensions
        The columns that tell combinations apart, in the order wanted.

    Returns
    -------
    pd.DataFrame
        As of ``settled``.
    """
    columns: dict[str, Any] = {}
    for name in (*dimensions, "cases"):
        several = [table[name] for table in tables]
        is_number = name in ("lag", "cases")
        columns[name] = np.concatenate(several) if is_number else below_each_other(several)
    return settled(pd.DataFrame(columns), dimensions)


def below_each_other(columns: Sequence[pd.Series]) -> pd.Categorical:
    """Columns of words or days below each other, each word once, in order, and its number for every row.

    Parameters
    ----------
    columns
        Columns, of categories or not.

    Returns
    -------
    pd.Categorical
        All rows.

    Examples
    --------
    >>> list(below_each_other([pd.Series(["Kent"]), pd.Series(["Essex", "Kent"])]))
    ['Kent', 'Essex', 'Kent']
    """
    return union_categoricals(list(map(_words, columns)), sort_categories=True)


def _words(column: pd.Series) -> pd.Categorical:
    """A column as categories of words or days, of one type whatever it came from."""
    held = pd.Categorical(column)
    return held.set_categories(held.categories.astype(object)) if held.categories.dtype != object else held


def _codes(column: pd.Series) -> tuple[npt.NDArray[Any], int]:
    """A column as numbers from 0, and how many different ones there can be."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy() + np.int16(1), len(column.cat.categories) + 1
    if pd.api.types.is_integer_dtype(column):
        numbers = column.to_numpy().astype(np.int64)
        low = int(numbers.min()) if len(numbers) else 0
        return numbers - low, (int(numbers.max()) - low + 1) if len(numbers) else 1
    codes, names = pd.factorize(column, use_na_sentinel=False)
    return codes.astype(np.int64), len(names)


def _category(column: pd.Series) -> pd.Series:
    """A column of names or dates as categories in order, without those that do not occur."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype("category")
    names, codes = column.cat.categories.tolist(), column.cat.codes.to_numpy()
    is_met = np.bincount(codes[codes >= 0], minlength=len(names)) > 0
    order = sorted(np.flatnonzero(is_met).tolist(), key=lambda place: names[place])
    categories = pd.Index([names[place] for place in order])  # of one dtype, whatever the column came from
    if order != list(range(len(names))):
        again = np.full(len(names) + 1, -1, dtype=np.int32)  # the last stands for a cell without a category
        again[order] = np.arange(len(order))
        codes = again[codes]
    return pd.Series(pd.Categorical.from_codes(codes, categories=categories), index=column.index)
