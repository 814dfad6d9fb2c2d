"""Disclosure control: what may be shown of counts of people, decided once, at the door, and nowhere else.

``release`` makes the released set that everything else reads; ``protect`` is the gate between a result and anything
that shows it.
"""

from analysis.disclosure.policy import POLICIES, Policy
from analysis.disclosure.protected import Protected, only_protected, protect

__all__ = ["POLICIES", "Policy", "Protected", "only_protected", "protect"]
