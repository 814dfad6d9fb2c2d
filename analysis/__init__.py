"""Stalking attrition in England and Wales: the names that a notebook may use.

Importing this package loads nothing until a name is used, and never anything that can open a case file.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis import findings, measures
    from analysis.counts import read as read_counts
    from analysis.courts import read as read_courts
    from analysis.disclosure import protect
    from analysis.measures import other_base
    from analysis.presentation import (
        arrivals,
        changes,
        charts,
        comparisons,
        contrast_tables,
        contrasts,
        durations,
        journeys,
        labels_beside,
        over_time,
        reasons,
        sameness,
        show,
        tables,
        ways,
        wording,
        years,
    )
    from analysis.statistics.association_rates import associations
    from analysis.statistics.association_results import endings_together, feature_tests, predicted_shares
    from analysis.statistics.case_features import case_features
    from analysis.statistics.charge_rates import national_charge_rates, printed_charge_rates
    from analysis.statistics.charted import chart_phases, chart_points, chart_season, chart_signals
    from analysis.statistics.charted_series import (
        by_period,
        charges_beside,
        outcome_series,
        recorded_counts,
        recorded_series,
    )
    from analysis.statistics.definitions import ceiling, definitions
    from analysis.statistics.duration_groups import group_curves, group_shares, group_test
    from analysis.statistics.durations import any_ending_by, ended_by, incidence_curves, median_times, standing
    from analysis.statistics.histories import histories
    from analysis.statistics.journey import case_steps, charged_by_year, courts_by_year
    from analysis.statistics.labelled import beside_together
    from analysis.statistics.later_matches import later_matches
    from analysis.statistics.league import against, league, levels, moved
    from analysis.statistics.more_charges import beside_the_line, more_charges, more_charges_by_force
    from analysis.statistics.narrowing import narrowed
    from analysis.statistics.outlook import back_tested, decided_by_age, headed_for
    from analysis.statistics.rates import rates, split
    from analysis.statistics.received import read_ledger, rows_by_file, rows_by_reason, rows_counted
    from analysis.statistics.relabelling import relabelled, swap
    from analysis.statistics.samples import sample_sizes
    from analysis.statistics.specifications import choices, specifications
    from analysis.statistics.standings import compared, funnel, outliers, spread
    from analysis.statistics.suspicion import suspected
    from analysis.statistics.verdicts import evidence, verdicts
    from analysis.statistics.year_bounds import by_year, directions, rates_in, wales_and_england
    from analysis.yearly import read as read_endings

__version__ = "0.1.0"

_MODULES = {
    "arrivals": "analysis.presentation.arrivals",
    "changes": "analysis.presentation.changes",
    "charts": "analysis.presentation.charts",
    "comparisons": "analysis.presentation.comparisons",
    "contrast_tables": "analysis.presentation.contrast_tables",
    "contrasts": "analysis.presentation.contrasts",
    "durations": "analysis.presentation.durations",
    "findings": "analysis.findings",
    "labels_beside": "analysis.presentation.labels_beside",
    "journeys": "analysis.presentation.journeys",
    "measures": "analysis.measures",
    "over_time": "analysis.presentation.over_time",
    "reasons": "analysis.presentation.reasons",
    "sameness": "analysis.presentation.sameness",
    "show": "analysis.presentation.show",
    "tables": "analysis.presentation.tables",
    "ways": "analysis.presentation.ways",
    "wording": "analysis.presentation.wording",
    "years": "analysis.presentation.years",
}
_FUNCTIONS = {
    "against": "analysis.statistics.league",
    "any_ending_by": "analysis.statistics.durations",
    "associations": "analysis.statistics.association_rates",
    "back_tested": "analysis.statistics.outlook",
    "beside_together": "analysis.statistics.labelled",
    "beside_the_line": "analysis.statistics.more_charges",
    "by_period": "analysis.statistics.charted_series",
    "by_year": "analysis.statistics.year_bounds",
    "case_features": "analysis.statistics.case_features",
    "case_steps": "analysis.statistics.journey",
    "ceiling": "analysis.statistics.definitions",
    "charged_by_year": "analysis.statistics.journey",
    "charges_beside": "analysis.statistics.charted_series",
    "chart_phases": "analysis.statistics.charted",
    "chart_points": "analysis.statistics.charted",
    "chart_season": "analysis.statistics.charted",
    "chart_signals": "analysis.statistics.charted",
    "choices": "analysis.statistics.specifications",
    "compared": "analysis.statistics.standings",
    "courts_by_year": "analysis.statistics.journey",
    "decided_by_age": "analysis.statistics.outlook",
    "definitions": "analysis.statistics.definitions",
    "directions": "analysis.statistics.year_bounds",
    "ended_by": "analysis.statistics.durations",
    "endings_together": "analysis.statistics.association_results",
    "evidence": "analysis.statistics.verdicts",
    "feature_tests": "analysis.statistics.association_results",
    "funnel": "analysis.statistics.standings",
    "group_curves": "analysis.statistics.duration_groups",
    "group_shares": "analysis.statistics.duration_groups",
    "group_test": "analysis.statistics.duration_groups",
    "headed_for": "analysis.statistics.outlook",
    "histories": "analysis.statistics.histories",
    "incidence_curves": "analysis.statistics.durations",
    "later_matches": "analysis.statistics.later_matches",
    "league": "analysis.statistics.league",
    "levels": "analysis.statistics.league",
    "median_times": "analysis.statistics.durations",
    "more_charges": "analysis.statistics.more_charges",
    "more_charges_by_force": "analysis.statistics.more_charges",
    "moved": "analysis.statistics.league",
    "narrowed": "analysis.statistics.narrowing",
    "national_charge_rates": "analysis.statistics.charge_rates",
    "other_base": "analysis.measures",
    "outcome_series": "analysis.statistics.charted_series",
    "outliers": "analysis.statistics.standings",
    "predicted_shares": "analysis.statistics.association_results",
    "printed_charge_rates": "analysis.statistics.charge_rates",
    "protect": "analysis.disclosure",
    "rates": "analysis.statistics.rates",
    "rates_in": "analysis.statistics.year_bounds",
    "read_counts": "analysis.counts",
    "read_courts": "analysis.courts",
    "read_endings": "analysis.yearly",
    "read_ledger": "analysis.statistics.received",
    "recorded_counts": "analysis.statistics.charted_series",
    "recorded_series": "analysis.statistics.charted_series",
    "relabelled": "analysis.statistics.relabelling",
    "rows_by_file": "analysis.statistics.received",
    "rows_by_reason": "analysis.statistics.received",
    "rows_counted": "analysis.statistics.received",
    "sample_sizes": "analysis.statistics.samples",
    "specifications": "analysis.statistics.specifications",
    "split": "analysis.statistics.rates",
    "spread": "analysis.statistics.standings",
    "standing": "analysis.statistics.durations",
    "suspected": "analysis.statistics.suspicion",
    "swap": "analysis.statistics.relabelling",
    "verdicts": "analysis.statistics.verdicts",
    "wales_and_england": "analysis.statistics.year_bounds",
}
_RENAMED = {
    "read_counts": "read",
    "read_courts": "read",
    "read_endings": "read",
}
__all__ = [
    "against",
    "any_ending_by",
    "arrivals",
    "associations",
    "back_tested",
    "beside_the_line",
    "beside_together",
    "by_period",
    "by_year",
    "case_features",
    "case_steps",
    "ceiling",
    "changes",
    "charged_by_year",
    "charges_beside",
    "chart_phases",
    "chart_points",
    "chart_season",
    "chart_signals",
    "charts",
    "choices",
    "compared",
    "comparisons",
    "contrast_tables",
    "contrasts",
    "courts_by_year",
    "decided_by_age",
    "definitions",
    "directions",
    "durations",
    "ended_by",
    "endings_together",
    "evidence",
    "feature_tests",
    "findings",
    "funnel",
    "group_curves",
    "group_shares",
    "group_test",
    "headed_for",
    "histories",
    "incidence_curves",
    "journeys",
    "labels_beside",
    "later_matches",
    "league",
    "levels",
    "measures",
    "median_times",
    "more_charges",
    "more_charges_by_force",
    "moved",
    "narrowed",
    "national_charge_rates",
    "other_base",
    "outcome_series",
    "outliers",
    "over_time",
    "predicted_shares",
    "printed_charge_rates",
    "protect",
    "rates",
    "rates_in",
    "read_counts",
    "read_courts",
    "read_endings",
    "read_ledger",
    "reasons",
    "recorded_counts",
    "recorded_series",
    "relabelled",
    "rows_by_file",
    "rows_by_reason",
    "rows_counted",
    "sameness",
    "sample_sizes",
    "show",
    "specifications",
    "split",
    "spread",
    "standing",
    "suspected",
    "swap",
    "tables",
    "verdicts",
    "wales_and_england",
    "ways",
    "wording",
    "years",
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
