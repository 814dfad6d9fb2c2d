"""Stalking attrition in England and Wales: the names that a notebook may use.

Importing this package loads nothing until a name is used, and never anything that can open a case file.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.counts.counts import read as read_counts
    from analysis.counts.courts import read as read_courts
    from analysis.counts.joined import well_joined
    from analysis.counts.narrowing import narrowed
    from analysis.counts.yearly import read as read_endings
    from analysis.disclosure import protect
    from analysis.presentation import blocks as show
    from analysis.presentation import tables, wording
    from analysis.questions import charts
    from analysis.questions.association import tables as contrast_tables
    from analysis.questions.association import words as contrasts
    from analysis.questions.association.case_features import case_features
    from analysis.questions.association.results import (
        associations,
        calibrated,
        endings_together,
        feature_tests,
        not_recorded,
        same_mix,
    )
    from analysis.questions.comparison import comparisons
    from analysis.questions.comparison import words as sameness
    from analysis.questions.comparison.league import against, league, levels, moved
    from analysis.questions.comparison.results import compared, funnel, outliers, spread, spread_together
    from analysis.questions.difference import words as whys
    from analysis.questions.difference.results import difference
    from analysis.questions.findings import ways
    from analysis.questions.findings import words as reasons
    from analysis.questions.findings.charge_rates import national_charge_rates, printed_charge_rates
    from analysis.questions.findings.later_matches import later_matches
    from analysis.questions.findings.samples import sample_sizes
    from analysis.questions.findings.specifications import choices, specifications
    from analysis.questions.findings.verdicts import evidence, verdicts
    from analysis.questions.journey import words as journeys
    from analysis.questions.journey.more_charges import beside_the_line, more_charges, more_charges_by_force
    from analysis.questions.journey.results import case_steps, charged_by_year, courts_by_year
    from analysis.questions.outcomes import mix as mixes
    from analysis.questions.outcomes import words as labels_beside
    from analysis.questions.outcomes.labelled import beside_together, labels_cancel
    from analysis.questions.received import words as arrivals
    from analysis.questions.received.results import read_ledger, rows_by_file, rows_by_reason, rows_counted
    from analysis.questions.timing import charts as over_time
    from analysis.questions.timing import words as durations
    from analysis.questions.timing.histories import histories
    from analysis.questions.timing.outlook import back_tested, decided_by_age, headed_for, no_forecast
    from analysis.questions.timing.results import (
        any_ending_by,
        ended_by,
        group_curves,
        group_shares,
        group_test,
        incidence_curves,
        median_times,
        standing,
    )
    from analysis.questions.trends import words as changes
    from analysis.questions.trends import years
    from analysis.questions.trends.charted_series import (
        by_period,
        charges_beside,
        outcome_series,
        recorded_counts,
        recorded_series,
    )
    from analysis.questions.trends.results import chart_phases, chart_points, chart_season, chart_signals
    from analysis.reference import findings, measures
    from analysis.reference.measures import other_base
    from analysis.shares.definitions import ceiling, definitions
    from analysis.shares.first_editions import first_editions
    from analysis.shares.rates import rates, split
    from analysis.shares.relabelling import relabelled, swap
    from analysis.shares.standardisation import standardised
    from analysis.shares.suspicion import suspected
    from analysis.shares.year_bounds import by_year, directions, rates_in, wales_and_england

__version__ = "0.1.0"

_MODULES = {
    "trends": "analysis.answers.trends",
    "timing": "analysis.answers.timing",
    "received": "analysis.answers.received",
    "outcomes": "analysis.answers.outcomes",
    "journey": "analysis.answers.journey",
    "comparison": "analysis.answers.comparison",
    "association": "analysis.answers.association",
    "arrivals": "analysis.questions.received.words",
    "changes": "analysis.questions.trends.words",
    "charts": "analysis.questions.charts",
    "comparisons": "analysis.questions.comparison.comparisons",
    "contrast_tables": "analysis.questions.association.tables",
    "contrasts": "analysis.questions.association.words",
    "durations": "analysis.questions.timing.words",
    "findings": "analysis.answers.findings",
    "labels_beside": "analysis.questions.outcomes.words",
    "journeys": "analysis.questions.journey.words",
    "measures": "analysis.reference.measures",
    "mixes": "analysis.questions.outcomes.mix",
    "over_time": "analysis.questions.timing.charts",
    "reasons": "analysis.questions.findings.words",
    "sameness": "analysis.questions.comparison.words",
    "show": "analysis.presentation.blocks",
    "tables": "analysis.presentation.tables",
    "ways": "analysis.questions.findings.ways",
    "whys": "analysis.questions.difference.words",
    "wording": "analysis.presentation.wording",
    "years": "analysis.questions.trends.years",
}
_FUNCTIONS = {
    "against": "analysis.questions.comparison.league",
    "any_ending_by": "analysis.questions.timing.results",
    "associations": "analysis.questions.association.results",
    "back_tested": "analysis.questions.timing.outlook",
    "beside_together": "analysis.questions.outcomes.labelled",
    "beside_the_line": "analysis.questions.journey.more_charges",
    "by_period": "analysis.questions.trends.charted_series",
    "by_year": "analysis.shares.year_bounds",
    "calibrated": "analysis.questions.association.results",
    "case_features": "analysis.questions.association.case_features",
    "case_steps": "analysis.questions.journey.results",
    "ceiling": "analysis.shares.definitions",
    "charged_by_year": "analysis.questions.journey.results",
    "charges_beside": "analysis.questions.trends.charted_series",
    "chart_phases": "analysis.questions.trends.results",
    "chart_points": "analysis.questions.trends.results",
    "chart_season": "analysis.questions.trends.results",
    "chart_signals": "analysis.questions.trends.results",
    "choices": "analysis.questions.findings.specifications",
    "compared": "analysis.questions.comparison.results",
    "courts_by_year": "analysis.questions.journey.results",
    "decided_by_age": "analysis.questions.timing.outlook",
    "definitions": "analysis.shares.definitions",
    "difference": "analysis.questions.difference.results",
    "directions": "analysis.shares.year_bounds",
    "ended_by": "analysis.questions.timing.results",
    "endings_together": "analysis.questions.association.results",
    "evidence": "analysis.questions.findings.verdicts",
    "first_editions": "analysis.shares.first_editions",
    "feature_tests": "analysis.questions.association.results",
    "funnel": "analysis.questions.comparison.results",
    "group_curves": "analysis.questions.timing.results",
    "group_shares": "analysis.questions.timing.results",
    "group_test": "analysis.questions.timing.results",
    "headed_for": "analysis.questions.timing.outlook",
    "histories": "analysis.questions.timing.histories",
    "incidence_curves": "analysis.questions.timing.results",
    "labels_cancel": "analysis.questions.outcomes.labelled",
    "later_matches": "analysis.questions.findings.later_matches",
    "league": "analysis.questions.comparison.league",
    "levels": "analysis.questions.comparison.league",
    "median_times": "analysis.questions.timing.results",
    "more_charges": "analysis.questions.journey.more_charges",
    "more_charges_by_force": "analysis.questions.journey.more_charges",
    "moved": "analysis.questions.comparison.league",
    "narrowed": "analysis.counts.narrowing",
    "no_forecast": "analysis.questions.timing.outlook",
    "national_charge_rates": "analysis.questions.findings.charge_rates",
    "not_recorded": "analysis.questions.association.results",
    "other_base": "analysis.reference.measures",
    "outcome_series": "analysis.questions.trends.charted_series",
    "outliers": "analysis.questions.comparison.results",
    "printed_charge_rates": "analysis.questions.findings.charge_rates",
    "protect": "analysis.disclosure.protected",
    "rates": "analysis.shares.rates",
    "rates_in": "analysis.shares.year_bounds",
    "read_counts": "analysis.counts.counts",
    "read_courts": "analysis.counts.courts",
    "read_endings": "analysis.counts.yearly",
    "read_ledger": "analysis.questions.received.results",
    "recorded_counts": "analysis.questions.trends.charted_series",
    "recorded_series": "analysis.questions.trends.charted_series",
    "relabelled": "analysis.shares.relabelling",
    "rows_by_file": "analysis.questions.received.results",
    "rows_by_reason": "analysis.questions.received.results",
    "rows_counted": "analysis.questions.received.results",
    "same_mix": "analysis.questions.association.results",
    "sample_sizes": "analysis.questions.findings.samples",
    "specifications": "analysis.questions.findings.specifications",
    "split": "analysis.shares.rates",
    "spread": "analysis.questions.comparison.results",
    "spread_together": "analysis.questions.comparison.results",
    "standing": "analysis.questions.timing.results",
    "suspected": "analysis.shares.suspicion",
    "standardised": "analysis.shares.standardisation",
    "swap": "analysis.shares.relabelling",
    "verdicts": "analysis.questions.findings.verdicts",
    "wales_and_england": "analysis.shares.year_bounds",
    "well_joined": "analysis.counts.joined",
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
    "association",
    "associations",
    "back_tested",
    "beside_the_line",
    "beside_together",
    "by_period",
    "by_year",
    "calibrated",
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
    "comparison",
    "comparisons",
    "contrast_tables",
    "contrasts",
    "courts_by_year",
    "decided_by_age",
    "definitions",
    "difference",
    "directions",
    "durations",
    "ended_by",
    "endings_together",
    "evidence",
    "feature_tests",
    "findings",
    "first_editions",
    "funnel",
    "group_curves",
    "group_shares",
    "group_test",
    "headed_for",
    "histories",
    "incidence_curves",
    "journey",
    "journeys",
    "labels_beside",
    "labels_cancel",
    "later_matches",
    "league",
    "levels",
    "measures",
    "median_times",
    "mixes",
    "more_charges",
    "more_charges_by_force",
    "moved",
    "narrowed",
    "national_charge_rates",
    "no_forecast",
    "not_recorded",
    "other_base",
    "outcome_series",
    "outcomes",
    "outliers",
    "over_time",
    "printed_charge_rates",
    "protect",
    "rates",
    "rates_in",
    "read_counts",
    "read_courts",
    "read_endings",
    "read_ledger",
    "reasons",
    "received",
    "recorded_counts",
    "recorded_series",
    "relabelled",
    "rows_by_file",
    "rows_by_reason",
    "rows_counted",
    "same_mix",
    "sameness",
    "sample_sizes",
    "show",
    "specifications",
    "split",
    "spread",
    "spread_together",
    "standardised",
    "standing",
    "suspected",
    "swap",
    "tables",
    "timing",
    "trends",
    "verdicts",
    "wales_and_england",
    "ways",
    "well_joined",
    "whys",
    "wording",
    "years",
]


def function_of(name: str) -> tuple[str, str]:
    """The module of a function that notebooks may import, and its name there; two empty texts for any other name."""
    return _FUNCTIONS.get(name, ""), _RENAMED.get(name, name) if name in _FUNCTIONS else ""


def module_of(name: str) -> str:
    """The full name of a module that notebooks may use: "analysis.questions.charts"; empty for any other name."""
    return _MODULES.get(name, "")


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(_MODULES[name])
    if name in _FUNCTIONS:
        return getattr(import_module(_FUNCTIONS[name]), _RENAMED.get(name, name))
    raise AttributeError(f"module 'analysis' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
