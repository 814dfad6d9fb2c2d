"""Counts of one kind of crime: by data.police.uk's category where they are kept by it, by offence where they are not.

No set of counts is kept by both. What a reader asks of the other is refused; ``passed_over`` says what it cannot tell.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from analysis import reference
from analysis.counts import Counts
from analysis.errors import ParameterError

ALL = "all"
USUAL_CRIME_TYPE, USUAL_OFFENCE = "Violence and sexual offences", "8Q"  # what a report asks for where nobody says


def narrowed(counts: Counts, *, crime_type: str = ALL, offence: str = ALL) -> Counts:
    """The counts of one crime type, or of one offence where they are not kept by crime type; "all" leaves all.

    Of the two, the one that these counts are not kept by is passed over where it is the usual one, which a report asks
    for when nobody says anything.

    Raises ParameterError, with the nearest name that is there, when these counts hold no such crime type or offence,
    and for one that they are not kept by.
    """
    if "crime_type" not in counts.dimensions:
        if crime_type not in (ALL, USUAL_CRIME_TYPE):
            raise not_kept(counts, crime_type=crime_type)
        return counts.select(offence=offence if counts.offences else ALL)
    if offence not in (ALL, USUAL_OFFENCE):
        raise not_kept(counts, offence=offence)
    name = crime_type_named(counts, crime_type)
    if name == ALL:
        return counts
    table = counts.table[counts.table["crime_type"] == name].reset_index(drop=True)
    return replace(counts, table=table, selection={**counts.selection, "crime_type": name})


def not_kept(counts: Counts, *, crime_type: str = ALL, offence: str = ALL) -> ParameterError:
    """The refusal of an offence that cannot be picked out of counts by crime type, or the other way round."""
    if offence != ALL:
        told = passed_over(counts, offence=offence)
        return ParameterError(f"Counts '{counts.name}': {told} Leave the offence out, and ask for a crime type.")
    held = ", ".join(f"{code} ({reference.offences()[code]})" for code in counts.offences)
    there = f"Leave the crime type out, and ask for an offence: {held}." if held else "Leave the crime type out."
    return ParameterError(
        f"Counts '{counts.name}' are not kept by crime type: '{crime_type[:80]}' cannot be picked out. {there}"
    )


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


def passed_over(counts: Counts, *, offence: str = ALL) -> str:
    """That an offence cannot be picked out of these counts, in a sentence; "" where it can, or none was asked for."""
    if "crime_type" not in counts.dimensions or offence == ALL:
        return ""
    name = reference.offences()[reference.offence_named(offence)]
    return (
        "These figures are kept by data.police.uk's crime types, which are wider than an offence: "
        f"{name[:1].lower() + name[1:]} cannot be picked out of them."
    )
