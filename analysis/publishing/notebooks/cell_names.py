"""Which cell is meant, as its author counts: the number that JupyterLab shows beside it, and the heading above it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from analysis.safe_words import in_one_line, safe

_GIVEN, _NOTE = "injected-parameters", "papermill-error-cell-tag"  # papermill's tags of cells that no author has
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_RAISED = re.compile(r"\bCell In\[(\d+)\], line (\d+)")  # as IPython names a line of a cell in a traceback
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_LONGEST = 80  # characters of a line or a heading


def named(cells: Sequence[Any], place: int) -> str:
    """A cell as its author knows it.

    Parameters
    ----------
    cells
        Those of the notebook, as it was written or as it was run.
    place
        Where it stands among them, from 1.

    Returns
    -------
    str
        The number beside it when all cells are run in order, and the last heading above it.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_markdown_cell
    >>> texts = [new_markdown_cell("# How many?"), new_markdown_cell("## A part")]
    >>> cells = [texts[0], new_code_cell("1"), texts[1], new_code_cell("2")]
    >>> named(cells, 4), named(cells, 3), named(cells, 2)
    ('code cell [2] under “A part”', 'the text under “A part”', 'code cell [1] under “How many?”')
    """
    cell = cells[place - 1]
    above = [
        line for before in cells[:place] if before.cell_type == "markdown" for line in _HEADING.findall(before.source)
    ]
    under = f" under “{_short(above[-1])}”" if above else ""
    if _GIVEN in _tags(cell):
        return "the cell of the parameters that were given"
    if cell.cell_type != "code":
        return f"the text{under}"
    number = sum(
        before.cell_type == "code" and bool(before.source.strip()) and _GIVEN not in _tags(before)
        for before in cells[:place]
    )
    return f"code cell [{number}]{under}"


def of_author(cells: Sequence[Any]) -> list[Any]:
    """The cells of a notebook that was run and failed, without the notes that papermill puts above them.

    Parameters
    ----------
    cells
        Those of the notebook as it was run.

    Returns
    -------
    list of Any
        In their order.
    """
    return [cell for cell in cells if _NOTE not in _tags(cell)]


def line(cell: Any, traceback: Sequence[str]) -> str:
    """The line of a cell that raised, and what it says; "" where the traceback does not say.

    Parameters
    ----------
    cell
        The cell as it was run. Of one that holds given parameters the line alone is told: values stand in it.
    traceback
        Its error's.

    Returns
    -------
    str
        A clause.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell
    >>> line(new_code_cell("one = 1\\none / 0", execution_count=3), ["Cell In[3], line 2"])
    ', line 2 “one / 0”'
    """
    raised = _RAISED.findall(_COLOUR.sub("", "\n".join(traceback)))
    numbers = [int(number) for count, number in raised if int(count) == cell.get("execution_count")]
    lines = cell.source.splitlines()
    if not numbers or not 0 < numbers[0] <= len(lines):
        return ""
    shown = "" if _GIVEN in _tags(cell) else f" “{_short(lines[numbers[0] - 1])}”"
    return f", line {numbers[0]}{shown}"


def _tags(cell: Any) -> Sequence[str]:
    tags: Sequence[str] = cell.metadata.get("tags", ())
    return tags


def _short(words: str) -> str:
    words_shown = safe(in_one_line(words))
    return words_shown if len(words_shown) <= _LONGEST else f"{words_shown[: _LONGEST - 1].rstrip()}…"
