"""A printed share against every way of counting, and at the sizes that its sample may have had."""

from __future__ import annotations

from analysis.disclosure import Protected, only_protected
from analysis.presentation import captions
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.dots import dot_rows
from analysis.presentation.figure import figure
from analysis.presentation.wording import Line


def definitions(rates: Protected, *, line: Line) -> Shown:
    """Every reading and base of a measure, lowest first, with a printed share as a line.

    Parameters
    ----------
    rates
        Shares of one measure by every reading and base, as they may be shown.
    line
        The printed share.

    Returns
    -------
    Shown
        The figure: a dot for each, with what it is out of.
    """
    only_protected(rates)
    draw, height = dot_rows(rates.table, rates.by, line=line, is_above=True)
    return figure(rates, draw, height, captions.definitions(rates, line=line))


def sample_sizes(rates: Protected, *, line: Line) -> Shown:
    """The interval that a printed share would have at each of several sample sizes.

    Parameters
    ----------
    rates
        The printed share at each sample size, with its interval.
    line
        The printed share.

    Returns
    -------
    Shown
        The figure: a row for each sample size.
    """
    only_protected(rates)
    draw, height = dot_rows(rates.table, rates.by, line=line, value="interval")
    return figure(rates, draw, height, captions.sample_sizes(rates, line=line))
