"""How far cases get, from the police's record to a conviction, and what it would take for more to be charged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from analysis.answers.answer import Answer
from analysis.counts import courts, yearly
from analysis.counts.counts import Counts
from analysis.counts.courts import Courts
from analysis.disclosure import Protected, protect
from analysis.presentation import blocks, tables, wording
from analysis.presentation.blocks import Shown
from analysis.public import public
from analysis.questions.journey import more_charges, results, words
from analysis.reference import reference
from analysis.shares.rates import rates

__all__ = ["Journey", "follow"]


def __dir__() -> list[str]:
    return __all__


@dataclass(frozen=True, repr=False)
class Journey(Answer):
    """How far cases get, and how many more would be charged if fewer forces lost so many victims on the way.

    Attributes
    ----------
    cases
        The cases of every force.
    force
        The force or nation that the answer is about, or "all".
    """

    cases: Counts
    force: str

    def __post_init__(self) -> None:
        _ = self._charged  # so that what these counts cannot tell is refused before anything is shown

    @cached_property
    def here(self) -> Counts:
        """The cases that the answer is about: those of the force."""
        return self.cases.select(force=self.force)

    @cached_property
    def _courts(self) -> Courts:
        return courts.read()

    @cached_property
    def _charged(self) -> Protected:
        return protect(rates(self.here, "charged"))

    @cached_property
    def _steps(self) -> Protected:
        return protect(results.case_steps(self.here, self._courts))

    @cached_property
    def _more(self) -> Protected:
        return protect(more_charges.more_charges(self.cases))

    @cached_property
    def _beside_the_line(self) -> Protected:
        return protect(more_charges.beside_the_line(self.cases))

    @cached_property
    def _more_by_force(self) -> Protected:
        return protect(more_charges.more_charges_by_force(self.cases))

    @cached_property
    def _charged_by_year(self) -> Protected:
        return protect(results.charged_by_year(yearly.read().of(self.here)))

    @cached_property
    def _courts_by_year(self) -> Protected:
        return protect(results.courts_by_year(self._courts.of(self.here)))

    def headline(self) -> Shown:
        """The share that is charged, what comes to court, and the scenario of more charges.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import journey, read_counts
        >>> stalking = read_counts("offences_2024_25").select(offence="8Q")
        >>> wales = journey.follow(stalking, force="Wales")
        >>> wales.headline()
        About 1 in 10 stalking cases recorded by the police forces of Wales ended in a charge or summons.
        ...
        """
        return blocks.headline(
            wording.opening(self._charged),
            wording.share_sentence(self._charged),
            words.in_court(self._steps),
            words.scenario(self._more, self._beside_the_line),
            words.scenario_here(self._more_by_force, self._steps),
        )

    def key_figures(self) -> Shown:
        """The share charged, defendants convicted, and charges that the scenario would add.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import journey, read_counts
        >>> stalking = read_counts("offences_2024_25").select(offence="8Q")
        >>> wales = journey.follow(stalking, force="Wales")
        >>> wales.key_figures()
        Charged, of all recorded cases: 9.2%, 805 of 8,714 stalking cases recorded by the police forces of Wales in
        2024/25 (95% interval 8.6% to 9.9%)
        ...
        """
        return words.cards(self._charged, self._steps, self._more, self._more_by_force)

    def steps(self) -> Shown:
        """The steps from the police's record to a conviction, each in its own unit.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import journey, read_counts
        >>> stalking = read_counts("offences_2024_25").select(offence="8Q")
        >>> wales = journey.follow(stalking, force="Wales")
        >>> wales.steps()
        Of 8,714 cases recorded 805 ended in a charge so far
        ...
        """
        return words.chart(self._steps)

    def years(self) -> Shown:
        """Cases charged, by the year of recording, above defendants by calendar year.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import journey, read_counts
        >>> stalking = read_counts("offences_2024_25").select(offence="8Q")
        >>> wales = journey.follow(stalking, force="Wales")
        >>> wales.years()
        805 cases of 2024/25 charged; 78 defendants convicted in 2021
        ...
        """
        return words.years_chart(self._charged_by_year, self._courts_by_year)

    def forces(self) -> Shown:
        """How many more would be charged, force by force.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import journey, read_counts
        >>> stalking = read_counts("offences_2024_25").select(offence="8Q")
        >>> wales = journey.follow(stalking, force="Wales")
        >>> wales.forces()
        West Midlands would have the most: 288 more charges
        ...
        """
        return words.forces_chart(self._more_by_force, highlight=self.force)

    def _table_steps(self) -> Shown:
        return tables.table(self._steps, title="Step by step")

    def _table_charged(self) -> Shown:
        return tables.table(self._charged_by_year, title="Cases charged by year")

    def _table_courts(self) -> Shown:
        return tables.table(self._courts_by_year, title="Defendants by calendar year")

    def _table_scenario(self) -> Shown:
        return words.by_ways(self._more)

    def _table_reach(self) -> Shown:
        return words.beside(self._beside_the_line)

    def _table_forces(self) -> Shown:
        return words.forces_table(self._more_by_force)


@public
def follow(cases: Counts, *, force: str | Iterable[str] = "all") -> Journey:
    """How far cases get, from the police's record to a conviction, and what it would take for more to be charged.

    Parameters
    ----------
    cases
        All cases of an offence recorded in a period, of every force.
    force
        The force or forces that the answer is about, as ``Counts.select`` takes them, or "all".

    Returns
    -------
    Journey
        The result, with its headline, charts and tables.

    Raises
    ------
    ParameterError
        For counts that cannot tell who is charged, and a force that they do not hold.

    Examples
    --------
    >>> from analysis import read_counts
    >>> stalking = read_counts("offences_2024_25").select(offence="8Q")
    >>> follow(stalking, force="Wales").tables()
    ('steps', 'charged', 'courts', 'scenario', 'reach', 'forces')
    """
    return Journey(cases, reference.place_or_all(force))
