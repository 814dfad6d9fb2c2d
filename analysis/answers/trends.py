"""Has it changed? Cases recorded, charges beside them and a share of endings by period, and endings by year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import pandas as pd

from analysis.answers.answer import Answer, Rows
from analysis.counts import yearly
from analysis.counts.counts import Counts
from analysis.counts.yearly import Yearly
from analysis.disclosure import Protected, protect
from analysis.errors import ParameterError
from analysis.presentation import blocks, tables
from analysis.presentation.blocks import Shown
from analysis.public import public
from analysis.questions.received import published
from analysis.questions.received import words as received_words
from analysis.questions.trends import words, years
from analysis.questions.trends.charted_series import (
    by_period,
    charges_beside,
    outcome_series,
    recorded_counts,
    recorded_series,
)
from analysis.questions.trends.control_chart import control
from analysis.questions.trends.results import Series
from analysis.reference import definitions, measures
from analysis.shares import relabelling, year_bounds
from analysis.shares.first_editions import first_editions
from analysis.shares.rates import rates

__all__ = ["Trend", "follow"]
_MOST_BESIDE = 3  # forces of which each has a sentence on what is counted and what is published
_BOUNDS = ("low_bound_share", "high_bound_share")


def __dir__() -> list[str]:
    return __all__


@dataclass(frozen=True, repr=False)
class _Followed:
    """A series and its control chart, as they may be shown."""

    series: Series

    @cached_property
    def points(self) -> Protected:
        return protect(self.series.points)

    @cached_property
    def phases(self) -> Protected:
        return protect(self.series.phases)

    @cached_property
    def signals(self) -> Protected:
        return protect(self.series.signals)

    @cached_property
    def season(self) -> Protected:
        return protect(self.series.season)

    def chart(self) -> Shown:
        return control(self.points, self.phases)

    def phase_by_phase(self, *cautions: str) -> Shown:
        return words.phase_by_phase(self.phases, self.signals, self.season, *cautions)

    def table(self, title: str, *columns: str) -> Shown:
        return tables.table(self.points, title=title, columns=(*self.points.by, *columns, "phase"))


@dataclass(frozen=True, repr=False)
class Trend(Answer):
    """What changed, and when: each series cut where the counting changed, and endings by year with their bounds.

    Attributes
    ----------
    cases
        The cases of one crime, in one force, nation or all, by month or quarter and outcome.
    national
        Recorded crime by force and quarter, in which recorded cases go back furthest.
    measure, base
        The share that is followed, and what it is out of.
    """

    cases: Counts
    national: Counts
    measure: str
    base: str

    def __post_init__(self) -> None:
        if len(self.cases.offences_asked or self.cases.offences) > 1:
            raise ParameterError(
                f"Counts '{self.cases.name}' are of several offences here, and a trend is of one: the day on which its "
                'counting changed cuts the series. Choose it: cases.select(offence="Stalking").'
            )
        _ = self._recorded, self._charges, self._share  # what these counts cannot tell is refused before all else

    @cached_property
    def recorded(self) -> Counts:
        """The counts whose recorded cases are followed: those of the same crime and forces that go back furthest."""
        return recorded_counts(self.cases, self.national)

    @cached_property
    def _recorded(self) -> _Followed:
        return _Followed(recorded_series(self.recorded))

    @cached_property
    def _not_of_the_file(self) -> str:
        """Which figures are not counted from the case files, and how far apart the two are; "" where all are."""
        if self.recorded.sensitivity != "published" or self.cases.sensitivity == "published":
            return ""
        *_, latest = published.times_in_common(self.cases, self.recorded) or [""]
        told: list[str] = []
        if latest and len(self.cases.forces) <= _MOST_BESIDE:
            beside = protect(published.beside(self.cases.select(period=latest), self.recorded.select(period=latest)))
            told = received_words.beside_published(beside, edition=published.edition_of(self.recorded))
        return words.not_of_the_file(told, has_years=self._directions.about.is_held)

    @cached_property
    def _charges(self) -> _Followed:
        return _Followed(charges_beside(self.cases, self.national))

    @cached_property
    def _undecided(self) -> Protected:
        return protect(by_period(self.cases, "undecided"))

    @cached_property
    def _share(self) -> _Followed:
        return _Followed(outcome_series(self.cases, self.measure, base=self.base, undecided=self._undecided))

    @cached_property
    def _still_open(self) -> str:
        return words.still_open(self._share.points, self._undecided)

    @cached_property
    def _endings(self) -> Yearly:
        return yearly.read().of(self.cases)

    @cached_property
    def _everywhere(self) -> Yearly:
        return self._endings.of("all")

    @cached_property
    def _years(self) -> Protected:
        return protect(year_bounds.by_year(self._endings))

    @cached_property
    def _directions(self) -> Protected:
        return protect(year_bounds.directions(self._endings))

    def headline(self) -> Shown:
        """Whether it is getting worse, how recorded cases and the share went, and what to beware of.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, trends
        >>> gwent = read_counts("stalking_2024_25").select(force="Gwent")
        >>> change = trends.follow(gwent, read_counts("stalking_recorded"), "victim_withdrawal")
        >>> change.headline()
        Whether victims of stalking recorded by Gwent Police withdraw more often than in 2021/22 cannot be said.
        ...
        """
        recorded, share = self._recorded, self._share
        said = (
            words.opening(recorded.points),
            words.recorded(recorded.points, recorded.phases),
            self._not_of_the_file,
            words.latest(recorded.phases, recorded.signals),
            words.outcome(share.points, share.phases),
            self._still_open,
        )
        of_years = years.answered(self._directions)  # which are of withdrawals: the answer to whoever asked for these
        order = (of_years, said) if self.measure == "victim_withdrawal" else (said, of_years)
        return blocks.headline(*chain(*order))

    def key_figures(self) -> Shown:
        """The latest number of recorded cases and of charges beside them, and the share over all periods.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, trends
        >>> gwent = read_counts("stalking_2024_25").select(force="Gwent")
        >>> change = trends.follow(gwent, read_counts("stalking_recorded"), "victim_withdrawal")
        >>> change.key_figures()
        Stalking cases recorded in the latest quarter: 599, by Gwent Police, October to December 2025 (counted in the
        same way since July 2023, when it was 516)
        ...
        """
        latest = (words.figure(series.points, series.phases) for series in (self._recorded, self._charges))
        return blocks.key_figures(*latest, blocks.key_figure(protect(rates(self.cases, self.measure, base=self.base))))

    def endings_by_year(self) -> Shown:
        """A dot for the share of decided cases, and a box for what is possible of all recorded ones, year by year.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, trends
        >>> gwent = read_counts("stalking_2024_25").select(force="Gwent")
        >>> change = trends.follow(gwent, read_counts("stalking_recorded"), "victim_withdrawal")
        >>> change.endings_by_year()
        Whether victims of stalking withdraw more often than in 2021/22 cannot be said
        ...
        """
        return years.chart(self._years, self._directions)

    def recorded_by_period(self) -> Shown:
        """The control chart of recorded cases, begun anew at each change in the counting.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, trends
        >>> gwent = read_counts("stalking_2024_25").select(force="Gwent")
        >>> change = trends.follow(gwent, read_counts("stalking_recorded"), "victim_withdrawal")
        >>> change.recorded_by_period()
        None of 42 quarters stands out from the others counted in the same way
        ...
        """
        return self._recorded.chart()

    def charges_by_period(self) -> Shown:
        """The control chart of charges in a quarter for every 100 cases recorded in it, England and Wales.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, trends
        >>> gwent = read_counts("stalking_2024_25").select(force="Gwent")
        >>> change = trends.follow(gwent, read_counts("stalking_recorded"), "victim_withdrawal")
        >>> change.charges_by_period()
        None of 33 quarters stands out from the others counted in the same way
        ...
        """
        return self._charges.chart()

    def share_by_period(self) -> Shown:
        """The control chart of the share that ended as measured, by period of recording.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, trends
        >>> gwent = read_counts("stalking_2024_25").select(force="Gwent")
        >>> change = trends.follow(gwent, read_counts("stalking_recorded"), "victim_withdrawal")
        >>> change.share_by_period()
        Between 34.7% and 39.6% in each of four quarters, too few to say what is unusual
        ...
        """
        return self._share.chart()

    def rows(self, name: str) -> pd.DataFrame:
        """The rows of a table as data, for one's own work with them.

        Parameters
        ----------
        name
            One of ``tables()``.

        Returns
        -------
        pd.DataFrame
            A row for each row of the table, its columns those of the table: shares from 0 to 1, charges for every 100
            cases, cases as whole numbers. Of "recorded_phases", "charges_phases" and "share_phases" a row for each
            phase, of "breaks" one for each change in the counting. A number that may not be shown, or that there is
            none of, is missing.

        Raises
        ------
        ParameterError
            When there is no table of this name.

        Examples
        --------
        >>> from analysis import read_counts, trends
        >>> gwent = read_counts("stalking_2024_25").select(force="Gwent")
        >>> change = trends.follow(gwent, read_counts("stalking_recorded"), "victim_withdrawal")
        >>> change.rows("share")[["quarter", "events", "cases"]]
              quarter  events  cases
        0  2024/25 Q1     161    464
        1  2024/25 Q2     213    572
        2  2024/25 Q3     193    525
        3  2024/25 Q4     197    498
        """
        record = self.table(name).record
        kind = next((kind for kind in ("phases", "breaks") if kind in record), "")
        return Rows(pd.DataFrame(record[kind]).drop(columns="symbols", errors="ignore")) if kind else super().rows(name)

    def _table_first_editions(self) -> Shown:
        firsts = protect(first_editions(self._endings))
        finding = years.settling(firsts, protect(year_bounds.by_year(self._everywhere)))
        columns = ("measure", "year", "edition", "recorded", "undecided", "open_share", *_BOUNDS)
        return tables.table(firsts, title="First editions, and where they settle", columns=columns, finding=finding)

    def _table_directions(self) -> Shown:
        columns = ("measure", "earlier", "later", "direction", "reason", "settled_by")
        title, finding = "What can be said between two years", years.settled(self._directions)
        return tables.table(self._directions, title=title, columns=columns, finding=finding)

    def _table_two_years(self) -> Shown:
        columns = ("measure", "earlier", "later", "forces", "earlier_share", "later_share", "decided_change")
        bounds = ("earlier_low_share", "earlier_high_share", "later_low_share", "later_high_share", "whole_direction")
        title, finding = "Two years side by side", years.stated(self._directions)
        return tables.table(self._directions, title=title, columns=(*columns, *bounds), finding=finding)

    def _table_years(self) -> Shown:
        columns = ("measure", "year", "edition", "recorded", "recorded_edition", "decided", "undecided", "events")
        answers = ("share", *_BOUNDS, "first_edition", "doubt")
        return tables.table(self._years, title="Endings by year", columns=(*columns, *answers))

    def _table_labels(self) -> Shown:
        finding = years.labels(self._directions, protect(relabelling.swap(self._everywhere)))
        changes = protect(relabelling.relabelled(self._everywhere))
        return tables.table(changes, title="Changes of decided cases, force by force", finding=finding)

    def _table_wales_and_england(self) -> Shown:
        beside = protect(year_bounds.wales_and_england(self._everywhere))
        return tables.table(beside, title="Wales against England", finding=years.wales_and_england(beside))

    def _table_recorded_phases(self) -> Shown:
        return self._recorded.phase_by_phase(self._not_of_the_file)

    def _table_recorded(self) -> Shown:
        columns = ("recorded", "centre_recorded", "low_recorded", "high_recorded")
        return self._recorded.table("Cases recorded by period", *columns)

    def _table_charges_phases(self) -> Shown:
        return self._charges.phase_by_phase()

    def _table_charges(self) -> Shown:
        columns = ("charges", "recorded", "per_hundred", "low_per_hundred", "high_per_hundred")
        return self._charges.table("Charges and cases recorded by quarter", *columns)

    def _table_share_phases(self) -> Shown:
        return self._share.phase_by_phase(self._still_open)

    def _table_share(self) -> Shown:
        return self._share.table("The share by period of recording", "events", "cases", "share", "low", "high")

    def _table_breaks(self) -> Shown:
        return tables.breaks(self.recorded)


@public
def follow(cases: Counts, national: Counts, measure: str, *, base: str = "recorded") -> Trend:
    """What changed, and when, among periods counted in the same way; and whether endings by year got better or worse.

    Parameters
    ----------
    cases
        The cases of one crime, in one force, nation or all, by month or quarter and outcome.
    national
        Recorded crime of every force by quarter, ``read_counts("stalking_recorded")``: where it holds the same crime
        and forces, recorded cases are followed in it, for it goes back further; and charges are set beside it.
    measure
        The share that is followed: "victim_withdrawal", "no_further_action", "charged"; ``measures.MEASURES`` has all,
        and ``measures.own`` makes others.
    base
        What shares are out of: "recorded", "decided" or "with_suspect".

    Returns
    -------
    Trend
        The result, with its headline, charts and tables. Endings by year are held of stalking alone: of another crime,
        or of made-up cases, nothing is shown of them, and it says so.

    Raises
    ------
    ParameterError
        For counts that are not kept by month or by quarter, or are not of recorded crime; for counts of several
        offences; for ``national`` narrowed to some forces; and for a measure or base that does not exist or that they
        cannot tell.
    DisclosureRefused
        For exact counts of people, which have not been released.

    References
    ----------
    What a period is set against: Harvey (1989), *Forecasting, Structural Time Series Models and the Kalman Filter*,
    pages 45 and 126; Cook and Weisberg (1982), *Residuals and Influence in Regression*, page 20. The bounds of a year:
    Manski (1989), *Journal of Human Resources* 24: 343-360. Changes of label: Mosimann (1962), *Biometrika* 49: 65-82.

    Examples
    --------
    >>> from analysis import read_counts
    >>> gwent = read_counts("stalking_2024_25").select(force="Gwent")
    >>> change = follow(gwent, read_counts("stalking_recorded"), "victim_withdrawal")
    >>> change.rows("recorded_phases")["first_period"].tolist()
    ['2014/15 Q1', '2018/19 Q1', '2020/21 Q1', '2023/24 Q2']
    >>> change.rows("share")["quarter"].tolist()
    ['2024/25 Q1', '2024/25 Q2', '2024/25 Q3', '2024/25 Q4']
    """
    return Trend(cases, national, definitions.measure(measure).name, measures.base(base).name)
