"""How soon cases end, and how, in sentences made from results that passed disclosure control; "" where none is left."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.counts import Counts
from analysis.disclosure import Protected, only_protected
from analysis.presentation import endings, wording
from analysis.presentation.show import Shown, key_figures, records
from analysis.presentation.wording import percent
from analysis.reference import DISPOSITIONS
from analysis.statistics import narrowing

STILL_OPEN = DISPOSITIONS["undecided"]
_ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "11th",
    "12th",
)
#: Outcomes of a case that is not decided by which its publisher says that it does not know.
_SILENT = ("Status update unavailable", "No outcome published")
_TOLD = (1, 2, 4)  # of the asked times: 30 days or 1 month, 90 days or 3 months, 365 days or 12 months


def by(lag: int, unit: str) -> str:
    """A time since recording, after "had ended": "within 30 days", "by the third month after recording"."""
    return _short(lag, unit) + (" after recording" if unit == "months" and lag else "")


def _short(lag: int, unit: str) -> str:
    """The same where the sentence has already said what time is counted from: "by the third month"."""
    if unit == "days":
        return f"within {wording.plural(lag, 'day')}"
    if not lag:
        return "in the month of recording"
    return f"by the {_ORDINALS[lag - 1] if lag <= len(_ORDINALS) else _numbered(lag)} month"


def _numbered(lag: int) -> str:
    ending = "th" if lag % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(lag % 10, "th")
    return f"{lag}{ending}"


def opening(medians: Protected, ended: Protected) -> str:
    """The answer in words: by when half of all cases had ended, and how many were open at the last asked time."""
    only_protected(medians, ended)
    table, known = medians.table, ended.table.dropna(subset=["incidence_share"])
    if table.empty or known.empty:
        return ""
    who, row, last = f"all {wording.cases_of(medians.about)}", table.iloc[0], known.iloc[-1]
    half = f"Fewer than half of {who} had ended {_by(last)}."
    if not pd.isna(row["median"]):
        half = f"Half of {who} had ended {by(int(row['median']), str(row['lag_unit']))}."
    share = 1 - float(last["incidence_share"])
    if not share:
        return f"{half} All had ended {_by(last)}."
    return f"{half} {wording.capital(_later(last))}, {wording.plain_share(share)} had no ending on record."


def shares(ended: Protected, standing: Protected) -> str:
    """Of how many cases, which share had ended by each of three asked times."""
    only_protected(ended, standing)
    rows = _told_rows(ended)
    if rows.empty or standing.table.empty:
        return f"No {wording.out_of(standing.about)} can be followed: there are none, or too few to be shown."
    first, *others = [row for _, row in rows.iterrows()]
    told = [f"{percent(first['incidence_share'])} had ended {_by(first)}"]
    told += [f"{percent(row['incidence_share'])} {_short(int(row['by_lag']), row['lag_unit'])}" for row in others]
    cases = int(standing.table.iloc[0]["cases"])
    return f"Of {cases:,} {wording.out_of(standing.about)}, {wording.listed(told)}."


def ways(ended: Protected) -> str:
    """How cases had ended by the last asked time that is known, and how many had no ending on record."""
    only_protected(ended)
    known = ended.table.dropna(subset=["incidence_share"])
    if known.empty:
        return ""
    last = known[known["by_lag"] == known["by_lag"].max()].sort_values("incidence_share", ascending=False)
    last = last[last["ending"] != "Any ending"]
    told = [
        f"{endings.ending(row['ending'])}, {percent(row['incidence_share'])}"
        for _, row in last.iterrows()
        if row["ending"] != STILL_OPEN and row["incidence_share"] > 0
    ]
    still = last[last["ending"] == STILL_OPEN]
    rest = f"; {percent(still.iloc[0]['incidence_share'])} had no ending on record" if len(still) else ""
    return f"How they had ended {_by(last.iloc[0])}: {'; '.join(told) or 'in no way'}{rest}."


def still_open(standing: Protected, outcomes: Protected) -> str:
    """How many cases had no ending when the figures were taken, and of how many of these nobody says where they stand.

    ``outcomes`` is the ``split`` of the same counts by outcome.
    """
    only_protected(standing, outcomes)
    if standing.table.empty:
        return ""
    row = standing.table.iloc[0]
    if row["state"] != "shown":
        return "How many had no ending when the figures were taken is not shown: it is under 10."
    counted = f"{wording.number(int(row['events']))} of the {int(row['cases']):,} ({percent(row['share'])})"
    told = f"When the figures were taken, {counted} had no ending on record; some were recorded only lately."
    names = outcomes.table["outcome_name"].astype(str)
    silent = outcomes.table[names.isin(_SILENT)]["events"].dropna().sum()
    if not silent:
        return told
    return (
        f"{told} Of {wording.plural(int(silent), 'case')} among them the publisher says only that it has no update: "
        "some may have ended long ago."
    )


def passed_over(counts: Counts, *, crime_type: str, offence: str) -> str:
    """Which of the two parameters these counts cannot be asked for."""
    return narrowing.passed_over(counts, crime_type=crime_type, offence=offence)


def figures(ended: Protected, medians: Protected) -> Shown:
    """The key figures: half by when, and the shares that had ended by two asked times."""
    only_protected(ended, medians)
    cards: list[dict[str, Any]] = []
    if not medians.table.empty:
        cards.append(_half(medians))
    about = ended.about
    for _, row in _told_rows(ended).iloc[1:].iterrows():
        told = "" if pd.isna(row["low"]) else f"95% interval {wording.interval(row['low'], row['high'])}"
        base = f"of all {wording.cases_of(about)}, those without an ending too"
        cards.append(_card(ended, f"Ended {_by(row)}", percent(row["incidence_share"]), base=base, interval=told))
    return key_figures(*cards)


def misleads(ended: Protected) -> str:
    """By how much the share of decided cases overstates what has ended, where it does most."""
    only_protected(ended)
    known = ended.table.dropna(subset=["overstated_share", "incidence_share"])
    if known.empty:
        return ""
    row = known.iloc[int(known["overstated_share"].astype(float).abs().to_numpy().argmax())]
    over = float(row["overstated_share"])
    if abs(over) < 0.0005:
        return "Counting only cases that are decided would say the same here, since nearly all are"
    side = "more" if over > 0 else "fewer"
    return (
        f"Counting only the cases decided so far would say that {percent(row['naive_share'])} had ended {_by(row)}: "
        f"{abs(over) * 100:.1f} percentage points {side} than of all cases ({percent(row['incidence_share'])}). It "
        "leaves out the cases without an ending, which are the slow ones"
    )


def halves(medians: Protected) -> str:
    """The two medians, in words: of all cases, and of those that ended in one way."""
    only_protected(medians)
    table = medians.table
    if table.empty:
        return ""
    unit = str(table.iloc[0]["lag_unit"])
    reached = table[table["median"].notna() & (table["ending"] != "Any ending")]
    told = [f"{endings.ending(row['ending'])} ({by(int(row['median']), unit)})" for _, row in reached.iterrows()]
    alone = (
        f"One ending alone takes half of all cases: {told[0]}" if told else "No ending alone takes half of all cases"
    )
    others = "; the others never do, so that column is empty for them." if told else ", so that column is empty."
    measured = "Time is in days" if unit == "days" else "Time is in months after that of recording, which is 0"
    return f"{alone}{others} The last columns look only at cases that ended so: half of those had by then. {measured}"


def tested(test: Protected, shares_by_group: Protected) -> str:
    """What Gray's test says of the ending that carries withdrawal, and that the shares say more."""
    only_protected(test, shares_by_group)
    if test.table.empty:
        return "There are no two groups with cases enough to compare."
    row, many = test.table.iloc[0], shares_by_group.table["group"].nunique()
    name = endings.ending(row["ending"])
    differ = row["p_value"] < 0.05
    told = "under 0.001" if row["p_value"] < 0.001 else f"{row['p_value']:.3f}"
    found = "differ by more than chance alone would often bring" if differ else "are not clearly different"
    size = " With this many cases a difference too small to matter would pass that test." if differ else ""
    return (
        f'For "{name}" the curves of the {wording.number(many) if many > 2 else "two"} groups {found} (Gray\'s test, p '
        f"{'' if told.startswith('under') else '= '}{told}).{size} Read the shares, not the p value."
    )


