"""Forces beside each other: the funnel, ranks, and what becomes of them on another base."""

from __future__ import annotations

from analysis.disclosure import Protected, only_protected
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.marked import Marked
from analysis.presentation.figure import figure
from analysis.questions.comparison import captions
from analysis.questions.comparison.funnel_chart import funnel_plot
from analysis.questions.comparison.league_chart import moves, ranked_rows
from analysis.reference import measures

_MOST_MOVES = 10


def funnel(forces: Protected, limits: Protected, *, highlight: str = "", group: str = "") -> Shown:
    """Shares against numbers of cases, with limits of chance alone and limits that allow for forces that differ.

    Rows outside the wide limits are named.

    Parameters
    ----------
    forces
        What ``compared`` gives, as it may be shown.
    limits
        What ``funnel`` of the same shares gives, as it may be shown.
    highlight
        The label of the row that stands out; one that no row has changes nothing.
    group
        Forces that stand out beside it, as ``against`` takes them.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(forces, limits)
    marked = Marked.beside(highlight, group)
    draw, height = funnel_plot(forces.table, limits.table, forces.by[0], marked=marked, hollow=forces.much_open)
    return figure(forces, draw, height, captions.funnel(forces, limits, marked=marked))


def ranks(forces: Protected, *, highlight: str = "", group: str = "") -> Shown:
    """The rows of a ``league``, lowest first: pooled shares with intervals, and the interval of each rank.

    Parameters
    ----------
    forces
        What ``league`` gives, as it may be shown.
    highlight
        The label of the row that stands out; one that no row has changes nothing.
    group
        Forces that stand out beside it, as ``against`` takes them.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(forces)
    ranked = forces.table.dropna(subset=["rank"]).reset_index(drop=True)
    marked = Marked.beside(highlight, group)
    draw, height = ranked_rows(ranked, forces.by[0], marked=marked, hollow=forces.much_open)
    return figure(forces, draw, height, captions.ranks(forces, marked=marked))


def rank_moves(moved: Protected, *, base: str, other: str, highlight: str = "") -> Shown:
    """The rows that change place most between two bases, and the one that stands out.

    Parameters
    ----------
    moved
        What ``moved`` gives, as it may be shown.
    base, other
        The two bases by name; "" for a second that the counts do not tell.
    highlight
        The label of the row that stands out; one that no row has changes nothing.

    Returns
    -------
    Shown
        The figure.
    """
    only_protected(moved)
    table, by = moved.table, moved.by[0]
    far = table[table["rank_change"] != 0].head(_MOST_MOVES)
    drawn = table[table[by].isin([*far[by], *([highlight] if len(far) else [])])].reset_index(drop=True)
    names = measures.base(base).short, measures.base(other).short if other else ""
    draw, height = moves(drawn, by, compared=len(table), names=names, highlight=highlight, starred=moved.much_open)
    return figure(moved, draw, height, captions.moves(moved, names=names, drawn=drawn))
