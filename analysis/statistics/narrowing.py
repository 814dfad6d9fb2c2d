"""Counts of one kind of crime: by data.police.uk's category where they are kept by it, by offence where they are not.

No set of counts is kept by both. What a reader asks of the other is passed over, and ``passed_over`` says so.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from analysis import reference
from analysis.counts import Counts
from analysis.errors import ParameterError

ALL = "all"


def narrowed(counts: Counts, *, crime_type: str = ALL, offence: str = ALL) -> Counts:
    """The counts of one crime type, or of one offence where they are not kept by crime type; "all" leaves all.

    Raises ParameterError, with the nearest name that is there, when these counts hold no such crime type or offence.
    """
    if "crime_type" not in counts.dimensions:
        return counts.select(offence=offence if counts.offences else ALL)
    name = crime_type_named(counts, crime_type)
    if name == ALL:
        return counts
    table = counts.table[counts.table["crime_type"] == name].reset_index(drop=True)
    return replace(counts, table=table, selection={**counts.selection, "crime_type": name})


def crime_type_named(counts: Counts, name: str) -> str:
    """The crime type of these counts that a reader means, in their spelling, or "all".

    Raises ParameterError, with the nearest name that is there, when they hold no such crime type.
    """
    held: list[str] = sorted(counts.table["crime_type"].unique())
    folded = {one.casefold(): one for one in (*held, ALL)}
    wanted = name.strip().casefold()
    if wanted in folded:
        return folded[wanted]
    near = get_close_matches(wanted, folded, n=1, cutoff=0.6)
    offer = f" Did you mean '{folded[near[0]]}'?" if near else ""
    raise ParameterError(
        f"Counts '{counts.name}' hold no crime type '{name[:80]}'.{offer} They hold: {', '.join(held)}; or ask for all."
    )


def passed_over(counts: Counts, *, crime_type: str = ALL, offence: str = ALL) -> str:
    """In a sentence, which of the two these counts cannot be asked for; "" where neither was."""
    if "crime_type" in counts.dimensions and offence != ALL:
        name = reference.offences()[reference.offence_named(offence)]
        return (
            "These figures are kept by data.police.uk's crime types, which are wider than an offence: "
            f"{name[:1].lower() + name[1:]} cannot be picked out of them."
        )
    if "crime_type" not in counts.dimensions and crime_type != ALL:
        return f"These figures are not kept by crime type: '{crime_type}' is not picked out of them."
    return ""
