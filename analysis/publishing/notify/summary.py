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
    """One part of what is told.

    Parameters
    ----------
    heading
        What it is about: "What failed, and what to do".
    items
        Each a line and what stands below it.
    """

    heading: str
    items: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Summary:
    """What came of a run.

    Parameters
    ----------
    name, title
        What ran, as whoever runs it calls it ("monthly"), and what it is.
    sentence
        What came of it, in a few words that do as the subject of a mail: "2 of 232 reports failed, 230 made".
    is_failure
        Whether somebody has to do something.
    is_change
        Whether anything is there now that was not, or is no longer.
    exit_status
        What its command ends with; None where nobody knows.
    started
        When it began, in UTC.
    seconds
        How long it took.
    totals
        How many of what: "done", "failed", ....
    parts
        What there is to say, what failed first.
    is_sample
        Whether it tells of nothing, and tries only whether it arrives.
    """

    name: str
    title: str
    sentence: str
    is_failure: bool
    is_change: bool
    exit_status: int | None
    started: datetime
    seconds: float = 0.0
    totals: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    is_sample: bool = False
