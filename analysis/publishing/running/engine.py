"""Running a notebook: papermill, and an answer for each of the ways in which a run can end without being whole.

Two engines run the same cells. ``plain``, papermill's own, starts a kernel for each notebook and works everywhere.
``warm`` (``analysis.publishing.running.warm``) forks a process in which everything is loaded; it is chosen where the
system can do that, for notebooks that keep the rules, which is what makes the two equal. What is exported by nbconvert
has no file to run, and its cells are run by nbclient (``executed``).
"""

from __future__ import annotations

import logging
import math
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import LocalHandler, papermill_io

from analysis.errors import AttritionError, DataRefused, DisclosureRefused, NotebookFailed, ParameterError
from analysis.publishing.notebooks import cell_names, notebooks, rules
from analysis.publishing.notebooks.notebooks import Notebook, Value
from analysis.publishing.running import children, kernel, warm
from analysis.reference import reference
from analysis.system import processes, writing

TIME_LIMIT = 600
ENGINES = ("warm", "plain")

#: A refusal of this package's own inside a cell keeps its exit status.
_KINDS: dict[str, type[AttritionError]] = {
    kind.__name__: kind for kind in (DataRefused, DisclosureRefused, ParameterError)
}

#: How jupyter_client's own words begin for a kernel that never answered; it has no error of its own for it.
_NOT_STARTED = ("Kernel died before replying", "Kernel didn't respond in")
#: The letters of a path beyond which one beside it may be too long for the address of a socket (sun_path, unix(7)).
_LONGEST = 90
_Given = TypeVar("_Given")

_log = logging.getLogger(__name__)


def execute(
    notebook: Notebook,
    values: dict[str, Value],
    output: Path,
    *,
    source: Path | None = None,
    progress: bool = False,
    engine: str = "warm",
    time_limit: float = TIME_LIMIT,
) -> Any:
    """Run a notebook with these parameters.

    Parameters
    ----------
    notebook
        The notebook.
    values
        Plain Python values of the declared types (``Notebook.values`` makes them so).
    output
        Where the executed document is written.
    source
        The file to run where it is not the notebook's own.
    progress
        Whether a bar shows how far it is.
    engine
        "warm" or "plain"; warm gives way to plain where it cannot be had.
    time_limit
        The most seconds that a cell may take.

    Returns
    -------
    Any
        The executed document, as nbformat has it.

    Raises
    ------
    NotebookFailed
        Naming notebook and cell, when a cell raises, runs over its time, the kernel dies, or the run ends before the
        last cell (papermill takes ``sys.exit(0)`` half-way for success). A refusal of this package's own inside a cell
        is raised as what it is.
    """
    where = f"The notebook as far as it ran: {output}"
    try:
        executed = _started(
            notebook,
            values,
            output,
            source=source or notebook.path,
            progress=progress,
            engine=_engine_for(notebook, engine),
            time_limit=time_limit,
        )
    except PapermillExecutionError as fault:
        cell = f"{notebook.name}, {_place_of(fault, output)}"
        if fault.ename == children.OutOfTime.__name__:
            sentence = f"{cell}: the report had taken {time_limit:g} seconds here."
            raise NotebookFailed(f"{sentence} {where}", in_short=sentence) from None
        cell = f"{cell}: {fault.ename}"
        sentence, kind = f"{cell}: {str(fault.evalue).rstrip('.')}.", _KINDS.get(fault.ename)
        raise (kind or NotebookFailed)(f"{sentence} {where}", in_short=sentence if kind else f"{cell}.") from None
    except CellTimeoutError:
        sentence = f"{notebook.name}: a cell took more than {time_limit:g} seconds."
        raise NotebookFailed(f"{sentence} {where}", in_short=sentence) from None
    except DeadKernelError:
        sentence = f"{notebook.name}: its kernel died, perhaps for want of memory."
        raise NotebookFailed(f"{sentence} {where}", in_short=sentence) from None
    _check_whole(executed, notebook.name, where)
    return executed


def _place_of(fault: PapermillExecutionError, output: Path) -> str:
    """The cell that raised and its line, as the author of the notebook knows them."""
    cells = cell_names.of_author(notebooks.read(output).cells)
    return cell_names.named(cells, fault.cell_index + 1) + cell_names.line(cells[fault.cell_index], fault.traceback)


def _check_whole(executed: Any, name: str, where: str) -> None:
    """Raise NotebookFailed for a run that ended before the last cell, and warn of what its cells printed."""
    for place, cell in enumerate(executed.cells, start=1):
        status = cell.metadata.get("papermill", {}).get("status")
        if cell.cell_type == "code" and status != "completed":
            sentence = f"{name}, {cell_names.named(executed.cells, place)}: the run ended here, before the last cell."
            raise NotebookFailed(f"{sentence} {where}", in_short=sentence)
        for stream in cell.get("outputs", []):
            if stream.output_type == "stream":
                cell_name = cell_names.named(executed.cells, place)
                _log.warning("%s, %s wrote to %s: not part of the report", name, cell_name, stream.name)


class _Whole(LocalHandler):  # type: ignore[misc]
    """How papermill writes the executed notebook after each cell: what ends a run meanwhile leaves it as it last was.

    papermill's own empties the file first.
    """

    def write(self, buf: str, path: str) -> None:
        with writing.whole(Path(path)) as out:
            out.write(buf.encode())


