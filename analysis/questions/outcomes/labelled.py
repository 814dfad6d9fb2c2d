"""A league table of withdrawal beside what is told apart from it by a label alone.

Whether a case that failed is put down as one whose victim does not support action (14, 16) or as one that lacks
evidence although the victim does (15) is a recording decision. So three shares stand beside withdrawal. The three
types together do not depend on that decision, and are given out of decided cases too. With types 15 and 16 of every
force divided as all forces together divide them, and type 14 as it is, withdrawal has what it would have at one
practice. And the share as it is told and that of the three types are bounds: if none, or all, of a force's type
15 were withdrawals too. ``relabelling.reading`` judges differences between forces as it judges changes between years.

How much of what lies between forces cancels against type 15 is set against what arithmetic alone would cancel.

What it does not cover: why forces label differently; whether one practice fits the cases of all; endings other than
these three types.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts
from analysis.reference.measures import Measure
from analysis.reference.schema import MEASURES
from analysis.shares.definitions import readings
from analysis.shares.rates import Rates, rates, with_shares
from analysis.shares.relabelling import (
    FEWEST,
    LABEL,
    NO_CHANGE,
    OPPOSED,
    TOGETHER,
    cancelled,
    neutral_cancelled,
    neutral_correlation,
    reading,
)
from analysis.shares.worked import Worked

WITHDREW, TYPES_TOGETHER = "victim_withdrawal", "withdrew_or_evidential"
_SUPPORTS = "evidential difficulties"  # the reading of no further action that is type 15 alone
_SUSPECT = "withdrew, suspect identified"  # the reading of withdrawal that is type 16 alone
_OF_DECIDED = "of decided cases"

#: Where withdrawal and the three types together part, by what ``reading`` makes of the distance from all forces.
PARTINGS = {
    LABEL: "mostly a label: under half as far off by the three types",
    OPPOSED: "on the other side by the three types",
    TOGETHER: "on the same side by both",
    NO_CHANGE: "withdrawal is as elsewhere",
}
_SPLIT = ("one_split_share", "one_split_rank")
_TOGETHER = ("together_share", "together_rank", "decided_together_share")
_COLUMNS = ("events", "cases", "share", "low", "high", "rank", *_SPLIT, *_TOGETHER, "parting", "state")
_FORCES = 3  # fewer say nothing of what lies between them
_CANCELS = ("forces", "correlation", "neutral_correlation", "cancelled_share", "neutral_cancelled_share")
_RANGES = ("low_withdrew_share", "high_withdrew_share", "low_split_share", "high_split_share")


def beside_together(counts: Counts, measure: str, *, base: str = "recorded") -> Worked:
    """Withdrawal by force with what does not depend on its label beside it.

    Parameters
    ----------
    counts
        The cases of every force.
    measure
        What is counted.
    base
        What shares are out of: "recorded", "with_outcome" or "with_suspect".

    Returns
    -------
    Worked
        A row for each ``force``. After the columns of rates: ``rank`` (1 is the lowest share); ``one_split_share`` and
        ``one_split_rank``, types 15 and 16 divided as by all forces together; ``together_share`` and ``together_rank``
        of types 14, 15 and 16, and ``decided_together_share`` out of decided cases; ``parting``, one of PARTINGS by how
        far the force lies from all forces together. Shares run 0 to 1. A force without one of the shares keeps its row,
        as does one whose type 15 may not be shown: the two shares would tell it. No row for a measure other than
        withdrawal.
    """
    if measure != WITHDREW:
        return Worked(rates(counts, measure, base=base, by="force"), _nothing, ("force",))
    source, named = _shares(counts, base)

    def work(table: pd.DataFrame) -> pd.DataFrame:
        parts = {name: table[table["measure"] == name].set_index("force") for name in named}
        return _beside(parts)

    return Worked(source, work, ("force",))


def labels_cancel(counts: Counts, measure: str) -> Worked:
    """How much of what lies between forces by withdrawal goes into type 15.

    Parameters
    ----------
    counts
        The cases of every force.
    measure
        What is counted.

    Returns
    -------
    Worked
        One row for the ``place``, over ``forces`` with FEWEST recorded cases or more: the ``correlation`` of withdrawal
        and type 15 out of decided cases, the part of the variance of withdrawal that type 15 cancels,
        ``cancelled_share``, and both as arithmetic alone would give them, ``neutral_correlation`` and
        ``neutral_cancelled_share``; ``low_withdrew_share`` to ``high_withdrew_share``, the ends of the shares of
        recorded cases, and ``low_split_share`` to ``high_split_share``, those at one division of types 15 and 16.
        Shares run 0 to 1. No row for a measure other than withdrawal, of fewer than three such forces, or where none
        differs.
    """
    if measure != WITHDREW:
        return Worked(rates(counts, measure, by="force"), _none_cancel, ("place",))
    source, named = _shares(counts, "recorded")
    place = source.about.place

    def work(table: pd.DataFrame) -> pd.DataFrame:
        parts = {name: table[table["measure"] == name].set_index("force") for name in named}
        row = _cancelling(parts)
        return pd.DataFrame([{"place": place, **row}]) if row else _none_cancel(table)

    return Worked(source, work, ("place",))


def _shares(counts: Counts, base: str) -> tuple[Rates, list[str]]:
    """The shares of everything that is set side by side, by ``force`` and ``measure``, and the names of these."""
    counted: dict[str, str | Measure] = {name: name for name in (WITHDREW, TYPES_TOGETHER)}
    counted[_SUPPORTS] = readings("no_further_action")[_SUPPORTS]
    counted[_SUSPECT] = readings(WITHDREW)[_SUSPECT]
    shares = {name: rates(counts, measure, base=base, by="force") for name, measure in counted.items()}
    shares[_OF_DECIDED] = rates(counts, TYPES_TOGETHER, base="with_outcome", by="force")
    own, by = shares[WITHDREW], ("force", "measure")
    parts = [share.table.assign(measure=name)[[*by, *MEASURES]] for name, share in shares.items()]
    source = Rates(pd.concat(parts, ignore_index=True), by=by, about=own.about, undecided=own.undecided)
    return source, list(shares)


def _nothing(_: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(columns=["force", *_COLUMNS])


def _none_cancel(_: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(columns=["place", *_CANCELS, *_RANGES])


def _beside(parts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Work of ``beside_together``. Of one force by itself it is not told where it parts: it is all forces together."""
    own = parts[WITHDREW]
    together = parts[TYPES_TOGETHER][parts[_SUPPORTS]["share"].notna()]
    both = own.assign(together_share=together["share"].reindex(own.index), one_split_share=_one_split(parts))
    both["decided_together_share"] = parts[_OF_DECIDED]["share"].where(both["together_share"].notna())
    is_known = both["share"].notna() & both["together_share"].notna()
    is_several = int(is_known.sum()) > 1
    whole = [_whole(part[is_known.reindex(part.index, fill_value=False)]) for part in (own, together)]
    ranked = {"rank": "share", "together_rank": "together_share", "one_split_rank": "one_split_share"}
    for rank, share in ranked.items():
        both[rank] = both[share].astype("Float64").rank()
    both["parting"] = [
        _parting(row["share"] - whole[0], row["together_share"] - whole[1]) if is_shown and is_several else "not told"
        for (_, row), is_shown in zip(both.iterrows(), is_known, strict=True)
    ]
    return both.reset_index()[["force", *_COLUMNS]]


