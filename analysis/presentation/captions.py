"""The words round a figure: headline, subtitle, and a description that a reader can act on without the picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.disclosure import Protected
from analysis.presentation import endings, wording
from analysis.presentation.drawing.marked import Marked
from analysis.presentation.endings import Caption
from analysis.presentation.extremes import Ends, as_rounded, ends
from analysis.presentation.numbers import probability
from analysis.presentation.wording import Line, percent
from analysis.reference import measures, reference
from analysis.reference.periods import Period, day_name, in_months, labelled
from analysis.reference.phases import breaks_of
from analysis.safe_words import slug
from analysis.shares.differences import CLEAR, homogeneity, sides, trend
from analysis.shares.rates import About

_NOUNS = {"force": ("force", "in"), "offence_name": ("offence", "for"), "place": ("place", "in")}
_NOUNS |= {unit: (unit, "in") for unit in ("month", "quarter")}


def dots(rates: Protected, *, line: Line | None, highlight: str) -> Caption:
    """The words of a dot for each row: where the rows lie, and against what.

    Parameters
    ----------
    rates
        Shares as disclosure control leaves them: one row per place, period or way of counting.
    line
        A share to compare with; None for none.
    highlight
        The label of the row to speak of first; "" for none.

    Returns
    -------
    Caption
        Identity, title, subtitle and description of the figure, and the notes below it.
    """
    by, table = rates.by[0], rates.table
    noun = _NOUNS.get(by, ("row", "in"))[0]
    shown = table.dropna(subset=["share"])
    identity = slug(f"{rates.about.measure}-by-{by}")
    subtitle = f"{share_of(rates)}, by {noun}. Dot: the share; bar: its 95% interval."
    if shown.empty:
        text = f"No {noun} has a share that can be shown."
        return Caption.of_nothing(identity, text, subtitle)
    ends_known = told_ends(rates)
    text = f"A dot and its interval for each of {wording.plural(len(shown), noun)}, highest share first."
    text = f"A dot and its interval for one {noun}." if len(shown) == 1 else text
    text += _both_ends(ends_known, by) if len(ends_known.rows) else _untold(shown, by)
    text += _against(rates, line, noun=noun, highlight=highlight)
    text += Marked.of(highlight, by=by).said((str(row[by]), percent(row["share"])) for _, row in shown.iterrows())
    title = _dots_title(rates, ends_known, line, highlight=highlight)
    return Caption(identity, title, subtitle, text, (*_notes(rates, ends_known, noun), *_open_note(rates)))


def _dots_title(rates: Protected, ends_known: Ends, line: Line | None, *, highlight: str) -> str:
    """What the dots show, first: how many reach a printed share, where one row lies, or how far all reach."""
    by, table = rates.by[0], rates.table
    noun = _NOUNS.get(by, ("row", "in"))[0]
    marked = table[(table[by] == highlight) & table["share"].notna() & ~table[by].isin(list(rates.much_open))]
    if line is not None and line.share is not None and line.is_printed:
        counted = table[table["share"].notna() & ~table[by].isin(list(rates.much_open))]
        reached = int((counted["share"] >= line.share).sum())
        left = ", those with many open cases left out" if rates.much_open else ""
        are = wording.agree(reached, "is", "are")
        return f"{reached} of {len(counted)} {noun}s {are} at or above {line.name}{left}"
    is_alone = by == "force" and len(table) == 1  # all forces together are the one
    if line is not None and not (marked.empty or is_alone) and line.name.casefold() != highlight.casefold():
        row = marked.iloc[0]
        where = wording.against(row, line, is_force=by == "force")
        if where:
            return f"{highlight}: {percent(row['share'])}, {where}"
    return _range(ends_known, by)


def told_ends(rates: Protected) -> Ends:
    """The rows between which others may be said to lie: those known well enough, and without many open cases.

    Parameters
    ----------
    rates
        Shares as disclosure control leaves them: one row per place, period or way of counting.

    Returns
    -------
    Ends
        The rows, highest share first, and whether any row is left out.
    """
    table, by = rates.table, rates.by[0]
    is_wide = ((table["high"] - table["low"]) > wording.VAGUE).fillna(False)
    return ends(table, "share", passed_over={*table.loc[is_wide, by], *rates.much_open}, away=rates.away)


def _untold(shown: pd.DataFrame, by: str) -> str:
    """Where the dots are, of which none is known well enough to say how it stands."""
    low, high = (percent(end) for end in (shown["share"].min(), shown["share"].max()))
    if len(shown) == 1:
        return f" {in_months(str(shown.iloc[0][by]))} ({high}) is not known well enough to compare."
    where = f"at {high}" if low == high else f"from {low} to {high}"
    return f" They lie {where}, and none is known well enough to say which is highest."


def _both_ends(ends_known: Ends, by: str) -> str:
    """Up to three rows of either end, none of them at both; of two or three places all, once."""
    named = [f"{row[by]} ({percent(row['share'])})" for _, row in ends_known.rows.iterrows()]
    if by == "place" and len(named) <= 3:
        return f" {wording.capital(wording.listed(named))}."
    if len(named) == 1 or ends_known.high == ends_known.low:
        each = named[0] if len(named) == 1 else f"all {percent(ends_known.high)}"
        return f" {ends_known.named(each, 'Shown', 'Known well enough')}"
    upper = min(3, (len(named) + 1) // 2)
    lower = named[max(upper, len(named) - 3) :][::-1]
    most, least = (
        f"{end}{as_rounded(is_true=ends_known.is_in_order(len(rows), from_below=end == 'Lowest'))}"
        for end, rows in (("Highest", named[:upper]), ("Lowest", lower))
    )
    highest = ends_known.named(wording.listed(named[:upper]), most, "At the upper end of those known well enough")
    return f" {highest} {ends_known.named(wording.listed(lower), least, 'At the lower end')}"


def _against(rates: Protected, line: Line | None, *, noun: str, highlight: str) -> str:
    """How many of the other rows lie above the line and how many below."""
    table, by = rates.table, rates.by[0]
    others = table[(table[by] != highlight) & ~table[by].isin(list(rates.much_open))].dropna(subset=["low", "high"])
    if line is None or line.share is None or len(others) < 2:
        return ""
    if highlight in rates.much_open and by != "force":  # the line is its own share, on which nothing may rest
        return ""
    shown = table.loc[table["share"].notna(), by]
    who = f"{len(others)} {'other ' if shown.eq(highlight).any() else ''}{noun}s"
    who += " with few open cases" if shown.isin(list(rates.much_open)).any() else ""
    return f" {_positions(others, line, who=who, is_force=by == 'force')}"


def _notes(rates: Protected, ends_known: Ends, noun: str) -> tuple[str, ...]:
    """What a reader of a chart by row must know: shares that are absent, and too few cases to be told."""
    notes, table = [], rates.table
    absent = int(table["share"].isna().sum())
    if absent:
        notes.append(f"{wording.capital(wording.plural(absent, noun))} without a share: see the table.")
    few = len(table) - absent - len(ends_known.rows) - int((table[rates.by[0]].isin(list(rates.much_open))).sum())
    if few > 0 and len(table) > 1:
        notes.append(
            f"{wording.capital(wording.plural(few, noun))} with too few cases to be distinguished from the others."
        )
    return tuple(notes)


def _open_note(rates: Protected) -> tuple[str, ...]:
    """Which rows are drawn hollow for their many open cases, with the share of those decided where that is another."""
    if not rates.much_open:
        return ()
    rows = rates.noted
    rows = rows[rows[rates.by[0]].isin(list(rates.much_open))]
    labels = wording.listed(map(in_months, sorted(str(label) for label in rows[rates.by[0]])))
    note = f"Drawn hollow, since {wording.MANY_OPEN}: {labels}."
    if "of_decided_share" in rows and rows["of_decided_share"].notna().any():
        shares = [
            f"{in_months(str(row[rates.by[0]]))} {percent(row['of_decided_share'])}"
            for _, row in rows.dropna(subset=["of_decided_share"]).sort_values(rates.by[0]).iterrows()
        ]
        note += f" Of decided cases: {wording.listed(shares)}."
    return (note,)


def _range(ends_known: Ends, by: str) -> str:
    """From the lowest to the highest row of those that can be told; of how many, where others are absent."""
    joint = _NOUNS.get(by, ("row", "in"))[1]
    sentences = [f"{percent(row['share'])} {joint} {_inside(row[by], by)}" for _, row in ends_known.rows.iterrows()]
    if not sentences:
        return "No figure is known well enough to compare"
    if len(sentences) == 1:
        return wording.capital(sentences[0])
    if ends_known.high == ends_known.low:
        return f"{percent(ends_known.high)} in each with enough cases"
    among = (
        ""
        if ends_known.is_whole
        else f", among {wording.plural(len(sentences), _NOUNS.get(by, ('row', 'in'))[0])} known well enough"
    )
    is_true = ends_known.is_in_order(1) and ends_known.is_in_order(1, from_below=True)
    return f"From {sentences[-1]} to {sentences[0]}{as_rounded(is_true=is_true)}{among}"


def _positions(table: pd.DataFrame, line: Line, *, who: str, is_force: bool = False) -> str:
    """How many rows, ``who`` they are, lie above, below and not clearly off a line.

    Of a printed share by their intervals; of a computed one by a test of each, adjusted for how many there are.
    """
    if line.is_printed:
        above, below = int((table["low"] > line.share).sum()), int((table["high"] < line.share).sum())
        level, silent = len(table) - above - below, 0
    else:
        row_sides = sides(wording.pair(row, line, is_force=is_force) for _, row in table.iterrows())
        above, below, level, silent = (row_sides.count(side) for side in ("above", "below", "level", ""))
    how = "wholly" if line.is_printed else "clearly"
    parts = [
        f"{above} {'is' if above == 1 else 'are'} {how} above {line.name}" if above else "",
        f"{below} {'is' if below == 1 else 'are'} {how} below {line.name}" if below else "",
        f"{level} {'is' if level == 1 else 'are'} not clearly different from {line.name}" if level else "",
        f"{silent} cannot be compared with {line.name}" if silent else "",
    ]
    first, *others = [part for part in parts if part]
    told_of = wording.listed([first, *(part.replace(line.name, "it") for part in others)])
    if line.is_printed:
        return f"By their 95% intervals, of {who} {told_of}."
    rest = ", each compared with all the others" if is_force and line.is_of_forces else ""
    return f"By tests that allow for so many{rest}, of {who} {told_of}."


def definitions(rates: Protected, *, line: Line) -> Caption:
    """The words of every way of counting side by side.

    Parameters
    ----------
    rates
        A share under each reading and base, one row per combination.
    line
        A share to compare with, and what it is called.

    Returns
    -------
    Caption
        Identity, title, subtitle and description of the figure, and the notes below it.
    """
    table = rates.table.dropna(subset=["share"])
    identity = slug(f"definitions-{rates.about.measure}")
    short = measures.measure(rates.about.measure).short
    subtitle = f"{short}: share of {wording.out_of(rates.about)}, under each reading and base."
    if table.empty:
        text = "No way of counting has a share that can be shown."
        return Caption.of_nothing(identity, text, subtitle)
    lowest, highest = float(table["share"].min()), float(table["share"].max())
    fits = table[(table["share"] >= line.lower) & (table["share"] < line.upper)]
    ways = wording.plural(len(table), "way") + " of counting"
    given = wording.number(len(fits)) if len(fits) else "none"
    fitting = f"{given} of {ways} {'give' if len(fits) > 1 else 'gives'} {line.name}"
    title = f"From {percent(lowest)} to {percent(highest)}: {fitting}"
    if percent(lowest) == percent(highest):
        title = f"{percent(lowest)}, whichever way: {fitting}"
    reached = ends(rates.table, "share")
    low, high = (
        f"{row['definition']} out of {row['base']}, {percent(row['share'])}"
        for _, row in reached.rows.iloc[[-1, 0]].iterrows()
    )
    text = "A dot for each reading of the outcome types and each base. "
    text += f"{reached.named(low, 'Lowest', 'At the lower end of those shown')} "
    text += f"{reached.named(high, 'Highest', 'At the upper end')} "
    text += f"A line marks {line.name}; {fitting}."
    return Caption(identity, title, subtitle, text)


def sample_sizes(rates: Protected, *, line: Line) -> Caption:
    """The words of the intervals that a printed share might have.

    Parameters
    ----------
    rates
        The intervals of one printed share, one row per sample size that is assumed.
    line
        A share to compare with, and what it is called.

    Returns
    -------
    Caption
        Identity, title, subtitle and description of the figure, and the notes below it.
    """
    table = rates.table
    sentences = [
        f"from {row['sample_size']} cases, {wording.interval(row['low'], row['high'])}" for _, row in table.iterrows()
    ]
    identity = f"sample-sizes-{re.sub(r'[^0-9]+', '', line.name)}"
    title = f"What {line.name} would be worth: {sentences[0]}; {sentences[-1]}"
    text = f"The sample size was not printed. Had {line.name} come {'; '.join(sentences)}."
    return Caption(identity, title, "95% intervals for sample sizes that are assumed, not known.", text)


def quarters(rates: Protected) -> Caption:
    """The words of the quarters: from where to where, and whether they differ by a test of all and of a trend.

    Parameters
    ----------
    rates
        Shares of one measure, one row per quarter.

    Returns
    -------
    Caption
        Identity, title, subtitle and description of the figure, and the notes below it.
    """
    ends_known = ends(rates.table, "share", passed_over=rates.much_open)
    shown = rates.table.dropna(subset=["share"])
    identity = slug(f"{rates.about.measure}-by-quarter")
    subtitle = f"{share_of(rates)}, by quarter of recording, with 95% intervals."
    if shown.empty:
        text = "No quarter has a share that can be shown."
        return Caption.of_nothing(identity, text, subtitle)
    many = wording.plural(len(ends_known.rows), "quarter")
    if ends_known.rows.empty:
        title = "Every quarter has too many open cases to say"
    elif len(ends_known.rows) == 1:
        title = f"{percent(ends_known.high)} in the one quarter {'shown' if len(shown) == 1 else 'known well enough'}"
    else:
        which = "each quarter" if ends_known.is_whole else f"each of {many} known well enough"
        low, high, rounded = percent(ends_known.low), percent(ends_known.high), as_rounded(is_true=not rates.away)
        title = f"{high}{rounded} in {which}" if low == high else f"Between {low} and {high}{rounded} in {which}"
    sentences = [
        f"{in_months(str(row['quarter']))}: {percent(row['share'])} ({wording.interval(row['low'], row['high'])})"
        for _, row in shown.iterrows()
    ]
    differ = _differ(rates)
    changed = counted_otherwise(rates.about, list(map(labelled, shown["quarter"]))) if differ else ""
    differ += f" {changed}" if changed else ""
    text = f"Shares by quarter, on an axis from 0%. {'; '.join(sentences)}.{differ}"
    notes = [differ.strip()] if differ else []
    if len(shown) < len(rates.table):
        absent = wording.plural(len(rates.table) - len(shown), "quarter")
        notes.append(f"{wording.capital(absent)} without a share: see the table.")
    notes += wording.cut_quarters(rates.about, rates.table["quarter"])
    is_over = (rates.decided_cases() == rates.table["cases"]).fillna(False).all()
    if rates.about.base == "recorded" and not is_over:
        notes.append("Cases recorded late in the period have had less time to end.")
    return Caption(identity, title, subtitle, text, (*notes, *_open_note(rates)))


def _differ(rates: Protected) -> str:
    """Whether quarters differ by more than chance, or rise or fall along their order; "" for fewer than two.

    Where many cases of some are still open, which alone can make a difference, also whether decided cases say so.
    """
    table = rates.table
    if int(table["share"].notna().sum()) < 2:
        return ""
    shares = set(table["share"].dropna())
    if shares in ({0}, {1}):
        return f" Each share is {percent(shares.pop())}, so there is no difference to test."
    rounding = rates.about.rounding
    told = whether_they_differ(table, rounding, noun="quarter")
    if not told:
        return " There are too few cases that count, or too few others, to test whether the quarters differ."
    sentence = f" {told}"
    if rates.about.base != "recorded" or not rates.much_open:
        return sentence
    again = _tests(table["events"], rates.decided_cases().where(table["share"].notna()), rounding)
    if again is None:
        return f"{sentence} Many cases are still open, which alone can explain such a difference."
    other = f"{again[0]} too" if again[1] < CLEAR else "no difference can be distinguished from chance"
    return f"{sentence} Many cases of some quarters are still open: of decided cases, {other} ({again[2]})."


def counted_otherwise(about: About, periods: Sequence[Period]) -> str:
    """On which days between the first and the last period something else began to be counted, in words.

    Parameters
    ----------
    about
        What is compared: its offence, and the force where it is of one.
    periods
        The periods that are set beside each other.

    Returns
    -------
    str
        A sentence; "" where all of them are counted in the same way.

    Examples
    --------
    >>> from analysis import rates, read_counts
    >>> about = rates(read_counts("stalking_2024_25"), "charged").protected.about
    >>> counted_otherwise(about, [labelled("2022/23 Q4"), labelled("2023/24 Q2")])
    'The counting changed on 1 May 2023: how much of a difference across it is real is not known.'
    """
    first, last = min(period.first for period in periods), max(period.last for period in periods)
    offence = next((code for code, name in reference.offences().items() if name == about.offence), "")
    changes = breaks_of(offence, force=about.place if about.place in reference.forces() else "")
    days = sorted({date.fromisoformat(change.from_date) for change in changes})
    within = wording.listed(day_name(day) for day in days if first < day <= last)
    told = f"The counting changed on {within}: how much of a difference across it is real is not known."
    return told if within else ""


def whether_they_differ(table: pd.DataFrame, rounding: float, *, noun: str) -> str:
    """Whether shares differ by more than chance, or rise or fall along their order, in words.

    Parameters
    ----------
    table
        A row a period, in order: ``events``, ``cases`` and ``share``, missing where it may not be shown.
    rounding
        What a release adds to the variance of each number, in cases squared.
    noun
        What a period is called: "quarter", "month".

    Returns
    -------
    str
        A sentence; "" where there are too few cases to test.

    Examples
    --------
    >>> rows = pd.DataFrame({"events": [40, 50, 60], "cases": [100, 100, 100], "share": [0.4, 0.5, 0.6]})
    >>> whether_they_differ(rows, 0.0, noun="month")[:46]
    'By a test the shares tend to rise over the mon'
    """
    tested = _tests(table["events"], table["cases"].where(table["share"].notna()), rounding, noun=noun)
    if tested is None:
        return ""
    way, p_value, values = tested
    if p_value < CLEAR:
        return f"By a test {way}, by more than chance would usually explain ({values})."
    alike = f"chance alone could explain the differences between the {noun}s"
    return f"By tests of difference and of trend, {alike} ({values})."


def _tests(
    events: pd.Series, cases: pd.Series, rounding: float, *, noun: str = "quarter"
) -> tuple[str, float, str] | None:
    """What the clearer of two tests says, its p value doubled for there being two, and both; None for too few cases.

    A period without a number keeps its place in the order.
    """
    is_known = cases.notna() & events.notna()
    some, of = ([int(number) for number in numbers.where(is_known).fillna(0)] for numbers in (events, cases))
    kept = [place for place, is_kept in enumerate(is_known) if is_kept]
    alike = homogeneity([some[place] for place in kept], [of[place] for place in kept], rounding=rounding)
    along = trend(some, of, rounding=rounding)
    if alike is None or along is None or any(part > whole for part, whole in zip(some, of, strict=True)):
        return None
    values = (
        f"p {probability(alike.p_value)} that all are the same, p {probability(along.p_value)} that there is no trend"
    )
    if 2 * along.p_value < CLEAR:  # the clearer of two tests: each is held to half the chance of a false alarm
        way = "rise" if _slope(some, of) > 0 else "fall"
        return f"the shares tend to {way} over the {noun}s", 2 * along.p_value, values
    return f"the {noun}s differ, though not along a trend", 2 * alike.p_value, values


def _slope(events: list[int], cases: list[int]) -> float:
    """Above 0 where shares rise along their order."""
    pooled = sum(events) / sum(cases)
    return sum(step * (some - of * pooled) for step, (some, of) in enumerate(zip(events, cases, strict=True)))


def months(undecided: Protected) -> Caption:
    """The words of the cases month by month (or quarter by quarter), and how many of them are still open.

    Parameters
    ----------
    undecided
        Cases and those still open, one row per month, or per quarter where none is kept by month.

    Returns
    -------
    Caption
        Identity, title, subtitle and description of the figure, and the notes below it.
    """
    table, about, unit = undecided.table, undecided.about, month_or_quarter(undecided.table)
    names = table[unit].map(in_months)
    ends_shown = ends(table, "cases", away=undecided.away)
    identity = f"cases-by-{unit}"
    who = f"{wording.cases_of(about)} recorded by {wording.force_phrase(about.place)}"
    subtitle = f"{wording.capital(who)}, by {unit} of recording. Filled: decided; outlined: not yet decided."
    if ends_shown.rows.empty:
        text = f"No {unit} has a number of cases that can be shown."
        return Caption.of_nothing(identity, text, subtitle)
    low, high = int(ends_shown.low), int(ends_shown.high)
    which = f"each {unit}" if ends_shown.is_whole else f"each of the {wording.plural(len(ends_shown.rows), unit)} shown"
    which = names.iloc[0] if len(table) == 1 else which
    rounded = as_rounded(is_true=not undecided.away)
    alike = f"{low:,} {wording.agree(low, 'case', 'cases')}{rounded} in {which}"
    title = f"Between {low:,} and {high:,} cases{rounded} in {which}" if low < high else alike
    text = f"A bar for each of {wording.plural(len(table), unit)}, {names.iloc[0]} to {names.iloc[-1]}. "
    text = f"A bar for one {unit}, {names.iloc[0]}. " if len(table) == 1 else text
    if ends_shown.is_whole and len(table) == 1:
        text += f"Cases: {low:,}."
    elif low == high:
        text += f"Each{'' if ends_shown.is_whole else ' of those shown'} has {low:,}."
    elif ends_shown.is_whole:
        most, fewest = (in_months(str(ends_shown.rows[unit].iloc[place])) for place in (0, -1))
        least, greatest = (as_rounded(is_true=ends_shown.is_in_order(1, from_below=below)) for below in (True, False))
        text += f"Fewest cases{least}: {fewest} ({low:,}). Most{greatest}: {most} ({high:,})."
    else:
        text += f"Those shown have {low:,} to {high:,} cases."
    waiting = ends(table[table["cases"].notna()], "share")
    listed = wording.listed(
        f"{in_months(str(row[unit]))} ({percent(row['share'])})" for _, row in waiting.rows.head(3).iterrows()
    )
    if listed and waiting.is_whole and ends_shown.is_whole:
        text += f" Most still open: {listed}."
    elif listed:
        text += f" Not yet decided, of those shown: {percent(waiting.low)} to {percent(waiting.high)}."
    notes = _month_notes(table, unit)
    return Caption(identity, title, subtitle, text, notes)


def _month_notes(table: pd.DataFrame, unit: str) -> tuple[str, ...]:
    """Months or quarters without a number, and those of which it is hidden how many are decided."""
    absent, hidden = int(table["cases"].isna().sum()), int((table["cases"].notna() & table["events"].isna()).sum())
    notes = [f"{wording.capital(wording.plural(absent, unit))} without a number: see the table."] if absent else []
    if hidden:
        notes.append(
            f"Hatched: {wording.plural(hidden, unit)} in which it may not be shown how many cases are decided."
        )
    return tuple(notes)


def month_or_quarter(table: pd.DataFrame) -> str:
    """What the rows of a table over time are labelled by.

    Parameters
    ----------
    table
        Rows of one or the other.

    Returns
    -------
    str
        "month" or "quarter", the name of the column.
    """
    return "month" if "month" in table.columns else "quarter"


def quarter_label(name: str) -> str:
    """A quarter as its months, for an axis, on two lines: "2024/25 Q1" is "Apr–Jun" over "2024".

    Parameters
    ----------
    name
        A quarter as the Home Office numbers it.

    Returns
    -------
    str
        Months, a line break, the year in which they lie.

    Examples
    --------
    >>> quarter_label("2024/25 Q4")
    'Jan–Mar\\n2025'
    """
    start, quarter = int(name[:4]), int(name[-1])
    months = ("Apr–Jun", "Jul–Sep", "Oct–Dec", "Jan–Mar")[quarter - 1]
    return f"{months}\n{start + (quarter == 4)}"


def share_of(rates: Protected) -> str:
    """What shares are of, as a subtitle begins: "Share of recorded cases that ended because the victim withdrew".

    Parameters
    ----------
    rates
        Shares of one measure.

    Returns
    -------
    str
        The words, without a full stop.
    """
    about = rates.about
    return f"Share of {wording.out_of(about)}{wording.closed(about)} that {measures.measure(about.measure).ended}"


def _inside(label: object, by: str) -> str:
    return str(label) if by in ("force", "place") else endings.ending(label)
