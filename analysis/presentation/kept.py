"""Blocks that a batch makes once, because several of its reports show the same.

A chart of England and Wales stands in the report of every police force. It is drawn by the first of them, and taken
from the batch's own folder by the others, as arrays are (``analysis.system.remembered``): by the rows that it is drawn
from, and all else that it is given.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from analysis.presentation.blocks import Shown
from analysis.system import remembered
from analysis.system.remembered import Given


def kept(function: Callable[Given, Shown]) -> Callable[Given, Shown]:
    """A function that makes a block, which is made once in a batch.

    Parameters
    ----------
    function
        Its block follows from what it is given, from look-up tables, and from nothing else.

    Returns
    -------
    Callable
        The same function. Its block says and shows the same wherever it comes from.
    """
    return remembered.kept(function, load=_loaded, save=_saved)


def _loaded(content: bytes) -> Shown:
    block = json.loads(content)
    return Shown(block["kind"], block["text"], tuple(block["parts"]), block["record"])


def _saved(block: Shown) -> bytes:
    return json.dumps(vars(block)).encode()
