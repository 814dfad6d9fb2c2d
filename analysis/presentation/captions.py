"""The words round a figure: headline, subtitle, and a description that a reader can act on without the picture."""

from __future__ import annotations

import re

import pandas as pd

from analysis import measures
from analysis.disclosure import Protected
from analysis.presentation import cells, endings, wording
from analysis.presentation.endings import Caption
from analysis.presentation.wording import Line, percent

_MUCH_OPEN = 0.2  # a part of undecided cases from which on a share of recorded cases says little
_NOUNS = {"force": ("force", "in"), "offence_name": ("offence", "for"), "place": ("row", "in")}


def dots(rates: Protected, *, line: Line | None, highlight: str, still_open: Protected | None) -> Caption:
    """The words of a dot for each row: where the rows lie, and against what."""
    by = rates.by[0]
    noun = _NOUNS.get(by, ("row", "in"))[0]
    known = rates.table.dropna(subset=["share"]).sort_values("share", ascending=False, kind="stable")
    identity = f"{rates.about.measure}-by-{by}".replace("_", "-")
    subtitle = f"{_share_of(rates)}, by {noun}. Dot: the share; bar: its 95% interval."
    if known.empty:
        text = f"No {noun} has a share that can be shown."
        return Caption(identity, text, subtitle, f"{text} {subtitle}")
    waiting = _still_open(still_open, rates)
    title = _range(known[~known[by].isin(list(waiting))], by)
    if title != _range(known, by):
        title += f", leaving out {wording.plural(len(waiting), noun)} with many cases still open"
    marked = known[known[by] == highlight]
    if line is not None and line.share is not None and line.is_printed:
        reached = int((known["share"] >= line.share).sum())
        title = f"{reached} of {len(known)} {noun}s {wording.agree(reached, 'lies', 'lie')} at or above {line.name}"
    elif line is not None and not marked.empty and line.name.casefold() != highlight.casefold():
        row = marked.iloc[0]
        title = f"{highlight}: {percent(row['share'])}, {wording.against(row['low'], row['high'], line)}"
    clear = _clear(known)
    highest, lowest = (
        wording.listed(f"{row[by]} ({percent(row['share'])})" for _, row in some.iterrows()) or "too few cases to say"
        for some in (clear.head(3), clear.tail(3).iloc[::-1])
    )
    text = f"A dot and its interval for each of {wording.plural(len(known), noun)}, highest share first. "
    text += f"Highest: {highest}. Lowest: {lowest}."
    others = known[known[by] != highlight].dropna(subset=["low", "high"])
    if line is not None and line.share is not None and len(others) > 1:
        text += f" {positions(others, line, noun=noun if len(others) == len(known) else f'other {noun}')}"
    return Caption(identity, title, subtitle, text, _notes(rates, noun, waiting))


def _notes(rates: Protected, noun: str, waiting: dict[str, tuple[float, float]]) -> tuple[str, ...]:
    """What a reader of a chart by row must know: shares that are absent, and cases that are still open."""
    notes = []
    absent = int(rates.table["share"].isna().sum())
    if absent:
        notes.append(f"{wording.capital(wording.plural(absent, noun))} without a share: see the table.")
    if waiting:
        told = wording.listed(f"{label} ({percent(share)})" for label, (share, _) in waiting.items())
        decided = wording.listed(f"{label} {percent(share)}" for label, (_, share) in waiting.items())
        notes.append(
            f"Many cases have no outcome yet in {told}, which holds the share down. Of decided cases: {decided}."
        )
    return tuple(notes)


def _still_open(still_open: Protected | None, rates: Protected) -> dict[str, tuple[float, float]]:
    """The rows of which a large part of the cases has no outcome yet: that part, and the share of those decided."""
    if still_open is None or rates.about.base != "recorded":
        return {}
    by = rates.by[0]
    both = rates.table.merge(still_open.table, on=by, suffixes=("", "_open")).dropna(subset=["events", "share_open"])
    both = both[(both["share_open"] >= _MUCH_OPEN) & (both["cases"] > both["events_open"])]
    return {
        str(row[by]): (float(row["share_open"]), float(row["events"] / (row["cases"] - row["events_open"])))
        for _, row in both.iterrows()
    }


