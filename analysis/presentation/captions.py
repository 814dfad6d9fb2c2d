"""The words round a figure: headline, subtitle, and a description that a reader can act on without the picture."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from analysis import measures, reference
from analysis.disclosure import Protected
from analysis.presentation import wording
from analysis.presentation.wording import Line, percent

NOT_SHOWN = "Not shown"
_HAPPENED = {
    reference.DISPOSITIONS[name]: words
    for name, words in {
        "victim_withdrew": "the victim withdrew",
        "no_further_action": "the police took no further action",
        "charged": "somebody was charged",
        "out_of_court": "the case was dealt with out of court",
        "prosecution_prevented": "prosecution was prevented or not in the public interest",
        "transferred": "the case passed to another body",
        "undecided": "nothing is decided yet",
        "withdrew_or_evidential": "the suspect could not be prosecuted",
        "not_charged": "nobody was charged",
    }.items()
}
_NOUNS = {"force": ("force", "in"), "offence_name": ("offence", "for"), "place": ("row", "in")}


@dataclass(frozen=True)
class Caption:
    """``title`` states the finding, ``subtitle`` the measure, place and time, ``description`` what is seen."""

    identity: str
    title: str
    subtitle: str
    description: str
    notes: tuple[str, ...] = ()


def of_hundred(split: Protected) -> dict[str, int]:
    """How many of 100 cases each way of ending stands for; largest remainders first, so that they add up to 100.

    Of fewer than 100 cases, how many ended in each way: a picture of 100 would pretend to know more. What is suppressed is drawn as "Not shown". Empty when there are no cases to draw.
    """
    shares = {str(row[split.by[0]]): row["share"] for _, row in split.table.iterrows()}
    known = {name: float(share) for name, share in shares.items() if not pd.isna(share)}
    if not known or not sum(known.values()):
        return {}
    if len(known) < len(shares):
        known[NOT_SHOWN] = max(0.0, 1 - sum(known.values()))
    whole = sum(known.values())
    exact = {name: share / whole * squares_of(split) for name, share in known.items()}
    squares = {name: int(share + 1e-9) for name, share in exact.items()}
    left = squares_of(split) - sum(squares.values())
    for name in sorted(exact, key=lambda name: exact[name] - squares[name], reverse=True)[:left]:
        squares[name] += 1
    return squares


def squares_of(split: Protected) -> int:
    """How many squares a picture of cases has: 100, or the number of cases where there are fewer."""
    cases = split.table["cases"].max()
    return 100 if pd.isna(cases) else min(100, int(cases))


def short_disposition(name: str) -> str:
    """A disposition short enough to stand beside its squares on a phone."""
    return name.removesuffix(" or not in the public interest")


def hundred(split: Protected) -> Caption:
    """The words of the picture of 100 cases."""
    parts = of_hundred(split)
    about = split.about
    base = wording.out_of(about)
    if not parts:
        text = f"There were no {base}, so there is nothing to draw here."
        return Caption("hundred-cases", text, wording.capital(base) + ".", text)
    told = [f"{squares} {name[:1].lower() + name[1:]}" for name, squares in parts.items() if squares]
    small = [name[:1].lower() + name[1:] for name, squares in parts.items() if not squares]
    largest = max(parts, key=lambda name: parts[name])
    squares = squares_of(split)
    every = f"every {squares}" if squares == 100 else f"{squares}"
    title = f"In {parts[largest]} of {every} cases {_HAPPENED.get(largest, 'the ending is not shown')}"
    charged = parts.get(reference.DISPOSITIONS["charged"], 0)
    if largest != reference.DISPOSITIONS["charged"]:
        title += f"; in {charged or ('fewer than one' if squares == 100 else 'none')} somebody was charged"
    text = f"{squares} squares stand for the {base}. Of {every}: {wording.listed(told)}."
    rest = f" Without a square of their own: {wording.listed(small)}." if small else ""
    each = "Each square is one in a hundred." if squares == 100 else "Each square is one case."
    return Caption("hundred-cases", title, f"{wording.capital(base)}. {each}", text + rest)


def counted_labels(split: Protected, counted: str) -> set[str]:
    """The labels of a split that a measure counts."""
    if not counted:
        return set()
    wanted = measures.measure(counted)
    if split.by[0] == "disposition":
        return {reference.DISPOSITIONS[name] for name in wanted.dispositions}
    codes = wanted.codes("home_office")
    return {str(label) for label in split.table[split.by[0]] if str(label).split(":")[0] in codes}


def bars(split: Protected, *, counted: str) -> Caption:
    """The words of the split by outcome."""
    table = split.table.dropna(subset=["share"]).sort_values("share", ascending=False, kind="stable")
    base = wording.out_of(split.about)
    identity = f"split-{split.by[0]}"
    if table.empty or not float(table["share"].max()):
        text = f"There were no {base}, or none that may be shown, so there is nothing to draw here."
        return Caption(identity, text, wording.capital(base) + ".", text)
    first = table.iloc[0]
    title = f"The commonest ending: {_label(first[split.by[0]])}, {percent(first['share'])}"
    equal = int((table["share"] == first["share"]).sum())
    if equal > 1:
        title = f"{equal} endings are equally common, at {percent(first['share'])} each"
    told = [f"{_label(row[split.by[0]])} {percent(row['share'])}" for _, row in table.iterrows() if row["share"] > 0]
    marked = counted_labels(split, counted)
    notes = (f"Darker bars are what this report counts: {measures.measure(counted).whose}",) if marked else ()
    text = f"A bar for each way the {base} ended, by share: {'; '.join(told)}. "
    text += "Endings of under 1 in 100 that this report does not count have no bar."
    return Caption(identity, title, f"{wording.capital(base)}, by how they ended.", text, notes)


def dots(rates: Protected, *, line: Line | None, highlight: str) -> Caption:
    """The words of a dot for each row: where the rows lie, and against what."""
    by = rates.by[0]
    noun, joint = _NOUNS.get(by, ("row", "in"))
    known = rates.table.dropna(subset=["share"]).sort_values("share", ascending=False, kind="stable")
    identity = f"{rates.about.measure}-by-{by}".replace("_", "-")
    subtitle = f"{_share_of(rates)}, by {noun}, with 95% intervals."
    if known.empty:
        text = f"No {noun} has a share that can be shown."
        return Caption(identity, text, subtitle, f"{text} {subtitle}")
    ends = [f"{percent(row['share'])} {joint} {_inside(row[by], by)}" for _, row in known.iloc[[-1, 0]].iterrows()]
    title = f"From {ends[0]} to {ends[1]}" if len(known) > 1 else wording.capital(ends[0])
    marked = known[known[by] == highlight]
    share = None if line is None else line.share
    if line is not None and share is not None and "printed" in line.name:
        title = f"{int((known['share'] >= share).sum())} of {len(known)} {noun}s lie at or above {line.name}"
    elif line is not None and not marked.empty and line.name.casefold() != highlight.casefold():
        row = marked.iloc[0]
        title = f"{highlight}: {percent(row['share'])}, {wording.against(row['low'], row['high'], line)}"
    highest = [f"{row[by]} ({percent(row['share'])})" for _, row in known.head(3).iterrows()]
    lowest = [f"{row[by]} ({percent(row['share'])})" for _, row in known.tail(3).iloc[::-1].iterrows()]
    text = f"A dot and its interval for each of {wording.plural(len(known), noun)}, highest share first. "
    text += f"Highest: {wording.listed(highest)}. Lowest: {wording.listed(lowest)}."
    if line is not None and share is not None and len(known) > 1:
        text += f" {positions(rates, share, line.name)}"
    absent = len(rates.table) - len(known)
    notes = (f"{wording.capital(wording.plural(absent, noun))} without a share: see the table.",) if absent else ()
    return Caption(identity, title, subtitle, text, notes)


def positions(rates: Protected, share: float, name: str) -> str:
    """How many rows lie above, below and not told apart from a share, by their intervals."""
    noun = _NOUNS.get(rates.by[0], ("row", "in"))[0]
    known = rates.table.dropna(subset=["low", "high"])
    above, below = int((known["low"] > share).sum()), int((known["high"] < share).sum())
    level = len(known) - above - below
    return (
        f"By their 95% intervals {wording.plural(above, noun)} lie wholly above {name}, {wording.number(below)} "
        f"wholly below it, and {wording.number(level)} cannot be told apart from it."
    )


def definitions(rates: Protected, *, line: Line) -> Caption:
    """The words of every way of counting side by side."""
    table = rates.table.dropna(subset=["share"])
    identity = f"definitions-{rates.about.measure}".replace("_", "-")
    lowest, highest = float(table["share"].min()), float(table["share"].max())
    printed = line.share or 0.0
    fits = table[(table["share"] >= printed - 0.005) & (table["share"] < printed + 0.005)]
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
    short = measures.measure(rates.about.measure).short
    base = wording.out_of(rates.about)
    return Caption(identity, title, f"{short}: share of {base}, under each reading and base.", text)


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
    notes = ("Cases recorded late in the period have had less time to end.",)
    return Caption(identity, title, subtitle, text, notes)


def quarter_label(name: str) -> str:
    """A quarter as its months, for an axis: "2024/25 Q1" is "Apr–Jun 24"."""
    start, quarter = int(name[:4]), int(name[-1])
    months = ("Apr–Jun", "Jul–Sep", "Oct–Dec", "Jan–Mar")[quarter - 1]
    return f"{months} {(start + (quarter == 4)) % 100:02d}"


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
    return wording.cell(row, "share")


def _share_of(rates: Protected) -> str:
    return f"Share of {wording.out_of(rates.about)} that {measures.measure(rates.about.measure).ended}"


def _label(text: object) -> str:
    """An outcome's label inside a sentence, without its code."""
    name = re.sub(r"^\d+[a-z]?: ", "", str(text))
    return name[:1].lower() + name[1:]


def _inside(label: object, by: str) -> str:
    return str(label) if by == "force" else _label(label)
