"""Two places in words: which share is higher, by how much, and whether chance could explain it."""

from __future__ import annotations

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import wording
from analysis.presentation.numbers import points
from analysis.presentation.wording import percent

_NOT_CHANCE = "The interval is of chance alone: that places record cases differently is not in it."


def opening(both: Protected, apart: Protected) -> str:
    """Which of two places has the higher share, in a few words; "" where that cannot be said.

    Parameters
    ----------
    both
        Their shares, as ``results.side_by_side`` has them.
    apart
        Their difference, as ``results.difference`` has it.

    Returns
    -------
    str
        One sentence.
    """
    only_protected(both, apart)
    if apart.table.empty:
        return ""
    place, other = (str(name) for name in both.table["place"])
    row = apart.table.iloc[0]
    shares = f"{percent(row['share'])} against {percent(row['other_share'])}"
    if both.much_open:
        return f"Too many cases are still open to compare {place} with {other}."
    among = wording.of_base(both.about)
    if not row["difference_share"] and not both.away:
        return wording.capital(f"{among}the share is the same in {place} and in {other}: {percent(row['share'])}.")
    if _may_be_level(row):
        return wording.capital(f"{among}{place} and {other} are not clearly different: {shares}.")
    where = "higher" if row["difference_share"] > 0 else "lower"
    return wording.capital(f"{among}the share is {where} in {place} than in {other}: {shares}.")


def difference(both: Protected, apart: Protected) -> str:
    """The difference with its interval, and what it is worth; that there is none where a share is absent.

    Parameters
    ----------
    both
        Their shares, as ``results.side_by_side`` has them.
    apart
        Their difference, as ``results.difference`` has it.

    Returns
    -------
    str
        Sentences.
    """
    only_protected(both, apart)
    if apart.table.empty:
        return "There are no two shares that can be shown, so no difference is given."
    row = apart.table.iloc[0]
    place, other = (str(name) for name in both.table["place"])
    apart_by, low, high = (points(row[f"{end}difference_share"]) for end in ("", "low_", "high_"))
    worth = "chance alone could explain it" if _may_be_level(row) else "more than chance alone would usually explain"
    ending = f": {worth}." if row["difference_share"] else "."
    text = f"{place} less {other} is {apart_by} percentage points (95% interval {low} to {high}){ending}"
    if both.much_open:
        named = wording.listed(sorted(map(str, both.much_open)))
        text += f" In {named} {wording.MANY_OPEN}, so this says little yet."
    return f"{text} {_NOT_CHANCE}"


def _may_be_level(row: pd.Series) -> bool:
    """Whether the interval of a difference holds none."""
    return bool(row["low_difference_share"] <= 0 <= row["high_difference_share"])
