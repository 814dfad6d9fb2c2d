"""What a place among forces is worth, in sentences: outside or not, ranks, bases, gaps, and what would be different."""

from __future__ import annotations

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import tables, wording
from analysis.presentation.blocks import Shown
from analysis.presentation.numbers import times
from analysis.presentation.wording import percent
from analysis.questions.comparison import captions
from analysis.questions.comparison.results import ADJUSTED, ALLOWED, FAR, NEAR, NO_SHARE, WITHIN
from analysis.questions.comparison.words import apart, row_of
from analysis.reference import measures, reference


def outliers(outside: Protected, places: Protected) -> str:
    """How many forces lie outside, with and without an allowance, and what that says of them."""
    only_protected(outside, places)
    if outside.table.empty:
        return "Too few forces have a share to compare, or all shares are alike: none can be called outside."
    found = {(row["allowance"], row["level"]): row for _, row in outside.table.iterrows()}
    chance = ALLOWED["none"]
    near, far = (found[chance, level] for level in (NEAR, FAR))
    rows = int(near["rows"])
    told = f"By chance alone about {rows * 0.05:.0f} of {rows} forces would lie outside the 95% limits; "
    do, lie = wording.agree(int(near["outside"]), "does", "do"), wording.agree(int(far["outside"]), "lies", "lie")
    told += f"{near['outside']} {do}, and {far['outside']} {lie} outside the 99.8% limits."
    far_out = places.table.loc[places.table["allowed_position"].str.startswith("far"), places.by[0]]
    names = [str(name) for name in far_out if name not in places.much_open]
    which = f": {wording.listed(names)}" if names else ""
    told += f" Once limits allow for forces that differ, {wording.number(len(names)) if names else 'none'} "
    told += f"{'lie' if len(names) > 1 else 'lies'} outside the 99.8% limits{which}."
    told += _open_outside(places)
    if int(found[chance, ADJUSTED]["outside"] - len(places.much_open)) * 2 > rows:
        told += " Most forces differ from all together by more than chance. That says that forces record and work "
        told += "differently, not which of them is bad."
    return told


def _open_outside(places: Protected) -> str:
    """The forces outside the limits of chance that have many cases still open, which alone may have put them there."""
    table, by = places.table, places.by[0]
    outside = table[~table["position"].isin([WITHIN, NO_SHARE]) & table[by].isin(list(places.much_open))]
    names = wording.listed(str(name) for name in outside[by])
    if not names:
        return ""
    return f" Among those outside the limits of chance {wording.MANY_OPEN} in {names}, which alone may put them there."


def place(league: Protected, *, force: str) -> str:
    """The rank of a force and where chance alone might put it."""
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
    return (
        f"A rank is not a finding. {who} has rank {row['rank']:g} of {len(ranked)}, 1 being the lowest share; by "
        f"chance alone it might lie at {captions.rank_range(row)}."
    )


def moves(moved: Protected, league: Protected, *, base: str, other: str) -> str:
    """How far ranks move with the base, beside how far chance moves them."""
    only_protected(moved, league)
    by, table = moved.by[0], moved.table
    if table.empty:
        return "Too few forces have a share out of both bases, or all shares of one are alike: there are no two ranks."
    both = table.merge(league.table[[by, "low_rank", "high_rank"]], on=by)
    beyond = int(((both["other_rank"] < both["low_rank"]) | (both["other_rank"] > both["high_rank"])).sum())
    first = table.iloc[0]
    if not float(first["rank_change"]):
        return "No force changes its rank with the base."
    waiting = ", which has many cases still open," if first[by] in moved.much_open else ""
    told = f"{first[by]}{waiting} has rank {first['rank']:g} out of {measures.base(base).short} and rank "
    told += f"{first['other_rank']:g} "
    told += f"out of {measures.base(other).short}: the same cases, divided by something else. "
    told += f"In {beyond} of {len(both)} forces the second rank lies outside the interval that chance gives the first. "
    return told + "A league table that does not name its base ranks the base as much as the forces."


