"""Where a league table of withdrawal and one of types 14, 15 and 16 together part, in words."""

from __future__ import annotations

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import wording
from analysis.presentation.wording import percent
from analysis.questions.outcomes.labelled import PARTINGS
from analysis.shares.relabelling import LABEL, OPPOSED, TOGETHER

_ONLY = "Only withdrawal can be told from type 15 by its label, so nothing stands beside this measure."


def parted(beside: Protected, *, force: str = "") -> str:
    """How many forces part, how far shares reach by either, and where ``force`` stands by both."""
    only_protected(beside)
    table = beside.table.dropna(subset=["share", "together_share"])
    if table.empty:
        return _ONLY if beside.table.empty else "Of no force can both shares be shown."
    if len(table) == 1:
        return _alone(table.iloc[0])
    counts = {kind: int((table["parting"] == words).sum()) for kind, words in PARTINGS.items()}
    reach, other = (wording.interval(table[name].min(), table[name].max()) for name in ("share", "together_share"))
    told = f"By withdrawal (types 14 and 16) forces reach from {reach}, by types 14, 15 and 16 together from {other}. "
    told += f"Of {wording.plural(len(table), 'force')}, {wording.number(counts[LABEL])} {_part(counts[LABEL])}: as far "
    told += "as they lie from all forces together by withdrawal, type 15 makes up for more than half of it. "
    told += (
        f"{wording.capital(wording.number(counts[OPPOSED]))} {wording.agree(counts[OPPOSED], 'lies', 'lie')} on the "
    )
    told += f"other side by the three types, {wording.number(counts[TOGETHER])} on the same side by both."
    return f"{told} {_of(beside, force)}".strip()


def _part(count: int) -> str:
    return wording.agree(count, "parts", "part")


def _alone(row: pd.Series) -> str:
    """The one force of which both shares can be shown: there is nothing for it to part from."""
    return (
        f"{wording.capital(wording.force_phrase(str(row['force'])))}: {percent(row['share'])} by withdrawal, "
        f"{percent(row['together_share'])} by types 14, 15 and 16 together. No other force can be set beside it."
    )


def _of(beside: Protected, force: str) -> str:
    """Where one force stands by both."""
    table = beside.table.dropna(subset=["share", "together_share"])
    rows = table[table["force"] == force]
    if rows.empty:
        return ""
    row = rows.iloc[0]
    who = wording.capital(wording.force_phrase(force))
    return (
        f"{who}: {percent(row['share'])}, rank {row['rank']:g} of {len(table)}, by withdrawal; "
        f"{percent(row['together_share'])}, rank {row['together_rank']:g}, by the three together: {row['parting']}."
    )
