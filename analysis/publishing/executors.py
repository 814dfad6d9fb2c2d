"""Where work runs: in this process, in several on this machine, or on a cluster, behind one way of asking."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeAlias, TypeVar

from analysis.errors import ParameterError

PATIENCE = 10  # seconds that a scheduler is given to answer
LOCAL = "local"  # in the place of a scheduler's address: a cluster of this machine, for as long as the work lasts
_BREATH = 0.5  # seconds between two looks at whether the work is to stop

Work = TypeVar("Work")
Result = TypeVar("Result")

#: Runs a function over pieces of work and gives the results in the order of the work.
Spread: TypeAlias = Callable[[Callable[[Any], Any], list[Any]], Iterable[Any]]


@contextmanager
def spreading(*, workers: int = 1, scheduler: str = "", step: Callable[[], object] = lambda: None) -> Iterator[Spread]:
    """A way to spread work: serial for one worker, else local processes; a dask cluster where an address is given.

    ``step`` is called each time a piece is done. The first piece that fails stops the rest and its error is raised.
    Raises ParameterError when nothing answers at the address or dask is not installed.
    """
    if scheduler:
        with _cluster(scheduler, workers) as executor:
            yield lambda function, work: _gathered(executor, function, work, step)
    elif workers > 1:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
            yield lambda function, work: _gathered(executor, function, work, step)
    else:
        yield lambda function, work: _serial(function, work, step)


@contextmanager
def watching(*, workers: int = 1, scheduler: str = "") -> Iterator[Executor]:
    """An executor of work that starts processes of its own and waits for them: threads here, or workers elsewhere.

    ``scheduler`` is the address of a dask cluster, or LOCAL for one of ``workers`` processes on this machine. Raises
    ParameterError when nothing answers at the address or dask is not installed.
    """
    if scheduler:
        with _cluster(scheduler, workers) as executor:
            yield executor
    else:
        with ThreadPoolExecutor(workers) as executor:
            yield executor


def as_done(
    executor: Executor,
    function: Callable[[Work], Result],
    work: Iterable[Work],
    *,
    again: Callable[[Done[Work, Result]], bool],
    is_stopped: Callable[[], bool],
) -> Iterator[Done[Work, Result]]:
    """What came of each piece of work, as it comes; a piece is tried once more where ``again`` says so of the first.

    Ends early, and lets go what has not begun, once ``is_stopped``.
    """
    answers: SimpleQueue[Future[Result]] = SimpleQueue()
    waiting: dict[Future[Result], tuple[Work, int]] = {}

    def begin(piece: Work, tries: int) -> None:
        future = executor.submit(function, piece)
        waiting[future] = (piece, tries)
        future.add_done_callback(answers.put)

    for piece in work:
        begin(piece, 1)
    try:
        while waiting and not is_stopped():
            try:
                future = answers.get(timeout=_BREATH)
            except Empty:
                continue
            piece, tries = waiting.pop(future)
            done = Done(piece, future.exception() or future.result(), tries)
            if tries == 1 and again(done) and not is_stopped():
                begin(piece, 2)
            else:
                yield done
    finally:
        for future in waiting:
            future.cancel()


@dataclass(frozen=True)
class Done(Generic[Work, Result]):
    """A piece of work, its result or the exception that it ended with, and how often it was tried."""

    piece: Work
    answer: Result | BaseException
    tries: int


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _serial(function: Callable[[Work], Result], work: list[Work], step: Callable[[], object]) -> Iterator[Result]:
    for piece in work:
        yield function(piece)
        step()


def _gathered(
    executor: Executor, function: Callable[[Work], Result], work: list[Work], step: Callable[[], object]
) -> list[Result]:
    """Results in the order of the work; what has not begun is let go when a piece fails."""
    futures = [executor.submit(function, piece) for piece in work]
    results = []
    try:
        for future in futures:
            results.append(future.result())
            step()
    finally:
        for future in futures:
            future.cancel()
    return results


@contextmanager
def _cluster(address: str, workers: int) -> Iterator[Executor]:
    """The workers of a dask.distributed scheduler as an executor; LOCAL starts one with so many workers."""
    try:
        import distributed
    except ImportError:
        raise ParameterError(
            "--scheduler needs dask.distributed, which is not installed: pip install 'attrition[cluster]'."
        ) from None
    if address == LOCAL:
        settings: dict[str, Any] = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
        local = distributed.LocalCluster(**settings)  # type: ignore[no-untyped-call]
        with local as cluster, _cluster(cluster.scheduler_address, workers) as held:
            yield held
        return
    try:
        client: Any = distributed.Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as fault:
        raise ParameterError(
            f"No dask scheduler answers at '{address}' ({type(fault).__name__}). Start one with 'dask scheduler', or "
            "leave out --scheduler to work on this machine."
        ) from None
    try:
        executor: Executor = client.get_executor()
        yield executor
    finally:
        client.close()
