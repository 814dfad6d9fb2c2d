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

_TEMPLATE = Path(__file__).with_name("block.html.j2")


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


@cache
def _template() -> Template:
    """The template, compiled: its lines joined, so that no white space stands between elements."""
    from jinja2 import Environment, StrictUndefined  # here, so that a command that shows nothing does not load them

    lines = _TEMPLATE.read_text(encoding="utf-8").splitlines()
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string("".join(map(str.strip, lines)), globals={"symbols": SYMBOLS})
