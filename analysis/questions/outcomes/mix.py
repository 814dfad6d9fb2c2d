"""Shares with the mix of offences of all forces together, in words."""

from __future__ import annotations

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import numbers, tables, wording
from analysis.presentation.blocks import Shown, nothing
from analysis.presentation.wording import percent
from analysis.reference import measures
from analysis.shares.standardisation import FEWEST_COVERED

_COLUMNS = (
    *("force", "events", "cases", "share", "standardised_share", "low_standardised_share", "high_standardised_share"),
    *("mix_difference_share", "covered_share"),
)


def table(mix: Protected, *, force: str) -> Shown:
    """Each force's share as it is and with the mix of all.

    Parameters
    ----------
    mix
        What ``standardised`` gives, as it may be shown.
    force
        The force that the report is about.

    Returns
    -------
    Shown
        The table; nothing where there is one offence or one force.
    """
    only_protected(mix)
    if mix.table.empty:
        return nothing()
    sentence = finding(mix, force=force)
    return tables.table(mix, title="With the same mix of offences", finding=sentence, note=_note(mix), columns=_COLUMNS)


def _note(mix: Protected) -> str:
    """What the mix of offences does not allow for."""
    only_protected(mix)
    least = percent(1 - FEWEST_COVERED, decimals=0)
    return (
        "Only the mix of offences is allowed for: not how serious cases of one offence are, who the victims were, or "
        "what was written down. Intervals are of chance alone. No share where a force has no case of offences that "
        f"make up more than {least} of the cases of all forces, or corrections below zero among them"
    )


def finding(mix: Protected, *, force: str) -> str:
    """How far the mix of offences puts a force where it lies, and what is left of its distance from all forces.

    Parameters
    ----------
    mix
        What ``standardised`` gives, as it may be shown.
    force
        The force that the report is about.

    Returns
    -------
    str
        Sentences; that no share is held where none is.
    """
    only_protected(mix)
    table = mix.table
    rows = table[table["share"].notna()]
    row = rows[rows["force"] == force]
    if row.empty:
        return f"No share is held for {wording.force_phrase(force)}."
    if row["standardised_share"].isna().all():
        return _uncovered(row.iloc[0], force)
    return _of(row.iloc[0], float(rows["events"].sum() / rows["cases"].sum()), mix, force)


def _uncovered(row: pd.Series, force: str) -> str:
    """Why a force has no share with the mix of all."""
    part = percent(1 - float(row["covered_share"]))
    who = wording.capital(wording.force_phrase(force))
    return (
        f"{who} has no case, or only corrected counts, of offences that make up {part} of the cases of all forces: "
        "its share with their mix cannot be given."
    )


def _of(row: pd.Series, nation: float, mix: Protected, force: str) -> str:
    """The share of a force as it is and with the mix of all, and its distance from all by either."""
    share, same = float(row["share"]), float(row["standardised_share"])
    limits = wording.interval(float(row["low_standardised_share"]), float(row["high_standardised_share"]))
    measure = measures.measure(mix.about.measure)
    what = f"{wording.capital(wording.force_phrase(force))}: {percent(share)} {measure.ended}"
    text = f"{what}; with the mix of offences of all forces together it would be {percent(same)} (95% interval by "
    text += f"chance alone {limits}). All forces together: {percent(nation)}. "
    gap, left = share - nation, same - nation
    side = "below" if gap < 0 else "above"
    if _is_hardly(gap):
        return f"{text}As recorded, the two hardly differ; with the same mix the difference is {_points(left)} points."
    if _is_hardly(left):
        return f"{text}As recorded it is {_points(gap)} points {side} them; with the same mix the two hardly differ."
    if gap * left < 0:
        other = "above" if gap < 0 else "below"
        return (
            f"{text}So it is {_points(gap)} points {side} with its own mix, and {_points(left)} {other} with "
            "the same mix."
        )
    if abs(left) > abs(gap):
        return (
            f"{text}So its mix of offences explains none of the {_points(gap)} points by which it is {side} them: "
            f"with the same mix it would be {_points(left)} points {side}."
        )
    return (
        f"{text}So of the {_points(gap)} points by which it is {side} them, {_points(gap - left)} go with its mix of "
        f"offences and {_points(left)} do not."
    )


def _is_hardly(by: float) -> bool:
    """Whether a distance would be printed as none."""
    return abs(by) < 0.0005


def _points(by: float) -> str:
    return numbers.points(abs(by)).lstrip("+")
