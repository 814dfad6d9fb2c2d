"""What a place among forces is worth, in sentences: outside or not, ranks, bases, gaps, and what would be different."""

from __future__ import annotations

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import tables, wording
from analysis.presentation.blocks import Shown
from analysis.presentation.numbers import in_points, times
from analysis.presentation.wording import percent
from analysis.questions.comparison import captions
from analysis.questions.comparison.funnel import CHANCE, DIFFERING, FAR, LEVELS, NEAR
from analysis.questions.comparison.results import ADJUSTED, ALLOWED, are_outside, away
from analysis.questions.comparison.words import apart, row_of
from analysis.reference import measures, reference


def outliers(outside: Protected, places: Protected, spread: Protected, together: Protected) -> str:
    """How many forces lie outside, with and without an allowance, what that says of them, and what would be seen.

    Parameters
    ----------
    outside
        What ``outliers`` gives, as it may be shown.
    places
        What ``compared`` of the same shares gives, as it may be shown.
    spread
        What ``spread`` of the same shares gives, as it may be shown.
    together
        What ``spread_together`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences; why none can be called outside where none can.
    """
    only_protected(outside, places, spread, together)
    if outside.table.empty:
        return "Too few forces have a share to compare, or all shares are alike: none can be called outside."
    by_limits = {(row["allowance"], row["level"]): row for _, row in outside.table.iterrows()}
    chance = ALLOWED[CHANCE]
    near, far = (by_limits[chance, level] for level in (NEAR, FAR))
    rows = int(near["rows"])
    text = f"By chance alone {_anyway(rows)} of {rows} forces would be outside the {NEAR} limits; "
    near_are, far_are = (_how_many(int(row["outside"])) for row in (near, far))
    text += f"{near_are}, and {far_are} outside the {FAR} limits."
    text += _open_outside(places)
    if int(by_limits[chance, ADJUSTED]["outside"] - len(places.much_open)) * 2 > rows:
        text += " Most forces differ from the typical one by more than chance. That shows that forces record and work "
        text += "differently, not which of them does badly."
    if (ALLOWED[DIFFERING], NEAR) not in by_limits:
        return f"{text} Two forces are too few to say how far forces differ."
    return f"{text} {_beyond(places, rows)}{_seen(spread, together)}"


def _how_many(rows: int) -> str:
    """ "none is", "one is", "36 are"."""
    return f"{wording.number(rows) if rows else 'none'} {'is' if rows < 2 else 'are'}"


def _anyway(rows: int) -> str:
    """How many of so many rows lie outside the narrower limits where nothing is amiss."""
    expected = rows * (1 - LEVELS["near"])
    return f"about {expected:.0f}" if expected >= 1 else "fewer than one"


def _beyond(places: Protected, rows: int) -> str:
    """Which forces lie outside the limits that allow for forces that differ, beside how many would anyway."""
    by, column = places.by[0], places.table["allowed_position"]
    is_out = are_outside(column)
    near = [str(name) for name in places.table.loc[is_out, by]]
    far = [str(name) for name in places.table.loc[column.str.startswith("far"), by]]
    which = f" ({wording.listed(near)})" if near else ""
    expected = wording.capital(_anyway(rows))
    text = f"The wider limits allow for differences between forces. {expected} of {rows} forces would be outside them "
    text += f"at {NEAR} even if nothing were wrong; {_how_many(len(near))}{which}. "
    names = f": {wording.listed(far)}" if far else ""
    return text + f"At {FAR} {_how_many(len(far))}{names}."


def _seen(spread: Protected, together: Protected) -> str:
    """How often a force that is really apart would be seen so."""
    if spread.table.empty or spread.table.iloc[0][["low_caught_share", "high_caught_share"]].isna().any():
        return ""
    row = spread.table.iloc[0]
    worth = "would miss" if row["high_caught_share"] < 0.5 else "find"
    points = _points_away(row)
    text = f" Such limits {worth} most forces that are so far apart: a force whose own share was {points} percentage "
    text += f"points from the typical one would be outside the 95% limits {_of_hundred(row)} in 100"
    for _, beside in together.table.iterrows():
        other = _points_away(beside)
        text += "; by types 14, 15 and 16 together, out of decided cases, "
        text += _of_hundred(beside) + (f" at {other} points" if other != points else "")
    return f"{text}."


def _points_away(row: pd.Series) -> int:
    return round(100 * away(float(row["mean_share"])))


def _of_hundred(row: pd.Series) -> str:
    """ "3 to 8 times": so often in a hundred, neither never nor always."""
    rounded = (round(100 * float(row[f"{side}_caught_share"])) for side in ("low", "high"))
    low, high = ({0: "under 1", 100: "over 99"}.get(times, f"{times}") for times in rounded)
    if (low, high) == ("under 1", "1"):
        return "at most once"
    if low != high:
        return f"{low} to {high} times"
    return {"under 1": "less than once", "1": "once"}.get(low, f"{low} times")


