"""Is it getting worse? Endings by year in words and in a chart, and whether withdrawal changed or only its label.

No sentence states a direction that ``shares.year_bounds`` does not: where bounds overlap or a break lies between,
it says that it cannot be said, why, and what would settle it. None says why anything changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from analysis.counts.yearly import OFFENCE, cuts_of
from analysis.disclosure import Protected, only_protected
from analysis.presentation import numbers, wording
from analysis.presentation.blocks import Shown, nothing
from analysis.presentation.endings import Caption
from analysis.presentation.figure import figure
from analysis.presentation.wording import capital, percent
from analysis.questions.trends.year_chart import FIRST_MARK, year_panels
from analysis.reference.periods import named
from analysis.reference.phases import breaks_noted, breaks_of
from analysis.reference.reference import forces_of, is_group
from analysis.shares.relabelling import LABEL, OPPOSED, reading
from analysis.shares.year_bounds import CHARGED, EVIDENTIAL, POOLED, UNSAID, WITHDREW

_WORTH_TELLING = 0.01  # a point of decided cases: what moved by less is told in the table alone
_FEW = 50  # decided cases: what rests on fewer is told in the table alone
_DRAWN = (WITHDREW, POOLED)
_NOT_CHANCE = (
    "The bounds are not confidence intervals: the figures are complete counts, and only open cases make them wide."
)

NOT_HELD = (
    "Endings by year are held here for stalking alone, and for real cases only. So this report cannot say whether it "
    "is getting worse, or whether a change of label explains a change in withdrawal."
)


def answered(directions: Protected, *sentences: str) -> list[str]:
    """The first words of a report: whether it is getting worse, where that is held, and then other ``sentences``.

    Parameters
    ----------
    directions
        What ``directions`` of ``year_bounds`` gives, as it may be shown.
    *sentences
        What else is said of the series.

    Returns
    -------
    list of str
        The sentences in order.
    """
    only_protected(directions)
    return [opening(directions), answer(directions), *sentences] if directions.about.is_held else list(sentences)


def opening(directions: Protected) -> str:
    """The answer in words: whether victims withdraw more often than before, as far as it can be said.

    Parameters
    ----------
    directions
        What ``directions`` of ``year_bounds`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence; "" where no years are held.
    """
    only_protected(directions)
    rows = _of(directions, WITHDREW)
    return "" if rows.empty else f"{_told(directions, _there(directions.about.place), _risen)}."


def _told(directions: Protected, there: str, moved: Callable[[pd.Series], str]) -> str:
    """Whether the victims ``there`` withdraw more often than before, and how the share ``moved`` earlier; no stop."""
    rows = _of(directions, WITHDREW)
    latest, before = _latest(rows), _stated(rows)
    if latest["direction"] == UNSAID:
        said = f"Whether victims of stalking{there} withdraw more often than in {latest['earlier']} cannot be said"
    else:
        span = f"{latest['direction']} from {_span(latest)}{_in_some(latest, directions)}"
        said = f"The share of stalking cases{there} whose victim withdrew {span}"
    earlier = [row for row in before if row["later"] != latest["later"]]
    if not earlier:
        return said
    kinds = {row["direction"] for row in earlier}
    each = [
        f"{'' if len(kinds) == 1 else row['direction'] + ' '}{moved(row)}{_in_some(row, directions)}" for row in earlier
    ]
    stretches = f"{kinds.pop()} {wording.listed(each)}" if len(kinds) == 1 else wording.listed(each)
    return f"{said}; earlier, the share {stretches}"


def _there(place: str) -> str:
    """A place after what is counted there, so that a sentence about it can be quoted alone."""
    is_told = forces_of(place) == [place] or is_group(place)
    return f" recorded by {_who(place)}" if is_told else f" in {place}"


def _risen(row: pd.Series) -> str:
    """From which share to which, in two years."""
    return (
        f"from {_share(row, 'earlier_share')} of decided cases in {row['earlier']} to {_share(row, 'later_share')} in "
        f"{row['later']}"
    )


def _in_some(row: pd.Series, directions: Protected) -> str:
    """That a direction is of those forces together which sent figures for both years, where it is not that of all."""
    is_of_all = not _some(row, directions) or row["whole_direction"] == row["direction"]
    return "" if is_of_all else f" in the {_some(row, directions)} forces that sent figures for both years"


def _some(row: pd.Series, directions: Protected) -> str:
    """How many forces sent figures for both years, as "36 of 44"; "" where all did."""
    many = len(forces_of(directions.about.place))
    return f"{row['forces']} of {many}" if row["forces"] < many else ""


def answer(directions: Protected) -> str:
    """The latest two years in numbers: of decided and of recorded cases, and what follows.

    Parameters
    ----------
    directions
        What ``directions`` of ``year_bounds`` gives, as it may be shown.

    Returns
    -------
    str
        Two sentences or three; that no two years are held, where that is so.
    """
    only_protected(directions)
    rows = _of(directions, WITHDREW)
    if rows.empty:
        return f"No two years of {_who(directions.about.place)} are held, so no direction can be said."
    row = _latest(rows)
    some = _some(row, directions)
    who = f"the {some} police forces that sent figures for both years" if some else _who(directions.about.place)
    text = f"Of the stalking cases recorded by {who} in {row['earlier']} and decided, "
    text += f"{_share(row, 'earlier_share')} ended because the victim withdrew; of those recorded in {row['later']}, "
    text += f"{_share(row, 'later_share')}: {_moved(row['decided_change'])}. {_bounded(row)}"
    if row["fewest_decided"] < _FEW:
        text += f" These are few: {wording.plural(row['fewest_decided'], 'decided case')} in one of the years."
    if row["direction"] != UNSAID:
        return f"{text} So it {row['direction']}."
    return f"{text} So neither a rise nor a fall can be stated: {row['reason']}."


def settled(directions: Protected) -> str:
    """What would settle the direction of the latest two years, where it cannot be said.

    Parameters
    ----------
    directions
        What ``directions`` of ``year_bounds`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence; "" where the direction can be said.
    """
    only_protected(directions)
    rows = _of(directions, WITHDREW)
    if rows.empty or _latest(rows)["direction"] != UNSAID:
        return ""
    row = _latest(rows)
    return f"What would settle withdrawal from {_span(row)}: {row['settled_by']}."


def stated(directions: Protected) -> str:
    """Every direction of withdrawal that can be stated of earlier years and is worth it, with numbers and forces.

    Parameters
    ----------
    directions
        What ``directions`` of ``year_bounds`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences; "" where there is none.
    """
    only_protected(directions)
    rows = _of(directions, WITHDREW)
    stretches = _stated(rows) if len(rows) else []
    return " ".join(_in_numbers(row, directions) for row in stretches if row["later"] != _latest(rows)["later"])


def settling(firsts: Protected, printed: Protected) -> str:
    """Where the shares of the newest first edition must settle, and whether history tells more than that.

    Parameters
    ----------
    firsts
        What ``first_editions`` gives, as it may be shown.
    printed
        What ``by_year`` gives for England and Wales, as it may be shown: its pairs of editions show how charges and
        recorded cases have moved.

    Returns
    -------
    str
        Sentences; that no first edition is held, where that is so.
    """
    only_protected(firsts, printed)
    rows = firsts.table.dropna(subset=["low_bound_share", "high_bound_share", "open_share"])
    if rows.empty:
        return f"No first edition of the figures of {_who(firsts.about.place)} is held with its open cases."
    newest = rows[rows["year"] == rows["year"].max()].set_index("measure")
    row, withdrew, charged = newest.iloc[0], newest.loc[WITHDREW], newest.loc[CHARGED]
    if not row["undecided"]:
        return (
            f"The figures of {row['year']} are a first edition ({row['edition']}), and each of the {row['recorded']:,} "
            f"cases recorded by {_who(firsts.about.place)} had an outcome. Unless some are revised, the share of "
            f"recorded cases whose victim withdrew stays at {_settles(withdrew)}, and the share charged at "
            f"{_settles(charged)}."
        )
    text = f"The figures of {row['year']} are a first edition ({row['edition']}): {percent(row['open_share'])} of the "
    text += f"{row['recorded']:,} cases recorded by {_who(firsts.about.place)} had no outcome yet. However those cases "
    text += f"end, the share of recorded cases whose victim withdrew will settle at {_settles(withdrew)}, and the "
    text += f"share charged at {_settles(charged)}. {_forecast(charged)} {_grown(printed)}"
    return text.strip()


def _settles(row: pd.Series) -> str:
    return _limits(row["low_bound_share"], row["high_bound_share"])


def _forecast(charged: pd.Series) -> str:
    """Where the share charged is forecast to settle, or why history does not tell."""
    if pd.isna(charged["low_settled_share"]):
        return f"Past editions cannot say where between these: {charged['reason']}."
    limits = wording.interval(charged["low_settled_share"], charged["high_settled_share"])
    return f"Going by what other forces saw after a first edition, the share charged is forecast to settle at {limits}."


def _grown(printed: Protected) -> str:
    """How charges and recorded cases moved from a first edition of England and Wales to the next that is held."""
    for year, rows in _of(printed, CHARGED).groupby("year"):
        first, later = (rows[rows["first_edition"] == kind].dropna(subset=["events"]) for kind in ("yes", "no"))
        if len(first) and len(later):
            before, after = first.iloc[0], later.iloc[-1]
            text = f"In England and Wales the charges of {year} grew from {before['events']:,} "
            text += f"(edition {before['edition']}) to {after['events']:,} ({after['edition']})"
            if pd.isna(before["recorded"]) or pd.isna(after["recorded"]):
                return f"{text}."
            moved = abs(after["recorded"] / before["recorded"] - 1)
            way = "fewer" if after["recorded"] < before["recorded"] else "more"
            return f"{text}, out of {percent(moved)} {way} recorded cases, so the bounds themselves may move."
    return ""


def _in_numbers(row: pd.Series, directions: Protected) -> str:
    some = _some(row, directions)
    where = f", in the {some} forces that sent figures for both years," if some else ""
    text = f"From {_span(row)}{where} the share {row['direction']} from {_share(row, 'earlier_share')} to "
    text += f"{_share(row, 'later_share')} of decided cases ({_pair(row, 'earlier')} against {_pair(row, 'later')} of "
    text += "recorded)"
    if not some:
        return f"{text}."
    many = len(forces_of(directions.about.place))
    if row["whole_direction"] == row["direction"]:
        return f"{text}; the same holds for all {many}, however the cases of the others ended."
    return f"{text}; for all {many} it cannot be said."


def exchange(directions: Protected) -> str:
    """Where withdrawal and the pooled share of types 14, 15 and 16 part, between the latest two years.

    Parameters
    ----------
    directions
        What ``directions`` of ``year_bounds`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence or two; "" where the two do not part, or are not held.
    """
    only_protected(directions)
    if directions.table.empty:
        return ""
    withdrew, supports, pooled = (_latest(_of(directions, name)) for name in (WITHDREW, EVIDENTIAL, POOLED))
    change = [row["decided_change"] for row in (withdrew, supports, pooled)]
    if any(pd.isna(part) for part in change):
        return ""
    text = f"From {_span(withdrew)} withdrawal (types 14 and 16) {_went(change[0])} of decided cases, evidential "
    text += f"difficulties though the victim supports action (type 15) {_went(change[1])}, the two together "
    text += f"{_went(change[2])}."
    if withdrew["fewest_decided"] < _FEW:
        few = wording.plural(int(withdrew["fewest_decided"]), "decided case")
        return f"{text} With {few} in one of the years that says nothing of labels."
    kind = reading(float(change[0]), float(change[1]))
    if kind == LABEL:
        return f"{text} Most of the change in withdrawal is between the two labels."
    return f"{text} The two together went the other way." if kind == OPPOSED else text


def swapped(swap: Protected) -> str:
    """Force by force: how far the two shares go against each other, set against arithmetic alone.

    Parameters
    ----------
    swap
        What ``swap`` of ``relabelling`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences; "" where too few forces can be compared.
    """
    only_protected(swap)
    if swap.table.empty:
        return ""
    row = swap.table.iloc[0]
    seen, alone = (numbers.times(abs(row[name])) for name in ("correlation", "neutral_correlation"))
    text = f"Across {row['forces']} forces the changes in withdrawal and in type 15 correlate at "
    text += f"{numbers.MINUS if row['correlation'] < 0 else ''}{seen}; any two shares of one whole would at "
    text += f"{numbers.MINUS}{alone} by arithmetic alone. From force to force the change in withdrawal has a standard "
    text += f"deviation of {numbers.distance(row['withdrew_spread'])} points, that of types 14, 15 and 16 together "
    text += f"{numbers.distance(row['pooled_spread'])}. In {row['swapped']} of the forces most of the change is "
    text += "between "
    return (
        f"{text}the two labels. These are changes in shares of decided cases as published, and they do not "
        "establish a direction."
    )


def labels(directions: Protected, swap: Protected) -> str:
    """Whether withdrawal changed or only its label: in the place that is asked for, then force by force.

    Parameters
    ----------
    directions
        What ``directions`` of ``year_bounds`` gives, as it may be shown.
    swap
        What ``swap`` of ``relabelling`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences; "" where there is nothing to say.
    """
    return " ".join(sentence for sentence in (exchange(directions), swapped(swap)) if sentence)


def wales_and_england(beside: Protected) -> str:
    """Wales against England in the latest year, and in the latest year before in which their bounds part.

    Parameters
    ----------
    beside
        What ``wales_and_england`` of ``year_bounds`` gives, as it may be shown.

    Returns
    -------
    str
        Two sentences; "" where no year of both is held.
    """
    only_protected(beside)
    rows = _of(beside, WITHDREW)
    if rows.empty:
        return ""
    latest = rows.iloc[-1]
    earlier = rows.iloc[:-1]
    other = earlier[earlier["direction"] != UNSAID].tail(1)
    clauses = [_beside(latest), *(_beside(row) for _, row in other.iterrows())]
    return (
        f"{capital('; '.join(clauses))}. Each is one year alone, and whether the forces of both record alike "
        "is not known."
    )


def _beside(row: pd.Series) -> str:
    clause = f"in {row['year']} {percent(row['share'])} of decided cases ended in withdrawal in Wales, "
    clause += f"{percent(row['other_share'])} in England: "
    bounds = f"{_limits(row['low_bound_share'], row['high_bound_share'])} against "
    bounds += f"{_limits(row['low_other_share'], row['high_other_share'])} of recorded"
    which = "whether Wales was higher cannot be said" if row["direction"] == UNSAID else f"Wales {row['direction']}"
    return f"{clause}{which} ({bounds})"


def chart(years: Protected, directions: Protected) -> Shown:
    """Withdrawal and, below it, the pooled share of types 14, 15 and 16, year by year, cut where counting changed.

    Parameters
    ----------
    years
        What ``by_year`` gives, as it may be shown.
    directions
        What ``directions`` of ``year_bounds`` gives, as it may be shown.

    Returns
    -------
    Shown
        The figure; that nothing is held of the place, where that is so.
    """
    only_protected(years, directions)
    if not years.about.is_held:
        return nothing(NOT_HELD)
    draw, height = year_panels(years.table, _DRAWN, cuts_of(years.about.place))
    return figure(years, draw, height, _caption(years, directions))


def _caption(years: Protected, directions: Protected) -> Caption:
    place, shown = years.about.place, _of(years, WITHDREW).dropna(subset=["share"])
    subtitle = f"Share of stalking cases recorded by {_who(place)}, by financial year of recording. Dot: of decided "
    subtitle += "cases. Box: of all recorded cases, if none or all of the undecided ended so. Hollow: another edition."
    subtitle += f" {FIRST_MARK}: first edition." if (shown["first_edition"] == "yes").any() else ""
    identity = "endings-by-year"
    if shown.empty:
        title = f"No year of {_who(place)} has a share that can be shown"
    else:
        said = not _of(directions, WITHDREW).empty and _told(directions, "", lambda row: f"from {_span(row)}")
        title = said or f"{percent(shown['share'].iloc[0])} in the one year that is held"
    text = " ".join(f"{name}. {_described(_of(years, name))}" for name in _DRAWN)
    return Caption(identity, title, subtitle, text, _notes(years))


def _described(rows: pd.DataFrame) -> str:
    """Every year of a measure in words."""
    clauses = []
    for _, row in rows.iterrows():
        edition = f" (edition {row['edition']})" if row["edition"].startswith("about") else ""
        if pd.isna(row["share"]):
            clauses.append(f"{row['year']}{edition}: no figure, {row['doubt']}")
            continue
        bounds = ""
        if not pd.isna(row["high_bound_share"]):
            bounds = f", {_limits(row['low_bound_share'], row['high_bound_share'])} of recorded"
        clauses.append(f"{row['year']}{edition}: {percent(row['share'])} of decided{bounds}")
    return f"{'; '.join(clauses)}."


def _notes(years: Protected) -> tuple[str, ...]:
    """What a reader of the chart must know."""
    place, rows = years.about.place, _of(years, WITHDREW)
    span = named(rows["year"].iloc[0]).first.isoformat(), named(rows["year"].iloc[-1]).last.isoformat()
    notes = ["Years on either side of a dashed line were counted differently and may not be compared.", _NOT_CHANCE]
    firsts = list(rows.loc[rows["first_edition"] == "yes", "year"])
    are = wording.agree(len(firsts), "is", "are")
    notes += (
        [f"{FIRST_MARK} {wording.listed(firsts)} {are} as first published: open cases may yet end."] if firsts else []
    )
    doubted = rows[(rows["doubt"] != "") & (rows["edition"] != "")]
    doubts = [f"{row['year']} ({row['edition']}): {row['doubt']}" for _, row in doubted.iterrows()]
    notes += [f"Points to note: {'; '.join(doubts)}."] if doubts else []
    gaps = [f"{row['year']} ({row['doubt']})" for _, row in rows[rows["edition"] == ""].iterrows()]
    notes += [f"No figures: {wording.listed(gaps)}."] if gaps else []
    noted = [
        change.what_changed
        for change in breaks_noted(OFFENCE, forces_of(place))
        if span[0] < change.from_date <= span[1]
    ]
    notes += [f"The series is not cut where one force alone changed: {'; '.join(noted)}."] if noted else []
    begun = [
        f"{change.what_changed} ({date.fromisoformat(change.from_date):%B %Y})"
        for change in breaks_of(OFFENCE, kinds=["outcome"])
        if span[0] < change.from_date <= span[1]
    ]
    notes += (
        [f"The series is not cut, but this is taken into account where a share falls: {'; '.join(begun)}."]
        if begun
        else []
    )
    return tuple(notes)


def _of(result: Protected, measure: str) -> pd.DataFrame:
    table = result.table
    return table[table["measure"] == measure].reset_index(drop=True)


def _latest(rows: pd.DataFrame) -> pd.Series:
    """The pair of the last two years that are held."""
    last = rows[rows["later"] == rows["later"].max()]
    return pd.Series(last.sort_values("earlier").iloc[-1])


def _stated(rows: pd.DataFrame) -> list[pd.Series]:
    """The longest stretches over which a direction can be stated that is worth a sentence, in order."""
    is_large = (rows["decided_change"].abs() >= _WORTH_TELLING) & (rows["fewest_decided"] >= _FEW)
    said = rows[(rows["direction"] != UNSAID) & is_large]
    pairs = list(zip(said["earlier"], said["later"], strict=True))
    widest = [pair for pair in pairs if not any(_is_within(pair, other) for other in pairs)]
    return [said.iloc[pairs.index(pair)] for pair in sorted(widest)]


def _is_within(pair: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether a stretch of years is part of another."""
    return pair != other and other[0] <= pair[0] and pair[1] <= other[1]


