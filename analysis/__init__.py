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
    from analysis.presentation import arrivals, charts, comparisons, reasons, sameness, show, tables, wording
    from analysis.statistics.charge_rates import national_charge_rates, printed_charge_rates
    from analysis.statistics.definitions import ceiling, definitions
    from analysis.statistics.league import against, league, levels, moved
    from analysis.statistics.rates import rates, split
    from analysis.statistics.received import read_ledger, rows_by_file, rows_by_reason, rows_counted
    from analysis.statistics.standings import compared, funnel, outliers, spread
    from analysis.statistics.verdicts import sample_sizes, verdicts

__version__ = "0.1.0"

_MODULES = {
    "findings": "analysis.findings",
    "measures": "analysis.measures",
    "arrivals": "analysis.presentation.arrivals",
    "charts": "analysis.presentation.charts",
    "comparisons": "analysis.presentation.comparisons",
    "reasons": "analysis.presentation.reasons",
    "sameness": "analysis.presentation.sameness",
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
    "against": "analysis.statistics.league",
    "league": "analysis.statistics.league",
    "levels": "analysis.statistics.league",
    "moved": "analysis.statistics.league",
    "national_charge_rates": "analysis.statistics.charge_rates",
    "printed_charge_rates": "analysis.statistics.charge_rates",
    "read_ledger": "analysis.statistics.received",
    "rows_by_file": "analysis.statistics.received",
    "rows_by_reason": "analysis.statistics.received",
    "rows_counted": "analysis.statistics.received",
    "compared": "analysis.statistics.standings",
    "funnel": "analysis.statistics.standings",
    "outliers": "analysis.statistics.standings",
    "spread": "analysis.statistics.standings",
    "sample_sizes": "analysis.statistics.verdicts",
    "verdicts": "analysis.statistics.verdicts",
}
_RENAMED = {"read_counts": "read"}
__all__ = [
    "against",
    "arrivals",
    "ceiling",
    "charts",
    "compared",
    "comparisons",
    "definitions",
    "findings",
    "funnel",
    "league",
    "levels",
    "measures",
    "moved",
    "national_charge_rates",
    "other_base",
    "outliers",
    "printed_charge_rates",
    "protect",
    "rates",
    "read_counts",
    "read_ledger",
    "reasons",
    "rows_by_file",
    "rows_by_reason",
    "rows_counted",
    "sameness",
    "sample_sizes",
    "show",
    "split",
    "spread",
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
