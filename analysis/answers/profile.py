"""What is there to say of one police force in five minutes, and what to ask its chief constable?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from analysis.answers.answer import Answer
from analysis.counts import yearly
from analysis.counts.counts import Counts
from analysis.counts.yearly import Yearly
from analysis.disclosure import Protected, protect
from analysis.presentation import blocks, wording
from analysis.presentation.blocks import Shown
from analysis.public import public
from analysis.questions.comparison import words as comparison_words
from analysis.questions.comparison.league import against, league
from analysis.questions.comparison.results import NO_SHARE, compared, spread
from analysis.questions.difference import words as difference_words
from analysis.questions.difference.results import difference
from analysis.questions.outcomes import words as outcome_words
from analysis.questions.outcomes.labelled import beside_together
from analysis.questions.profile import asking, chart, results, tables, words
from analysis.questions.trends import years as year_words
from analysis.reference import reference
from analysis.reference.periods import financial_year
from analysis.shares import year_bounds
from analysis.shares.first_editions import first_editions
from analysis.shares.rates import Rates, rates

__all__ = ["Profile", "describe"]
_MEASURE = results.WITHDRAWAL


def __dir__() -> list[str]:
    return __all__


@dataclass(frozen=True, repr=False)
class Profile(Answer):
    """One police force: how its cases ended, beside the nation and beside the year before, and what to ask of it.

    Attributes
    ----------
    cases
        The cases of one offence, of every force.
    force
        The force that it is about.

    Notes
    -----
    The tables: ``measures``, the force by four measures; ``parts``, what makes its distance from the other forces.
    """

    cases: Counts
    force: str

    def __post_init__(self) -> None:
        _ = self._own  # so that what these counts cannot tell is refused before anything is shown

    @cached_property
    def here(self) -> Counts:
        """The cases of the force."""
        return self.cases.select(force=self.force)

    @cached_property
    def _own(self) -> Protected:
        return protect(rates(self.here, _MEASURE))

    @cached_property
    def _together(self) -> Protected:
        return protect(rates(self.cases, _MEASURE))

    @cached_property
    def _by_force(self) -> Rates:
        return rates(self.cases, _MEASURE, by="force")

    @cached_property
    def _places(self) -> Protected:
        return protect(compared(self._by_force))

    @cached_property
    def _spread(self) -> Protected:
        return protect(spread(self._by_force))

    @cached_property
    def _gaps(self) -> Protected:
        return protect(against(self._by_force, self.force))

    @cached_property
    def _endings(self) -> Yearly:
        """Endings by year of the force up to this year; nothing beside part of one, or what they are not of."""
        span, endings = self.here.coverage.span, yearly.read().of(self.here)
        return endings.until(span.first if span.label == financial_year(span.first) else date.min)

    @cached_property
    def _years(self) -> Protected:
        return protect(year_bounds.by_year(self._endings))

    @cached_property
    def _directions(self) -> Protected:
        return protect(year_bounds.directions(self._endings))

    @cached_property
    def _shares(self) -> Rates:
        return results.by_measure(self.cases)

    @cached_property
    def _standings(self) -> Protected:
        years = self._years.table
        return protect(results.standings(self._shares, force=self.force, ranked=league, years=years))

    @cached_property
    def _suspects(self) -> Protected:
        return protect(results.standings(results.suspects(self.cases), force=self.force))

    @cached_property
    def _parts(self) -> Protected:
        return protect(difference(self.cases, _MEASURE, force=self.force))

    @cached_property
    def _beside(self) -> Protected:
        return protect(beside_together(self.cases, _MEASURE))

    @cached_property
    def _ranked(self) -> int:
        return int(self._places.table["share"].notna().sum())

    def headline(self) -> Shown:
        """How many victims withdrew, how that compares with the nation, and whether the force is an exception.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import profile, read_counts
        >>> kent = profile.describe(read_counts("stalking_2024_25"), "Kent")
        >>> kent.headline()
        Of 4,106 stalking cases recorded by Kent Police in 2024/25, 2,315 (56 in 100) ended because the victim withdrew;
        in England and Wales it was 50 in 100. Kent Police is further above the typical force (47.4%) than chance alone
        explains, though forces commonly differ that much.
        ...
        """
        row = comparison_words.row_of(self._places, self.force)
        is_judged = row is not None and row["allowed_position"] != NO_SHARE
        exception = comparison_words.standing(row, self._spread) if row is not None and is_judged else ""
        distance = comparison_words.distance(self._places, self._gaps, force=self.force)
        is_vague = row is not None and row["high"] - row["low"] > wording.VAGUE
        if is_vague or self.force in self._places.much_open:  # the answer says so already
            distance = ""
        sentences = (distance, words.limits(self._places, force=self.force))
        answer = words.opening(self._own, self._together, exception=exception)
        return blocks.headline(answer, " ".join(filter(None, sentences)))

    def strips(self) -> Shown:
        """A line of marks for each of four measures: the force, all forces together, and every other force.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import profile, read_counts
        >>> kent = profile.describe(read_counts("stalking_2024_25"), "Kent")
        >>> kent.strips()
        Kent has a higher share of withdrawals than 36 of the 43 other forces
        ...
        """
        return chart.strips(protect(self._shares), force=self.force)

    def change(self) -> Shown:
        """Whether withdrawal rose or fell since the last year that is held, as far as it can be said.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import profile, read_counts
        >>> kent = profile.describe(read_counts("stalking_2024_25"), "Kent")
        >>> kent.change()
        Whether victims of stalking recorded by Kent Police withdraw more often than in 2021/22 cannot be said.
        ...
        """
        identity, title = "change-between-years", words.CHANGE
        if not self._directions.about.is_held:
            return tables.sentences(self._directions, words.NOT_HELD, identity=identity, title=title)
        firsts = protect(first_editions(self._endings, ()))
        said = [year_words.opening(self._directions), year_words.answer(self._directions)]
        said += [outcome_words.first_edition(firsts, self._own), year_words.settled(self._directions)]
        said += [words.PUBLISHED] if self.cases.sensitivity != "published" else []
        return tables.sentences(self._directions, *said, identity=identity, title=title)

    def labels(self) -> Shown:
        """How much of its withdrawal the choice between outcome types 15 and 16 could account for.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import profile, read_counts
        >>> kent = profile.describe(read_counts("stalking_2024_25"), "Kent")
        >>> kent.labels()
        Whether a case that fails is recorded as type 14 or 16 (withdrawal) or as evidential difficulties although the
        victim supports action (type 15) is the force's own decision. It recorded 56.4% of its cases as withdrawal and
        28.9% as type 15 (30.3% in all forces). Had every force divided its cases between types 15 and 16 as all did
        together, withdrawal here would be 53.0%, 3.4 percentage points lower, and its rank still 37. That much could be
        a matter of recording.
        """
        said = words.labels(self._beside, self._standings, force=self.force)
        return tables.sentences(self._beside, said, identity="beside-type-15", title=words.LABELS)

    def questions(self) -> Shown:
        """What to ask, each question with the figure that prompts it.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import profile, read_counts
        >>> kent = profile.describe(read_counts("stalking_2024_25"), "Kent")
        >>> kent.questions()
        - Of decided cases with a suspect 57.7% ended in withdrawal; 52.8% in the other forces. How long after the
        suspect is identified do victims withdraw, and what protection did they have by then?
        ...
        """
        facts = asking.facts(self._standings, self._suspects, parts=self._parts, beside=self._beside, force=self.force)
        return tables.questions(asking.chosen(facts), facts, self._standings)

    def _table_measures(self) -> Shown:
        return tables.measures(
            self._standings, force=self.force, ranked=self._ranked, earlier_source=self._years.about.source
        )

    def _table_parts(self) -> Shown:
        clauses = difference_words.clauses(self._parts) if len(self._parts.table) else []
        finding = words.why(self._parts, clauses=clauses, force=self.force)
        finding = finding or difference_words.reasons(self._parts, self._places, force=self.force)
        finding = finding or words.not_compared(self._places, force=self.force)
        return tables.parts(self._parts, finding=finding)


@public
def describe(cases: Counts, force: str) -> Profile:
    """What there is to say of one police force in five minutes, and what to ask its chief constable.

    Parameters
    ----------
    cases
        The cases of one offence in a period, of every force.
    force
        One force, by any of its names.

    Returns
    -------
    Profile
        The result, with its headline, chart and tables.

    Raises
    ------
    ParameterError
        For a force that the counts do not hold, several forces or a nation, and for counts that cannot tell how cases
        ended.
    DisclosureRefused
        For counts of people that are not released.

    Examples
    --------
    >>> from analysis import read_counts
    >>> kent = describe(read_counts("stalking_2024_25"), "Kent")
    >>> kent.tables()
    ('measures', 'parts')
    >>> kent.rows("measures")["measure"].tolist()
    ['Victim withdrew', 'No further action', 'Charged', 'Not yet decided']
    """
    together = "outcomes.endings(cases, measure, force=…) tells how their cases ended together."
    return Profile(cases, reference.one_force(force, otherwise=together))
