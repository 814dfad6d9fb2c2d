"""Why does a force differ? Its gap to the other forces together, in parts, from counts that may be shown.

The counts of each force come as shares out of the bases that tell the factors (``stages``), go through disclosure
control as they do, and only then are split. Where outcomes do not say whether there was a suspect, decided cases are
one factor.

What it does not cover: a share out of decided cases with a suspect, and cases still open, which are one factor each.
Those have no rows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts
from analysis.questions.difference import stages
from analysis.questions.difference.shapley import Numbers
from analysis.questions.difference.uncertainty import FEWEST, FEWEST_FORCES, Split, split
from analysis.reference import measures, reference
from analysis.reference.measures import Measure
from analysis.reference.schema import MEASURES
from analysis.shares.rates import Rates, rates
from analysis.shares.worked import Worked

#: The parts of a gap, and the whole; those of how cases ended follow the name of the measure.
OPEN, SUSPECT, WHOLE = "Cases still open", "A suspect identified", "All together"
WITHOUT, WITH, ENDED = ", no suspect identified", ", with a suspect", ", of decided cases"
ESTABLISHED, NOT_ESTABLISHED = "yes", "not established"
_BASES = ("recorded", "with_outcome", "with_suspect")
_LIMITS = ("low_chance_share", "high_chance_share", "low_differing_share", "high_differing_share")
COLUMNS = ("part", "here_share", "there_share", "part_share", *_LIMITS, "holds", "rows")


def difference(counts: Counts, measure: str | Measure, *, force: str, base: str = "recorded") -> Worked:
    """The gap of a force to the other forces together in a measure, split into parts.

    Parameters
    ----------
    counts
        The cases of every force.
    measure
        What is counted.
    force
        The force whose gap is split.
    base
        What shares are out of: "recorded", "with_outcome" or "with_suspect".

    Returns
    -------
    Worked
        A row for each ``part``, the largest first, and one for all together last: ``here_share`` and ``there_share``
        (the factor of the force and of the others, 0 to 1; of the last row their shares), ``part_share`` (what the
        factor makes of the gap, -1 to 1), ``low_chance_share`` to ``high_chance_share`` and ``low_differing_share`` to
        ``high_differing_share`` (95%, by chance alone and if forces differ), ``holds`` (whether the latter keep to one
        side of nothing) and ``rows``, the other forces. No row where the force has fewer than FEWEST cases, fewer than
        FEWEST_FORCES others have so many, a number that is needed may not be shown, or there is one factor only.

    References
    ----------
    Das Gupta 1993, Standardization and Decomposition of Rates: A User's Manual, US Bureau of the Census, P23-186,
    chapter 2.
    """
    wanted = measures.measure(measure) if isinstance(measure, str) else measure
    shares = [rates(counts, wanted, base=base, by="force")]
    bases = _bases(counts, wanted, base)
    shares += [rates(counts, wanted, base=other, by="force") for other in bases[1:]]
    both = joined([out_of.table.assign(base=out_of.about.base) for out_of in shares])
    source = Rates(both, by=("force", "base"), about=shares[0].about, undecided=shares[0].undecided)

    def work(table: pd.DataFrame) -> pd.DataFrame:
        return _split(table, bases, force, short=wanted.short, rounding=shares[0].about.rounding)

    return Worked(source, work, ("part",))


def _bases(counts: Counts, wanted: Measure, base: str) -> tuple[str, ...]:
    """The bases whose shares tell the factors of a share out of ``base``; none where there is one factor only."""
    if wanted.codes(counts.scheme) & set(reference.codes(counts.scheme, "undecided")):
        return ()
    told = [measures.base(name) for name in _BASES[_BASES.index(base) :] if measures.base(name).can_tell(counts.scheme)]
    bases = tuple(out_of.name for out_of in told if not measures.nothing_left(wanted, out_of, counts.scheme))
    return bases if len(bases) > 1 else ()


def _split(table: pd.DataFrame, bases: tuple[str, ...], force: str, *, short: str, rounding: float) -> pd.DataFrame:
    """The rows of ``difference``, from the shares by force and base that may be shown."""
    nothing = pd.DataFrame(columns=COLUMNS)
    if not bases:
        return nothing
    forces, counts = staged(table, bases)
    is_own = np.array([name == force for name in forces], dtype=bool)
    others, can = counts[~is_own], stages.differing(counts)
    if not is_own.any() or counts[is_own][0, 0] < FEWEST or len(can) < 2:
        return nothing
    if int((others[:, 0] >= FEWEST).sum()) < FEWEST_FORCES:
        return nothing
    last = WITH if bases[-1] == "with_suspect" else ENDED
    names = (OPEN, SUSPECT, f"{short}{WITHOUT}", f"{short}{last}", WHOLE)
    gap = split(counts[is_own][0], others, rounding=rounding)
    return _rows(gap, can, names).assign(rows=len(others))[list(COLUMNS)]


def joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Shares by force out of several bases, one under the other.

    Parameters
    ----------
    tables
        Rows of rates by ``force`` with their ``base``, for each base.

    Returns
    -------
    pd.DataFrame
        All rows, labelled by ``force`` and ``base``.
    """
    return pd.concat([table[["force", "base", *MEASURES]] for table in tables], ignore_index=True)