def tried(back_test: Protected) -> str:
    """How forecasts made before would have done: the intervals that held, and the error against standing still."""
    only_protected(back_test)
    table = back_test.table
    together = table.drop_duplicates("back")
    if together.empty:
        return "The figures do not reach back far enough to try out the forecast, so nothing says how far to trust it."
    held = wording.listed(f"{percent(row['held_share'], decimals=0)} ({row['back']})" for _, row in together.iterrows())
    told = f"The same forecast, made from earlier figures, would have had this share of its 95% intervals hold: {held}."
    return " ".join([told, _verdict(together), _errors(table)]).strip()


def _verdict(together: pd.DataFrame) -> str:
    """Whether the intervals are wide enough, by how many of them held."""
    bad = together[together["held_share"] < 0.9]
    few = " These are few intervals, so this says little." if int(together["intervals"].min()) < 30 else ""
    if bad.empty:
        return f"They held about as often as they should.{few}"
    good = together[together["held_share"] >= 0.9]
    beyond = f"beyond {str(good.iloc[-1]['back']).removesuffix(' before')}" if len(good) else "throughout"
    return f"It should be 95%: {beyond} the intervals are too narrow, and what comes may well lie outside them.{few}"


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


def _by(row: pd.Series) -> str:
    return by(int(row["by_lag"]), str(row["lag_unit"]))


def _later(row: pd.Series) -> str:
    """A time as the beginning of a sentence: "after 365 days", "by the twelfth month"."""
    lag, unit = int(row["by_lag"]), str(row["lag_unit"])
    return f"after {wording.plural(lag, 'day')}" if unit == "days" else _short(lag, unit)


def _told_rows(ended: Protected) -> pd.DataFrame:
    """The rows of the asked times that are told in sentences, as far as they may be."""
    table = ended.table[ended.table["ending"] == "Any ending"].reset_index(drop=True)
    rows = table.iloc[[place for place in _TOLD if place < len(table)]]
    return rows.dropna(subset=["incidence_share"])


def _half(medians: Protected) -> dict[str, Any]:
    """The card of the time by which half of all cases had ended."""
    row = medians.table.iloc[0]
    unit = str(row["lag_unit"])
    value = "Not reached" if pd.isna(row["median"]) else wording.plural(int(row["median"]), unit.removesuffix("s"))
    limits = [row["low_median"], row["high_median"]]
    told = "" if any(pd.isna(limit) for limit in limits) else f"95% interval {limits[0]} to {limits[1]} {unit}"
    since = "" if unit == "days" else ", counted from the month of recording"
    base = f"of all {wording.cases_of(medians.about)}, those without an ending too{since}"
    return _card(medians, "Until half had ended", value, base=base, interval=told)


def _card(protected: Protected, label: str, value: str, *, base: str, interval: str) -> dict[str, Any]:
    return {"label": label, "value": value, "base": base, "interval": interval, **records(protected)}
