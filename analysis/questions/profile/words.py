"""What there is to say of one force, in the order in which a commissioner would say it.

Every sentence is made of what may be shown. None says why anything happened, and none accuses.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import wording
from analysis.presentation.numbers import distance, plain_number
from analysis.presentation.wording import percent
from analysis.questions.profile.results import EVIDENTIAL, TOLD, WITHDRAWAL, years_between
from analysis.reference import measures
from analysis.reference.names import in_sentence

CHANGE, LABELS = "Withdrawal between two years", "Withdrawal beside types 14, 15 and 16"
NOT_HELD = (
    "Endings by year are held here for real stalking cases alone, and set beside the figures of one whole year, not of "
    "a part or of several. So nothing can be said here of a change."
)
PUBLISHED = "These are the force's published figures of earlier years; they are not counted from the case files."
_HUNDRED = 100
_WITHDREW = measures.measure(WITHDRAWAL)


def opening(own: Protected, together: Protected, *, exception: str) -> str:
    """The answer in one or two sentences: how many withdrew, how that compares with the nation, whether it is unusual.

    Parameters
    ----------
    own, together
        The share of withdrawal of the force, and of all forces together, each in one row.
    exception
        Whether the force is an exception, as a clause that follows its name; "" where that is not judged.

    Returns
    -------
    str
        The answer; why there is none where there is no share.
    """
    row, whole = wording.the_one(own), wording.the_one(together)
    if row["state"] != "shown":
        return wording.share_sentence(own)
    cases = wording.out_of_so_many(row["cases"], own.about)
    share = "" if int(row["cases"]) < _HUNDRED else f" ({_of_hundred(row)})"
    said = f"Of {cases}, {row['events']:,}{share} {_WITHDREW.ended}"
    if str(row[own.by[0]]) in own.much_open:
        return f"{said}. Too many are still open to say more: {wording.MANY_OPEN}."
    if row["high"] - row["low"] > wording.VAGUE:
        return f"{said}. These are too few cases to compare with other forces."
    if own.about.place == together.about.place or whole["state"] != "shown":
        return f"{said}."
    where = f"in {wording.place_name(together.about.place)} it was {_of_hundred(whole)}"
    if not exception:
        return f"{said}; {where}."
    return f"{said}; {where}. {wording.capital(wording.force_phrase(own.about.place))} {exception}."


def _of_hundred(row: pd.Series) -> str:
    """ "56 in 100", neither none nor all falsely; of fewer cases than that, the number of them."""
    events, cases = int(row["events"]), int(row["cases"])
    if cases < _HUNDRED:
        return wording.number(events)
    times = f"{wording.rounded(float(row['share']) * _HUNDRED, decimals=0)}"
    if 0 < events < cases:
        times = {"0": "under 1", "100": f"over {_HUNDRED - 1}"}.get(times, times)
    return f"{times} in {_HUNDRED}"


def limits(places: Protected, *, force: str) -> str:
    """Between which shares forces commonly lie, and whether the force does.

    Parameters
    ----------
    places
        Each force with the limits that allow for forces that differ, as they may be shown.
    force
        The force.

    Returns
    -------
    str
        A sentence; "" where none can be told of the force.
    """
    only_protected(places)
    rows = places.table[places.table[places.by[0]] == force]
    if rows.empty or force in places.much_open or pd.isna(rows.iloc[0]["low_allowed_share"]):
        return ""
    row = rows.iloc[0]
    if row["high"] - row["low"] > wording.VAGUE:
        return ""
    inside = row["low_allowed_share"] <= row["share"] <= row["high_allowed_share"]
    return (
        f"Of these forces 19 in 20, had they as many cases, would have a share from "
        f"{wording.interval(row['low_allowed_share'], row['high_allowed_share'])}"
        f"{'' if inside else f', and {wording.force_phrase(force)} is not among them'}."
    )


def notes(standings: Protected, *, force: str, ranked: int) -> list[str]:
    """What has to be known to read the table of measures.

    Parameters
    ----------
    standings
        The force by each measure, as ``results.standings`` gives it and as it may be shown.
    force
        The force.
    ranked
        Among how many forces it is ranked.

    Returns
    -------
    list[str]
        Sentences.
    """
    only_protected(standings)
    sentences, is_ranked = [], standings.table["rank"].notna().any()
    if force in standings.much_open:
        which = "the other shares and their ranks" if is_ranked else "the other shares"
        sentences.append(f"Many cases of this force are still open: {which} may yet change much")
    if is_ranked:
        sentences.append(
            f"Rank 1 of {ranked} is the lowest share; a rank is not a finding, and chance alone could move it as far "
            "as is shown"
        )
    year = str(standings.table["earlier"].iloc[0]) if len(standings.table) else ""
    if year:
        sentences.append(
            f"{year}: from the lowest to the highest possible share of recorded cases, depending on how the cases that "
            "were open when those figures were taken have ended since"
        )
        if standings.about.sensitivity != "published":
            sentences.append(f"{year} is as published, and not counted from the case files")
        between = years_between(year, standings.about.period)
        if between:
            sentences.append(f"Of {wording.listed(between)} no figures by force are held here")
        untold = [name.lower() for name in TOLD if pd.isna(_row(standings, name)["earlier_low_share"])]
        if untold:
            sentences.append(f"The figures of {year} that are held do not show {wording.listed(untold)} by itself")
    return sentences


def _row(standings: Protected, measure: str) -> pd.Series:
    table = standings.table
    return table[table["measure"] == measure].iloc[0]


def why(parts: Protected, *, clauses: Sequence[str], force: str) -> str:
    """What is established of the parts that make the difference.

    Parameters
    ----------
    parts
        The parts of the difference, the whole in the last row, as they may be shown.
    clauses
        Each part as a clause, in the order of the rows.
    force
        The force.

    Returns
    -------
    str
        Sentences; "" where the difference is not split.
    """
    only_protected(parts)
    if parts.table.empty:
        return ""
    whole, rows = parts.table.iloc[-1], parts.table.iloc[:-1].assign(clause=list(clauses))
    clear = rows[rows["holds"] == "yes"]
    along = clear[clear["part_share"] * whole["part_share"] > 0]
    side = "above" if whole["part_share"] > 0 else "below"
    text = f"The share of {wording.force_phrase(force)} is {distance(whole['part_share'])} percentage points {side} "
    text += f"that of the {int(whole['rows'])} other forces together"
    text += (
        ", which chance alone could explain. " if whole["low_chance_share"] <= 0 <= whole["high_chance_share"] else ". "
    )
    if clear.empty:
        return f"{text}No part of that is established."
    largest = in_sentence(clear.iloc[0]["clause"])
    if along.empty:
        return f"{text}No part of that is established, but one that goes the other way is: {largest}."
    text += f"The largest part that is established: {in_sentence(along.iloc[0]['clause'])}."
    return text if clear.index[0] == along.index[0] else f"{text} A larger one goes the other way: {largest}."


def not_compared(places: Protected, *, force: str) -> str:
    """Why there is no difference to speak of: the force has no share, or nobody else has.

    Parameters
    ----------
    places
        Every force with its share, as they may be shown.
    force
        The force.

    Returns
    -------
    str
        A sentence.
    """
    only_protected(places)
    if force in set(places.table.dropna(subset=["share"])[places.by[0]]):
        return "There is no other force here with a share to compare it with."
    return (
        f"{wording.capital(wording.force_phrase(force))} has no share that can be given, so there is none to compare."
    )


def labels(beside: Protected, standings: Protected, *, force: str) -> str:
    """How much of the force's withdrawal the choice between two outcome types could account for.

    Parameters
    ----------
    beside
        Withdrawal by force beside what does not depend on its label, as it may be shown.
    standings
        The force by each measure, type 15 among them, as it may be shown.
    force
        The force.

    Returns
    -------
    str
        Sentences; why it cannot be told where it cannot.
    """
    only_protected(beside, standings)
    rows = beside.table[beside.table["force"] == force]
    evidential = standings.table[standings.table["measure"] == EVIDENTIAL].dropna(subset=["share"])
    if rows.empty or evidential.empty or rows[["share", "together_share"]].isna().any(axis=None):
        return "Whether the recording choice matters cannot be said: a share that this needs cannot be given."
    row, evidence = rows.iloc[0], evidential.iloc[0]
    whole = "" if pd.isna(evidence["all_forces_share"]) else f" ({percent(evidence['all_forces_share'])} in all forces)"
    text = "Whether a case that fails is recorded as type 14 or 16 (withdrawal) or as evidential difficulties although "
    text += f"the victim supports action (type 15) is the force's own decision. It recorded {percent(row['share'])} of "
    text += f"its cases as withdrawal and {percent(evidence['share'])} as type 15{whole}. "
    if pd.isna(row["one_split_share"]):
        return text.strip()
    moved = float(row["share"] - row["one_split_share"])
    text += "Had every force divided its cases between types 15 and 16 as all did together, withdrawal here would be "
    if distance(moved) == "0.0":
        return f"{text}the same."
    text += (
        f"{percent(row['one_split_share'])}, {distance(moved)} percentage points {'lower' if moved > 0 else 'higher'}"
    )
    return f"{text}{_rank_then(row)}. That much could be a matter of recording."


def _rank_then(row: pd.Series) -> str:
    """The rank if types were divided alike, where a rank is worth telling."""
    if row["high"] - row["low"] > wording.VAGUE:
        return ""
    now, then = (plain_number(row[name]) for name in ("rank", "one_split_rank"))
    return f", and its rank still {now}" if now == then else f", and its rank {then} rather than {now}"
