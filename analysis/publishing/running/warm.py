"""A papermill engine that runs a notebook in a process forked from one in which everything is loaded already.

A kernel takes seconds to start: Python, numpy, pandas, scipy, matplotlib, ``analysis``. Here a server process loads
them once (``multiprocessing``'s fork server, which has no threads and so may be forked), and each notebook gets a child
of it. The child runs the cells in a shell of its own (``forked``) and sends each cell's outputs back through a pipe;
nothing listens on a port. The parent keeps the time and kills the child when a cell takes too long.

It is equal to a kernel for notebooks that keep the rules (``rules``), which is what tests hold it to. ``papermill
--engine attrition`` comes to it through ``entry``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import from_dict
from papermill.engines import Engine, papermill_engines

from analysis.publishing.running import ahead, children, forked
from analysis.publishing.running.forked import Answer

NAME = "attrition-warm"  # papermill's users ask for "attrition", which tries their parameters first (``entry``)


class WarmEngine(Engine):  # type: ignore[misc]
    """papermill's view of it."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, execution_timeout: float | None = None, **_: Any
    ) -> None:
        """Run the cells of a notebook in order, up to the first that raises.

        Parameters
        ----------
        nb_man
            What papermill keeps of the run.
        kernel_name
            Passed over: there is no kernel.
        execution_timeout
            The most seconds that a cell may take; None for any number.
        **_
            What other engines take.

        Raises
        ------
        CellTimeoutError
            When a cell takes longer.
        DeadKernelError
            When the child ends before the last cell, as in papermill's own engine.
        """
        del kernel_name  # there is one Python here, this one
        place, nb_man.output_path = nb_man.output_path, None  # saved by papermill at the end, not twice a cell
        sources = [cell.source if cell.cell_type == "code" else "" for cell in nb_man.nb.cells]
        try:
            with _answering(sources, execution_timeout) as answer:
                for number, cell in enumerate(nb_man.nb.cells):
                    nb_man.cell_start(cell, number)
                    is_failed = _answered(cell, answer()) if sources[number].strip() else False
                    if is_failed:
                        nb_man.cell_exception(cell, cell_index=number)
                    nb_man.cell_complete(cell, cell_index=number)
                    if is_failed:
                        break
        except BaseException:
            nb_man.output_path = place  # there will be no end
            raise
        nb_man.nb.metadata["language_info"] = {
            "name": "python",
            "version": sys.version.split()[0],
            "mimetype": "text/x-python",
            "file_extension": ".py",
        }


def register() -> None:
    """Make the engine known to papermill in this process."""
    papermill_engines.register(NAME, WarmEngine)


@contextmanager
def _answering(sources: list[str], time_limit: float | None) -> Iterator[Callable[[], Answer]]:
    """What gives the answer of each cell that is not empty, in order: a child, or this process where it is one."""
    if children.Process.is_for_one_report:
        yield forked.answers(sources, str(Path.cwd())).__next__
        return
    child, answers = ahead.taken(sources, str(Path.cwd())) or _started(sources)
    try:
        yield lambda: _next(answers, time_limit)
    finally:
        answers.close()
        child.kill()
        child.join()


def _started(sources: list[str]) -> tuple[BaseProcess, Connection]:
    """A child that runs cells, and where it answers."""
    answers, sends = children.pipe()
    child = children.started(forked.run, sources, sends, str(Path.cwd()))
    sends.close()
    return child, answers


def _next(answers: Connection, time_limit: float | None) -> Answer:
    try:
        if not answers.poll(time_limit):
            raise CellTimeoutError(f"A cell took more than {time_limit} seconds.")
        answer: Answer = answers.recv()
    except (EOFError, ConnectionResetError):
        raise DeadKernelError("The process of this notebook ended.") from None
    return answer


def _answered(cell: Any, answer: Answer) -> bool:
    """Put a cell's outputs where they belong; whether it failed."""
    outputs, count, is_failed = answer
    cell.outputs = [from_dict(output) for output in outputs]  # type: ignore[no-untyped-call]
    cell.execution_count = count
    return bool(is_failed)
