"""Fits of endings on features as a released set holds them: in which shape, of which endings, with which columns.

``disclosure.fits`` makes them from released numbers and writes them beside the released cells, in the shapes below.
``counts.fits`` holds ``features`` (names, in the mapping's order), ``cluster`` and ``tables``: for each force ("" for
all of them), offence and base the ``associations``, ``tests`` and ``expected`` shares of each ending and ``together``
of both, by the names of their endings, each with ``notes`` and ``rows`` (lists, in the order of the columns named here;
None for what is missing).
"""

from __future__ import annotations

from analysis.reference import measures, reference

FIGURES = (
    "difference_share",
    "low_difference_share",
    "high_difference_share",
    "odds_ratio",
    "low_odds_ratio",
    "high_odds_ratio",
    "q_value",
)
ASSOCIATIONS = ("feature", "category", "compared_category", *FIGURES)
TESTS = ("feature", "parameters", "likelihood_ratio", "q_value", "variance_inflation")
EXPECTED = ("category", "expected_share")
TOGETHER = ("feature", "category", "ending", "compared_category", *FIGURES[:3])
CLASSES = (0.001, 0.01, 0.05, 1.0)  # p values are given as at most one of these
ENDINGS = ("victim_withdrawal", "no_further_action")
ANYTHING_ELSE = "Anything else"


def base_codes(scheme: str, base: str) -> frozenset[str]:
    """The outcome codes of a base.

    Parameters
    ----------
    scheme
        Whose outcomes they are, such as "home_office".
    base
        What shares are out of.

    Returns
    -------
    frozenset[str]
        The codes; none of them stands for all.

    Examples
    --------
    >>> base_codes("home_office", "recorded")
    frozenset()
    >>> "0" in base_codes("home_office", "with_outcome")
    False
    """
    left_out = measures.base(base).leaves_out(scheme)
    every = {code for code, outcome in reference.outcomes(scheme).items() if not outcome.part_of}
    return frozenset(every - left_out) if left_out else frozenset()
