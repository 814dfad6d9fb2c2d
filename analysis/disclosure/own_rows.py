"""Rows that a reader made of what was released: what each of their columns is, and what of them may be shown.

Whatever is worked out from released numbers narrows no hidden one further than these do: the audit of a release
(``drawing/audit.py``) is about everything that can be worked out from all of it. What it does not promise is that what
is worked out stands for more than ten people, as each number that the suite shows. So small counts are hidden here
again, with the numbers of their row that tell them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, cast, get_args

import numpy as np
import pandas as pd
from pandas.api import types

from analysis.disclosure.policy import Policy
from analysis.errors import ParameterError, offer
from analysis.reference.schema import COLUMNS, MEASURES, NUMERIC, STATES, Column, Kind
from analysis.safe_words import in_one_line, slug, unsaid
from analysis.shares.rates import About

MOST_ROWS, MOST_COLUMNS = 1000, 16
_COUNTED = "Cases that count"  # beside "Out of": of whatever its author measured
_UNITS: dict[Kind, str] = {
    "label": "text",
    "date": "day",
    "count": "number",
    "share": "share, 0 to 1",
    "difference": "share, 1 is 100%",
    "distance": "share, 1 is 100%",
    "ratio": "ratio",
    "number": "number",
    "probability": "0 to 1",
}


@dataclass(frozen=True, repr=False)
class OwnRows:
    """Rows of a reader's own, ready for ``protect``.

    ``columns`` says what each column of ``table`` but "state" is; ``by`` is the first of them that holds words, or else
    the first. A number is missing where "state" says why.
    """

    table: pd.DataFrame
    by: tuple[str, ...]
    about: About
    columns: dict[str, Column]
    __repr__ = unsaid


def own_rows(frame: object, units: Mapping[str, str], about: About) -> OwnRows:
    """The rows of a frame, once it is known of each column what it is.

    What every result of the suite has (labels, events, cases, share, low, high) is what it is there, and what has the
    name of any other column of the suite is of the same kind. Else words are labels, days are dates, and whole numbers
    are counts; of other numbers between -1 and 1 nobody can say whether they are shares, so ``units`` must.

    Parameters
    ----------
    frame
        A pandas frame.
    units
        The kind of a column by its name: "count", "share", "difference", "ratio" or any other of ``Kind``.
    about
        What the rows were made from.

    Returns
    -------
    OwnRows
        A row for each row of the frame, its index as columns where that has names.

    Raises
    ------
    ParameterError
        For what is no frame, and one that cannot be a table: columns of several levels or of one name, too many rows
        or columns, cells that hold things, numbers whose unit or whose absence nothing explains.
    """
    table = _flat(frame)
    named = {name: _identifier(name) for name in table.columns}
    _only_known(units, named)
    if doubled := _doubled(named.values()):
        same = [name for name in named if named[name] == doubled]
        raise ParameterError(f"{_told(*same)} would have one name in the data files. Rename one of them.")
    columns, values = {}, {}
    for name, own in named.items():
        if own == "state":
            values[own] = _states(table[name])
            continue
        columns[own] = _column(table[name], own, units.get(name, ""))
        values[own] = _values(table[name], columns[own])
    rows = pd.DataFrame(values, index=table.index)
    if "state" not in rows:
        rows["state"] = _only_whole(rows, columns)
    labels = [name for name, column in columns.items() if column.kind not in NUMERIC]
    return OwnRows(rows, tuple(labels[:1] or list(columns)[:1]), about, columns)


def as_shown(rows: OwnRows, policy: Policy) -> tuple[pd.DataFrame, int]:
    """The rows as they may be shown, and in how many something had to be hidden.

    Of counts of people none under the smallest number is shown, nor in its row what may be worked out with it; nor a
    share of none or of all, nor events that leave out less than that number of the cases.

    Parameters
    ----------
    rows
        Rows of somebody's own frame, each column known.
    policy
        A rule of what may be shown.

    Returns
    -------
    tuple[pd.DataFrame, int]
        The table, and the number of rows of which something is hidden.
    """
    if not policy.smallest:
        return rows.table, 0
    table, kinds = rows.table.copy(), {name: column.kind for name, column in rows.columns.items()}
    counts = [name for name, kind in kinds.items() if kind == "count"]
    small = table[counts].abs().lt(policy.smallest).fillna(False).astype(bool)
    shares = [name for name, kind in kinds.items() if kind == "share" and not name.startswith(("low", "high"))]
    certain = table[shares].round(12).isin([0, 1]).any(axis="columns")
    if {"events", "cases"} <= set(counts):
        is_rest_small = (table["cases"] - table["events"]).lt(policy.smallest).fillna(False).astype(bool)
        small["events"] |= is_rest_small
    is_hidden = small.any(axis="columns") | certain
    table[counts] = table[counts].mask(small)
    others = [name for name, kind in kinds.items() if kind in NUMERIC and kind != "count"]
    table.loc[is_hidden, others] = pd.NA
    table.loc[is_hidden, "state"] = "suppressed"
    return table, int(is_hidden.sum())


def _flat(frame: object) -> pd.DataFrame:
    """A frame whose rows are numbered and whose columns have a name each; names of its index come first."""
    if not isinstance(frame, pd.DataFrame):
        kind = type(frame).__name__
        raise ParameterError(f"A {kind} stands where rows belong. Give a pandas frame, such as rows() of a result.")
    if frame.columns.nlevels > 1:
        raise ParameterError(
            f"The columns of this frame have {frame.columns.nlevels} levels. Give each one name: "
            "frame.columns = ['_'.join(map(str, column)) for column in frame.columns]"
        )
    has_names = any(name is not None for name in frame.index.names)
    table = frame.reset_index() if has_names and not _are_columns(frame) else frame.reset_index(drop=True)
    table.columns = pd.Index([str(name) for name in table.columns])
    if doubled := _doubled(table.columns):
        raise ParameterError(f"The frame has column '{_plain(doubled)}' more than once. Give each column its own name.")
    shown = [name for name in table.columns if name != "state"]
    if not shown:
        raise ParameterError("The frame has no columns to show.")
    if len(table) > MOST_ROWS or len(shown) > MOST_COLUMNS:
        raise ParameterError(
            f"The frame has {len(table):,} rows and {len(shown)} columns; a reader takes in {MOST_ROWS:,} and "
            f"{MOST_COLUMNS} at most. Choose some: frame.head(20)[['force', 'share']]"
        )
    return table


def _are_columns(frame: pd.DataFrame) -> bool:
    """Whether the names of an index are those of columns already, as after sorting by both."""
    return set(map(str, frame.index.names)) <= set(map(str, frame.columns))


def _only_known(units: Mapping[str, str], named: Mapping[str, str]) -> None:
    """Refuse a unit of a column that is not there, and one that is none."""
    for name, unit in units.items():
        if name not in named:
            raise ParameterError(
                f"units names column '{_plain(name)}', which the frame does not have.{offer(name, named)}"
            )
        if unit not in get_args(Kind):
            raise ParameterError(
                f"{_told(name)} cannot be '{str(unit)[:40]}'.{offer(unit, get_args(Kind))} It can be one of: "
                f"{', '.join(get_args(Kind))}."
            )


def _column(values: pd.Series, name: str, unit: str) -> Column:
    """What a column is: by what is said of it, as the suite has it, or by what it holds."""
    is_number, column = _is_number(values), COLUMNS.get(name.lower())
    holds = "numbers" if is_number else "days" if _are_days(values) else "words"
    could_be = {"numbers": NUMERIC, "days": ("date",), "words": ("label",)}[holds]
    if unit and unit not in could_be and not values.isna().all():
        raise ParameterError(f"{_told(values.name)} holds {holds} and cannot be '{unit}'. Leave it out of units.")
    if column and not unit and column.kind in could_be:
        if values.name == column.name and (name in MEASURES or not is_number):
            return replace(column, heading=_COUNTED) if name == "events" else column
        unit = column.kind  # and no more: what is called "charged_share" here may be out of another base
    kind = cast("Kind", unit) or (_guessed(values) if is_number else could_be[0])
    return Column(name, kind, _heading(values.name), _UNITS[kind], "worked out by the author of the notebook")


def _guessed(values: pd.Series) -> Kind:
    """The kind of a column of numbers of which nobody says what they are."""
    given = _numbers(values).dropna()
    if bool((given % 1 == 0).all()):
        return "count"
    if str(values.name).endswith("_share"):
        return "share" if bool(given.between(0, 1).all()) else "difference"
    if bool(given.abs().le(1).all()):
        raise ParameterError(
            f"{_told(values.name)} holds numbers between -1 and 1: say what they are, as in "
            f"units={{'{_plain(values.name)}': 'share'}}; 'difference', 'ratio', 'probability' and 'number' are others."
        )
    return "number"


def _are_days(values: pd.Series) -> bool:
    is_known = bool(values.notna().any())
    return is_known and (types.is_datetime64_any_dtype(values) or _are_all(values, (date,)))


def _is_number(values: pd.Series) -> bool:
    """Whether a column holds numbers, whatever it is kept as; refuses things that no cell can show."""
    if types.is_bool_dtype(values):
        return False
    if types.is_numeric_dtype(values) and not types.is_complex_dtype(values):
        return True
    if isinstance(values.dtype, pd.CategoricalDtype):
        return False
    if values.dtype == object and _are_all(values, (int, float, Decimal, np.number)):
        return bool(values.notna().any())
    if types.is_timedelta64_dtype(values):
        raise ParameterError(
            f"{_told(values.name)} holds lengths of time. Give days: frame['{_plain(values.name)}'].dt.days"
        )
    if values.dtype == object and not _are_all(values, (str, date, int, float, np.number, pd.Period, pd.Interval)):
        raise ParameterError(f"{_told(values.name)} holds things that no cell can show. Make words or numbers of them.")
    return False


def _are_all(values: pd.Series, kinds: tuple[type, ...]) -> bool:
    return all(isinstance(value, kinds) for value in values.dropna())


def _values(values: pd.Series, column: Column) -> pd.Series:
    """The cells of a column as tables and records have them."""
    if column.kind in NUMERIC:
        return _checked(_numbers(values), column, values.name)
    if column.kind == "date":
        days = pd.to_datetime(values)
        if bool((days.dropna() != days.dropna().dt.normalize()).any()):
            raise ParameterError(f"{_told(values.name)} holds times of day. Keep the day: frame[…].dt.normalize()")
        return _words(days, lambda day: day.date().isoformat())
    if types.is_bool_dtype(values):
        return _words(values, lambda value: "yes" if value else "no")
    return _words(values, lambda value: in_one_line(str(value)))


def _words(values: pd.Series, in_words: Callable[[Any], str]) -> pd.Series:
    """Words for each value, none where there is none."""
    return pd.Series(["" if pd.isna(value) else in_words(value) for value in values], index=values.index, dtype=object)


def _checked(numbers: pd.Series, column: Column, name: object) -> pd.Series:
    """Numbers that their kind can print; one without an end is absent, but a ratio without an upper limit."""
    given = numbers.dropna()
    outside = {
        "count": (given % 1 != 0) & np.isfinite(given),
        "share": (given < 0) | (given > 1),
        "probability": (given < 0) | (given > 1),
    }
    if column.kind in outside and bool(outside[column.kind].any()):
        wanted = "whole numbers, as counts are" if column.kind == "count" else f"0 to 1, as a {column.kind} is"
        raise ParameterError(
            f"Not all that column '{_plain(name)}' holds is {wanted}. Divide percentages by 100, or say what it is, as "
            f"in units={{'{_plain(name)}': 'number'}}."
        )
    is_endless = np.isinf(numbers.astype("float64")) & ((numbers < 0) | (column.kind != "ratio"))
    numbers = numbers.mask(is_endless)
    return numbers.astype("Int64") if column.kind == "count" else numbers


def _numbers(values: pd.Series) -> pd.Series:
    """Numbers with one way of being missing."""
    plain = [float("nan") if pd.isna(value) else float(value) for value in values]
    return pd.Series(pd.array(plain, dtype="Float64"), index=values.index)


def _states(values: pd.Series) -> pd.Series:
    """Why numbers of a row are missing, in the words of the suite."""
    strange = sorted({str(value) for value in values} - STATES.keys())
    if strange:
        raise ParameterError(
            f"Column 'state' says why a row has no number, and {len(strange)} of its words say nothing to the suite. "
            f"They are: {', '.join(STATES)}."
        )
    return values.astype(object)


def _only_whole(rows: pd.DataFrame, columns: Mapping[str, Column]) -> str:
    """The state of rows that say nothing of theirs: "shown", where no number of them is missing."""
    for name, column in columns.items():
        if column.kind in NUMERIC and bool(rows[name].isna().any()):
            raise ParameterError(
                f"Column '{name}' lacks {int(rows[name].isna().sum())} of its numbers, and nothing says why. Keep the "
                "column 'state' that rows() has, add one (frame.assign(state='not_applicable'), or "
                "'not_received', 'suppressed'), or leave such rows out: frame.dropna()"
            )
    return "shown"


def _identifier(name: str) -> str:
    """A column's name in data files: its own where that can be one."""
    return name if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) else slug(name).replace("-", "_") or "column"


def _heading(name: object) -> str:
    """A column's name as the head of it: one of a program is set in words."""
    heading = _plain(name)
    return heading if " " in heading or not heading.islower() else heading.replace("_", " ").strip().capitalize()


def _doubled(names: Iterable[str]) -> str:
    """The first name that stands more than once; "" where each stands once."""
    met: set[str] = set()
    return next((name for name in names if name in met or met.add(name)), "")  # type: ignore[func-returns-value]


def _told(*names: object) -> str:
    return f"Column{'s' * (len(names) > 1)} " + " and ".join(f"'{_plain(name)}'" for name in names)


def _plain(name: object) -> str:
    return in_one_line(str(name))[:80]
