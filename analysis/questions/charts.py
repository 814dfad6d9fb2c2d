"""Every chart by its name, for notebooks; each stands in the folder of its question.

Each takes a Protected and returns a figure to show, in the house style: a headline that states the finding, a subtitle
that states measure, place and time. Labels stand at what they name, colour is never the only cue, and every figure
carries a description with the numbers that a reader would take from it.
"""

from __future__ import annotations

from analysis.questions.association.charts import calibration, endings_together, forest
from analysis.questions.comparison.charts import funnel, rank_moves, ranks
from analysis.questions.difference.charts import why, why_in_numbers
from analysis.questions.findings.charts import definitions, sample_sizes, specification_curve
from analysis.questions.outcomes.charts import bars, dots, hundred_cases, months, quarters

__all__ = [
    "bars",
    "calibration",
    "definitions",
    "dots",
    "endings_together",
    "forest",
    "funnel",
    "hundred_cases",
    "months",
    "quarters",
    "rank_moves",
    "ranks",
    "sample_sizes",
    "specification_curve",
    "why",
    "why_in_numbers",
]
