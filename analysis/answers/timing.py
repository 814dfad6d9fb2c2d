"""How soon cases end, and how; how far the young ones have got, and where they are heading."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analysis.answers.answer import Answer
from analysis.counts import narrowing
from analysis.counts.counts import Counts
from analysis.disclosure import Protected, protect
from analysis.presentation import blocks, tables
from analysis.presentation.blocks import Shown
from analysis.public import public
from analysis.questions.timing import curves, forecast_chart, words
from analysis.questions.timing.histories import histories, is_recent
from analysis.questions.timing.outlook import Outlook
from analysis.questions.timing.results import Timed
from analysis.shares.rates import split
from analysis.shares.worked import Histories

__all__ = ["Times", "follow"]


def __dir__() -> list[str]:
    return __all__


@dataclass(frozen=True, repr=False)
class Times(Answer):
    """Cases followed from recording to their ending, or to the newest figures where they have none.

    Attributes
    ----------
    cases
        The cases that are followed.
    offence
        The Home Office's code of the offence that was asked for, which the counts may be too wide to tell, or "all".

    References
    ----------
    Aalen and Johansen (1978), Scandinavian Journal of Statistics 5: 141-150 (shares by time with competing endings);
    Gray (1988), Annals of Statistics 16: 1141-1154 (the test between groups); Breslow and Clayton (1993), Journal of
    the American Statistical Association 88: 9-25 (the forecast); Mack (1993), ASTIN Bulletin 23: 213-225 (the chain
    ladder beside it).
    """

    cases: Counts
    offence: str

    def __post_init__(self) -> None:
        _ = self._all  # so that counts that do not say how long cases took are refused before anything is shown

    @cached_property
    def _all(self) -> Histories:
        return histories(self.cases)

    @cached_property
    def _by_month(self) -> Histories:
        return histories(self.cases, by="month")

    @cached_property
    def _by_group(self) -> Histories:
        return histories(self.cases, by="group")

    @cached_property
    def _standing(self) -> Protected:
        return protect(Timed(self._all).standing)

    @cached_property
    def _ended(self) -> Protected:
        return protect(Timed(self._all).any_ending_by)

    @cached_property
    def _endings(self) -> Protected:
        return protect(Timed(self._all).ended_by)

    @cached_property
    def _medians(self) -> Protected:
        return protect(Timed(self._all).median_times)

    @cached_property
    def _curves(self) -> Protected:
        return protect(Timed(self._all).incidence_curves)

    @cached_property
    def _test(self) -> Protected:
        return protect(Timed(self._by_group).group_test)

    @cached_property
    def _decided(self) -> Protected:
        return protect(Outlook(self._by_month).decided_by_age)

    @cached_property
    def _forecast(self) -> Protected:
        return protect(Outlook(self._by_month).headed_for)

    @cached_property
    def _back_test(self) -> Protected:
        return protect(Outlook(self._by_month).back_tested)

    def headline(self) -> Shown:
        """By when half of all cases had ended, how many by which time, in which ways, and what is not known of them.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, timing
        >>> times = timing.follow(read_counts("gwent_2022_2025").of_crime(crime_type="Robbery"))
        >>> times.headline()
        Half of all robbery cases recorded by Gwent Police had ended by the second month after recording. By the 12th
        month, more than 1 in 10 had no ending on record.
        ...
        """
        return blocks.headline(
            words.opening(self._medians, self._ended, self._standing),
            words.shares(self._ended, self._standing),
            words.ways(self._endings, self._standing),
            words.still_open(
                self._standing, protect(split(self.cases, by="outcome_name")), is_recent=is_recent(self.cases)
            ),
            narrowing.passed_over(self.cases, offence=self.offence),
        )

    def key_figures(self) -> Shown:
        """The time until half had ended, and the shares that had ended by three and by twelve months (90, 365 days).

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, timing
        >>> times = timing.follow(read_counts("gwent_2022_2025").of_crime(crime_type="Robbery"))
        >>> times.key_figures()
        Until half had ended: 2 months, of all robbery cases, including those without an ending, counted from the month
        of recording (95% interval 2 to 3 months)
        ...
        """
        return words.figures(self._ended, self._medians)

    def all_endings(self) -> Shown:
        """Every ending one on another, by the time since recording; what has no ending stays white.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, timing
        >>> times = timing.follow(read_counts("gwent_2022_2025").of_crime(crime_type="Robbery"))
        >>> times.all_endings()
        37.8% withdrew or evidential difficulties, not separated; 10.0% no ending on record, 24 months after recording
        ...
        """
        return curves.stacked_endings(self._curves, self._standing)

    def each_ending(self) -> Shown:
        """A small plot for each ending, with its 95% interval.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, timing
        >>> times = timing.follow(read_counts("gwent_2022_2025").of_crime(crime_type="Robbery"))
        >>> times.each_ending()
        Charged or summonsed: half of them by the first month after recording; dealt with out of court: by the sixth
        month after recording
        ...
        """
        return curves.each_ending(self._curves, self._medians)

    def groups(self) -> Shown:
        """The ending that carries withdrawal by force, or in the first and the last twelve months, with Gray's test.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, timing
        >>> times = timing.follow(read_counts("gwent_2022_2025").of_crime(crime_type="Robbery"))
        >>> times.groups()
        Withdrew or evidential difficulties, not separated: 32.1% (July 2022 to June 2023) and 38.0% (July 2024 to June
        2025) by the 11th month after recording, not clearly different
        ...
        """
        return curves.groups(protect(Timed(self._by_group).group_curves), self._test)

    def run_off(self) -> Shown:
        """The share decided by the time since recording, a line for each quarter recorded.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, timing
        >>> times = timing.follow(read_counts("gwent_2022_2025").of_crime(crime_type="Robbery"))
        >>> times.run_off()
        Of cases recorded in Jan–Mar 2025, 68.4% were decided by the third month after recording; of other quarters,
        46.8% to 69.7%
        ...
        """
        return curves.run_off(self._decided)

    def heading_for(self) -> Shown:
        """How the cases of recent months will have ended a year after recording, and how such forecasts have done.

        Where there is none, why.

        Returns
        -------
        Shown
            The block, as a report shows it.
        """
        why_not = protect(Outlook(self._by_month).no_forecast)
        return forecast_chart.heading_for(self._forecast, self._back_test, why_not)

    def _table_ended(self) -> Shown:
        return tables.table(
            self._ended,
            title="Cases that had ended in any way, by time since recording",
            note=words.misleads(self._ended),
            columns=("by_time", "incidence_share", "low", "high", "naive_share", "overstated_share"),
        )

    def _table_endings(self) -> Shown:
        return tables.table(
            self._endings,
            title="Cases by how they had ended, by time since recording",
            columns=("by_time", "ending", "incidence_share", "low", "high", "naive_share", "overstated_share"),
        )

    def _table_halves(self) -> Shown:
        conditional = ("conditional_median", "low_conditional_median", "high_conditional_median")
        return tables.table(
            self._medians,
            title="The time by which half had ended, by ending",
            note=words.halves(self._medians),
            columns=("ending", "ended", "median", *conditional),
        )

    def _table_groups(self) -> Shown:
        return tables.table(
            protect(Timed(self._by_group).group_shares),
            title="Cases by how they had ended, by group and time since recording",
            columns=("group", "by_time", "ending", "incidence_share", "low", "high"),
        )

    def _table_test(self) -> Shown:
        return tables.table(self._test, title="Gray's test between the groups, by ending")

    def _table_decided(self) -> Shown:
        return tables.table(
            self._decided,
            title="Share decided, by quarter of recording and time since",
            columns=("quarter", "by_lag", "cases", "decided_share"),
        )

    def _table_forecast(self) -> Shown:
        ranges = ("low_range_share", "high_range_share")
        return tables.table(
            self._forecast,
            title="Forecast for recent months, by month of recording",
            columns=("month", "ending", "cases", "so_far_share", "final_share", *ranges),
        )

    def _table_back_test(self) -> Shown:
        return tables.table(self._back_test, title="Forecasts made from earlier figures, and what came")


@public
def follow(cases: Counts, *, offence: str = "all") -> Times:
    """How soon cases end, and how; how far the young ones have got, and where they are heading.

    Parameters
    ----------
    cases
        Counts that 'attrition reduce' made of files with the dates of outcomes, narrowed to the force and the crime
        that the answer is about; the set by time to outcome beside them is found by itself. Where they hold several
        forces, these are compared; otherwise the first and the last twelve months of recording are.
    offence
        The offence that is asked for, by its code or name. Where the counts are kept by data.police.uk's types of
        crime, which are wider, the headline says that it cannot be picked out; "all" asks for none.

    Returns
    -------
    Times
        The result, with its headline, charts and tables. Shares are from 0 to 1, out of all cases, those without an
        ending too; times are in days or in months after that of recording, as the counts are.

    Raises
    ------
    ParameterError
        For counts that do not say how long cases took, or to which day or month they were followed; and for an offence
        that they do not hold.

    Examples
    --------
    >>> from analysis import read_counts
    >>> times = follow(read_counts("gwent_2022_2025").of_crime(crime_type="Robbery"))
    >>> times.tables()
    ('ended', 'endings', 'halves', 'groups', 'test', 'decided', 'forecast', 'back_test')
    >>> ended = times.rows("ended")
    >>> ended["by_time"].tolist()
    ['The month recorded', '1 month after', '3 months after', '6 months after', '12 months after']
    >>> bool(ended["incidence_share"].is_monotonic_increasing)
    True
    """
    timed = cases.beside("times")
    return Times(timed if "crime_type" in timed.dimensions else timed.select(offence=offence), offence)