def heterogeneity(spread: Protected) -> Shown:
    """How much forces differ beyond chance, a number a line with its meaning."""
    only_protected(spread)
    title = "Differences between forces in numbers"
    if spread.table.empty:
        text = "Fewer than three forces have a share, or all have the same: how far forces differ cannot be told."
        return tables.turned(spread, title=title, meanings={}, finding=text)
    row = spread.table.iloc[0]
    tau = float(row["tau_points"])
    low, high = percent(row["low_predicted_share"]), percent(row["high_predicted_share"])
    meanings = {
        "rows": "Police forces with a share.",
        "scatter": "Mean squared distance from the share of all together, in standard errors. Chance alone gives 1.",
        "q": f"Would be about {int(row['degrees'])} if forces differed by chance alone.",
        "i_squared_share": "Of the differences between the shares, the part that is more than chance.",
        "tau": "How far a force lies from the typical one, usually, on the scale that the tests use (log odds).",
        "tau_points": f"The same as a share: 2 of 3 forces lie within about {tau:.0f} points of it.",
        "mean_share": "The share of a typical force, each force counting about alike.",
        "low_predicted_share": f"19 in 20 such forces would lie between {low} and {high}, chance taken out.",
        "high_predicted_share": "The upper end of the same.",
    }
    part = percent(row["i_squared_share"], decimals=0)
    told = f"The variance of the shares about that of all together is {row['scatter']:,.0f} times what chance alone "
    told += f"gives: {part} of what lies between forces is more than chance. A force's share, chance taken out, "
    told += f"typically lies about {tau:.0f} percentage points from {percent(row['mean_share'])}."
    if float(row["tau"]) == 0:
        told = "Forces differ by no more than chance would make them."
    return tables.turned(spread, title=title, meanings=meanings, finding=told)


def gap(gaps: Protected, *, force: str, group: str) -> str:
    """The force against all others and against the forces of the group, in points and as a ratio."""
    only_protected(gaps)
    if gaps.table.empty:
        return f"There is no other force with a share to set {wording.force_phrase(force)} against."
    told: list[str] = []
    for _, row in gaps.table.iterrows():
        who = "It" if told else wording.capital(wording.force_phrase(force))
        limits = f"{times(row['low_ratio'])} to {times(row['high_ratio'])}"
        ratio = "" if pd.isna(row["ratio"]) else f" Its share is {times(row['ratio'])} times theirs ({limits})."
        told.append(f"{who} {apart(row)}.{ratio}")
    if force in gaps.much_open:
        told.append(f"Of {wording.force_phrase(force)} {wording.MANY_OPEN}, so this says little.")
    members = [name for name in reference.forces_named(group) if name != force]
    if len(gaps.table) == 1 and members:
        told.append(f"None of the group ({wording.listed(members)}) has a share here.")
    elif members:
        told.append(f"The group: {wording.listed(members)}.")
    return " ".join(told)


def levelling(levels: Protected) -> str:
    """What would be different if no force stood worse than the middle, or than the best tenth."""
    only_protected(levels)
    if levels.table.empty:
        return "Too few forces have a share, or all shares are alike: there is no middle to come up to."
    measure = measures.measure(levels.about.measure)
    side, way = ("lower", "more") if measure.is_wanted else ("higher", "fewer")
    told: list[str] = []
    for _, row in levels.table.iterrows():
        what = "" if told else f" {wording.cases_of(levels.about)}"
        ended = "" if told else f" would have {measure.ended}"
        limits = f"{int(row['low_events']):,} to {int(row['high_events']):,}"
        told.append(
            f"If no force stood {side} than {row['standing']} ({percent(row['reference_share'])}), "
            f"{int(row['changed_events']):,} {way}{what} a year{ended} (95% interval {limits})."
        )
    if levels.much_open and levels.about.base == "recorded":
        few = wording.plural(len(levels.much_open), "force")
        told.append(f"{wording.capital(few)} with many cases still open help to set these marks.")
    turned = "A charge is hoped for, so the sum is turned round: more, not fewer." if measure.is_wanted else ""
    return " ".join([*told, "It is arithmetic, not a forecast.", turned]).strip()


def figure_label(one: Protected) -> str:
    """The label of a key figure that names its place: "Victim withdrew, Metropolitan Police"."""
    only_protected(one)
    return f"{measures.measure(one.about.measure).short}, {wording.place_name(one.about.place)}"