def _clear(known: pd.DataFrame) -> pd.DataFrame:
    """The rows whose interval is narrow enough to say anything."""
    return known[(known["high"] - known["low"]).fillna(1) <= wording.VAGUE]


def _range(known: pd.DataFrame, by: str) -> str:
    """From the lowest to the highest row, of those whose interval is narrow enough to say anything."""
    clear = _clear(known)
    joint = _NOUNS.get(by, ("row", "in"))[1]
    ends = [f"{percent(row['share'])} {joint} {_inside(row[by], by)}" for _, row in clear.iterrows()]
    if not ends:
        return "Too few cases to compare"
    if len(ends) > 1 and clear["share"].nunique() == 1:
        return f"{percent(clear.iloc[0]['share'])} in each that can be told"
    return wording.capital(ends[0]) if len(ends) == 1 else f"From {ends[-1]} to {ends[0]}"


def positions(known: pd.DataFrame, line: Line, *, noun: str) -> str:
    """How many rows lie above, below and not clearly off a line, by their intervals and its own."""
    lower, upper = (line.share, line.share) if line.is_printed else (line.lower, line.upper)
    above, below = int((known["low"] > upper).sum()), int((known["high"] < lower).sum())
    level = len(known) - above - below
    parts = [
        f"{above} lie{'s' if above == 1 else ''} wholly above {line.name}" if above else "",
        f"{below} lie{'s' if below == 1 else ''} wholly below {line.name}" if below else "",
        f"{level} {'is' if level == 1 else 'are'} not clearly different from {line.name}" if level else "",
    ]
    first, *others = [part for part in parts if part]
    told = wording.listed([first, *(part.replace(line.name, "it") for part in others)])
    return f"By their 95% intervals, of {len(known)} {noun}s {told}."


def definitions(rates: Protected, *, line: Line) -> Caption:
    """The words of every way of counting side by side."""
    table = rates.table.dropna(subset=["share"])
    identity = f"definitions-{rates.about.measure}".replace("_", "-")
    short = measures.measure(rates.about.measure).short
    subtitle = f"{short}: share of {wording.out_of(rates.about)}, under each reading and base."
    if table.empty:
        text = "No way of counting has a share that can be shown."
        return Caption(identity, text, subtitle, f"{text} {subtitle}")
    lowest, highest = float(table["share"].min()), float(table["share"].max())
    fits = table[(table["share"] >= line.lower) & (table["share"] < line.upper)]
    ways = wording.plural(len(table), "way") + " of counting"
    given = wording.number(len(fits)) if len(fits) else "none"
    found = f"{given} of {ways} {'give' if len(fits) > 1 else 'gives'} {line.name}"
    title = f"From {percent(lowest)} to {percent(highest)}: {found}"
    ends = [
        f"{row['definition']} out of {row['base']}, {percent(row['share'])}"
        for _, row in table.iloc[[0, -1]].iterrows()
    ]
    text = f"A dot for each reading of the outcome types and each base. Lowest: {ends[0]}. Highest: {ends[1]}. "
    text += f"A dashed line marks {line.name}; {found}."
    return Caption(identity, title, subtitle, text)


def sample_sizes(rates: Protected, *, line: Line) -> Caption:
    """The words of the intervals that a printed share might have."""
    table = rates.table
    told = [
        f"from {row['sample_size']} cases, {wording.interval(row['low'], row['high'])}" for _, row in table.iterrows()
    ]
    identity = f"sample-sizes-{re.sub(r'[^0-9]+', '', line.name)}"
    title = f"What {line.name} would be worth: {told[0]}; {told[-1]}"
    text = f"The sample size was not printed. Had {line.name} come {'; '.join(told)}."
    return Caption(identity, title, "95% intervals for sample sizes that are assumed, not known.", text)