def _open_outside(places: Protected) -> str:
    """The forces outside the limits of chance that have many cases still open, which alone may have put them there."""
    table, by = places.table, places.by[0]
    outside = table[are_outside(table["position"]) & table[by].isin(list(places.much_open))]
    names = wording.listed(wording.within(str(name)) for name in outside[by])
    if not names:
        return ""
    they_are = "it is" if len(outside) == 1 else "they are"
    return f" In {names} {wording.MANY_OPEN}, which alone may be why {they_are} outside the limits of chance."


def place(league: Protected, *, force: str) -> str:
    """The rank of a force and where chance alone might put it.

    Parameters
    ----------
    league
        What ``league`` gives, as it may be shown.
    force
        The force that the report is about.

    Returns
    -------
    str
        Sentences; without a rank to tell, that a rank is no finding.
    """
    only_protected(league)
    ranked = league.table.dropna(subset=["rank"])
    row = row_of(league, force)
    if row is None or pd.isna(row["rank"]):
        return (
            "A rank is not a finding."
            if len(ranked)
            else "Too few forces have a share to rank, or all shares are alike."
        )
    who = wording.capital(wording.force_phrase(force))
    if force in league.much_open:
        return f"A rank is not a finding, least of all that of {wording.force_phrase(force)}: {wording.MANY_OPEN}."
    could = f"by chance alone it could be {captions.rank_range(row)}"
    could = "chance alone would leave it there" if row["low_rank"] == row["high_rank"] else could
    return (
        f"A rank is not a finding. {who} has rank {row['rank']:g} of {len(ranked)}, 1 being the lowest share; {could}."
    )


def moves(moved: Protected, league: Protected, *, base: str, other: str) -> str:
    """How far ranks move with the base, beside how far chance moves them.

    Parameters
    ----------
    moved
        What ``moved`` gives, as it may be shown.
    league
        What ``league`` of the first base gives, as it may be shown.
    base, other
        The two bases by name; "" for a second that the counts do not tell.

    Returns
    -------
    str
        Sentences; why there are no two ranks where there are none.
    """
    only_protected(moved, league)
    by, table = moved.by[0], moved.table
    if not other:
        return f"There is no other base than {measures.base(base).short} here, so there are no two ranks."
    if table.empty:
        return "Too few forces have a share out of both bases, or all shares of one are alike: there are no two ranks."
    both = table.merge(league.table[[by, "low_rank", "high_rank"]], on=by)
    beyond = int(((both["other_rank"] < both["low_rank"]) | (both["other_rank"] > both["high_rank"])).sum())
    first = table.iloc[0]
    if not float(first["rank_change"]):
        return "No force changes its rank with the base."
    waiting = ", which has many cases still open," if first[by] in moved.much_open else ""
    text = f"{first[by]}{waiting} has rank {first['rank']:g} out of {measures.base(base).short} and rank "
    text += f"{first['other_rank']:g} out of {measures.base(other).short}: the same cases, divided by a different "
    text += (
        f"total. For {wording.number(beyond) if beyond else 'none'} of {len(both)} forces the second rank is outside "
    )
    text += "the interval of the first."
    if not beyond:
        return text
    return (
        f"{text} A league table that does not say what its shares are out of ranks that choice as well as the forces."
    )


def heterogeneity(spread: Protected) -> Shown:
    """How much forces differ beyond chance, a number a line with its meaning.

    Parameters
    ----------
    spread
        What ``spread`` gives, as it may be shown.

    Returns
    -------
    Shown
        A table of a line for each number; without a row, why it cannot be told.
    """
    only_protected(spread)
    title = "Differences between forces in numbers"
    if spread.table.empty:
        text = "Fewer than three forces have a share, or all have the same: how far forces differ cannot be said."
        return tables.turned(spread, title=title, meanings={}, finding=text)
    row = spread.table.iloc[0]
    tau = float(row["tau_points"])
    low, high = percent(row["low_predicted_share"]), percent(row["high_predicted_share"])
    meanings = {
        "rows": "Police forces with a share.",
        "scatter": "Mean squared distance from the typical share, in standard errors. Chance alone gives 1.",
        "q": f"Would be about {int(row['degrees'])} if forces differed by chance alone.",
        "i_squared_share": "Of the differences between the shares, the part that is more than chance.",
        "tau": "How far a force lies from the typical one, usually, on the scale that the tests use (log odds).",
        "tau_points": f"The same as a share: 2 of 3 forces lie within about {in_points(f'{max(tau, 1):.0f}')} of it.",
        "mean_share": "The share of a typical force, each force counting about alike: the centre of the limits.",
        "low_predicted_share": f"Without chance, 19 of 20 further forces like them would be between {low} and {high}.",
        "high_predicted_share": "The upper end of the same.",
    }
    part, scatter = percent(row["i_squared_share"], decimals=0), float(row["scatter"])
    points = f"about {wording.plural(round(tau), 'percentage point')}" if tau >= 0.5 else "under one percentage point"
    finding = f"The variance of the shares about that of a typical force is {scatter:,.{0 if scatter >= 10 else 1}f} "
    finding += "times what chance alone gives"
    if scatter <= 1:  # a mean over all forces, of which one is not free: the part below may be above 0 all the same
        finding = "Forces differ hardly more than by chance"
    finding += f": {part} of the differences between forces is more than chance. Leaving chance out, a force's share "
    finding += f"is typically {points} from {percent(row['mean_share'])}."
    if float(row["tau"]) == 0:
        finding = "Forces differ by no more than chance would explain."
    return tables.turned(spread, title=title, meanings=meanings, finding=finding)