class _Kernel(AsyncKernelManager):
    """A kernel of this very Python, whatever kernels a reader has under its name. It ends with who asked for it.

    ``folder`` holds what it is reached by, which goes with the run, whatever ends that: sockets of its own where a
    system has them. Of ports two kernels that start at once can choose the same, and then neither runs.
    """

    folder: str

    @property
    def kernel_spec(self) -> KernelSpec:
        """How it is started: what is beside a notebook is no module, whatever it is called."""
        words = [sys.executable, "-P", "-m", kernel.__name__, str(reference.PROJECT), "-f", "{connection_file}"]
        return KernelSpec(argv=words, display_name="Python 3", language="python")

    def start_kernel(self, **settings: Any) -> Any:
        own = {"preexec_fn": partial(_begin, os.getpid(), children.Process.memory)} if children.is_possible() else {}
        self.connection_file = str(Path(self.folder) / "kernel.json")
        if children.is_possible() and len(self.connection_file) < _LONGEST:
            self.transport = "ipc"
        return super().start_kernel(**own, **settings)


def _begin(parent: int, memory: int) -> None:
    """What a kernel does before it is one: it ends with who asked for it, and is held to memory of its own."""
    processes.end_with(parent)
    if memory:
        processes.limit_memory(memory, is_begun=False)


def is_warm(notebook: Notebook, engine: str) -> bool:
    """Whether a notebook runs without a kernel of its own.

    Parameters
    ----------
    notebook
        The notebook.
    engine
        "warm" or "plain".

    Returns
    -------
    bool
        False for "plain", for a notebook that breaks its rules, and where the system cannot fork.

    Raises
    ------
    ParameterError
        For an engine that is not there.
    """
    if engine not in ENGINES:
        raise ParameterError(f"No engine is called '{engine}'. There are: {', '.join(ENGINES)}.")
    return engine == "warm" and children.is_possible() and not rules.faults(notebook.path)


def _engine_for(notebook: Notebook, engine: str) -> str | None:
    """papermill's name of the engine to use. Raises ParameterError for an engine that is not there."""
    if not is_warm(notebook, engine):
        return None
    warm.register()
    return warm.NAME


def _started(
    notebook: Notebook,
    values: dict[str, Value],
    output: Path,
    *,
    source: Path,
    progress: bool,
    engine: str | None,
    time_limit: float,
) -> Any:
    """The executed notebook, run by papermill.

    A kernel finds an empty folder in place of the reader's own IPython profile, whose start-up files would run first.
    Cells run where the notebook stands, from where a relative place would be another.
    """
    output = output.absolute()
    papermill_io.register(str(output), _Whole())

    def run() -> Any:
        with tempfile.TemporaryDirectory(prefix="ipython-", dir=output.parent, ignore_cleanup_errors=True) as profile:
            return papermill.execute_notebook(
                source,
                output,
                parameters=values,
                engine_name=engine,
                kernel_name="python3",
                language="python",
                progress_bar={"desc": notebook.name, "leave": False} if progress else False,
                cwd=notebook.path.parent,
                execution_timeout=max(1, math.ceil(time_limit)),
                extra_arguments=["--IPKernelApp.log_level=ERROR", f"--IPKernelApp.ipython_dir={profile}"],
                **({} if engine else {"kernel_manager_class": type("_KernelHere", (_Kernel,), {"folder": profile})}),
            )

    return _begun(notebook.name, run)


def _begun(name: str, run: Callable[[], _Given]) -> _Given:
    """What a run in a kernel gives; one whose kernel does not start is begun once more, since nothing has run.

    Kernels that start at the same time may choose the same port, and the later one dies.

    >>> _begun("victim_withdrawal", lambda: "executed")
    'executed'
    """
    for _ in range(2):
        try:
            return run()
        except RuntimeError as fault:
            if not str(fault).startswith(_NOT_STARTED):
                raise
            _log.warning("%s: the kernel did not start", name)
    raise NotebookFailed(f"{name}: its kernel did not start, twice. The machine may have too much to do: try again.")


def executed(document: Any, resources: Any) -> Any:
    """A notebook that nbconvert hands on, as it is when all of its cells have run in a kernel, in order.

    Parameters
    ----------
    document
        The notebook, as nbformat has it.
    resources
        nbconvert's: ``metadata`` has the ``path`` of the folder in which it runs.

    Returns
    -------
    Any
        The executed document.

    Raises
    ------
    NotebookFailed
        When a cell raises or runs over its time, or the kernel dies or does not start.
    """
    runner = NotebookClient(document, timeout=TIME_LIMIT, kernel_name="python3", resources=resources)
    try:
        return _begun("The notebook", runner.execute)
    except CellExecutionError as fault:
        raise NotebookFailed(f"The notebook stopped half-way: {fault.evalue}") from None
    except CellTimeoutError:
        raise NotebookFailed(f"A cell of the notebook took more than {TIME_LIMIT} seconds.") from None
    except DeadKernelError:
        raise NotebookFailed("The kernel of the notebook died, perhaps for want of memory.") from None