def staged(table: pd.DataFrame, bases: tuple[str, ...]) -> tuple[list[str], Numbers]:
    """Forces with their counts, from shares by force and base.

    Forces are left out of which a number is absent, or whose rounded numbers cannot be. Out of decided cases these
    stand for the recorded ones, so that none is open.

    Parameters
    ----------
    table
        Rows of rates by ``force`` and ``base``.
    bases
        The bases that tell the factors, the widest first.

    Returns
    -------
    tuple[list[str], Numbers]
        The names of forces, and their cases by ``stages.COLUMNS``, shape (forces, 5).
    """
    rows = table[table["share"].notna() | (table["cases"] == 0)]
    wide = rows.pivot(index="force", columns="base", values=["events", "cases"]).sort_index()
    wide = wide.reindex(columns=pd.MultiIndex.from_product([["events", "cases"], bases])).dropna()
    cases, events = (wide[name].astype("float64") for name in ("cases", "events"))
    decided = "with_outcome"
    last = bases[-1]  # of decided cases with a suspect, or of all decided ones where that is all that can be told
    suspect, ended = cases[last], events[last]
    counts = np.column_stack([cases[bases[0]], cases[decided], suspect, events[decided] - ended, ended])
    is_sound = stages.is_sound(counts)
    return [str(name) for name in wide.index[is_sound]], counts[is_sound]


def _rows(gap: Split, can: tuple[int, ...], names: tuple[str, ...]) -> pd.DataFrame:
    """A row for each factor that can differ, the largest part first, and one for all together, by their names."""
    order = [*sorted(can, key=lambda place: -abs(float(gap.parts[place]))), len(names) - 1]
    here, there = gap.here.copy(), gap.there.copy()
    here[stages.OPEN], there[stages.OPEN] = 1 - here[stages.OPEN], 1 - there[stages.OPEN]  # open rather than decided
    table = pd.DataFrame(
        {
            "part": [names[place] for place in order],
            "here_share": here[order],
            "there_share": there[order],
            "part_share": gap.parts[order],
            "low_chance_share": gap.by_chance[0, order],
            "high_chance_share": gap.by_chance[1, order],
            "low_differing_share": gap.if_forces_differ[0, order],
            "high_differing_share": gap.if_forces_differ[1, order],
        }
    )
    is_clear = (table["low_differing_share"] > 0) | (table["high_differing_share"] < 0)
    return table.assign(holds=np.where(is_clear, ESTABLISHED, NOT_ESTABLISHED))
