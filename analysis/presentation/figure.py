"""A drawing becomes a figure: its words around it, its description for who cannot see it, its rows as data."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis.disclosure import Protected, only_protected
from analysis.errors import DisclosureRefused
from analysis.presentation import content, wording
from analysis.presentation.blocks import Shown, records
from analysis.presentation.drawing.style import WIDE, Draw, Height, drawings
from analysis.presentation.endings import Caption
from analysis.reference.schema import SYMBOLS

_SHORTEST = 40  # characters of a description that says what is seen

#: An empty drawing, for rows of which none may be shown.
NOTHING: tuple[Draw, Height] = (lambda _: None, lambda _: 1)


def figure(protected: Protected, draw: Draw, height: Height, caption: Caption) -> Shown:
    """A drawing with its words, ready for a page and for print, and its rows as data.

    A symbol that is drawn is explained below.

    Parameters
    ----------
    protected
        The rows that are drawn.
    draw
        What draws them.
    height
        How high the drawing is, in pixels, for a wide column and for a phone.
    caption
        Its words.

    Returns
    -------
    Shown
        The block. Its record has the words and the rows.

    Raises
    ------
    DisclosureRefused
        For a description that says nothing, and for rows that were not protected.
    """
    if len(caption.description) < _SHORTEST:
        raise DisclosureRefused(f"The figure '{caption.title}' has no description that says what is seen.")
    wide, narrow = drawings(draw, height, identity=caption.identity, description=caption.description)
    notes = [*caption.notes, *(f"{symbol} {meaning}." for symbol, meaning in SYMBOLS.items() if symbol in wide)]
    notes += wording.own_words(protected.about)
    if protected.about.lacking:
        notes.append(f"{wording.capital(wording.lacking(protected.about))}.")
    part = content.figure(
        wide,
        narrow,
        width=WIDE,
        identity=caption.identity,
        title=caption.title,
        subtitle=caption.subtitle,
        description=caption.description,
        notes=notes,
        source=wording.source_line(protected.about),
    )
    words = {name: part[name] for name in ("id", "title", "subtitle", "description", "notes")}
    text = f"{caption.title} {caption.subtitle} {caption.description}"
    return Shown("figure", text, (part,), {**words, **records(protected)})


def framed(result: Protected, drawing: Callable[[pd.DataFrame], tuple[Draw, Height]], caption: Caption) -> Shown:
    """The rows of a result as a module of its own kind of chart draws them; where there are none, the words alone.

    Parameters
    ----------
    result
        The rows.
    drawing
        What makes a drawing of them, and its height in pixels.
    caption
        Its words.

    Returns
    -------
    Shown
        The block, as ``figure`` makes it.

    Raises
    ------
    DisclosureRefused
        As ``figure`` does.
    """
    only_protected(result)
    draw, height = drawing(result.table) if len(result.table) else NOTHING
    return figure(result, draw, height, caption)
