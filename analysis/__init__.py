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
    from analysis.presentation import arrivals, charts, contrast_tables, contrasts, reasons, show, tables, wording
    from analysis.statistics.association_rates import associations
    from analysis.statistics.association_results import endings_together, feature_tests, predicted_shares
    from analysis.statistics.case_features import case_features
    from analysis.statistics.charge_rates import national_charge_rates, printed_charge_rates
    from analysis.statistics.definitions import ceiling, definitions
    from analysis.statistics.rates import rates, split
    from analysis.statistics.received import read_ledger, rows_by_file, rows_by_reason, rows_counted
    from analysis.statistics.verdicts import sample_sizes, verdicts

__version__ = "0.1.0"

_MODULES = {
    "findings": "analysis.findings",
    "measures": "analysis.measures",
    "arrivals": "analysis.presentation.arrivals",
    "charts": "analysis.presentation.charts",
    "contrast_tables": "analysis.presentation.contrast_tables",
    "contrasts": "analysis.presentation.contrasts",
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
    "associations": "analysis.statistics.association_rates",
    "endings_together": "analysis.statistics.association_results",
    "feature_tests": "analysis.statistics.association_results",
    "predicted_shares": "analysis.statistics.association_results",
    "case_features": "analysis.statistics.case_features",
    "ceiling": "analysis.statistics.definitions",
    "definitions": "analysis.statistics.definitions",
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
    "arrivals",
    "associations",
    "case_features",
    "ceiling",
    "charts",
    "contrast_tables",
    "contrasts",
    "definitions",
    "endings_together",
    "feature_tests",
    "findings",
    "measures",
    "national_charge_rates",
    "other_base",
    "predicted_shares",
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
