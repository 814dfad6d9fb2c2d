"""Stalking attrition in England and Wales: the names that a notebook may use.

Importing this package loads nothing until a name is used, and never anything that can open a case file.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis import findings, measures
    from analysis.counts import read as read_counts
    from analysis.disclosure import protect
    from analysis.measures import other_base
    from analysis.presentation import arrivals, charts, durations, over_time, reasons, show, tables, wording
    from analysis.statistics.charge_rates import national_charge_rates, printed_charge_rates
    from analysis.statistics.definitions import ceiling, definitions
    from analysis.statistics.duration_groups import group_curves, group_shares, group_test
    from analysis.statistics.durations import any_ending_by, ended_by, incidence_curves, median_times, standing
    from analysis.statistics.histories import histories
    from analysis.statistics.narrowing import narrowed
    from analysis.statistics.outlook import back_tested, decided_by_age, headed_for
    from analysis.statistics.rates import rates, split
    from analysis.statistics.received import read_ledger, rows_by_file, rows_by_reason, rows_counted
    from analysis.statistics.verdicts import sample_sizes, verdicts

__version__ = "0.1.0"

_MODULES = {
    "findings": "analysis.findings",
    "measures": "analysis.measures",
    "arrivals": "analysis.presentation.arrivals",
    "charts": "analysis.presentation.charts",
    "durations": "analysis.presentation.durations",
    "over_time": "analysis.presentation.over_time",
    "reasons": "analysis.presentation.reasons",
    "show": "analysis.presentation.show",
    "tables": "analysis.presentation.tables",
    "wording": "analysis.presentation.wording",
}
_FUNCTIONS = {
    "other_base": "analysis.measures",
    "protect": "analysis.disclosure",
    "read_counts": "analysis.counts",
    "rates": "analysis.statistics.rates",
    "split": "analysis.statistics.rates",
    "ceiling": "analysis.statistics.definitions",
    "definitions": "analysis.statistics.definitions",
    "any_ending_by": "analysis.statistics.durations",
    "ended_by": "analysis.statistics.durations",
    "incidence_curves": "analysis.statistics.durations",
    "median_times": "analysis.statistics.durations",
    "standing": "analysis.statistics.durations",
    "group_curves": "analysis.statistics.duration_groups",
    "group_shares": "analysis.statistics.duration_groups",
    "group_test": "analysis.statistics.duration_groups",
    "histories": "analysis.statistics.histories",
    "narrowed": "analysis.statistics.narrowing",
    "back_tested": "analysis.statistics.outlook",
    "decided_by_age": "analysis.statistics.outlook",
    "headed_for": "analysis.statistics.outlook",
    "national_charge_rates": "analysis.statistics.charge_rates",
    "printed_charge_rates": "analysis.statistics.charge_rates",
    "read_ledger": "analysis.statistics.received",
    "rows_by_file": "analysis.statistics.received",
    "rows_by_reason": "analysis.statistics.received",
    "rows_counted": "analysis.statistics.received",
    "sample_sizes": "analysis.statistics.verdicts",
    "verdicts": "analysis.statistics.verdicts",
}
_RENAMED = {"read_counts": "read"}
__all__ = [
    "any_ending_by",
    "arrivals",
    "back_tested",
    "ceiling",
    "charts",
    "decided_by_age",
    "definitions",
    "durations",
    "ended_by",
    "findings",
    "group_curves",
    "group_shares",
    "group_test",
    "headed_for",
    "histories",
    "incidence_curves",
    "measures",
    "median_times",
    "narrowed",
    "national_charge_rates",
    "other_base",
    "over_time",
    "printed_charge_rates",
    "protect",
    "rates",
    "read_counts",
    "read_ledger",
    "reasons",
    "rows_by_file",
    "rows_by_reason",
    "rows_counted",
    "sample_sizes",
    "show",
    "split",
    "standing",
    "tables",
    "verdicts",
    "wording",
]


def module_of(name: str) -> str:
    """The full name of a module that notebooks may use: "analysis.presentation.charts"; empty for any other name."""
    return _MODULES.get(name, "")


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name in _FUNCTIONS:
        return getattr(import_module(_FUNCTIONS[name]), _RENAMED.get(name, name))
    raise AttributeError(f"module 'analysis' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
