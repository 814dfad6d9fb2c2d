"""One force against the nation and all forces, measure by measure: a line of marks for each."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from analysis.disclosure import Protected, only_protected
from analysis.presentation import wording
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.colours import INK, MUTED, ORANGE, RULE
from analysis.presentation.drawing.dots import share_axis
from analysis.presentation.drawing.style import Canvas, mark, uprights
from analysis.presentation.drawing.told import told
from analysis.presentation.endings import Caption
from analysis.presentation.extremes import as_rounded, is_clear
from analysis.presentation.figure import figure
from analysis.presentation.wording import percent
from analysis.questions.profile.results import TOGETHER, TOLD, WITHDRAWAL
from analysis.reference import measures

_ROW = 44  # pixels a measure: a line of words and a line of marks
_MARKS = 31  # pixels from the top of a row to its marks
_IDENTITY = "one-force-among-all"


def strips(shares: Protected, *, force: str) -> Shown:
    """A line for each of the four measures with a mark for every force, that of ``force`` and of all together apart.

    Parameters
    ----------
    shares
        The share of each force, and of all together, by each measure, as ``results.by_measure`` gives them and as they
        may be shown.
    force
        The force.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(shares)
    table = shares.table
    shown = table[table["measure"].isin(list(TOLD)) & table["share"].notna()]
    top = min(1.0, float(shown["share"].max()) * 1.06) if len(shown) else 1.0

    def draw(canvas: Canvas) -> None:
        room = canvas.width - 28
        page = canvas.everywhere()
        axes = canvas.axes(left=14, top=4, width=room, height=_ROW * len(TOLD))
        axes.set(xlim=(0, top), ylim=(_ROW * len(TOLD), 0), yticks=[])
        share_axis(axes, top, axis="x", room=room)
        axes.grid(visible=False)
        for place, name in enumerate(TOLD):
            rows = shown[shown["measure"] == name]
            page.text(14, 4 + place * _ROW + 12, name, weight="bold", va="center")
            page.text(canvas.width - 14, 4 + place * _ROW + 12, _values(rows, force), ha="right", va="center")
            middle = place * _ROW + _MARKS
            uprights(axes, axes.get_xticks(), [(middle - 10, middle + 10)], color=RULE, linewidth=0.8, zorder=0)
            for _, row in rows.iterrows():
                _force(axes, row, middle, is_own=row["force"] == force)

    return figure(shares, draw, lambda _: 34 + _ROW * len(TOLD), _caption(shares, shown, force))


def _force(axes: Axes, row: pd.Series, middle: float, *, is_own: bool) -> None:
    """The mark of one force on the line of a measure: a diamond, or an upright line, that of all together thick."""
    share, said = float(row["share"]), told(row["force"], percent(row["share"]))
    if is_own:
        look = {"color": ORANGE, "markeredgecolor": INK, "markersize": 11, "zorder": 4, "clip_on": False}
        mark(axes, share, middle, "D", told=said, **look)
    elif row["force"] == TOGETHER:
        mark(axes, [share, share], [middle - 10, middle + 10], told=said, color=INK, linewidth=3, zorder=3)
    else:
        mark(axes, [share, share], [middle - 6, middle + 6], told=said, color=MUTED, linewidth=1)


def _values(rows: pd.DataFrame, force: str) -> str:
    """The shares of the force and of all together, in words that fit a line on a phone."""
    share_words = {str(row["force"]): percent(row["share"]) for _, row in rows.iterrows()}
    own, whole = share_words.get(force, "no share"), share_words.get(TOGETHER)
    return f"{own}, all forces {whole}" if whole else own


def _caption(shares: Protected, shown: pd.DataFrame, force: str) -> Caption:
    """The words of the picture: what it shows, how it is read, and its numbers."""
    who = wording.place_name(shares.about.place)
    several = shown["force"].nunique() > 1
    subtitle = f"Share of {wording.cases_of(shares.about)} recorded {wording.time_phrase(shares.about.period)}. "
    subtitle += f"Diamond: {force}"
    subtitle += f". Thick line: all forces together. Thin lines: each other force of {who}." if several else "."
    said = [_described(shown[shown["measure"] == name], name, force) for name in TOLD]
    return Caption(_IDENTITY, _title(shares, shown, force), subtitle, " ".join(said))


def _title(shares: Protected, shown: pd.DataFrame, force: str) -> str:
    """Where the force lies by withdrawal, without a verdict."""
    rows = shown[shown["measure"] == measures.measure(WITHDRAWAL).short]
    own, others = rows[rows["force"] == force], rows[~rows["force"].isin([force, TOGETHER])]
    is_vague = force in shares.much_open or bool((own["high"] - own["low"] > wording.VAGUE).any())
    if own.empty or others.empty or is_vague:
        return f"{force} by four measures"
    share = float(own.iloc[0]["share"])
    lower, number = int((others["share"] < share).sum()), len(others)
    rounded = as_rounded(is_true=is_clear(own, others, away=shares.away))
    if number == 1:
        other = others.iloc[0]
        side = "the same share" if other["share"] == share else f"a {'higher' if lower else 'lower'} share"
        than = "as" if other["share"] == share else "than"
        return f"{force} has {side} of withdrawals {than} {other['force']}{rounded}"
    if lower == number:
        return f"{force} has a higher share of withdrawals than each of the {number} other forces{rounded}"
    of = f"{lower} of the {number} other forces" if lower else f"any of the {number} other forces"
    return f"{force} has {'a' if lower else 'no'} higher share of withdrawals than {of}{rounded}"


def _described(rows: pd.DataFrame, name: str, force: str) -> str:
    """A measure in words: the force, all forces together, and between which shares the others lie."""
    others = rows[~rows["force"].isin([force, TOGETHER])]["share"]
    share_words = {str(row["force"]): percent(row["share"]) for _, row in rows.iterrows()}
    text = f"{name}: {f'{force} {share_words[force]}' if force in share_words else f'no share to show for {force}'}"
    text += f", {TOGETHER} {share_words[TOGETHER]}" if TOGETHER in share_words else ""
    if others.empty:
        return f"{text}."
    if others.min() == others.max():
        return f"{text}, {wording.agree(len(others), 'the other force', 'each other force')} {percent(others.min())}."
    return f"{text}, the other forces {wording.interval(others.min(), others.max())}."
