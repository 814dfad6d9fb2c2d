"""Counts of one kind of crime: by data.police.uk's category where they are kept by it, by offence where they are not.

No set of counts is kept by both. What a reader asks of the other is refused; ``passed_over`` says what it cannot tell.
A crime type that was renamed is one under both names. Files may have been cut to some crime types: then nothing is said
of all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from analysis.errors import ParameterError, offer
from analysis.reference import reference
from analysis.reference.names import in_sentence

if TYPE_CHECKING:
    from analysis.counts.counts import Counts

ALL = "all"
_MOST_NAMED = 12  # offences that a refusal lists
NO_CRIME = "Anti-social behaviour"  # incidents, which are never counted
USUAL_CRIME_TYPE, USUAL_OFFENCE = "Violence and sexual offences", "8Q"  # what a report asks for where nobody says


def narrowed(counts: Counts, *, crime_type: str = ALL, offence: str = ALL) -> Counts:
    """The counts of one crime type, or of one offence where they are not kept by crime type; "all" leaves all.

    A crime type that was renamed is counted under both names. Counts of a single crime type are of that, not of all. Of
    the two, the one that these counts are not kept by is passed over where it is the usual one, which a report asks for
    when nobody says anything.

    Parameters
    ----------
    counts
        Counts, kept by data.police.uk's crime types or by offence.
    crime_type
        A crime type by any of its names, or "all".
    offence
        The Home Office's code of an offence, or "all".

    Returns
    -------
    Counts
        The counts of it.

    Raises
    ------
    ParameterError
        With the nearest name that is there, when these counts hold no such crime type or offence, and for one that they
        are not kept by.
    """
    if "crime_type" not in counts.dimensions:
        if crime_type not in (ALL, USUAL_CRIME_TYPE):
            raise not_kept(counts, crime_type=crime_type)
        return counts.select(offence=offence if counts.offences else ALL)
    if offence not in (ALL, USUAL_OFFENCE):
        raise not_kept(counts, offence=offence)
    name = _crime_type_named(counts, crime_type)
    if name == ALL and len(_held(counts)) == 1:
        name = _held(counts)[0]
    if name == ALL:
        return counts
    table = counts.table[counts.table["crime_type"].isin(_names_of(name))].reset_index(drop=True)
    return replace(counts, table=table, selection={**counts.selection, "crime_type": name})


def not_kept(counts: Counts, *, crime_type: str = ALL, offence: str = ALL) -> ParameterError:
    """The refusal of an offence that cannot be picked out of counts by crime type, or the other way round.

    Parameters
    ----------
    counts
        Counts, kept by data.police.uk's crime types or by offence.
    crime_type
        The crime type that was asked for, or "all".
    offence
        The offence that was asked for, or "all".

    Returns
    -------
    ParameterError
        The refusal, with what to ask for instead.
    """
    if offence != ALL:
        return ParameterError(
            f"Counts '{counts.name}': {_too_narrow(offence)} Leave the offence out, and ask for a crime type."
        )
    named, there = [f"{code} ({reference.offences()[code]})" for code in counts.offences], "Leave the crime type out"
    if named:
        several = f"one of {len(named)}, which 'attrition list offences' shows"
        there += f", and ask for an offence: {', '.join(named) if len(named) <= _MOST_NAMED else several}"
    return ParameterError(
        f"Counts '{counts.name}' are not kept by crime type: '{crime_type[:80]}' cannot be picked out. {there}."
    )


def _crime_type_named(counts: Counts, name: str) -> str:
    """The crime type of these counts that a reader means. Raises ParameterError where there is none."""
    crime_types = _held(counts)
    folded = {spelling.casefold(): name for name in crime_types for spelling in _names_of(name)} | {ALL: ALL}
    wanted = name.strip().casefold()
    if wanted in folded:
        return folded[wanted]
    near = offer(wanted, [*(each for crime_type in crime_types for each in _names_of(crime_type)), ALL])
    raise ParameterError(
        f"Counts '{counts.name}' hold no crime type '{name[:80]}'.{near} They hold: {', '.join(crime_types)}; or "
        "ask for all."
    )


def _held(counts: Counts) -> list[str]:
    """The crime types of these counts; one that was renamed once, under the last of its names that they hold."""
    met = set(counts.table["crime_type"].unique())
    return sorted(
        name for name in met if not any(name == renaming.earlier and renaming.later in met for renaming in _renamed())
    )


def _names_of(name: str) -> set[str]:
    """Every name that a crime type has had."""
    names = {name}
    for renaming in _renamed():
        names |= {renaming.earlier, renaming.later} if {renaming.earlier, renaming.later} & names else set()
    return names


def _renamed() -> tuple[reference.Succession, ...]:
    return reference.renamed("crime_type")


def _absent_types(counts: Counts) -> list[str]:
    """The crime types in use all through the period of which these counts hold no case, as when files were cut."""
    ends = (counts.coverage.span.first, counts.coverage.span.last)
    first, last = (set(reference.crime_types(at=day.isoformat())) for day in ends)
    in_use = first & last
    met = {other for name in counts.table["crime_type"].unique() for other in _names_of(name)}
    return sorted(in_use - met - {NO_CRIME})


def subject(counts: Counts) -> str:
    """The crime type that counts were narrowed to, or whether they are of all.

    Parameters
    ----------
    counts
        Counts, kept by data.police.uk's crime types or by offence.

    Returns
    -------
    str
        Words for a title; empty where they are not kept by crime type.
    """
    if "crime_type" not in counts.dimensions:
        return ""
    whole = "the crime types that came" if _absent_types(counts) else "all crime types"
    return counts.selection.get("crime_type", whole)


def passed_over(counts: Counts, *, offence: str = ALL) -> str:
    """What these counts cannot be asked for, and what a crime type is made of.

    Parameters
    ----------
    counts
        Those that ``narrowed`` gave.
    offence
        The offence that was asked for, or "all".

    Returns
    -------
    str
        Sentences; empty for nothing.
    """
    if "crime_type" not in counts.dimensions:
        return ""
    return " ".join(sentence for sentence in (_too_narrow(offence), _renaming(counts), _cut(counts)) if sentence)


def _too_narrow(offence: str) -> str:
    if offence == ALL:
        return ""
    name = reference.offences()[reference.offence_named(offence)]
    return (
        "These figures are kept by data.police.uk's crime types, which are wider than an offence: "
        f"{in_sentence(name)} cannot be picked out of them."
    )


def _renaming(counts: Counts) -> str:
    """Which crime types these counts have under two names, and which had a part taken out."""
    met, span = set(counts.table["crime_type"].unique()), counts.coverage.span
    phrases = []
    for succession in reference.successions():
        first = date.fromisoformat(f"{succession.from_month}-01")
        if succession.kind != "crime_type" or not span.first < first <= span.last:
            continue
        if succession.change == "renamed" and {succession.earlier, succession.later} <= met:
            phrases.append(
                f"'{succession.earlier}' is called '{succession.later}' since {first:%B %Y}: both are counted here as "
                "one."
            )
        if succession.change == "split" and counts.selection.get("crime_type", "") in (
            succession.earlier,
            succession.later,
        ):
            phrases.append(
                f"'{succession.later}' was part of '{succession.earlier}' until {first:%B %Y}: do not compare across "
                "it."
            )
    return " ".join(phrases)


def _cut(counts: Counts) -> str:
    """Which crime types are absent from counts that were asked for all."""
    absent = _absent_types(counts) if "crime_type" not in counts.selection else []
    if not absent:
        return ""
    return f"The files hold no case of {'; '.join(absent)}: nothing here is of all crime."