def quarters(rates: Protected) -> Caption:
    """The words of the quarters."""
    known = rates.table.dropna(subset=["share"])
    identity = f"{rates.about.measure}-by-quarter".replace("_", "-")
    subtitle = f"{_share_of(rates)}, by quarter of recording, with 95% intervals."
    if known.empty:
        text = "No quarter has a share that can be shown."
        return Caption(identity, text, subtitle, f"{text} {subtitle}")
    shares = [float(share) for share in known["share"]]
    if len(known) == 1:
        title = f"{percent(shares[0])} in the one quarter shown"
    else:
        title = f"Between {percent(min(shares))} and {percent(max(shares))} in each quarter"
    told = [
        f"{row['quarter']}: {percent(row['share'])} ({wording.interval(row['low'], row['high'])})"
        for _, row in known.iterrows()
    ]
    apart = bool(known["low"].max() > known["high"].min())
    if len(known) == 1:
        verdict = ""
    elif apart:
        verdict = " At least two quarters differ by more than chance alone would often bring."
    else:
        verdict = " The intervals of all quarters overlap: no difference between them can be told from chance."
    text = f"Shares by quarter, on an axis from 0%. {'; '.join(told)}.{verdict}"
    is_open = rates.about.base == "recorded"
    notes = ("Cases recorded late in the period have had less time to end.",) if is_open else ()
    return Caption(identity, title, subtitle, text, notes)


def months(undecided: Protected) -> Caption:
    """The words of the cases month by month, and how many of them are still open."""
    table, about = undecided.table, undecided.about
    known = table.dropna(subset=["cases"])
    identity = "cases-by-month"
    who = f"{wording.cases_of(about)} recorded by {wording.force_phrase(about.place)}"
    subtitle = f"{wording.capital(who)}, by month of recording. Filled: decided; outlined: not yet decided."
    if known.empty:
        text = "No month has a number of cases that can be shown."
        return Caption(identity, text, subtitle, f"{text} {subtitle}")
    low, high = (int(known["cases"].agg(pick)) for pick in ("min", "max"))
    title = f"Between {low:,} and {high:,} cases in each month" if low < high else f"{low:,} cases in each month"
    by_size = list(known.sort_values("cases", kind="stable")["month"])
    fewest, most = by_size[0], by_size[-1]
    told = f"A bar for each of {wording.plural(len(table), 'month')}, {table['month'].iloc[0]} to "
    told += f"{table['month'].iloc[-1]}. Fewest cases: {fewest} ({low:,}). Most: {most} ({high:,})."
    open_months = known.dropna(subset=["share"]).sort_values("share", ascending=False, kind="stable").head(3)
    listed = wording.listed(f"{row['month']} ({percent(row['share'])})" for _, row in open_months.iterrows())
    told += f" Most still open: {listed}." if listed else ""
    absent = len(table) - len(known)
    notes = (f"{wording.capital(wording.plural(absent, 'month'))} without a number: see the table.",) if absent else ()
    return Caption(identity, title, subtitle, told, notes)


def quarter_label(name: str) -> str:
    """A quarter as its months, for an axis, on two lines: "2024/25 Q1" is "Apr–Jun" over "2024"."""
    start, quarter = int(name[:4]), int(name[-1])
    months = ("Apr–Jun", "Jul–Sep", "Oct–Dec", "Jan–Mar")[quarter - 1]
    return f"{months}\n{start + (quarter == 4)}"


def month_label(name: str) -> str:
    """A month for an axis, on two lines: "April 2024" is "Apr" over "2024"."""
    month, year = name.split(" ")
    return f"{month[:3]}\n{year}"


def row_label(row: pd.Series, by: tuple[str, ...]) -> str:
    """All labels of a row in one line."""
    if by == ("sample_size",):
        return f"{row['sample_size']} cases"
    if "definition" in by:
        return f"{wording.capital(str(row['definition']))}, of {row['base']}"
    return str(row[by[0]])


def row_value(row: pd.Series, value: str) -> str:
    """What stands at the end of a row: its share, or its interval."""
    if value == "interval" and not pd.isna(row["low"]):
        return wording.interval(row["low"], row["high"])
    return cells.cell(row, "share")


def _share_of(rates: Protected) -> str:
    return f"Share of {wording.out_of(rates.about)} that {measures.measure(rates.about.measure).ended}"


def _inside(label: object, by: str) -> str:
    return str(label) if by == "force" else endings.ending(label)
