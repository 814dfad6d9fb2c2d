"""Is one force different, or is it the same everywhere? The verdict in sentences, by the rule of ``extent``.

The suspicion of similar issues nationwide, in words: what the one rule asks, what it finds, and what it is worth.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.counts.counts import Counts
from analysis.counts.joined import LEAST_JOINED, badly_joined
from analysis.disclosure import Protected, only_protected
from analysis.presentation import captions, wording
from analysis.presentation.extremes import as_rounded, ends
from analysis.presentation.numbers import MINUS, points
from analysis.presentation.wording import percent
from analysis.questions.comparison.results import ALIKE, BY_CHANCE, EVERYWHERE, FLOORS, NO_SHARE, WITHIN
from analysis.reference import measures
from analysis.shares.suspicion import ENOUGH, NATION


def sentences(suspicion: Protected) -> str:
    """The verdict of ``suspected`` with its number, its bases, its forces with open cases, and what the rule is worth.

    Parameters
    ----------
    suspicion
        What ``suspected`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences; "" where nothing was printed of London to read the suspicion by, or too few forces have a share.
    """
    only_protected(suspicion)
    if suspicion.table.empty or int(suspicion.table["rows"].max()) < NATION:
        return ""
    recorded = suspicion.table.iloc[0]
    level = percent(float(recorded["level_share"]), decimals=0)
    text = "The suspicion of similar issues nationwide came without a number. Here it is taken to mean that all forces "
    text += f"together, and more than half of them one by one, reach the share printed for London, {level}. By that "
    text += f"rule it {recorded['verdict']}"
    parts = [
        f"{percent(row['share'])} of {row['base']}, and {int(row['rows_at_level'])} of {int(row['rows'])} forces reach "
        f"{level}"
        for _, row in suspicion.table.iterrows()
    ]
    text += f": {'; '.join(parts)}."
    if suspicion.much_open and len(suspicion.table) == 2:
        counts = [int(row["open_at_level"]) for _, row in suspicion.table.iterrows()]
        text += f" {_open_ones(sorted(suspicion.much_open), *counts)}"
    tried = recorded["others"]
    return text if pd.isna(tried) else f"{text} {worth(int(recorded['others_holding']), int(tried))}"


def _open_ones(forces: Sequence[str], recorded: int, decided: int) -> str:
    """How the forces with many open cases count, out of either base."""
    many = f"{wording.capital(wording.plural(len(forces), 'force'))} {'has' if len(forces) == 1 else 'have'}"
    first, second = (f"{wording.number(count) if count else 'none'}" for count in (recorded, decided))
    reach = f"{first} of them {'reaches' if recorded < 2 else 'reach'} it out of recorded cases, {second} out of "
    reach += "decided cases"
    return f"{many} many cases still open ({wording.listed(forces)}): {reach}."


def worth(holding: int, others: int) -> str:
    """What the rule is worth: for how many other offences it would say the same.

    Parameters
    ----------
    holding
        For how many it holds.
    others
        How many were tried.

    Returns
    -------
    str
        A sentence.
    """
    return (
        f"For comparison: out of recorded cases the same rule holds for {wording.number(holding)} of the {others} "
        f"other offences of 2024/25 that have {ENOUGH} cases or more in at least {NATION} forces."
    )


_FLOOR_WORDS = dict(
    zip(
        FLOORS,
        (
            *("1 in 100", "1 in 50", "1 in 20", "1 in 10", "1 in 5", "a quarter", "3 in 10", "a third", "4 in 10"),
            *("half", "6 in 10", "two thirds", "7 in 10", "three quarters", "8 in 10", "9 in 10"),
        ),
        strict=True,
    )
)


def opening(places: Protected, spread: Protected, *, force: str) -> str:
    """The verdict: whether it is the same everywhere, and whether the force is an exception.

    Parameters
    ----------
    places
        What ``compared`` gives, as it may be shown.
    spread
        What ``spread`` of the same shares gives, as it may be shown.
    force
        The force that the report is about.

    Returns
    -------
    str
        One or two short sentences; why there is no verdict where there is none.
    """
    only_protected(places, spread)
    rows = places.table.dropna(subset=["share"])
    if spread.table.empty:
        return _too_few(places, rows)
    verdict = _verdict(places, str(spread.table.iloc[0]["extent"]))
    row, who = row_of(places, force), wording.capital(wording.force_phrase(force))
    if row is None:
        return verdict
    if force in places.much_open:
        return f"{verdict} {who} has too many cases still open to say."
    if _is_vague(row):
        return f"{verdict} {who} has too few cases to say."
    return f"{verdict} {who} {standing(row, spread)}."


def standing(row: pd.Series, spread: Protected) -> str:
    """How the share of a force compares with chance and with how far forces differ, as a clause that follows its name.

    Parameters
    ----------
    row
        A row of what ``compared`` gives, with a ``position`` and an ``allowed_position``.
    spread
        What ``spread`` of the same shares gives, as it may be shown.

    Returns
    -------
    str
        Whether it is an exception, and otherwise whether chance alone explains where it is, with the share of the
        typical force: all forces together, whom a report names beside it, may have another.
    """
    typical = f"the typical force ({percent(spread.table.iloc[0]['mean_share'])})"
    by_chance, by_forces = str(row["position"]), str(row["allowed_position"])
    is_above = (by_forces if by_forces != WITHIN else by_chance).endswith("above")
    side = "higher" if is_above else "lower"
    if by_forces.startswith("far"):
        return f"is an exception: its share is far {side} than the usual differences between forces explain"
    if by_forces != WITHIN:
        return f"is among the {side[:-2]}est, as one force in twenty is bound to be"
    if by_chance != WITHIN:
        return (
            f"is further {'above' if is_above else 'below'} {typical} than chance alone explains, "
            "though forces commonly differ that much"
        )
    return f"is not clearly different from {typical}"


def _verdict(places: Protected, extent: str) -> str:
    """What the rule says of all forces; of those shown, where the share of some is absent."""
    outer = ends(places.table, "share")
    shares = outer.rows["share"]
    which = "every force" if bool((shares >= float(shares.median()) / 2).all()) else "nearly every force"
    which += "" if outer.is_whole else " with a share to show"
    among, happened = wording.of_base(places.about), wording.cases_of(places.about)
    happened += f" {measures.measure(places.about.measure).ended}"
    if extent == ALIKE:
        return wording.capital(f"{among}in {which} {happened}, to much the same extent.")
    if extent == BY_CHANCE:
        same = wording.capital(f"{among}whether {happened} to the same extent everywhere")
        return f"{same} cannot be said: chance alone could explain the differences."
    if extent == EVERYWHERE:
        return wording.capital(f"{among}in {which} {happened}, but not to the same extent.")
    return wording.capital(f"{among}in some forces {happened} far more often than in others.")


def _too_few(places: Protected, rows: pd.DataFrame) -> str:
    """Why there is no verdict."""
    ended, cases = measures.measure(places.about.measure).ended, wording.cases_of(places.about)
    alike = f"There is nothing to compare: {wording.of_base(places.about)}"
    if rows.empty:
        return f"Of {cases} no police force has a share that can be shown, so none can be compared."
    if len(rows) == 1:
        who = wording.force_phrase(str(rows.iloc[0][places.by[0]]))
        return f"Of {cases} only {who} has a share to show: there is no other force to compare it with."
    if int(rows["events"].sum()) == 0:
        return f"{alike}no {cases} {ended}."
    if int(rows["events"].sum()) == int(rows["cases"].sum()):
        return f"{alike}all {cases} {ended}."
    return f"{len(rows)} forces with {cases} are too few to say whether it is the same everywhere."


def left_out(received: Counts) -> str:
    """Which forces are not compared, since too few of their crimes could be followed to an outcome.

    Parameters
    ----------
    received
        The cases as they came, before ``well_joined`` leaves forces out.

    Returns
    -------
    str
        A sentence; "" where none is left out.
    """
    poor = badly_joined(received)
    if not poor:
        return ""
    named = wording.listed(f"{force} ({percent(share, decimals=0)})" for force, share in sorted(poor.items()))
    least = percent(LEAST_JOINED, decimals=0)
    return f"Not compared, since under {least} of their crimes have a row in the outcomes files: {named}."


def answer(
    places: Protected, spread: Protected, gaps: Protected, *, force: str, suspected: Protected | None = None
) -> list[str]:
    """The verdict in numbers: how high nearly everywhere, how wide, what a distance is worth, and what was suspected.

    Parameters
    ----------
    places
        What ``compared`` gives, as it may be shown.
    spread
        What ``spread`` of the same shares gives, as it may be shown.
    gaps
        What ``against`` of the same shares gives, as it may be shown.
    force
        The force that the report is about.
    suspected
        What ``suspected`` gives, as it may be shown; nothing where that is not asked.

    Returns
    -------
    list[str]
        Sentences, without those that cannot be said.
    """
    only_protected(places, spread, gaps)
    doubt = sentences(suspected) if suspected is not None else ""
    parts = [_everywhere(places, spread), _wide(spread), _worth(places, gaps, force), doubt]
    return [sentence for sentence in parts if sentence]


def _everywhere(places: Protected, spread: Protected) -> str:
    """How many forces reach a plain share, and the lowest and highest share that are known well enough."""
    about, text = places.about, ""
    ended = measures.measure(about.measure).ended
    where = wording.time_phrase(about.period)
    base = measures.base(about.base).phrase.format(cases=wording.cases_of(about), who="the force", when=where)
    if len(spread.table) and not pd.isna(spread.table.iloc[0]["floor_share"]):
        row = spread.table.iloc[0]
        words = _FLOOR_WORDS[float(row["floor_share"])]
        joint = "" if " in " in words else "of the "
        text = f"In {int(row['rows_at_floor'])} of {int(row['rows'])} police forces at least {words} {joint}{base} "
        text += f"{ended}."
    outer = captions.told_ends(places)
    if len(outer.rows) < 2 or outer.high == outer.low:
        return text
    low, high = (f"{percent(row['share'])} ({row[places.by[0]]})" for row in (outer.rows.iloc[-1], outer.rows.iloc[0]))
    of = "Shares" if text else f"Of the {base}, the shares that {ended}"
    among = "" if outer.is_whole else f" in the {len(outer.rows)} forces whose share is known well enough"
    rounded = as_rounded(is_true=outer.is_in_order(1) and outer.is_in_order(1, from_below=True))
    return f"{text} {of} run from {low} to {high}{rounded}{among}.".strip()


def _wide(spread: Protected) -> str:
    """Between which shares forces really lie."""
    if spread.table.empty:
        return ""
    row = spread.table.iloc[0]
    low, high = float(row["low_predicted_share"]), float(row["high_predicted_share"])
    how = "Leaving chance out, forces still differ " + ("little" if row["extent"] == ALIKE else "widely")
    if row["extent"] == BY_CHANCE:
        how = "Chance alone could explain how far these forces differ, and cases are too few to say more"
    return (
        f"{how}: 19 of 20 further forces like them would have a share between {percent(low)} and {percent(high)}, "
        f"{wording.plural(max(1, round((high - low) * 100)), 'percentage point')} apart."
    )


def distance(places: Protected, gaps: Protected, *, force: str) -> str:
    """The share of the force and how far it lies from all others: said once, and what else is said refers to it.

    Parameters
    ----------
    places
        What ``compared`` gives, as it may be shown.
    gaps
        What ``against`` of the same shares gives, as it may be shown.
    force
        The force that the report is about.

    Returns
    -------
    str
        A sentence; of a force with few cases or many open ones, that it is judged against no other.
    """
    only_protected(places, gaps)
    row, who = row_of(places, force), wording.capital(wording.force_phrase(force))
    if row is None:
        return f"{who} has no share that can be given."
    if force in places.much_open:
        return f"{who}, at {percent(row['share'])}, is not judged against other forces, since {wording.MANY_OPEN}."
    if gaps.table.empty or row["position"] == NO_SHARE:  # none, or all, of everybody's cases ended so
        return f"The share of {wording.force_phrase(force)} is {percent(row['share'])}."
    if _is_vague(row):
        return f"{who}, at {percent(row['share'])}, has too few cases to be judged against other forces."
    return f"{who}, at {percent(row['share'])}, {apart(gaps.table.iloc[0])}."


def _is_vague(row: pd.Series) -> bool:
    """Whether a share has an interval too wide to be put into words beside others."""
    return bool(row["high"] - row["low"] > wording.VAGUE)


def _worth(places: Protected, gaps: Protected, force: str) -> str:
    """How the distance of a force from the others compares with chance, and with how far forces differ."""
    row, who = row_of(places, force), wording.force_phrase(force)
    if row is None or force in places.much_open or gaps.table.empty or row["allowed_position"] == NO_SHARE:
        return ""
    if _is_vague(row):
        return ""
    gap = gaps.table.iloc[0]
    limits = f"{percent(row['low_allowed_share'])} to {percent(row['high_allowed_share'])}"
    many = "19 of 20 of these forces, had they as many cases, would be"
    if row["allowed_position"] != WITHIN:
        return f"{many} within {limits}; {who} is not."
    if gap["low_difference_share"] <= 0 <= gap["high_difference_share"]:
        return f"That is within the usual differences between forces: {many} within {limits}."
    return (
        f"The gap between {who} and the others is larger than chance usually makes it, but no larger than the usual "
        f"differences between forces: {many} within {limits}."
    )


def apart(row: pd.Series) -> str:
    """How one share lies against another: "is 4.6 percentage points below the 43 other forces together (…)".

    Parameters
    ----------
    row
        A row of what ``against`` gives.

    Returns
    -------
    str
        A clause that follows the name of the force.
    """
    low, high = float(row["low_difference_share"]), float(row["high_difference_share"])
    whom = f"{row['compared_with']}{' together' if 'forces' in str(row['compared_with']) else ''}"
    at = percent(row["other_share"])
    if low <= 0 <= high:
        return f"is not clearly different from {whom} ({at})"
    size = points(float(row["difference_share"])).lstrip(f"+{MINUS}")
    ends = sorted((abs(low), abs(high)))
    side = "above" if low > 0 else "below"
    limits = " to ".join(points(end).lstrip("+") for end in ends)
    return f"is {size} percentage points {side} {whom} ({at}; 95% interval of the difference {limits} points)"


def row_of(places: Protected, force: str) -> pd.Series | None:
    """The row of a force.

    Parameters
    ----------
    places
        What ``compared`` gives, as it may be shown.
    force
        The force.

    Returns
    -------
    pd.Series | None
        Its row; None where it has no share.
    """
    rows = places.table[(places.table[places.by[0]] == force) & places.table["share"].notna()]
    return rows.iloc[0] if len(rows) else None
