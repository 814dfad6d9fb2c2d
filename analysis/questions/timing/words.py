"""How soon cases end, and how, in sentences made from results that passed disclosure control; "" where none is left.

What a test between groups, and forecasts tried on what has come since, amount to: in sentences.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.presentation import endings, numbers, wording
from analysis.presentation.blocks import Shown, key_figures, records
from analysis.presentation.captions import counted_otherwise
from analysis.presentation.wording import percent
from analysis.questions.timing.outlook import ALL_ENDINGS, TOGETHER
from analysis.questions.timing.results import FEWEST_ENDED
from analysis.reference import reference
from analysis.reference.names import counted
from analysis.reference.periods import spanned
from analysis.reference.reference import DISPOSITIONS

STILL_OPEN = DISPOSITIONS["undecided"]
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "11th", "12th"),
)
#: Outcomes of a case that is not decided by which its publisher says that it does not know.
_SILENT = ("Status update unavailable", "No outcome published")
_MANY_UNDATED = 0.01  # of the cases: from so many endings without a date, what counts as open is not said to be so
_TOLD = (1, 2, 4)  # of the asked times: 30 days or 1 month, 90 days or 3 months, 365 days or 12 months


def by(lag: int, unit: str) -> str:
    """A time since recording, after "had ended": "within 30 days", "by the third month after recording".

    Parameters
    ----------
    lag
        How many days or months after recording.
    unit
        "days" or "months".

    Returns
    -------
    str
        Words without a stop.
    """
    return short(lag, unit) + (" after recording" if unit == "months" and lag else "")


def short(lag: int, unit: str) -> str:
    """The same where the sentence has already said what time is counted from: "by the third month".

    Parameters
    ----------
    lag
        How many days or months after recording.
    unit
        "days" or "months".

    Returns
    -------
    str
        Words without a stop.
    """
    if not lag:
        return "on the day of recording" if unit == "days" else "in the month of recording"
    if unit == "days":
        return f"within {wording.plural(lag, 'day')}"
    return f"by the {_ORDINALS[lag - 1] if lag <= len(_ORDINALS) else _numbered(lag)} month"


def _numbered(lag: int) -> str:
    ending = "th" if lag % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(lag % 10, "th")
    return f"{lag}{ending}"


def unended(standing: Protected) -> str:
    """What is said of a case that counts as open: that no ending is on record, or none with a date where many lack one.

    Parameters
    ----------
    standing
        What ``standing`` gives, as it may be shown.

    Returns
    -------
    str
        Words for after "had".
    """
    only_protected(standing)
    row = {"undated": 0, "cases": 1} if standing.table.empty else standing.table.iloc[0]
    return "no ending on record" if row["undated"] < _MANY_UNDATED * row["cases"] else "no ending that has a date"


def opening(medians: Protected, ended: Protected, standing: Protected) -> str:
    """The answer in words: by when half of all cases had ended, and how many were open at the last asked time.

    Parameters
    ----------
    medians
        What ``median_times`` gives, as it may be shown.
    ended
        What ``any_ending_by`` gives, as it may be shown.
    standing
        What ``standing`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence or two; "" where the times of no case may be shown.
    """
    only_protected(medians, ended)
    table, rows = medians.table, ended.table.dropna(subset=["incidence_share"])
    if rows.empty:
        return ""
    who, last = f"all {wording.cases_there(medians.about)}", rows.iloc[-1]
    half = f"Fewer than half of {who} had ended {_by(last)}."
    if len(table) and table.iloc[0]["state"] == "suppressed":
        half = f"Of {who}, {wording.plain_share(float(last['incidence_share']))} had ended {_by(last)}."
    elif len(table) and not pd.isna(table.iloc[0]["median"]):
        half = f"Half of {who} had ended {by(int(table.iloc[0]['median']), str(last['lag_unit']))}."
    share = 1 - float(last["incidence_share"])
    if share == 1:
        return f"Of {who}, none had ended {_by(last)}."
    if not share:
        return f"{half} All had ended {_by(last)}."
    return f"{half} {wording.capital(_later(last))}, {wording.plain_share(share)} had {unended(standing)}."


def shares(ended: Protected, standing: Protected) -> str:
    """Of how many cases, which share had ended by each of three asked times.

    Parameters
    ----------
    ended
        What ``any_ending_by`` gives, as it may be shown.
    standing
        What ``standing`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence; why cases cannot be followed, where that is so.
    """
    only_protected(ended, standing)
    rows = _told_rows(ended)
    if rows.empty and not standing.table.empty and standing.table.iloc[0]["undated"]:
        return _never_dated(standing)
    if standing.table.empty:
        return f"No {wording.out_of(standing.about)} can be followed: there are none, or too few to be shown."
    if rows.empty and ended.table["incidence_share"].notna().any():
        return f"How soon {_cases(standing)} ended is known too roughly to be told in a sentence: they are too few."
    if rows.empty:
        return f"How soon {_cases(standing)} ended is not shown: those that had, or those that had not, are too few."
    first, *others = [row for _, row in rows.iterrows()]
    clauses = [f"{percent(first['incidence_share'])} had ended {_by(first)}"]
    clauses += [f"{percent(row['incidence_share'])} {short(int(row['by_lag']), row['lag_unit'])}" for row in others]
    return f"Of {_cases(standing)}, {wording.listed(clauses)}."


def _cases(standing: Protected) -> str:
    """How many cases are followed, and of what; that the number is no count of those recorded, where it is rounded."""
    number, about = int(standing.table.iloc[0]["cases"]), standing.about
    is_rounded = bool(standing.policy.smallest)
    return (
        f"the {wording.out_of(about)} ({number:,} once rounded)"
        if is_rounded
        else wording.out_of_so_many(number, about)
    )


def _never_dated(standing: Protected) -> str:
    """What can be said of cases of which no ending has a date."""
    row = standing.table.iloc[0]
    ended = f"{int(row['undated']):,} ({percent(row['undated'] / row['cases'])})"
    if standing.policy.smallest:
        return (
            f"Of {_cases(standing)}, {ended} had ended on a date that is not given. How soon cannot be said, because "
            "no ending, or too few to be shown, has a date. How the cases ended is in the report data_received."
        )
    return (
        f"Of {_cases(standing)}, {ended} had ended. How soon cannot be said, and no curve is drawn, because no ending "
        "has a date. Of data.police.uk, the outcomes files of the same months have the dates: reduce them with the "
        "street files. How the cases ended is in the report data_received."
    )


def ways(ended: Protected, standing: Protected) -> str:
    """How cases had ended by the last asked time that is known, and how many had no ending on record.

    Parameters
    ----------
    ended
        What ``ended_by`` gives, as it may be shown.
    standing
        What ``standing`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence; "" where no time is known.
    """
    only_protected(ended)
    with_share = ended.table.dropna(subset=["incidence_share"])
    if with_share.empty:
        return ""
    last = with_share[with_share["by_lag"] == with_share["by_lag"].max()]
    kinds = last[~last["ending"].isin(["Any ending", STILL_OPEN]) & (last["incidence_share"] > 0)]
    kinds = kinds.sort_values("incidence_share", ascending=False, kind="stable")
    clauses = [
        f"{percent(row['incidence_share'])} {endings.ending(row['ending'])}" for _, row in kinds.head(3).iterrows()
    ]
    still = last[last["ending"] == STILL_OPEN]
    is_more = len(kinds) > len(clauses)
    clauses += [f"{percent(share)} {unended(standing)}" for share in still["incidence_share"] if share > 0]
    clauses += ["the rest in other ways"] if is_more else []
    return f"How, {_by(last.iloc[0])}: {'; '.join(clauses)}."


def still_open(standing: Protected, outcomes: Protected, *, is_recent: bool = True) -> str:
    """How many of all cases had no ending, of how many of these nobody says where they stand, and what has no date.

    Parameters
    ----------
    standing
        What ``standing`` gives, as it may be shown.
    outcomes
        The ``split`` of the same counts by outcome, as it may be shown.
    is_recent
        Whether the newest of the cases were recorded not long before the figures were taken.

    Returns
    -------
    str
        Sentences; "" where no number may be shown.
    """
    only_protected(standing, outcomes)
    if standing.table.empty:
        return ""
    row = standing.table.iloc[0]
    sentences = [
        _without_ending(row, is_recent=is_recent),
        _no_update(outcomes),
        _undated(row),
        _unfollowed(row),
        _rounded(standing, outcomes),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _without_ending(row: pd.Series, *, is_recent: bool) -> str:
    """How many had no ending, when the figures were taken: to the newest month or day of which anything is known."""
    if row["state"] != "shown":
        return "How many had no ending when the figures were taken is not shown: they, or all others, are too few."
    open_cases = f"{wording.number(int(row['events']))} of the {int(row['cases']):,} ({percent(row['share'])})"
    as_at = str(row["known_to"])
    when = f"When the figures were taken, {'in' if as_at[:1].isalpha() else 'on'} {as_at}," if as_at else "At the end,"
    if not int(row["events"]):
        return f"{when} none of the {int(row['cases']):,} was without an ending on record."
    lately = "; some were recorded only lately" if is_recent else ""
    return f"{when} {open_cases} had no ending on record{lately}."


def _rounded(standing: Protected, outcomes: Protected) -> str:
    """How many cases were recorded, where those that are followed come to another number by what may be shown."""
    recorded, followed = outcomes.table["cases"].dropna(), int(standing.table.iloc[0]["cases"])
    if not standing.policy.smallest or recorded.empty or int(recorded.iloc[0]) == followed:
        return ""
    return (
        f"About {int(recorded.iloc[0]):,} were recorded. Over time each ending has a number of its own, up to "
        f"{standing.policy.rounding} cases off, and one that is hidden is left out: by that the parts come to "
        f"{followed:,}."
    )


def _no_update(outcomes: Protected) -> str:
    names = outcomes.table["outcome_name"].astype(str)
    silent = outcomes.table[names.isin(_SILENT)]["events"].dropna().sum()
    if not silent:
        return ""
    return (
        f"Of {wording.plural(int(silent), 'case')} among them the publisher says only that it has no update: some may "
        "have ended long ago."
    )


def _undated(row: pd.Series) -> str:
    """Cases with an ending that has no date, and as what they count."""
    number, dated = int(row["undated"]), str(row["dated_to"])
    if not number or not dated or number >= int(row["cases"]):  # of which shares() has told
        return ""
    still = int(row["events"]) + number if row["state"] == "shown" else None
    together = "" if still is None else f", so that {still:,} ({percent(still / int(row['cases']))}) were open then"
    more = "case" if number == 1 else wording.plural(number, "case")
    return (
        f"Another {more} had ended, on a date that is not given. In all that is said here of time, "
        f"endings are known to {dated}; {'it counts' if number == 1 else 'they count'} as open to then{together}."
    )


def _unfollowed(row: pd.Series) -> str:
    """Cases that were followed for no time, where others were."""
    number = int(row["unfollowed"])
    if not number or number == int(row["cases"]):
        return ""
    return (
        f"{wording.capital(wording.plural(number, 'case'))} came after the last month that has dates of endings, or "
        "from a force that has none. They cannot be followed and are in no curve."
    )


def figures(ended: Protected, medians: Protected) -> Shown:
    """The key figures: half by when, and the shares that had ended by two asked times.

    Parameters
    ----------
    ended
        What ``any_ending_by`` gives, as it may be shown.
    medians
        What ``median_times`` gives, as it may be shown.

    Returns
    -------
    Shown
        Up to three cards.
    """
    only_protected(ended, medians)
    cards: list[dict[str, Any]] = []
    if not medians.table.empty:
        cards.append(_half(medians))
    about = ended.about
    for _, row in _told_rows(ended).drop(index=_TOLD[0], errors="ignore").iterrows():
        interval = "" if pd.isna(row["low"]) else f"95% interval {wording.interval(row['low'], row['high'])}"
        base = f"of all {wording.cases_of(about)}, including those without an ending"
        cards.append(_card(ended, f"Ended {_by(row)}", percent(row["incidence_share"]), base=base, interval=interval))
    return key_figures(*cards)


def misleads(ended: Protected) -> str:
    """By how much the share of decided cases overstates what has ended, where it does most.

    Parameters
    ----------
    ended
        What ``any_ending_by`` gives, as it may be shown.

    Returns
    -------
    str
        A clause without a stop; "" where it cannot be told.
    """
    only_protected(ended)
    rows = ended.table.dropna(subset=["overstated_share", "incidence_share"])
    if rows.empty:
        return ""
    row = rows.iloc[int(rows["overstated_share"].astype(float).abs().to_numpy().argmax())]
    over = float(row["overstated_share"])
    if abs(over) < 0.0005:
        return "Counting only decided cases would give the same result here, since nearly all are decided"
    side = "more" if over > 0 else "fewer"
    return (
        f"Counting only the cases decided so far would suggest that {percent(row['naive_share'])} had ended "
        f"{_by(row)}: {abs(over) * 100:.1f} percentage points {side} than of all cases "
        f"({percent(row['incidence_share'])}). It leaves out the cases without an ending, which are the slow ones"
    )


def halves(medians: Protected) -> str:
    """The two medians, in words: of all cases, and of those that ended in one way.

    Parameters
    ----------
    medians
        What ``median_times`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences without the last stop; "" where no time is known.
    """
    only_protected(medians)
    table = medians.table
    if table.empty:
        return ""
    if table["state"].eq("suppressed").all():
        return "By when half had ended is not shown of so few cases"
    unit = str(table.iloc[0]["lag_unit"])
    reached = table[table["median"].notna() & (table["ending"] != "Any ending")]
    by_half = [f"{endings.ending(row['ending'])} ({by(int(row['median']), unit)})" for _, row in reached.iterrows()]
    alone = (
        f"Only one ending accounts for half of all cases: {by_half[0]}"
        if by_half
        else "No single ending accounts for half of all cases"
    )
    others = "; the others never do." if by_half else "."
    measured = "Time is in days" if unit == "days" else "Time is in months after that of recording, which is 0"
    return (
        f"{alone}{others} The last columns look only at cases that end in that way in the time followed: by then half "
        "of those have. Cases recorded lately count there for as long as they were followed, so half of those that "
        f"have ended so already may have done so sooner.{_too_few(table)} {measured}"
    )


def _too_few(medians: pd.DataFrame) -> str:
    """That of endings with few cases no such time is told, where there are any."""
    is_few = (medians["ended"] > 0) & (medians["ended"] < FEWEST_ENDED) & (medians["state"] == "shown")
    return f" Of fewer than {FEWEST_ENDED} such cases no time is given." if is_few.fillna(False).any() else ""


def _by(row: pd.Series) -> str:
    return by(int(row["by_lag"]), str(row["lag_unit"]))


def _later(row: pd.Series) -> str:
    """A time as the beginning of a sentence: "after 365 days", "by the twelfth month"."""
    lag, unit = int(row["by_lag"]), str(row["lag_unit"])
    return f"after {wording.plural(lag, 'day')}" if unit == "days" else short(lag, unit)


def _told_rows(ended: Protected) -> pd.DataFrame:
    """The rows of the asked times that are told in sentences, as far as they may be."""
    table = ended.table[ended.table["ending"] == "Any ending"].reset_index(drop=True)
    rows = table.iloc[[place for place in _TOLD if place < len(table)]].dropna(subset=["incidence_share"])
    is_vague = (rows["high"] - rows["low"]).fillna(0) > wording.VAGUE  # of few people as much may be hidden as is shown
    return rows[~is_vague] if ended.policy.smallest else rows


def _half(medians: Protected) -> dict[str, Any]:
    """The card of the time by which half of all cases had ended."""
    row = medians.table.iloc[0]
    unit = str(row["lag_unit"])
    half = None if pd.isna(row["median"]) else int(row["median"])
    value = "Not reached" if half is None else counted(half, unit.removesuffix("s"))
    value = "Not shown" if row["state"] == "suppressed" else value  # of few cases, whenever it was
    value = f"At most {value}" if half and medians.policy.smallest else value  # released at a few times only
    value = wording.capital(by(0, unit).partition(" ")[2]) if half == 0 else value
    limits = [row["low_median"], row["high_median"]]
    is_wide = not any(pd.isna(limit) for limit in limits) and limits[0] != limits[1]
    interval = f"95% interval {limits[0]} to {limits[1]} {unit}" if is_wide else ""
    since = "" if unit == "days" else ", counted from the month of recording"
    base = f"of all {wording.cases_of(medians.about)}, including those without an ending{since}"
    return _card(medians, "Until half had ended", value, base=base, interval=interval)


def _card(protected: Protected, label: str, value: str, *, base: str, interval: str) -> dict[str, Any]:
    return {"label": label, "value": value, "base": base, "interval": interval, **records(protected)}


_WIDE_ENOUGH = 0.9  # of ranges that should hold what came 95 times of 100
_UNLIKELY = 0.05  # a p value under this is called a difference
_LEAST_TRIED = 20  # ranges of an ending: of fewer, how many held says little


def tested(test: Protected, shares_by_group: Protected) -> str:
    """What Gray's test says of the ending that carries withdrawal, and that the shares say more.

    Parameters
    ----------
    test
        What ``group_test`` gives, as it may be shown.
    shares_by_group
        Shares or curves of that ending, or of it first, in each group, as they may be shown.

    Returns
    -------
    str
        Sentences; that there are no two groups to compare, where that is so.
    """
    only_protected(test, shares_by_group)
    rows = _of_the_ending(test, shares_by_group)
    if rows.empty:
        return "There are no two groups with enough cases to compare."
    row, many = rows.iloc[0], shares_by_group.table["group"].nunique()
    name = endings.ending(row["ending"])
    differ = row["p_value"] < _UNLIKELY
    p_value = numbers.probability(float(row["p_value"]))
    verdict = "differ by more than chance alone would often bring" if differ else "are not clearly different"
    size = " With many cases even a difference too small to matter would pass that test." if differ else ""
    changed = _counted_otherwise(shares_by_group)
    return (
        f"For “{name}” the curves of the {wording.number(many) if many > 2 else 'two'} groups {verdict} (Gray's "
        f"test, p {'' if p_value.startswith('under') else '= '}{p_value}).{size} The shares matter more than the "
        f"p value.{f' {changed}' if changed else ''}"
    )


def _counted_otherwise(by_group: Protected) -> str:
    """When the counting changed between groups by time; "" for forces."""
    groups = list(by_group.table["group"].unique())
    if set(groups) <= set(reference.forces()):
        return ""
    return counted_otherwise(by_group.about, list(map(spanned, groups)))


def is_level(test: Protected, shares_by_group: Protected) -> bool | None:
    """Whether Gray's test tells no difference between the groups in the ending that carries withdrawal.

    Parameters
    ----------
    test
        What ``group_test`` gives, as it may be shown.
    shares_by_group
        Shares or curves of that ending, or of it first, in each group, as they may be shown.

    Returns
    -------
    bool | None
        None where no test was made.
    """
    only_protected(test, shares_by_group)
    p_values = _of_the_ending(test, shares_by_group)["p_value"].astype(float)
    return None if p_values.empty else bool((p_values >= _UNLIKELY).any())


def _of_the_ending(test: Protected, shares_by_group: Protected) -> pd.DataFrame:
    """The test of the ending that the curves by group are of; no row where there is none."""
    names: set[str] = {str(name) for name in shares_by_group.table["ending"]}
    rows = test.table if len(names) != 1 else test.table[test.table["ending"].isin(names)]
    return rows.head(1)


def answer(forecast: Protected) -> str:
    """Which share of recent cases will have ended, and ended as the first ending is, by when; "" where unknown.

    Parameters
    ----------
    forecast
        What ``headed_for`` gives, as it may be shown.

    Returns
    -------
    str
        A clause without a stop.
    """
    only_protected(forecast)
    ranges = forecast.table.dropna(subset=["final_share", "low_range_share"])
    together = ranges["month"] == TOGETHER
    is_several = bool(together.any()) and ranges["month"].nunique() > 2
    rows = ranges[together] if is_several else ranges[ranges["month"].isin(ranges["month"].head(1))]
    measured, still = rows[rows["ending"] != STILL_OPEN], rows[rows["ending"] == STILL_OPEN]
    if measured.empty:
        return ""
    row = measured.iloc[0]
    whose = "recent months together" if is_several else str(row["month"])
    so = f"{_between(row['low_range_share'], row['high_range_share'])} so: {endings.ending(row['ending'])}"
    if still.empty:
        return f"Of the cases of {whose}, {so}, {by(int(row['by_lag']), str(row['lag_unit']))}"
    ended = _between(1 - still.iloc[0]["high_range_share"], 1 - still.iloc[0]["low_range_share"])
    return f"Of the cases of {whose}, {ended} will have ended {_by(row)}, {so}"


def _between(low: float, high: float) -> str:
    ends = [percent(end, decimals=0) for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def will_end(forecast: Protected) -> str:
    """Where the recent months will end, together and the newest of them, in cases of a hundred; "" where unknown.

    Parameters
    ----------
    forecast
        What ``headed_for`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence or two.
    """
    only_protected(forecast)
    table = forecast.table.dropna(subset=["final_share", "low_range_share"])
    if table.empty:
        return ""
    when, cases = by(int(table.iloc[0]["by_lag"]), str(table.iloc[0]["lag_unit"])), wording.cases_of(forecast.about)
    mine = table[table["ending"] == forecast.table.iloc[0]["ending"]]
    month, sentences = str(table.iloc[0]["month"]), []
    if len(mine):
        month, way = str(mine.iloc[0]["month"]), endings.ending(mine.iloc[0]["ending"])
        sentences.append(
            f"About {_of_hundred(mine.iloc[0])} of every 100 {cases} recorded in {month} will have ended {when} as: "
            f"{way}."
        )
    if len(together := mine[mine["month"] == TOGETHER]):
        sentences.append(
            f"Of those of all the months in the figure together, it will be about {_of_hundred(together.iloc[0])}."
        )
    if len(still := table[(table["ending"] == STILL_OPEN) & (table["month"] == month)]):
        whose = "of the newest month will have no ending by then"
        whose = whose if len(mine) else f"{cases} recorded in {month} will have no ending {when}"
        sentences.append(f"About {_of_hundred(still.iloc[0])} of every 100 {whose}.")
    return " ".join(sentences)


def _of_hundred(row: pd.Series) -> str:
    low, high = (round(100 * float(row[f"{side}_range_share"])) for side in ("low", "high"))
    return str(low) if low == high else f"{low} to {high}"


def no_forecast(why_not: Protected) -> str:
    """Why there is no forecast, and what would let there be one.

    Parameters
    ----------
    why_not
        What ``no_forecast`` of ``outlook`` gives, as it may be shown.

    Returns
    -------
    str
        One sentence or more.
    """
    only_protected(why_not)
    if why_not.table.empty:
        return "There is no forecast: no month has cases whose ending could be forecast, or too few that may be shown."
    row = why_not.table.iloc[0]
    if row["forecast_reason"] == "few outcome rows":
        return (
            f"There is no forecast: only {percent(row['joined_share'])} of these crimes have a row in the outcomes "
            "files. Under 70%, cases that have not ended look the same as cases whose ending was never published."
        )
    months = wording.plural(int(row["months"]), "month")
    return f"There is no forecast: the oldest cases have been followed for {months}, and it needs 12 or more."


def revised(forecast: Protected) -> str:
    """What the limits allow for of later publications.

    Parameters
    ----------
    forecast
        What ``headed_for`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences; "" for counts that no publication replaces.
    """
    only_protected(forecast)
    if forecast.about.sensitivity != "published":
        return ""
    return (
        "Later publications leave out some crimes (10.7% of one force's) and change some endings. The range is wider "
        "for the first, taking it that the odds of being left out differ at most about twofold between endings, which "
        "nobody has counted. How often endings change could not be learnt, so the range is about endings as this "
        "publication counts them."
    )


def range_of(back_test: Protected) -> str:
    """What the range of a forecast is called: made to hold 95 of 100 where it did, otherwise with how many held.

    Parameters
    ----------
    back_test
        What ``back_tested`` gives, as it may be shown.

    Returns
    -------
    str
        Words for the middle of a sentence.
    """
    only_protected(back_test)
    rows = _by_ending(back_test)
    if rows.empty:
        return "its range, which could not be tested, since these figures do not reach back far enough"
    if holds(back_test):
        return "its range, made to contain the result at least 95 times in 100"
    ranges, shares = rows["intervals"].astype(int), rows["held_share"].astype(float)
    least, share = rows.iloc[[int(shares.to_numpy().argmin())]], float((shares * ranges).sum() / ranges.sum())
    worst = f", at worst {_held(least)}: {endings.ending(least['ending'].iloc[0])}" if shares.nunique() > 1 else ""
    return (
        f"its range; of {wording.plural(int(ranges.sum()), 'such range')} made from earlier figures "
        f"{percent(share, decimals=0)} contained the result"
    ) + worst


def tried(back_test: Protected, *, ending: str = "") -> str:
    """How forecasts made before would have done, of all endings and of one: ranges that held, and the mean error.

    Parameters
    ----------
    back_test
        What ``back_tested`` gives, as it may be shown.
    ending
        The name of the one ending; "" for none.

    Returns
    -------
    str
        Sentences; that no forecast could be tested, where that is so.
    """
    only_protected(back_test)
    together = back_test.table.drop_duplicates("back")
    if together.empty:
        return "The figures do not reach back far enough to test the forecast, so how far to trust it is not known."
    lead = f"Made from earlier figures of {wording.cases_of(back_test.about)}, of the ranges of all endings"
    sentences = [f"{lead} {_held(together)} would have contained the result."]
    rows = _by_ending(back_test)
    for name, which in ((ending, "the ending shown here"), (STILL_OPEN, "cases without an ending")):
        if len(mine := rows[rows["ending"] == name]):
            sentences.append(f"Of those of {which}, {_held(mine)}.")
    return " ".join([*sentences, _verdict(rows), _beside(together), _errors(rows)]).strip()


def holds(back_test: Protected) -> bool:
    """Whether the ranges of every ending held nearly as often as they should, wherever tried, and often enough tried.

    Each ending is looked at by itself at each time before, since the endings of a rare kind hold in any mean.

    Parameters
    ----------
    back_test
        What ``back_tested`` gives, as it may be shown.

    Returns
    -------
    bool
        False where nothing could be tried.
    """
    only_protected(back_test)
    rows = _by_ending(back_test)
    return len(rows) > 0 and _is_tried(rows) and bool((rows["held_share"].astype(float) >= _WIDE_ENOUGH).all())


def _by_ending(back_test: Protected) -> pd.DataFrame:
    """The rows of each ending by itself that have ranges."""
    table = back_test.table
    return table[(table["ending"] != ALL_ENDINGS) & table["held_share"].notna()]


def _is_tried(rows: pd.DataFrame) -> bool:
    """Whether the ranges of every ending were tried often enough for the share that held to say something."""
    return int(rows.groupby("ending")["intervals"].sum().min()) >= _LEAST_TRIED


def _beside(together: pd.DataFrame) -> str:
    """The chain ladder's ranges beside them."""
    rows = together.dropna(subset=["ladder_held_share"])
    if rows.empty:
        return ""
    shares = (f"{percent(row['ladder_held_share'], decimals=0)} ({row['back']})" for _, row in rows.iterrows())
    return f"Those of a chain ladder would have contained it {wording.listed(shares)}."


