"""Every way of counting, in words: how far they reach, what moves them most, and where a printed figure lies.

A specification curve has a dot for each way, and below it which choices each dot stands for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from analysis.disclosure import Protected, only_protected
from analysis.presentation import wording
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.colours import ACCENT, INK, ORANGE, QUIET, RULE, STRIPE
from analysis.presentation.drawing.dots import ceiling, share_axis
from analysis.presentation.drawing.style import LINE, NARROW, WIDE, Canvas, Draw, Height, box, mark, text_width, wrapped
from analysis.presentation.drawing.told import row_told, told
from analysis.presentation.endings import Caption
from analysis.presentation.extremes import ends
from analysis.presentation.figure import figure
from analysis.presentation.wording import Line, capital, interval, percent
from analysis.questions.findings.specifications import CHOICES, WHOLE
from analysis.reference import measures
from analysis.reference.names import in_sentence
from analysis.reference.periods import in_months
from analysis.safe_words import slug
from analysis.shares.definitions import labelled, own_reading, readings

_TOP, _PANEL, _STRIP, _LEFT = 30, 190, 15, 44
_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1}


def _with_share(ways: Protected) -> pd.DataFrame:
    """The ways that have a share, lowest first, numbered from 0."""
    return ways.table.dropna(subset=["share"]).sort_values("share", kind="stable").reset_index(drop=True)


def in_order(options: Iterable[str], column: str, measure: str) -> list[str]:
    """The options of a choice as a reader knows them: from narrow to wide, the whole before its parts.

    Parameters
    ----------
    options
        The options of one choice, in any order.
    column
        The column of the choice: "definition", "base" or "when".
    measure
        The name of the measure, whose readings go from narrow to wide.

    Returns
    -------
    list of str
        The same options; those of no known place last, by name.
    """
    order = [base.short for base in measures.BASES.values()] if column == "base" else [WHOLE]
    if column == "definition":
        order = list(readings(measure))
    places = {name: place for place, name in enumerate(order)}
    return sorted(options, key=lambda option: (places.get(option.split(" (")[0], len(places)), option))


def _own_way(ways: Protected) -> dict[str, str]:
    """The options that this project takes where nothing else is said, by the column of the choice."""
    measure = ways.about.measure
    codes = measures.measure(measure).codes("home_office")
    reading = labelled(own_reading(measure), codes)
    return {"definition": reading, "base": measures.base("recorded").short, "when": WHOLE}


def _caption(ways: Protected, *, line: Line) -> Caption:
    """The words of a specification curve."""
    table, about = _with_share(ways), ways.about
    identity = slug(f"ways-{about.measure}")
    short = measures.measure(about.measure).short
    subtitle = f"{short}: share of {wording.out_of(about)}. Each dot is one way of counting; below, what it counts."
    if table.empty:
        text = "No way of counting has a share that can be shown."
        return Caption.of_nothing(identity, text, subtitle)
    lowest, highest = (float(table["share"].agg(pick)) for pick in ("min", "max"))
    many = wording.plural(len(table), "way")
    title = f"{wording.capital(many)} of counting give {wording.percents(lowest, highest)}"
    if len(table) == 1:
        title = f"The one way of counting gives {percent(lowest)}"
    title += f"; {place(table, line)}" if line.share is not None else ""
    choices = _own_way(ways)
    phrases = [
        f"{in_sentence(heading)} ({wording.plural(table[column].nunique(), 'option')})"
        for column, heading in CHOICES.items()
    ]
    text = f"A dot for each of {many} of counting, lowest share first, from {percent(lowest)} to {percent(highest)}. "
    text += f"They differ in {wording.listed(phrases)}. "
    rows = table[(table[list(choices)] == pd.Series(choices)).all(axis=1)]
    text += f"The way this report counts gives {percent(rows['share'].iloc[0])}. " if len(rows) else ""
    extremes = ends(ways.table, "share")
    low, high = _told(extremes.rows.iloc[-1]), _told(extremes.rows.iloc[0])
    text += f"{extremes.named(low, 'Lowest', 'At the lower end of those shown')} "
    text += extremes.named(high, "Highest", "At the upper end")
    notes = ("How many ways of counting agree says nothing of which of them is right.",)
    return Caption(identity, title, subtitle, text, notes)


def place(table: pd.DataFrame, line: Line) -> str:
    """Where a printed share lies among the ways: "the printed 45% is given by 3 of them".

    Parameters
    ----------
    table
        Ways that have a ``share``, 0 to 1.
    line
        The printed share, with the bounds between which a share would be printed so.

    Returns
    -------
    str
        A clause without a stop.
    """
    shares = table["share"].astype(float)
    fitting = int(((shares >= line.lower) & (shares < line.upper)).sum())
    if fitting:
        return f"{line.name} is given by {wording.number(fitting)} of them"
    if line.upper <= shares.min():
        return f"{line.name} is below all of them"
    if line.lower > shares.max():
        return f"{line.name} is above all of them"
    return f"{line.name} is among them, but none gives it"


def moved_most(moved: Protected) -> str:
    """Which choice moves each measure most, a sentence a measure.

    Parameters
    ----------
    moved
        What ``choices`` gives, as it may be shown.

    Returns
    -------
    str
        Sentences; that nothing could be compared, where that is so.
    """
    only_protected(moved)
    phrases = []
    for measure, rows in moved.table.groupby("measure", sort=False):
        first, *others = [(row["choice"], f"{float(row['mean_range']) * 100:.0f}") for _, row in rows.iterrows()]
        most = f"{measure}: what moves the share most is {in_sentence(first[0])}, by {_points(first[1])} on average"
        rest = wording.listed(f"{in_sentence(choice)} by {size}" for choice, size in others)
        phrases.append(f"{most}{f', then {rest}' if rest else ''}.")
    return " ".join(phrases) or "No two choices could be compared."


def _points(size: str) -> str:
    return f"{'under 1' if size == '0' else size} percentage point{'' if size in ('0', '1') else 's'}"


def _told(row: pd.Series) -> str:
    return f"{percent(row['share'])} ({row['definition']}, of {row['base']}, {in_months(str(row['when']))})"


@dataclass(frozen=True)
class _Option:
    """One option of a choice: where it stands among the ways, and the range of the shares that it gives."""

    name: str
    places: list[int]
    range: str
    is_own: bool


def specification_curve(ways_of_counting: Protected, *, line: Line) -> Shown:
    """Every way of counting one measure, lowest share first, with what each counts, and a printed share as a line.

    Parameters
    ----------
    ways_of_counting
        What ``specifications`` gives, as it may be shown.
    line
        The printed share.

    Returns
    -------
    Shown
        The figure, empty where no way has a share.
    """
    only_protected(ways_of_counting)
    draw, height = _drawn(ways_of_counting, line=line)
    return figure(ways_of_counting, draw, height, _caption(ways_of_counting, line=line))


def _drawn(protected: Protected, *, line: Line) -> tuple[Draw, Height]:
    """The ways of counting of one measure, lowest share first, above a strip for each option of each choice."""
    table = _with_share(protected)
    own = _own_way(protected)
    blocks = {
        heading: _options(table, column, own[column], protected.about.measure) for column, heading in CHOICES.items()
    }
    top = ceiling(table, line)

    def draw(canvas: Canvas) -> None:
        room = canvas.width - _LEFT - 8
        axes = canvas.axes(left=_LEFT, top=_TOP, width=room, height=_PANEL)
        axes.set(xlim=(-0.7, max(len(table) - 0.3, 0.7)), ylim=(0, top), xticks=[])
        share_axis(axes, top, axis="y", room=_PANEL)
        _dots(axes, table, own)
        _printed(axes, line, canvas.width)
        _strips(canvas, blocks, (len(table), room))

    def height(is_narrow: bool) -> int:
        lines = sum(LINE * _lines(option.name, is_narrow=is_narrow) for block in blocks.values() for option in block)
        options = sum(len(block) for block in blocks.values())
        return _TOP + _PANEL + 12 + lines + (_STRIP + 5) * options + 34 * len(blocks)

    return draw, height


def _options(table: pd.DataFrame, column: str, own: str, measure: str) -> list[_Option]:
    """The options of one choice, in the order in which a reader knows them."""
    rows = []
    for name in in_order(table[column].unique(), column, measure):
        shares = table.loc[table[column] == name, "share"].astype(float)
        low, high = shares.min(), shares.max()
        span = interval(low, high) if high > low else percent(low)
        rows.append(_Option(in_months(name), list(shares.index), span, name == own))
    return rows


def _dots(axes: Axes, table: pd.DataFrame, own: dict[str, str]) -> None:
    """A dot a way, and a diamond for the way that this project takes as the measure itself."""
    is_own = (table[list(own)] == pd.Series(own)).all(axis=1)
    for place, (is_marked, (_, row)) in enumerate(zip(is_own, table.iterrows(), strict=True)):
        shape, colour, size = ("D", ORANGE, 8) if is_marked else ("o", ACCENT, 5)
        label = f"{capital(str(row['definition']))}, of {row['base']}, {in_months(str(row['when']))}"
        mark(axes, place, float(row["share"]), shape, told=row_told(label, row), color=colour, markersize=size)
    for own_place, row in table[is_own].iterrows():
        side = "right" if int(str(own_place)) > len(table) / 2 else "left"
        offset = (-9 if side == "right" else 9, 11 if side == "right" else -14)
        axes.annotate(
            f"this report: {percent(row['share'])}",
            (int(str(own_place)), float(row["share"])),
            xytext=offset,
            textcoords="offset points",
            ha=side,
            weight="bold",
            bbox=_PAPER,
        )


def _printed(axes: Axes, line: Line, width: int) -> None:
    """The printed share as a line over all ways, named at its left end above the panel's dots."""
    if line.share is None:
        return
    axes.axhline(line.share, color=INK, linewidth=1.2, linestyle=(0, (4, 3)), zorder=0)
    name = wrapped(line.name, width - _LEFT - 20, is_narrow=width == NARROW)
    axes.annotate(name, (0, line.share), xycoords=("axes fraction", "data"), xytext=(2, 4), textcoords="offset points")


