"""A block as a page has it: its parts, set by one template that escapes whatever it is given."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.presentation.content import Part
from analysis.reference.schema import SYMBOLS

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_FOLDER = Path(__file__).parent.parent


def html(kind: str, parts: Sequence[Part]) -> Markup:
    """The parts of a block as HTML.

    Parameters
    ----------
    kind
        What the block is (``blocks.BlockKind``): a headline and a title are set apart from other words.
    parts
        What it says, in order.

    Returns
    -------
    Markup
        HTML in which every word is escaped. Drawings stand in it as they are: this suite has drawn them.

    Raises
    ------
    jinja2.UndefinedError
        For a part that the template does not know, or one that lacks something.

    Examples
    --------
    >>> from analysis.presentation import content
    >>> html("reading", [content.paragraph("2 < 3", style="reading")])
    Markup('<p class="reading">2 &lt; 3</p>')
    """
    from markupsafe import Markup

    return Markup(_template().render(kind=kind, parts=parts))


def in_notebook(block: str) -> str:
    """A block as a cell shows it: with its style, which goes wherever what the cell shows is copied.

    Parameters
    ----------
    block
        HTML of one block or several, as ``html`` makes it.

    Returns
    -------
    str
        The same HTML in a frame of its own, which looks as a report does, in JupyterLab's light and dark themes.

    Examples
    --------
    >>> in_notebook("<p>40 of 100</p>").endswith('<div class="attrition"><p>40 of 100</p></div>')
    True
    """
    return f'<style>{_notebook_style()}</style><div class="attrition">{block}</div>'


@cache
def parts_style() -> Markup:
    """How the parts of blocks look, wherever they are shown.

    Returns
    -------
    Markup
        Rules of a style sheet, which take their colours and type from variables that whoever includes them declares.
    """
    from markupsafe import Markup

    return Markup((_FOLDER / "parts.css").read_text(encoding="utf-8"))


@cache
def _notebook_style() -> str:
    """The style sheet of a block in a notebook."""
    from jinja2 import Environment

    from analysis.presentation.drawing.colours import DARK

    source = (_FOLDER / "notebook.css.j2").read_text(encoding="utf-8")
    return Environment(autoescape=True, trim_blocks=True).from_string(source).render(dark=DARK, parts=parts_style())


@cache
def _template() -> Template:
    """The template, compiled: its lines joined, so that there is no white space between elements."""
    from jinja2 import Environment, StrictUndefined  # here, so that a command that shows nothing does not load them

    lines = (_FOLDER / "block.html.j2").read_text(encoding="utf-8").splitlines()
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string("".join(map(str.strip, lines)), globals={"symbols": SYMBOLS})
