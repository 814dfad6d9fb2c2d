"""Which features of a case go with withdrawal, and which with no further action?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analysis.answers.answer import Answer
from analysis.counts.counts import Counts
from analysis.disclosure import Protected, protect
from analysis.errors import ParameterError, offer
from analysis.presentation import blocks
from analysis.presentation.blocks import Shown
from analysis.public import public
from analysis.questions.association import results, tables, words
from analysis.questions.association.case_features import CaseFeatures, case_features
from analysis.reference import measures
from analysis.shares.rates import rates

__all__ = ["Association", "associate"]
_WITHDRAWAL, _NO_ACTION = "victim_withdrawal", "no_further_action"


def __dir__() -> list[str]:
    return __all__


@dataclass(frozen=True, repr=False)
class Association(Answer):
    """What goes with withdrawal and with no further action: each category of each feature against one other.

    Every figure is an association and never a cause. The features are those that were written down; what was not may
    stand behind any of them, and a figure answers for its own row only (Westreich and Greenland 2013).

    Attributes
    ----------
    cases
        The cases, of the force and offence that the answer is about.
    features
        The names of the features that are compared, with commas between them.
    base
        What shares are out of.
    cluster
        The feature within which cases are alike, which intervals allow for; "" for none.

    References
    ----------
    Westreich D, Greenland S (2013). The Table 2 fallacy: presenting and interpreting confounder and modifier
    coefficients. American Journal of Epidemiology 177(4): 292-298.
    """

    cases: Counts
    features: str
    base: str
    cluster: str

    def __post_init__(self) -> None:
        _ = self._withdrawal, self._no_action  # so that what these counts cannot tell is refused at once

    @cached_property
    def _asked(self) -> CaseFeatures:
        return case_features(self.cases, self.features, base=self.base, cluster=self.cluster)

    @cached_property
    def _withdrawal(self) -> Protected:
        return protect(results.associations(self._asked, _WITHDRAWAL))

    @cached_property
    def _no_action(self) -> Protected:
        return protect(results.associations(self._asked, _NO_ACTION))

    @cached_property
    def _together(self) -> Protected:
        return protect(results.endings_together(self._asked))

    @cached_property
    def _blank(self) -> Protected:
        return protect(results.not_recorded(self._asked, _WITHDRAWAL))

    @cached_property
    def _groups(self) -> Protected:
        return protect(results.calibrated(self._asked, _WITHDRAWAL))

    @cached_property
    def _tests(self) -> Protected:
        return protect(results.feature_tests(self._asked, _WITHDRAWAL))

    def headline(self) -> Shown:
        """What each ending goes with most, by how much, and what must not be made of it.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import association, read_counts
        >>> cases = read_counts("stalking_example")
        >>> associated = association.associate(cases, "relationship")
        >>> associated.headline()
        Among these made-up stalking cases, withdrawal goes most with “Former partner” and no further action most with
        “Stranger”.
        ...
        """
        counted = [protect(rates(self.cases, measure, base=self.base)) for measure in (_WITHDRAWAL, _NO_ACTION)]
        most = map(words.most, (self._withdrawal, self._no_action))
        opening = words.opening(self._withdrawal, self._no_action)
        return blocks.headline(
            opening, words.counted(*counted), *most, words.caution(self._withdrawal, self._no_action)
        )

    def key_figures(self) -> Shown:
        """The widest clear difference of each ending.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import association, read_counts
        >>> cases = read_counts("stalking_example")
        >>> associated = association.associate(cases, "relationship")
        >>> associated.key_figures()
        Withdrawal, more often with “Former partner” than with “Stranger”: 34 points, difference in share of made-up
        stalking cases, other features being equal (95% interval 29 to 38, as the widest of 3)
        ...
        """
        return blocks.key_figures(*map(words.key_contrast, (self._withdrawal, self._no_action)))

    def forest(self, measure: str) -> Shown:
        """A row for each category: how much more or less often its cases end so than those of the one set against.

        Parameters
        ----------
        measure
            "victim_withdrawal" or "no_further_action".

        Returns
        -------
        Shown
            A figure, differences in percentage points: filled with all other features held, hollow by itself.

        Raises
        ------
        ParameterError
            For another measure, with the two that there are.

        Examples
        --------
        >>> from analysis import association, read_counts
        >>> cases = read_counts("stalking_example")
        >>> associated = association.associate(cases, "relationship")
        >>> associated.forest("victim_withdrawal")
        Withdrawal goes most with “Former partner”: 34 points more often than with “Stranger”, other features being
        equal
        ...
        """
        drawn = {_WITHDRAWAL: self._withdrawal, _NO_ACTION: self._no_action}
        if measure not in drawn:
            near, there = offer(measure, drawn), " and ".join(drawn)
            raise ParameterError(f"No association is drawn of '{measure[:80]}'.{near} There are {there}.")
        return words.forest(drawn[measure])

    def together(self) -> Shown:
        """Every ending at once: for each category a mark an ending, which add up to nothing.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import association, read_counts
        >>> cases = read_counts("stalking_example")
        >>> associated = association.associate(cases, "relationship")
        >>> associated.together()
        “Stranger” against “Former partner”: victim withdrew −33, no further action +30 and anything else +3 points
        ...
        """
        return words.endings_together(self._together)

    def calibration(self) -> Shown:
        """The share of each group of cases that withdrew, less what the features of its cases lead one to expect.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import association, read_counts
        >>> cases = read_counts("stalking_example")
        >>> associated = association.associate(cases, "relationship")
        >>> associated.calibration()
        Withdrawal: 9 of 12 groups end as their features would suggest
        ...
        """
        return words.calibration(self._groups)

    def odds(self) -> Shown:
        """Why an odds ratio looks larger than the difference in share behind it.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import association, read_counts
        >>> cases = read_counts("stalking_example")
        >>> associated = association.associate(cases, "relationship")
        >>> associated.odds()
        Odds are cases that ended so for every one that did not, so an odds ratio of 2 is not twice the share. Among
        these made-up stalking cases the unadjusted odds ratio of “Stranger” is 0.19, though its share is 0.32 times
        that of “Former partner” (16.0% against 49.5%). Read the differences in percentage points first.
        """
        return tables.odds(self._withdrawal)

    def checks(self) -> Shown:
        """What was done about categories of few cases, groups of cases that are alike, and features that overlap.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import association, read_counts
        >>> cases = read_counts("stalking_example")
        >>> associated = association.associate(cases, "relationship")
        >>> associated.checks()
        - Withdrawal and no further action. Every category holds at least ten cases of either kind. Adjusted figures
        hold all features of the fit that was released (Sex of the victim, Age of the victim, Suspect's relation
        to the victim, Previous reports by the victim, Risk grading, Where it happened, First recorded as), those that
        are not shown too. Intervals allow for cases of one group of ‘Investigating team’ being alike (12 groups).
        Fitted to rounded counts, which the intervals allow for; differences are given in whole percentage points.
        ...
        """
        return tables.checks(self._withdrawal, self._no_action, overlap=self._tests)

    def _table_withdrawal(self) -> Shown:
        return tables.differences(self._withdrawal)

    def _table_no_further_action(self) -> Shown:
        return tables.differences(self._no_action)

    def _table_together(self) -> Shown:
        return tables.together(self._together)

    def _table_withdrawal_where_blank(self) -> Shown:
        return tables.not_recorded(self._blank)

    def _table_whatever_blanks_are(self) -> Shown:
        return tables.whatever_blanks_are(self._blank)

    def _table_no_further_action_where_blank(self) -> Shown:
        return tables.not_recorded(protect(results.not_recorded(self._asked, _NO_ACTION)))

    def _table_withdrawal_predicted(self) -> Shown:
        return tables.calibration(self._groups)

    def _table_no_further_action_predicted(self) -> Shown:
        return tables.calibration(protect(results.calibrated(self._asked, _NO_ACTION)))

    def _table_same_mix(self) -> Shown:
        return tables.same_mix(protect(results.same_mix(self._asked, _WITHDRAWAL)))

    def _table_withdrawal_odds(self) -> Shown:
        return tables.odds_ratios(self._withdrawal)

    def _table_no_further_action_odds(self) -> Shown:
        return tables.odds_ratios(self._no_action)

    def _table_features(self) -> Shown:
        return tables.features(self._tests, in_groups=bool(self._asked.cluster))


@public
def associate(cases: Counts, features: str, *, base: str = "recorded", cluster: str = "team") -> Association:
    """What goes with withdrawal and with no further action, by what was written down of cases.

    Every category of a feature is set against the most common one of that feature, by itself and, from a logistic
    regression, with all other features held.

    Parameters
    ----------
    cases
        Counts that 'attrition reduce' made with features in the mapping, narrowed to the force and offence that the
        answer is about; the set by features of cases beside them is found by itself.
    features
        The names of the features to compare, with commas between them.
    base
        What shares are out of: "recorded", "decided" or "with_suspect".
    cluster
        The feature, or "force", within which cases are alike, which intervals allow for; "" for none.

    Returns
    -------
    Association
        The result, with its headline, charts and tables.

    Raises
    ------
    ParameterError
        For a feature, cluster or base that is not there, with the nearest that is; for features or a cluster with which
        these counts were not released; and for counts of several offences.

    Examples
    --------
    >>> from analysis import read_counts
    >>> cases = read_counts("stalking_example")
    >>> asked = "victim_sex, victim_age, relationship, previous_reports, risk, contact, first_recorded_as"
    >>> compared = associate(cases, asked, cluster="team")
    >>> compared.tables()[:3]
    ('withdrawal', 'no_further_action', 'together')
    >>> rows = compared.rows("withdrawal")
    >>> rows.loc[rows["category"] == "Stranger", ["difference_share", "low_difference_share", "high_difference_share"]]
        difference_share  low_difference_share  high_difference_share
    10             -0.34                 -0.37                   -0.3
    """
    return Association(cases.beside("features"), features, measures.base(base).name, cluster)