def _held(rows: pd.DataFrame) -> str:
    return wording.listed(f"{percent(row['held_share'], decimals=0)} ({row['back']})" for _, row in rows.iterrows())


def _verdict(rows: pd.DataFrame) -> str:
    """Whether the ranges are wide enough, by the ending of which the fewest held at each time before."""
    few = "" if _is_tried(rows) else " These are few ranges, and months move together, so this is weak evidence."
    least = rows.groupby("back", sort=False)["held_share"].min().astype(float)
    wide = least[(least >= _WIDE_ENOUGH).cummin()]
    if len(wide) == len(least):
        return f"At least 95 of 100 should contain it, and for every ending about as many do.{few}"
    narrow = least[least < _WIDE_ENOUGH].index
    when = f"beyond {str(wide.index[-1]).removesuffix(' before')}" if len(wide) else f"made {wording.listed(narrow)},"
    return (
        f"At least 95 of 100 should hold: {when} those of some endings are too narrow, and what comes may well be "
        f"outside them.{few}"
    )


def _errors(table: pd.DataFrame) -> str:
    """The mean error of the share still open, against that of saying that nothing more will come."""
    rows = table[table["ending"] == STILL_OPEN]
    if rows.empty:
        return ""
    row = rows.iloc[min(1, len(rows) - 1)]
    return (
        f"Made {row['back']}, the forecast of the share without an ending was off by "
        f"{float(row['error_share']) * 100:.1f} percentage points on average; to say that no more cases will end would "
        f"have been off by {float(row['standstill_error_share']) * 100:.1f}."
    )
