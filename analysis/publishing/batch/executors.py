"""Where work runs: in this process, in several on this machine, or on a cluster, behind one way of asking."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import active_children, get_context
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeAlias, TypeVar

from analysis.errors import AttritionError, NotebookFailed, ParameterError
from analysis.publishing.running import children

PATIENCE = 10  # seconds that a scheduler is given to answer
LOCAL = "local"  # in the place of a scheduler's address: a cluster of this machine, for as long as the work lasts
_ADDRESS = re.compile(r"(tcp://|tls://)?[^\s/]+:\d{1,5}")
_BREATH = 0.5  # seconds between two looks at whether the work is to stop
_TRIES = 2  # of work whose worker dies
_LOOK, _DESERTED = 5, 60  # seconds between two looks at a cluster's workers, and without any before it is given up
_GONE = "The scheduler of the cluster was lost. Look at its log, then run the batch again."
_NOBODY = f"The cluster has had no worker for {_DESERTED} seconds. Start some, then run the batch again."
_TWICE = "Two workers were lost while they were making it. Look at their logs."
_ENDED = (
    "A process of this command was ended from outside, perhaps for want of memory. Nothing was written. Run it again, "
    "with fewer files at a time or --workers 1."
)
_TOPIC = "attrition"  # under which workers say what they begin

Work = TypeVar("Work")
Result = TypeVar("Result")

#: Runs a function over pieces of work and gives the results in the order of the work.
Spread: TypeAlias = Callable[[Callable[[Any], Any], list[Any]], Iterable[Any]]


class Lost(NotebookFailed):
    """Work that was given to a cluster and will not come back."""


@contextmanager
def spreading(
    *, workers: int = 1, scheduler: str = "", is_waiting: bool = False, step: Callable[[], object] = lambda: None
) -> Iterator[Spread]:
    """A way to spread work: serial for one worker, else local processes; a dask cluster where an address is given.

    Parameters
    ----------
    workers
        How many pieces are done at once.
    scheduler
        The address of a dask cluster, or LOCAL for one on this machine; "" for none.
    is_waiting
        Whether a piece mostly waits for a process that it starts: threads do then, in the place of local processes,
        each of which would load all that this one has.
    step
        Called each time a piece is done.

    Yields
    ------
    Spread
        What does the work. The first piece that fails stops the rest, and its error is raised.

    Raises
    ------
    ParameterError
        When nothing answers at the address or dask is not installed.
    """
    if scheduler:
        with _cluster(scheduler, workers) as executor:
            yield lambda function, work: _gathered(executor, function, work, step)
    elif workers > 1 and is_waiting:
        yield lambda function, work: _in_threads(workers, function, work, step)
    elif workers > 1:
        context, begin = get_context("spawn"), partial(children.begin, os.getpid())
        others = set(active_children())
        with ProcessPoolExecutor(workers, mp_context=context, initializer=begin) as executor:
            try:
                yield lambda function, work: _gathered(executor, function, work, step)
            except KeyboardInterrupt:
                for child in set(active_children()) - others:  # those that were not there yet to be interrupted
                    child.terminate()
                raise
    else:
        yield lambda function, work: _serial(function, work, step)


@contextmanager
def watching(*, workers: int = 1, scheduler: str = "") -> Iterator[Executor]:
    """An executor of work that starts processes of its own and waits for them: threads here, or workers elsewhere.

    Parameters
    ----------
    workers
        How many pieces are done at once.
    scheduler
        The address of a dask cluster, or LOCAL for one of ``workers`` processes on this machine; "" for threads.

    Yields
    ------
    concurrent.futures.Executor
        What takes the work (``Queue``).

    Raises
    ------
    ParameterError
        When nothing answers at the address or dask is not installed.
    """
    if scheduler:
        with _cluster(scheduler, workers) as executor:
            yield executor
    else:
        with ThreadPoolExecutor(workers) as executor:
            yield executor


class Queue(Generic[Work, Result]):
    """Work that an executor does, and what came of each piece of it.

    Parameters
    ----------
    executor
        Who does it (``watching``).
    function
        What is done with a piece.
    """

    def __init__(self, executor: Executor, function: Callable[[Work], Result]) -> None:
        self._executor, self._function = executor, function
        self._cluster = executor if isinstance(executor, _Cluster) else None
        self._ended: SimpleQueue[Future[Result]] = SimpleQueue()
        self._waiting: dict[Future[Result], tuple[Work, int]] = {}

    def add(self, piece: Work, tries: int = 0) -> None:
        """Have a piece of work done that has been tried so often.

        Parameters
        ----------
        piece
            What the function of the queue is given.
        tries
            How often it was tried before.
        """
        future = self._executor.submit(self._function, piece)
        self._waiting[future] = (piece, tries)
        future.add_done_callback(self._ended.put)

    def answers(self, is_stopped: Callable[[], bool]) -> Iterator[tuple[Work, Result | BaseException, int]]:
        """What came of the work, as it comes, that of pieces too which are added meanwhile.

        Parameters
        ----------
        is_stopped
            Whether to end early, and let go what has not begun.

        Yields
        ------
        tuple
            A piece of work, its result or the exception that it ended with, Lost for what a cluster cannot do, and
            how often it was tried.
        """
        lost: dict[Future[Result], str] = {}
        try:
            while self._waiting and not is_stopped():
                for future, why in self._cluster.lost() if self._cluster else ():
                    lost[future] = why
                    future.cancel()
                try:
                    future = self._ended.get(timeout=_BREATH)
                except Empty:
                    continue
                piece, earlier = self._waiting.pop(future)
                tries = earlier + (self._cluster.begun(future) if self._cluster else 1)
                try:
                    answer = future.exception() or future.result()
                except CancelledError:
                    answer = Lost(lost.get(future, _GONE))
                yield piece, answer, tries
        finally:
            for future in self._waiting:
                future.cancel()


def processors() -> int:
    """How many processors this process may use.

    Returns
    -------
    int
        1 or more.
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _serial(function: Callable[[Work], Result], work: list[Work], step: Callable[[], object]) -> Iterator[Result]:
    for piece in work:
        yield function(piece)
        step()