def _one_split(parts: dict[str, pd.DataFrame]) -> pd.Series:
    """Withdrawal by force if each divided types 15 and 16 as all of them together do; absent where a number is."""
    events = pd.DataFrame({name: parts[name]["events"] for name in (WITHDREW, _SUPPORTS, _SUSPECT)}).astype("Float64")
    rows = events.dropna()
    either = float((rows[_SUPPORTS] + rows[_SUSPECT]).sum())
    if not either or len(rows) < 2:
        return pd.Series(pd.NA, index=events.index, dtype="Float64")
    part = float(rows[_SUSPECT].sum()) / either
    without = (rows[WITHDREW] - rows[_SUSPECT]).clip(lower=0)  # numbers rounded each by itself may cross
    alike = without + part * (rows[_SUPPORTS] + rows[_SUSPECT])
    cases = parts[WITHDREW]["cases"].astype("Float64").reindex(rows.index)
    return (alike / cases.where(cases > 0)).clip(upper=1.0).reindex(events.index)


def _cancelling(parts: dict[str, pd.DataFrame]) -> dict[str, float]:
    """Work of ``labels_cancel``; empty where there are too few forces."""
    own = parts[WITHDREW]
    counted = {
        "withdrew": own["events"],
        "supports": parts[_SUPPORTS]["events"],
        "decided": parts[_OF_DECIDED]["cases"],
    }
    table = pd.DataFrame(counted).assign(share=own["share"], split=_one_split(parts))
    large = table[own["cases"] >= FEWEST].dropna().astype("float64")
    withdrew, supports = ((large[name] / large["decided"]).to_numpy("float64") for name in ("withdrew", "supports"))
    if len(large) < _FORCES or not (withdrew.var() > 0 and supports.var() > 0):
        return {}
    p, q = (float(large[name].sum() / large["decided"].sum()) for name in ("withdrew", "supports"))
    if p + q >= 1:
        return {}
    return {
        "forces": len(large),
        "correlation": float(np.corrcoef(withdrew, supports)[0, 1]),
        "neutral_correlation": neutral_correlation((p, q), (p, q)),
        "cancelled_share": cancelled(withdrew, supports),
        "neutral_cancelled_share": neutral_cancelled(p, q),
        "low_withdrew_share": float(large["share"].min()),
        "high_withdrew_share": float(large["share"].max()),
        "low_split_share": float(large["split"].min()),
        "high_split_share": float(large["split"].max()),
    }


def _whole(rows: pd.DataFrame) -> float:
    """The share of all of some forces together."""
    sums = pd.DataFrame([{**rows[["events", "cases"]].sum(), "state": "shown"}])
    share = with_shares(sums).iloc[0]["share"]
    return float("nan") if pd.isna(share) else float(share)


def _parting(withdrew: float, together: float) -> str:
    """Where withdrawal and the three types together part, from how far both lie from all forces."""
    return PARTINGS[reading(withdrew, together - withdrew)]
