"""What may be shown of counts, by how sensitive they are. The policy belongs to the suite, not to a run.

Counts of people are released as multiples of ``rounding``, drawn up or down at random so that their mean is the count
(docs/decisions/0024). A number under ``smallest`` is hidden, so that every number that is shown stands for more than
ten people. Made-up cases are treated as people, so that what is tried on them holds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """What may be shown. Numbers are of cases.

    ``smallest`` is the smallest number that is shown, itself a multiple of ``rounding``. ``few`` is the greatest count
    that must never be told: no range that a reader can work out for a hidden cell leaves fewer than ``hidden_values``
    of the values 1 to ``few`` - 1, nor fewer than ``shown_values`` of one that is shown, nor fewer than
    ``worked_out_values`` of what can be worked out by subtracting. ``batch`` is how many cases of a force's month must
    have changed before it is released anew.
    """

    name: str
    rounding: int
    smallest: int
    few: int = 0
    hidden_values: int = 0
    shown_values: int = 1
    worked_out_values: int = 1
    batch: int = 0


OPEN = Policy("published figures are shown as published", rounding=1, smallest=0)
CLOSED = Policy(
    "no count of 10 or fewer is shown; others are drawn up or down to a multiple of 5, so that parts need not add up",
    rounding=5,
    smallest=15,
    few=10,
    hidden_values=7,
    shown_values=3,
    worked_out_values=5,
    batch=10,
)
POLICIES = {"published": OPEN, "restricted": CLOSED, "synthetic": CLOSED}