def _in_threads(
    workers: int, function: Callable[[Work], Result], work: list[Work], step: Callable[[], object]
) -> list[Result]:
    """Results in the order of the work; the threads are gone, and what they had started, before these are used."""
    with ThreadPoolExecutor(workers) as executor:
        return _gathered(executor, function, work, step)


def _gathered(
    executor: Executor, function: Callable[[Work], Result], work: list[Work], step: Callable[[], object]
) -> list[Result]:
    """Results in the order of the work; what has not begun is let go when a piece fails."""
    with children.interrupts_held():  # in processes that are just being started, too
        futures = [executor.submit(function, piece) for piece in work]
    results = []
    try:
        for future in futures:
            results.append(future.result())
            step()
    except BrokenProcessPool:
        raise AttritionError(_ENDED) from None
    finally:
        for future in futures:
            future.cancel()
    return results


class _Cluster(Executor):
    """The workers of a dask cluster.

    dask gives the work of a worker that died to another, as often as its scheduler is set to: here it does so once.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor()
        self._names: dict[Future[Any], str] = {}
        self._begun: Counter[str] = Counter()
        self._peopled = self._looked = time.monotonic()
        client.subscribe_topic(_TOPIC, lambda event: self._begun.update([event[1]]))

    def submit(self, function: Callable[..., Result], /, *given: Any, **named: Any) -> Future[Result]:
        """Have a worker do it."""
        name = f"{_TOPIC}-{secrets.token_hex(8)}"  # its own, else a second try is answered by what came of the first
        future: Future[Result] = self._executor.submit(_announced, name, function, *given, key=name, **named)
        self._names[future] = name
        return future

    def begun(self, future: Future[Any]) -> int:
        """How often a piece of work that has ended was begun."""
        return max(1, self._begun.pop(self._names.pop(future), 1))

    def lost(self) -> list[tuple[Future[Any], str]]:
        """What to give up and why: work whose worker died twice, or all of it where there was no worker for long."""
        if time.monotonic() - self._looked > _LOOK:
            with suppress(OSError, TimeoutError):
                self._peopled = time.monotonic() if self._client.nthreads(callback_timeout=PATIENCE) else self._peopled
            self._looked = time.monotonic()
        if self._looked - self._peopled > _DESERTED:
            return [(future, _NOBODY) for future in self._names]
        return [(future, _TWICE) for future, name in self._names.items() if self._begun[name] > _TRIES]


def _announced(name: str, function: Callable[..., Result], *given: Any, **named: Any) -> Result:
    """Say on a worker that a piece of work is begun, and do it."""
    import distributed

    distributed.get_worker().log_event(_TOPIC, name)
    return function(*given, **named)


def _check(address: str, distributed: Any) -> None:
    """Refuse an address that dask cannot use: it would say so in a traceback, half a minute later."""
    if not _ADDRESS.fullmatch(address):
        raise ParameterError(f"'{address[:80]}' is no address of a scheduler. Write tcp://HOST:PORT, or '{LOCAL}'.")
    if address.startswith("tls://") and not distributed.Security().get_connection_args("client").get("ssl_context"):
        raise ParameterError(f"{address} needs certificates. Name them in dask's settings, distributed.comm.tls.")


@contextmanager
def _cluster(address: str, workers: int) -> Iterator[Executor]:
    """The workers of a dask.distributed scheduler as an executor; LOCAL starts one with so many workers."""
    try:
        import distributed
    except ImportError:
        raise ParameterError(
            "--scheduler needs dask.distributed, which is not installed: python -m pip install distributed."
        ) from None
    if address == LOCAL:
        settings: dict[str, Any] = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
        local = distributed.LocalCluster(**settings)  # type: ignore[no-untyped-call]
        with local as cluster, _cluster(cluster.scheduler_address, workers) as executor:
            yield executor
        return
    _check(address, distributed)
    try:
        client: Any = distributed.Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as fault:
        raise ParameterError(
            f"No dask scheduler answers at '{address}' ({type(fault).__name__}). Start one with 'dask scheduler', or "
            "leave out --scheduler to work on this machine."
        ) from None
    try:
        yield _Cluster(client)
    finally:
        client.close()
