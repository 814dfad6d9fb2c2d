"""What there is to tell of a run, whatever ran: the one record that every way of telling takes.

Nothing in it may be a value of a case row, a path of this machine or the name of a restricted report: it goes to
whoever a file names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Part:
    """One part of what is told."""

    heading: str  # what it is about: "What failed, and what to do"
    items: tuple[tuple[str, ...], ...]  # each a line and what stands below it


@dataclass(frozen=True)
class Summary:
    """What came of a run."""

    #: What ran, as whoever runs it calls it ("monthly"), and what it is.
    name: str
    title: str
    #: What came of it, in a few words that do as the subject of a mail: "2 of 232 reports failed, 230 made".
    sentence: str
    is_failure: bool  # whether somebody has to do something
    is_change: bool  # whether anything is there now that was not, or is no longer
    exit_status: int | None  # what its command ends with; None where nobody knows
    started: datetime  # when it began, in UTC
    seconds: float = 0.0  # how long it took
    totals: Mapping[str, int] = field(default_factory=dict)  # how many of what: "done", "failed", ...
    parts: tuple[Part, ...] = ()  # what there is to say, what failed first
    is_sample: bool = False  # whether it tells of nothing, and tries only whether it arrives
