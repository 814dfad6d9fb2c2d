"""Disclosure control: the one gate between a result and anything that shows it, and what leaves of a fit."""

from analysis.disclosure.protected import POLICIES, Policy, Protected, only_protected, protect

__all__ = ["POLICIES", "Policy", "Protected", "only_protected", "protect"]