def gap(gaps: Protected, *, force: str, group: str) -> str:
    """The force against all others and against the forces of the group, in points and as a ratio.

    Parameters
    ----------
    gaps
        What ``against`` gives, as it may be shown.
    force
        The force that the report is about.
    group
        The names of the group, with commas between them, after a name of its own and a colon or without.

    Returns
    -------
    str
        Sentences; that there is no other force where there is none.
    """
    only_protected(gaps)
    if gaps.table.empty:
        return f"There is no other force with a share to compare {wording.force_phrase(force)} with."
    sentences: list[str] = []
    for _, row in gaps.table.iterrows():
        who = "It" if sentences else wording.capital(wording.force_phrase(force))
        limits = f"{times(row['low_ratio'])} to {times(row['high_ratio'])}"
        ratio = "" if pd.isna(row["ratio"]) else f" Its share is {times(row['ratio'])} times theirs ({limits})."
        sentences.append(f"{who} {apart(row)}.{ratio}")
    if force in gaps.much_open:
        sentences.append(f"Of {wording.force_phrase(force)} {wording.MANY_OPEN}, so this says little.")
    called, named = reference.group_named(group)
    members = wording.listed(name for name in named if name != force)
    if len(gaps.table) == 1 and members:
        sentences.append(f"No force of {called or 'the group'} ({members}) has a share here.")
    elif members:
        sentences.append(f"{called or 'The group'}: {members}.")
    return " ".join(sentences)


def levelling(levels: Protected) -> str:
    """What would be different if no force stood worse than the middle, or than the best tenth.

    Parameters
    ----------
    levels
        What ``levels`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences; why there is nothing to come up to where there is not.
    """
    only_protected(levels)
    if levels.table.empty:
        return "Too few forces have a share, or all shares are alike: there is no typical force to come up to."
    if not levels.table["low_events"].any():
        return (
            "Chance alone could explain how far these forces differ, so it cannot be said of any that more or fewer "
            "cases would end so if it came up to the others."
        )
    measure = measures.measure(levels.about.measure)
    side, way = ("lower", "more") if measure.is_wanted else ("higher", "fewer")
    sentences: list[str] = []
    for _, row in levels.table.iterrows():
        what = "" if sentences else f" {wording.cases_of(levels.about)}"
        ended = "" if sentences else f" would have {measure.ended}"
        sentences.append(
            f"If no force had a {side} share than {row['standing']} ({percent(row['reference_share'])}), "
            f"{int(row['changed_events']):,} {way}{what} a year{ended} (95% interval by chance alone "
            f"{_run(row, 'low_events', 'high_events')}{_wider(row)})."
        )
    last = levels.table.iloc[-1]
    if not pd.isna(last["low_open_events"]):
        sentences.append(
            "Depending on how the cases still open end, the last of these would be between "
            f"{_run(last, 'low_open_events', 'high_open_events', ' and ')}."
        )
    if levels.much_open and levels.about.base == "recorded":
        few = wording.plural(len(levels.much_open), "force")
        are = wording.agree(len(levels.much_open), "is", "are")
        sentences.append(f"{wording.capital(few)} with many cases still open {are} among those that set these marks.")
    turned = (
        "A charge is the outcome wanted, so this counts how many more there would be, not how many fewer."
        if measure.is_wanted
        else ""
    )
    return " ".join([*sentences, "It is arithmetic, not a forecast.", turned]).strip()


def _wider(row: pd.Series) -> str:
    """The interval where forces differ, if there is one."""
    if pd.isna(row["low_differing_events"]):
        return ""
    wide = _run(row, "low_differing_events", "high_differing_events")
    return f"; {wide} if these forces are treated as a sample of many"


def _run(row: pd.Series, low: str, high: str, to: str = " to ") -> str:
    return f"{int(row[low]):,}{to}{int(row[high]):,}"