def _span(row: pd.Series) -> str:
    return f"{row['earlier']} to {row['later']}"


def _share(row: pd.Series, column: str) -> str:
    return numbers.cell(row, column)


def _pair(row: pd.Series, which: str) -> str:
    """The bounds of one of two years: "46.6% to 62.7%", or that there are none."""
    return _limits(row[f"{which}_low_share"], row[f"{which}_high_share"])


def _limits(low: float, high: float) -> str:
    """Two bounds, once where they are the same as printed."""
    if pd.isna(low) or pd.isna(high):
        return "no bounds"
    return percent(low) if percent(low) == percent(high) else wording.interval(low, high)


def _bounded(row: pd.Series) -> str:
    sentence = f"Of all recorded cases it is {_pair(row, 'earlier')} against {_pair(row, 'later')}"
    return f"{sentence}, depending on how the undecided cases end." if "no bounds" not in sentence else f"{sentence}."


def _points(change: float) -> str:
    return f"{numbers.distance(change)} points"


def _moved(change: float) -> str:
    """A change of shares after a colon: "3.9 points less"."""
    if pd.isna(change) or numbers.distance(change) == "0.0":
        return "hardly any change"
    return f"{_points(change)} {'more' if change > 0 else 'less'}"


def _went(change: float) -> str:
    """A change of shares as a verb: "fell by 3.9 points"."""
    if numbers.distance(change) == "0.0":
        return "hardly moved"
    return f"{'rose' if change > 0 else 'fell'} by {_points(change)}"


def _who(place: str) -> str:
    """A place as whoever recorded its cases."""
    is_told = forces_of(place) == [place] or is_group(place)
    return wording.force_phrase(place) if is_told else f"the police forces of {place}"
