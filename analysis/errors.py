"""One class for each thing the reader can do about it, each with its exit status.

Every message says where, what was found and what to do next. A message never holds a value from a case row, nor a
character that cannot be seen, whatever a file, a column or a parameter is called (``safe_words``).
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from analysis.safe_words import safe, safe_lines

_HARDLY = 0.85  # how alike two names are of which one is the other misspelt: difflib's ratio
_SHORT = 4  # letters that a word has which may stand for a name that holds it
_FEW = 4  # names that are offered together


class AttritionError(Exception):
    """Anything the suite refuses to do. Caught once, in the command line, and turned into an exit status.

    ``in_short`` is as much of the message as may stand on a page that others read, where that is not all of it.
    """

    exit_status = 1

    def __init__(self, message: str = "", *, in_short: str = "") -> None:
        super().__init__(safe_lines(message))
        self.in_short = safe_lines(in_short or message)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows of it below a cell: the sentence and the line that asked, not how it came to be raised.

        ``traceback.print_last()`` in the next cell shows all of it.
        """
        place = _line_of_cell(self)
        return [f"{self}{f' ({place})' if place else ''}"]


class ParameterError(AttritionError):
    """The caller asked for something that does not exist: ask again with the name that the message offers."""

    exit_status = 2


class DataRefused(AttritionError):
    """A file under data/ does not keep its contract: mend the file at the place that the message names."""

    exit_status = 3


class DisclosureRefused(AttritionError):
    """Something was about to be shown that has not been through disclosure control."""

    exit_status = 4


class NotebookFailed(AttritionError):
    """A notebook broke its rules or stopped half-way: open the notebook that the message names."""

    exit_status = 5


class SomeFailed(AttritionError):
    """Some of the reports of a batch failed and the others stand: look at those that the summary names."""

    exit_status = 6


class CouldNotWrite(AttritionError):
    """The report was made but could not be put in place: free the folder that the message names."""

    exit_status = 7


class CouldNotTell(AttritionError):
    """The reports stand, and somebody whom the batch file names was not told: mend what the message names."""

    exit_status = 8


def _line_of_cell(fault: BaseException) -> str:
    """The line of the cell that was run, as IPython names it; "" where no cell was."""
    shell: Any = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    for frame in traceback.extract_tb(fault.__traceback__) if shell else ():
        if cell := shell.compile.format_code_name(frame.filename):
            return f"{' '.join(cell)}, line {frame.lineno}"
    return ""


def unknown(
    kind: str, given: object, choices: Iterable[str], *, see: str, also: Iterable[str] = (), is_of_file: bool = False
) -> ParameterError:
    """The refusal of a name that is not there, with the nearest name that is.

    Parameters
    ----------
    kind
        The noun in the singular ("force").
    given
        The name that was given.
    choices
        The names that are there.
    see
        The command that lists them all.
    also
        Other names that would do.
    is_of_file
        As in ``offer``.

    Returns
    -------
    ParameterError
        The error, to be raised.
    """
    names = list(choices)
    listing = f" '{see}' shows all {len(names)}." if names else f" See '{see}'."
    offered = offer(given, [*names, *also], is_of_file=is_of_file)
    return ParameterError(f"No {kind} is called '{safe(str(given)[:80])}'.{offered}{listing}")


def offer(given: object, choices: Iterable[str], *, is_of_file: bool = False) -> str:
    """A sentence that offers the nearest names that are there, a space before it; "" where none is near.

    A name that is hardly misspelt comes first, then the few of which what was given is a part ("Devon", "profile"); of
    many none is the nearest. A code of digits is not another one misspelt.

    Parameters
    ----------
    given
        The name that was given.
    choices
        The names that are there.
    is_of_file
        Whether they stand in somebody's file, where what holds a name may be a case and not a heading.

    Returns
    -------
    str
        A sentence or "".
    """
    folded = {name.casefold(): name for name in choices}
    plain = str(given).casefold()
    if plain.isdigit():
        return ""
    near = get_close_matches(plain, folded, n=1, cutoff=_HARDLY) or ([] if is_of_file else _holding(plain, folded))
    near = near or get_close_matches(plain, folded, n=1, cutoff=0.6)
    if not near or len(near) > _FEW:
        return ""
    *most, last = [f"'{folded[name]}'" for name in near]
    others = f"{', '.join(most)} or " if most else ""
    return f" Did you mean {others}{last}?"


def _holding(part: str, names: Iterable[str]) -> list[str]:
    """The names in which each word of a part begins a word; none where the part is short."""
    words = re.findall(r"[^\W_]+", part)
    if not words or max(map(len, words)) < _SHORT:
        return []
    starts = [re.compile(rf"(?<![^\W_]){re.escape(word)}") for word in words]
    return [name for name in names if all(start.search(name) for start in starts)]