def _strips(canvas: Canvas, blocks: dict[str, list[_Option]], size: tuple[int, float]) -> None:
    """Below the dots: for each choice its options, each with its range and a mark under every dot that has it."""
    many, room = size
    page, top = canvas.everywhere(), _TOP + _PANEL + 12.0
    step = room / (max(many - 0.3, 0.7) + 0.7)
    wide = max(min(step - 1, 7), 1.2)
    for heading, options in blocks.items():
        page.text(0, top + 15, heading, weight="bold", va="center")
        top += 30
        for option in options:
            label = wrapped(option.name, _label_room(is_narrow=canvas.is_narrow), is_narrow=canvas.is_narrow)
            lines = label.count("\n") + 1
            weight = "bold" if option.is_own else "normal"
            page.text(0, top + LINE * lines / 2, label, va="center", color=INK, weight=weight, linespacing=1.1)
            page.text(canvas.width - 2, top + LINE / 2, option.range, va="center", ha="right", color=QUIET)
            top += LINE * lines
            box(page, (_LEFT, top), room, _STRIP, facecolor=STRIPE)
            for place in option.places:
                left = _LEFT + (place + 0.7) * step - wide / 2
                colour = ORANGE if option.is_own else ACCENT
                box(page, (left, top + 2), wide, _STRIP - 4, told=told(option.name, option.range), facecolor=colour)
            top += _STRIP + 5
        page.plot([0, canvas.width], [top, top], color=RULE, linewidth=0.8)
        top += 4


def _label_room(*, is_narrow: bool) -> float:
    """How wide the name of an option may be: what the range at the end of its line leaves."""
    width = NARROW if is_narrow else WIDE
    return width - text_width("00.0% to 00.0%", is_narrow=is_narrow) - 14


def _lines(name: str, *, is_narrow: bool) -> int:
    return wrapped(name, _label_room(is_narrow=is_narrow), is_narrow=is_narrow).count("\n") + 1
