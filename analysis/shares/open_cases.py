"""Where many cases are still open: one limit, one rule, for whatever shows, ranks or quotes a share.

A case without an outcome counts among the recorded ones and has ended in no way yet. Where more than a tenth are so, a
share of recorded cases is held down by them, and one of decided cases rests on those that were decided soon. Such a row
is marked wherever it stands, and no headline rests on it.

What it does not cover: periods of a series, which ``charted_series.recent_periods`` also sets against what is usual.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from analysis.reference.schema import STATES

#: More than this part of the recorded cases without an outcome is many.
MUCH_OPEN = 0.1
MANY, FEW = "many", "few"


def is_much_open(open_share: object) -> bool:
    """Whether a part of recorded cases that is open is many; a part that is not known is not.

    Parameters
    ----------
    open_share
        A share from 0 to 1, or missing.

    Returns
    -------
    bool
        True where it is many.
    """
    return not pd.isna(open_share) and float(open_share) > MUCH_OPEN  # type: ignore[call-overload, arg-type]


def much_open(undecided: pd.DataFrame, by: str) -> frozenset[str]:
    """The labels of the rows with many open cases, from the share of recorded cases without an outcome by ``by``.

    Parameters
    ----------
    undecided
        A row a label, with the share without an outcome and its state.
    by
        The column of labels.

    Returns
    -------
    frozenset[str]
        Labels.
    """
    return frozenset(str(row[by]) for _, row in undecided.iterrows() if is_much_open(row["share"]))


def noted(table: pd.DataFrame, undecided: pd.DataFrame, by: str, *, base: str) -> pd.DataFrame:
    """The rows of a share with two columns more: ``openness`` and ``of_decided_share``.

    ``openness`` is many or few, or the symbol of why that cannot be told; ``of_decided_share`` the share of the cases
    decided so far, where the share is out of all recorded cases.

    Parameters
    ----------
    table
        A row a label, with a share.
    undecided
        The share without an outcome, by the same labels, with the number ``decided`` where that was released.
    by
        The column of labels.
    base
        Name of the base of the shares.

    Returns
    -------
    pd.DataFrame
        The rows, with ``openness`` and ``of_decided_share`` (0 to 1, or missing).
    """
    undecided_by_place = {row[by]: row for row in undecided.to_dict("records")}
    openness, shares = [], []
    for row in table.to_dict("records"):
        waiting = undecided_by_place.get(row[by], {"share": pd.NA, "state": "not_applicable"})
        is_known = not pd.isna(waiting["share"])
        symbol = STATES.get(str(waiting["state"])) or STATES["not_applicable"]
        openness.append((MANY if is_much_open(waiting["share"]) else FEW) if is_known else symbol)
        shares.append(_of_decided(row, waiting) if is_known and base == "recorded" else None)
    result = table.assign(openness=openness)
    if base == "recorded":
        result["of_decided_share"] = pd.array(shares, dtype="Float64")
    return result


def _of_decided(row: Mapping[Hashable, Any], waiting: Mapping[Hashable, Any]) -> float | None:
    """The share of decided cases from what may be shown; None where rounding leaves no such share."""
    if pd.isna(row["share"]) or pd.isna(waiting["events"]) or "events" not in row:
        return None
    released = waiting.get("decided", pd.NA)
    decided = int(row["cases"]) - int(waiting["events"]) if pd.isna(released) else int(released)
    return int(row["events"]) / decided if decided > 0 and int(row["events"]) <= decided else None
