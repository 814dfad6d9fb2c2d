"""Telling everybody that a file names of a run, all at once, each within its time.

Nothing here changes a report, and nothing that goes wrong here is raised: it is told to whoever asked.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Thread
from typing import Any

from analysis.publishing.notify import ways
from analysis.publishing.notify.settings import Command, Entry, Mail, Settings, Webhook
from analysis.publishing.notify.summary import Summary

PAUSE = 1.0  # seconds before the second try; twice as many before each that follows
_GRACE = 5  # seconds more than its tries may take, after which an entry is given up
_WAYS: dict[type[Entry], Any] = {Mail: ways.by_mail, Webhook: ways.by_webhook, Command: ways.by_command}


@dataclass(frozen=True)
class Told:
    """What came of telling somebody."""

    who: str  # who that is, without a secret
    problem: str = ""  # why they were not told; "" where they were

    @property
    def sentence(self) -> str:
        """It as a line."""
        return f"Not told: {self.who}: {self.problem}." if self.problem else f"Told: {self.who}."


def _wanting(settings: Settings, summary: Summary) -> Settings:
    """Those who are to be told of a run."""
    return tuple(entry for entry in settings if entry.wants(summary))


def send(settings: Settings, summary: Summary, environment: Mapping[str, str]) -> tuple[Told, ...]:
    """Tell those who are to be told.

    Parameters
    ----------
    settings
        Everybody that the file names.
    summary
        What came of the run.
    environment
        The variables of the environment, which hold what is secret.

    Returns
    -------
    tuple of Told
        What came of it, in the order of the file; nothing of those who did not want to be told.
    """
    tasks = [_Task(entry, summary, environment) for entry in _wanting(settings, summary)]
    for task in tasks:
        task.start()
    return tuple(task.told() for task in tasks)


class _Task(Thread):
    """Telling one of them. A thread that is given up ends with the process at the latest."""

    def __init__(self, entry: Entry, summary: Summary, environment: Mapping[str, str]) -> None:
        super().__init__(daemon=True)
        self.entry, self.summary, self.environment = entry, summary, environment
        pauses = PAUSE * (2 ** (entry.tries - 1) - 1)
        self.ends = time.monotonic() + entry.tries * entry.timeout + pauses + _GRACE
        self.problem = "it kept on answering for too long"

    def run(self) -> None:
        """Try as often as it may help."""
        for turn in range(1, self.entry.tries + 1):
            try:
                _WAYS[type(self.entry)](self.entry, self.summary, self.environment)
                self.problem = ""
                return
            except ways.NotNow as fault:
                problem = f"{fault}, {turn} times" if turn > 1 else str(fault)
                if turn == self.entry.tries:
                    self.problem = problem
                    return
                time.sleep(PAUSE * 2 ** (turn - 1))
            except ways.NotTold as fault:
                self.problem = str(fault)
                return
            except Exception as fault:  # noqa: BLE001  (of this package or a library: of its kind alone, as a secret may stand in it)
                self.problem = f"a fault of this package ({type(fault).__name__})"
                return

    def told(self) -> Told:
        """What came of it, once it has come to its end or had its time."""
        self.join(max(0.0, self.ends - time.monotonic()))
        return Told(self.entry.who, self.problem)
