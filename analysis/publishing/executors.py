"""Where work runs: in this process, in several on this machine, or on a cluster, behind one way of asking."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeAlias, TypeVar

from analysis.errors import ParameterError

PATIENCE = 10  # seconds that a scheduler is given to answer

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
        with _cluster(scheduler) as executor:
            yield lambda function, work: _gathered(executor, function, work, step)
    elif workers > 1:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
            yield lambda function, work: _gathered(executor, function, work, step)
    else:
        yield lambda function, work: _serial(function, work, step)


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
def _cluster(address: str) -> Iterator[Executor]:
    """The workers of a dask.distributed scheduler as an executor."""
    try:
        import distributed
    except ImportError:
        raise ParameterError(
            "--scheduler needs dask.distributed, which is not installed: pip install 'attrition[cluster]'."
        ) from None
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
