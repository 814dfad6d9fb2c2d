"""The process of a command's one notebook, which begins to load before the command has all that it needs itself.

A server is worth its seconds to a command that makes many reports. One that makes one forks itself as soon as it has
loaded what both need. The child loads what the notebook's cells import and waits for them, while the command checks
what it was given and loads what runs and renders notebooks: neither loads what the other has, or waits for it long.
"""

from __future__ import annotations

import ast
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from analysis.publishing.running import children


class _Ahead:
    """A child that waits for cells, and what to do while it runs them."""

    def __init__(self, path: Path, meanwhile: Iterable[object]) -> None:
        receives, self._asks = children.pipe()
        self.answers, sends = children.pipe()
        self._meanwhile = meanwhile
        self.child = children.forked(_wait, path, receives, sends, (self._asks, self.answers))
        receives.close()
        sends.close()

    def give(self, sources: Sequence[str], folder: str) -> None:
        """Give it its cells, and do what there is to do until the first of them answers."""
        self._asks.send((list(sources), folder))
        for _ in self._meanwhile:
            if self.answers.poll(0):
                break

    def end(self) -> None:
        """End it, whatever it is at."""
        self._asks.close()
        self.answers.close()
        self.child.kill()
        self.child.join()


_waiting: list[_Ahead] = []  # the child that no notebook has taken yet


@contextmanager
def begun(path: Path, meanwhile: Iterable[object] = ()) -> Iterator[None]:
    """Have a child for the one notebook that is run in here.

    It is ended on the way out. Where none can be had, the notebook gets another (``children.started``).

    Parameters
    ----------
    path
        The notebook, whose cells say what is to be loaded.
    meanwhile
        What this process does once the child has its cells, a step at a time, until the first cell answers.

    Yields
    ------
    None
        The block.
    """
    with suppress(OSError):
        if children.is_possible():
            _waiting.append(_Ahead(path, meanwhile))
    try:
        yield
    finally:
        while _waiting:
            _waiting.pop().end()


def taken(sources: Sequence[str], folder: str) -> tuple[BaseProcess, Connection] | None:
    """The child that has begun, given these cells to run in ``folder``, and where it answers; None where none waits.

    Parameters
    ----------
    sources
        The cells.
    folder
        Where they run.

    Returns
    -------
    tuple[BaseProcess, Connection] or None
        The process, and what is read from.
    """
    while _waiting:
        ahead = _waiting.pop()
        try:
            ahead.give(sources, folder)
        except OSError:  # it has ended
            ahead.end()
        else:
            return ahead.child, ahead.answers
    return None


def _wait(path: Path, receives: Connection, sends: Connection, others: tuple[Connection, ...]) -> None:
    """What the child does: it loads, waits for its cells and runs them."""
    for end in others:  # which are the command's: once it lets go of them nothing more will come
        end.close()
    logging.getLogger().handlers.clear()  # the command's, which write past what a cell shows
    sys.path[:] = filter(os.path.isabs, sys.path)  # a file analysis.py beside a notebook is no module
    from analysis.publishing.running import apart  # noqa: F401, I001  (before matplotlib is loaded)
    from analysis.counts import counts
    from analysis.publishing.running import forked, loading

    counts.forget_read()  # what the command has read so far is not what the notebook reads
    with suppress(AttributeError):  # a name that is not there: the cell that asks for it says so
        loading.load(_names(path))
    with suppress(EOFError):
        sources, folder = receives.recv()
        forked.run(sources, sends, folder)


def _names(path: Path) -> list[str]:
    """The names of ``analysis`` that a notebook imports; none of one that cannot be read, which running it tells."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        trees = [ast.parse("".join(cell["source"])) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):
        return []
    imports = [node for tree in trees for node in tree.body if isinstance(node, ast.ImportFrom)]
    return [name.name for node in imports if node.module == "analysis" for name in node.names]
