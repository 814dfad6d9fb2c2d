"""Similar issues nationwide? One rule for a suspicion that came without a number, with how often it says yes elsewhere.

The Victims' Commissioner for England and Wales suspected nationwide what the London review had printed. Read here as:
nationwide as large a share ends so as was printed of London, or a larger one. It holds where, out of all recorded
cases, all forces together lie at or above that share with their whole interval, and so do more than half of the
forces. It holds out of decided cases only where that is so of these alone, does not hold where it is so of neither, and
cannot be told of fewer than 40 forces, or where forces with many open cases would decide it.

What the rule is worth: ``others_holding`` says for how many other offences of 2024/25 it would say the same, of those
with enough cases. A rule that holds for most says nothing of stalking.

What it does not cover: why. And the reading is this project's own: another might be wished for.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from analysis.counts import counts as counted
from analysis.reference import findings, measures, reference
from analysis.reference.findings import Finding
from analysis.reference.schema import MEASURES
from analysis.shares.intervals import wilson
from analysis.shares.open_cases import is_much_open
from analysis.shares.rates import Rates, with_shares
from analysis.shares.worked import Worked, shown

#: How the rule can come out, after "it".
HOLDS, OF_DECIDED, DOES_NOT, CANNOT = "holds", "holds out of decided cases only", "does not hold", "cannot be told"

NATION = 40  # forces that together speak for England and Wales
ENOUGH = 50  # cases of an offence that a force must have to count, in NATION forces, for the rule to be tried on it
_ELSEWHERE = "offences_2024_25"
_OFFENCE = "8Q"
BASES = ("recorded", "with_outcome")
_COLUMNS = ("verdict", "base", *MEASURES[:-1], "level_share", "rows", "rows_at_level", "rows_open", "open_at_level")
COLUMNS = (*_COLUMNS, "others", "others_holding")


def _printed(measure: str) -> Finding | None:
    """What was printed of London for a measure; None where nothing was."""
    london = (finding for finding in findings.findings().values() if finding.finding.startswith("london-"))
    return next((finding for finding in london if finding.measure == measure and finding.percent), None)


def suspected(recorded: Rates, decided: Rates) -> Worked:
    """The rule put to the shares by force out of all recorded cases and out of decided ones: one row a base.

    ``rows`` forces have a share, ``rows_at_level`` reach ``level_share``; ``rows_open`` have many open cases, of which
    ``open_at_level`` reach it. ``others`` offences have enough cases, for ``others_holding`` of which the rule holds
    out of this base. No row where nothing was printed of London for the measure, or of other offences than stalking.

    Parameters
    ----------
    recorded
        Shares by force out of all recorded cases.
    decided
        Shares by force out of decided cases.

    Returns
    -------
    Worked
        A row a base.
    """
    by, measure, offence = recorded.by[0], recorded.about.measure, recorded.about.offence
    finding = _printed(measure) if offence == reference.offences()[_OFFENCE] else None
    parts = [
        rates.table[[by, *MEASURES]].assign(base=base)[[by, "base", *MEASURES]]
        for rates, base in zip((recorded, decided), BASES, strict=True)
    ]
    both = pd.concat(parts, ignore_index=True)
    source = Rates(both, by=(by, "base"), about=recorded.about, undecided=recorded.undecided)

    def work(table: pd.DataFrame) -> pd.DataFrame:
        if finding is None:
            return pd.DataFrame(columns=COLUMNS)
        return judged(table, by, measure=measure, level_share=finding.share)

    return Worked(source, work, ("verdict", "base"))


def judged(table: pd.DataFrame, by: str, *, measure: str, level_share: float) -> pd.DataFrame:
    """The rule on rows of (``by``, base, events, cases, share, state), the bases by their names: one row a base.

    Parameters
    ----------
    table
        A row a label and base.
    by
        The column of labels.
    measure
        Name of the measure.
    level_share
        The printed level, 0 to 1.

    Returns
    -------
    pd.DataFrame
        A row a base.
    """
    rows = shown(table)
    parts = {base: rows[rows["base"] == base].set_index(by) for base in BASES}
    waiting = _much_open(parts)
    lines = [_line(part, base, measure, level_share, waiting) for base, part in parts.items() if len(part)]
    verdict = _verdict_of([holds for _, holds in lines]) if len(lines) == len(BASES) else CANNOT
    return pd.DataFrame([{**line, "verdict": verdict} for line, _ in lines], columns=COLUMNS)


def _verdict_of(holds: list[bool | None]) -> str:
    """The verdict from whether the rule holds out of recorded and out of decided cases; None where that is not told."""
    if holds[0]:
        return HOLDS
    if None in holds:
        return CANNOT
    return OF_DECIDED if holds[1] else DOES_NOT


def _much_open(parts: dict[str, pd.DataFrame]) -> frozenset[object]:
    """The forces with many open cases: those recorded and not decided, over those recorded."""
    recorded, decided = (parts[base]["cases"].astype("Float64") for base in BASES)
    waiting = 1 - decided.reindex(recorded.index) / recorded
    return frozenset(force for force, share in waiting.items() if is_much_open(share))


def _line(
    part: pd.DataFrame, base: str, measure: str, level: float, waiting: frozenset[object]
) -> tuple[dict[str, Any], bool | None]:
    """One base: its numbers, and whether the rule holds (None where that cannot be told)."""
    whole = with_shares(pd.DataFrame([{**part[["events", "cases"]].sum(), "state": "shown"}])).iloc[0]
    reached, is_open = part["share"] >= level, part.index.isin(list(waiting))
    least, most = int((reached & ~is_open).sum()), int((reached | is_open).sum())
    others, holding = elsewhere(measure, level, base)
    line = {
        "base": measures.base(base).short,
        **{name: whole[name] for name in MEASURES[:-1]},
        "level_share": level,
        "rows": len(part),
        "rows_at_level": int(reached.sum()),
        "rows_open": int(is_open.sum()),
        "open_at_level": int((reached & is_open).sum()),
        "others": others,
        "others_holding": holding,
    }
    return line, _holds(float(whole["low"]), level, least=least, most=most, rows=len(part))


def _holds(low: float, level: float, *, least: int, most: int, rows: int) -> bool | None:
    """Whether the rule holds; None of too few forces, and where those with many open cases would decide."""
    if rows < NATION:
        return None
    if low < level or 2 * most <= rows:
        return False
    return True if 2 * least > rows else None


def elsewhere(measure: str, level: float, base: str) -> tuple[int, int] | tuple[None, None]:
    """Of how many other offences the rule can be tried, and for how many of them it holds, out of ``base``.

    Those of data/counts/offences_2024_25 with at least ENOUGH recorded cases in NATION forces or more; None where that
    set of counts is not at hand, or tells no offences apart.

    Parameters
    ----------
    measure
        Name of a measure.
    level
        The printed level, 0 to 1.
    base
        Name of a base.

    Returns
    -------
    tuple[int, int] | tuple[None, None]
        Offences tried, and those for which it holds; None for both where it cannot be tried.
    """
    if _ELSEWHERE not in counted.available() or "offence" not in counted.read(_ELSEWHERE).dimensions:
        return None, None
    return _elsewhere(measure, level, base)


@cache
def _elsewhere(measure: str, level: float, base: str) -> tuple[int, int]:
    """The same, worked out once."""
    wide, scheme = _by_outcome()
    wide = wide.drop(_OFFENCE, level="offence", errors="ignore")
    codes, gone = measures.measure(measure).codes(scheme), measures.base(base).leaves_out(scheme)
    table = pd.DataFrame(
        {
            "recorded": wide.sum(axis=1),
            "events": wide[sorted((codes - gone) & set(wide.columns))].sum(axis=1),
            "cases": wide[[code for code in wide.columns if code not in gone]].sum(axis=1),
            "open": wide[list(reference.codes(scheme, "undecided"))].sum(axis=1),
            "is_known": ~(wide < 0).any(axis=1),
        }
    )
    tried = _tried(table, level)
    return len(tried), sum(bool(one) for one in tried)


@cache
def _by_outcome() -> tuple[pd.DataFrame, str]:
    """Cases by offence and force (rows) and outcome (columns), and the scheme of the outcomes."""
    published = counted.read(_ELSEWHERE)
    wide = published.table.pivot_table(index=["offence", "force"], columns="outcome", values="cases", aggfunc="sum")
    return wide.fillna(0).astype(
        "int64"
    ), published.scheme  # what is no row happened no times: every force sent figures


def _tried(table: pd.DataFrame, level: float) -> list[bool | None]:
    """Whether the rule holds of each offence of which enough forces have enough cases; one row a force of each."""
    known = table["is_known"] & (table["cases"] > 0)
    reached = table["events"] / table["cases"] >= level
    is_open = (table["open"] / table["recorded"]).map(is_much_open)
    forces = pd.DataFrame(
        {
            **table[["events", "cases"]],
            "enough": table["recorded"] >= ENOUGH,
            "least": known & reached & ~is_open,
            "most": known & (reached | is_open),
            "rows": known,
        }
    )
    offences = forces.groupby(level="offence").sum()
    offences = offences[offences["enough"] >= NATION]
    low = wilson(offences["events"].to_numpy(), offences["cases"].to_numpy())[0]
    ends = zip(low, offences["least"], offences["most"], offences["rows"], strict=True)
    return [
        _holds(float(end), level, least=int(least), most=int(most), rows=int(rows)) for end, least, most, rows in ends
    ]
