"""A papermill engine that runs a notebook in a process forked from one in which everything is loaded already.

A kernel takes seconds to start: Python, numpy, pandas, scipy, matplotlib, ``analysis``. Here a server process loads
them once (``multiprocessing``'s fork server, which has no threads and so may be forked), and each notebook gets a child
of it. The child runs the cells in a shell of its own (``forked``) and sends each cell's outputs back through a pipe;
nothing listens on a port. The parent keeps the time and kills the child when a cell takes too long.

It is equal to a kernel for notebooks that keep the rules (``rules``), which is what tests hold it to. Registered with
papermill as "attrition", so that ``papermill --engine attrition`` finds it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import from_dict
from papermill.engines import Engine, papermill_engines

from analysis.publishing import forked

NAME = "attrition"
PRELOADED = "analysis.publishing.preloaded"


def is_possible() -> bool:
    """Whether this system can fork a prepared process."""
    return "forkserver" in get_all_start_methods() and sys.platform == "linux"


class WarmEngine(Engine):  # type: ignore[misc]
    """papermill's view of it."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, execution_timeout: float | None = None, **_: Any
    ) -> None:
        """Run the cells of a notebook in order, up to the first that raises.

        Raises CellTimeoutError when a cell takes longer than ``execution_timeout`` seconds, DeadKernelError when the
        child ends before the last cell, as papermill's own engine does.
        """
        del kernel_name  # there is one Python here, this one
        place, nb_man.output_path = nb_man.output_path, None  # saved once, at the end, not twice a cell
        sources = [cell.source if cell.cell_type == "code" else "" for cell in nb_man.nb.cells]
        child, answers = _started(sources)
        try:
            for number, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, number)
                is_failed = _answered(cell, answers, execution_timeout) if sources[number].strip() else False
                if is_failed:
                    nb_man.cell_exception(cell, cell_index=number)
                nb_man.cell_complete(cell, cell_index=number)
                if is_failed:
                    break
        finally:
            nb_man.output_path = place
            answers.close()
            child.kill()
            child.join()
        nb_man.nb.metadata["language_info"] = {
            "name": "python",
            "version": sys.version.split()[0],
            "mimetype": "text/x-python",
            "file_extension": ".py",
        }


def register() -> None:
    """Make the engine known to papermill in this process, whether or not its entry point is installed."""
    papermill_engines.register(NAME, WarmEngine)


def _started(sources: list[str]) -> tuple[Any, Connection]:
    """A child that runs these cells, and where its answers come."""
    context = get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    answers, sends = context.Pipe(duplex=False)
    child = context.Process(target=forked.run, args=(sources, sends, str(Path.cwd())), daemon=True)
    with _program_left_alone():
        child.start()
    sends.close()
    return child, answers


@contextmanager
def _program_left_alone() -> Iterator[None]:
    """Hide the program that is running from multiprocessing, which would run it once more in the child."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def _answered(cell: Any, answers: Connection, time_limit: float | None) -> bool:
    """Put a cell's outputs where they belong; whether it failed."""
    try:
        if not answers.poll(time_limit):
            raise CellTimeoutError(f"A cell took more than {time_limit} seconds.")
        outputs, count, is_failed = answers.recv()
    except (EOFError, ConnectionResetError):
        raise DeadKernelError("The process of this notebook ended.") from None
    cell.outputs = [from_dict(output) for output in outputs]  # type: ignore[no-untyped-call]
    cell.execution_count = count
    return bool(is_failed)
