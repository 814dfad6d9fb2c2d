"""A league table of withdrawal beside the pooled share of types 14, 15 and 16, and where the two part.

Whether a case that failed is put down as one whose victim does not support action (14, 16) or as one that lacks
evidence although the victim does (15) is a recording decision. A force that stands low by withdrawal and about where
others stand by the three together may differ by that decision alone; ``relabelling.reading`` judges differences between
forces as it judges changes between years.

What it does not cover: why forces label differently; endings other than these three types.
"""

from __future__ import annotations

import pandas as pd

from analysis.counts.counts import Counts
from analysis.reference.measures import Measure
from analysis.reference.schema import MEASURES
from analysis.shares.definitions import readings
from analysis.shares.rates import Rates, rates, with_shares
from analysis.shares.relabelling import LABEL, NO_CHANGE, OPPOSED, TOGETHER, reading
from analysis.shares.worked import Worked

WITHDREW, TYPES_TOGETHER = "victim_withdrawal", "withdrew_or_evidential"
_SUPPORTS = "evidential difficulties"  # the reading of no further action that is type 15 alone

#: Where withdrawal and the three types together part, by what ``reading`` makes of the distance from all forces.
PARTINGS = {
    LABEL: "mostly a label: hardly apart by the three types",
    OPPOSED: "on the other side by the three types",
    TOGETHER: "on the same side by both",
    NO_CHANGE: "withdrawal is as elsewhere",
}
_COLUMNS = ("events", "cases", "share", "low", "high", "rank", "together_share", "together_rank", "parting", "state")


def beside_together(counts: Counts, measure: str, *, base: str = "recorded") -> Worked:
    """Withdrawal by force with the share of types 14, 15 and 16 beside it, out of ``base``: one row per ``force``.

    After the columns of rates: ``rank`` and ``together_rank`` (1 is the lowest share), ``together_share``, and
    ``parting``, one of PARTINGS by how far the force lies from all forces together. A force without one of the shares
    keeps its row, as does one whose type 15 may not be shown: the two shares would tell it.

    No row for another ``measure`` than withdrawal.
    """
    if measure != WITHDREW:
        return Worked(rates(counts, measure, base=base, by="force"), _nothing, ("force",))
    named: dict[str, str | Measure] = {name: name for name in (WITHDREW, TYPES_TOGETHER)}
    named[_SUPPORTS] = readings("no_further_action")[_SUPPORTS]
    found = {name: rates(counts, one, base=base, by="force") for name, one in named.items()}
    own, by = found[WITHDREW], ("force", "measure")
    parts = [one.table.assign(measure=name)[[*by, *MEASURES]] for name, one in found.items()]
    source = Rates(pd.concat(parts, ignore_index=True), by=by, about=own.about, undecided=own.undecided)

    def work(table: pd.DataFrame) -> pd.DataFrame:
        own, together, supports = (table[table["measure"] == name].set_index("force") for name in named)
        return _beside(own, together[supports["share"].notna()])

    return Worked(source, work, ("force",))


def _nothing(_: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(columns=["force", *_COLUMNS])


def _beside(own: pd.DataFrame, together: pd.DataFrame) -> pd.DataFrame:
    """Work of ``beside_together``. Of one force by itself it is not told where it parts: it is all forces together."""
    both = own.assign(together_share=together["share"].reindex(own.index))
    is_known = both["share"].notna() & both["together_share"].notna()
    is_several = int(is_known.sum()) > 1
    whole = [_whole(part[is_known.reindex(part.index, fill_value=False)]) for part in (own, together)]
    both["rank"], both["together_rank"] = (both[name].astype("Float64").rank() for name in ("share", "together_share"))
    both["parting"] = [
        _parting(row["share"] - whole[0], row["together_share"] - whole[1]) if known and is_several else "not told"
        for (_, row), known in zip(both.iterrows(), is_known, strict=True)
    ]
    return both.reset_index()[["force", *_COLUMNS]]


def _whole(rows: pd.DataFrame) -> float:
    """The share of all of some forces together."""
    sums = pd.DataFrame([{**rows[["events", "cases"]].sum(), "state": "shown"}])
    share = with_shares(sums).iloc[0]["share"]
    return float("nan") if pd.isna(share) else float(share)


def _parting(withdrew: float, together: float) -> str:
    """Where withdrawal and the three types together part, from how far both lie from all forces."""
    return PARTINGS[reading(withdrew, together - withdrew)]
