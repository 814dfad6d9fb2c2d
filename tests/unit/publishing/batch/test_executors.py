"""Work as it is done: each piece answered once, tried once more where that is asked for, let go once it is to stop."""

import math
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from analysis.errors import ParameterError
from analysis.publishing.batch import executors
from tests.conftest import PROJECT

WAIT = 60  # seconds, of a noisy machine


def done(function, work, *, workers=2, again=lambda _: False):
    """What came of every piece, and how often it was tried."""
    ended = []
    with executors.watching(workers=workers) as executor:
        queue = executors.Queue(executor, function)
        for piece in work:
            queue.add(piece)
        for piece, answer, tries in queue.answers(lambda: False):
            if tries == 1 and again(piece):
                queue.add(piece, tries)
            else:
                ended.append((piece, answer, tries))
    return ended


def test_every_piece_is_answered_once():
    assert sorted(done(lambda number: number * number, range(20))) == [(n, n * n, 1) for n in range(20)]
    assert done(lambda number: number, []) == []


def test_a_piece_that_fails_is_an_answer_too():
    answers = {piece: answer for piece, answer, _ in done(lambda number: 1 / number, [0, 1])}
    assert isinstance(answers[0], ZeroDivisionError)
    assert answers[1] == 1


def test_a_piece_is_tried_once_more_and_no_more():
    tried = []

    def fail(piece):
        tried.append(piece)
        raise ValueError(piece)

    ended = done(fail, ["a", "b"], again=lambda piece: piece == "a")
    assert sorted((piece, tries) for piece, _, tries in ended) == [("a", 2), ("b", 1)]
    assert sorted(tried) == ["a", "a", "b"]


def test_what_has_not_begun_is_let_go_once_it_is_to_stop():
    begun, stop, gate = [], threading.Event(), threading.Event()

    def work(piece):
        begun.append(piece)
        stop.set()
        if piece:
            gate.wait(WAIT)

    with ThreadPoolExecutor(1) as executor:
        queue = executors.Queue(executor, work)
        for piece in range(100):
            queue.add(piece)
        ended = [piece for piece, *_ in queue.answers(stop.is_set)]
        gate.set()
    assert ended in ([], [0])
    assert begun in ([0], [0, 1])


def test_work_spread_over_processes_comes_back_in_its_order():
    steps = []
    for workers, is_waiting in ((1, False), (2, False), (2, True)):
        with executors.spreading(workers=workers, is_waiting=is_waiting, step=lambda: steps.append(1)) as spread:
            assert list(spread(abs, [-3, 2, -1])) == [3, 2, 1]
    assert len(steps) == 9


def test_work_that_waits_for_processes_of_its_own_is_done_in_threads_that_are_gone_afterwards():
    with executors.spreading(workers=2, is_waiting=True) as spread:
        numbers = set(spread(lambda _: threading.get_ident(), [1, 2, 3]))
        assert threading.get_ident() not in numbers
        assert not numbers & {thread.ident for thread in threading.enumerate()}


def test_the_first_piece_that_fails_ends_the_rest():
    with pytest.raises(ValueError, match="math domain"), executors.spreading(workers=2) as spread:
        list(spread(math.sqrt, [4.0, -1.0, 9.0]))


def test_there_is_a_processor():
    assert executors.processors() >= 1


def test_a_cluster_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ParameterError, match="pip install distributed"), executors.watching(scheduler="local"):
        pass


@pytest.mark.parametrize(
    "address", ["here", "", "  ", "http://host:1", "tcp://", "tcp://host", ":", "a b:1", "tls://host:1"]
)
def test_an_address_that_dask_cannot_use_is_refused_at_once(address):
    with pytest.raises(ParameterError, match="scheduler|certificates"), executors._cluster(address, 1):
        pass


STOPPED = """
import time
from analysis.publishing.batch.executors import spreading

if __name__ == "__main__":
    try:
        with spreading(workers=2) as spread:
            print("begun", flush=True)
            spread(time.sleep, [60, 60, 60])
    except KeyboardInterrupt:
        print("stopped")
"""


@pytest.mark.parametrize("seconds", [0, 1])
def test_an_interrupt_ends_processes_that_are_being_started_without_a_word(tmp_path, seconds):
    (tmp_path / "stopped.py").write_text(STOPPED)
    command = [sys.executable, str(tmp_path / "stopped.py")]
    settings = {"env": {**os.environ, "PYTHONPATH": str(PROJECT)}, "start_new_session": True, "text": True}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **settings) as ran:
        assert ran.stdout.readline() == "begun\n"
        time.sleep(seconds)
        os.killpg(ran.pid, signal.SIGINT)
        assert ran.communicate(timeout=50) == ("stopped\n", "")
