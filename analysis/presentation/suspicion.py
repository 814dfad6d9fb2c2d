"""The suspicion of similar issues nationwide, in words: what the one rule asks, what it finds, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import wording
from analysis.presentation.wording import percent
from analysis.statistics.suspicion import ENOUGH, NATION


def sentences(found: Protected) -> str:
    """The verdict of ``suspected`` with its number, its bases, its forces with open cases, and what the rule is worth.

    "" where nothing was printed of London to read the suspicion by, or too few forces have a share.
    """
    only_protected(found)
    if found.table.empty or int(found.table["rows"].max()) < NATION:
        return ""
    recorded = found.table.iloc[0]
    level = percent(float(recorded["level_share"]), decimals=0)
    told = (
        "The suspicion of similar issues nationwide came without a number. Read as what was printed of London or more, "
    )
    told += f"{level}, by all forces together and by more than half of the forces, it {recorded['verdict']}"
    parts = [
        f"out of {row['base']} {percent(row['share'])}, and {int(row['rows_at_level'])} of {int(row['rows'])} forces "
        "reach it"
        for _, row in found.table.iterrows()
    ]
    told += f": {'; '.join(parts)}."
    if found.much_open and len(found.table) == 2:
        counts = [int(row["open_at_level"]) for _, row in found.table.iterrows()]
        told += f" {open_ones(sorted(found.much_open), *counts)}"
    tried = recorded["others"]
    return told if pd.isna(tried) else f"{told} {worth(int(recorded['others_holding']), int(tried))}"


def open_ones(forces: Sequence[str], recorded: int, decided: int) -> str:
    """How the forces with many open cases count, out of either base."""
    many = f"{wording.capital(wording.plural(len(forces), 'force'))} {'has' if len(forces) == 1 else 'have'}"
    one, other = (f"{wording.number(count) if count else 'none'}" for count in (recorded, decided))
    reach = f"{one} of them {'reaches' if recorded < 2 else 'reach'} it out of recorded cases, {other} out of decided"
    return f"{many} many cases still open ({wording.listed(forces)}): {reach}."


def worth(holding: int, others: int) -> str:
    """What the rule is worth: for how many other offences it would say the same."""
    return (
        f"The same rule holds, out of recorded cases, for {wording.number(holding)} of the {others} other offences of "
        f"2024/25 that have {ENOUGH} cases or more in at least {NATION} forces."
    )
