"""What a test between groups, and forecasts tried on what has come since, amount to: in sentences."""

from __future__ import annotations

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import cells, endings, wording
from analysis.presentation.durations import STILL_OPEN
from analysis.presentation.wording import percent

_WIDE_ENOUGH = 0.9  # of 95% intervals that should hold what came
_UNLIKELY = 0.05  # a p value under this is called a difference
_MANY = 30  # intervals: of fewer, how many held says little


def tested(test: Protected, shares_by_group: Protected) -> str:
    """What Gray's test says of the ending that carries withdrawal, and that the shares say more.

    ``shares_by_group`` are shares or curves of that ending, or of it first, in each group.
    """
    only_protected(test, shares_by_group)
    rows = _of_the_ending(test, shares_by_group)
    if rows.empty:
        return "There are no two groups with cases enough to compare."
    row, many = rows.iloc[0], shares_by_group.table["group"].nunique()
    name = endings.ending(row["ending"])
    differ = row["p_value"] < _UNLIKELY
    told = cells.probability(float(row["p_value"]))
    found = "differ by more than chance alone would often bring" if differ else "are not clearly different"
    size = " With this many cases a difference too small to matter would pass that test." if differ else ""
    return (
        f'For "{name}" the curves of the {wording.number(many) if many > 2 else "two"} groups {found} (Gray\'s test, p '
        f"{'' if told.startswith('under') else '= '}{told}).{size} Read the shares, not the p value."
    )


def is_level(test: Protected, shares_by_group: Protected) -> bool:
    """Whether Gray's test tells no difference between the groups in the ending that carries withdrawal."""
    only_protected(test, shares_by_group)
    return bool((_of_the_ending(test, shares_by_group)["p_value"].astype(float) >= _UNLIKELY).any())


def _of_the_ending(test: Protected, shares_by_group: Protected) -> pd.DataFrame:
    """The test of the ending that the curves by group are of; no row where there is none."""
    held: set[str] = {str(name) for name in shares_by_group.table["ending"]}
    rows = test.table if len(held) != 1 else test.table[test.table["ending"].isin(held)]
    return rows.head(1)


def tried(back_test: Protected, *, ending: str = "") -> str:
    """How forecasts made before would have done, of all endings and of one: intervals that held, and the mean error."""
    only_protected(back_test)
    table = back_test.table
    together = table.drop_duplicates("back")
    if together.empty:
        return "The figures do not reach back far enough to try out the forecast, so nothing says how far to trust it."
    told = (
        f"Made from earlier figures of {wording.cases_of(back_test.about)}, of the 95% intervals of all endings "
        f"{_held(together)} would have held what came."
    )
    mine = table[(table["ending"] == ending)].dropna(subset=["held_share"])
    if len(mine):
        told += f" Of those of the ending shown here, {_held(mine)}."
    return " ".join([told, _verdict(pd.concat([together, mine])), _errors(table)]).strip()


def _held(rows: pd.DataFrame) -> str:
    return wording.listed(f"{percent(row['held_share'], decimals=0)} ({row['back']})" for _, row in rows.iterrows())


def _verdict(rows: pd.DataFrame) -> str:
    """Whether the intervals are wide enough, by the least of them that held at each time before."""
    held = rows.groupby("back", sort=False)["held_share"].min()
    is_few = int(rows.groupby("back")["intervals"].max().min()) < _MANY
    few = " These are few intervals, so this says little." if is_few else ""
    good = held[(held >= _WIDE_ENOUGH).cummin()]
    if len(good) == len(held):
        return f"That is about as often as they should.{few}"
    beyond = f"beyond {str(good.index[-1]).removesuffix(' before')}" if len(good) else "throughout"
    return f"It should be 95%: {beyond} the intervals are too narrow, and what comes may well lie outside them.{few}"


def _errors(table: pd.DataFrame) -> str:
    """The mean error of the share still open, against that of saying that nothing more will come."""
    rows = table[table["ending"] == STILL_OPEN]
    if rows.empty:
        return ""
    row = rows.iloc[min(1, len(rows) - 1)]
    return (
        f"Made {row['back']}, the forecast of the share without an ending was off by "
        f"{float(row['error_share']) * 100:.1f} percentage points on average; to say that no more cases will end would "
        f"have been off by {float(row['standstill_error_share']) * 100:.1f}."
    )
