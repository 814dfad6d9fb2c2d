"""How many cases ended as a measure counts, how the others ended, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from analysis.answers.answer import Answer
from analysis.counts import yearly
from analysis.counts.counts import Counts
from analysis.disclosure import Protected, protect
from analysis.presentation import blocks, tables, wording
from analysis.presentation.blocks import Shown
from analysis.public import public
from analysis.questions.outcomes import charts, words
from analysis.questions.outcomes.labelled import beside_together
from analysis.reference import definitions, measures, reference
from analysis.reference.periods import financial_year
from analysis.shares.first_editions import first_editions
from analysis.shares.rates import rates, split

__all__ = ["Endings", "endings"]
_ALL_FORCES = "all forces together"

_NO_QUARTERS = "These counts are kept in longer periods than a quarter, so nothing is said of quarters."


def __dir__() -> list[str]:
    return __all__


@dataclass(frozen=True, repr=False)
class Endings(Answer):
    """How cases ended: of all forces or of one, beside all forces and beside other offences.

    Attributes
    ----------
    everything
        The cases of every force and offence in the period.
    measure, base
        What is counted, and what shares are out of.
    force, offence
        The force that the answer is about, or "all", and the Home Office's code of the offence.
    """

    everything: Counts
    measure: str
    base: str
    force: str
    offence: str

    def __post_init__(self) -> None:
        _ = self._answer  # so that what these counts cannot tell is refused before anything is shown

    @cached_property
    def cases(self) -> Counts:
        """The cases of the offence, of every force."""
        return self.everything.select(offence=self.offence)

    @cached_property
    def here(self) -> Counts:
        """The cases of the offence that the answer is about: those of the force."""
        return self.cases.select(force=self.force)

    @cached_property
    def _answer(self) -> Protected:
        return protect(rates(self.here, self.measure, base=self.base))

    @cached_property
    def _nation(self) -> Protected:
        return protect(rates(self.cases, self.measure, base=self.base))

    @cached_property
    def _by_type(self) -> Protected:
        return protect(split(self.here, base=self.base, by="outcome_name"))

    @cached_property
    def _by_force(self) -> Protected:
        return protect(rates(self.cases, self.measure, base=self.base, by="force"))

    @cached_property
    def _by_quarter(self) -> Protected:
        return protect(rates(self.here, self.measure, base=self.base, by="quarter"))

    @cached_property
    def _by_offence(self) -> Protected:
        alike = self.everything.select(force=self.force).comparable_to(self.offence)
        return protect(rates(alike, self.measure, base=self.base, by="offence_name"))

    @cached_property
    def _first_edition(self) -> str:
        """That the figures are of the first edition of their year, and where the share settles, where that is known."""
        span, recorded = self.here.coverage.span, protect(rates(self.here, self.measure))
        is_open = (recorded.decided_cases() < recorded.table["cases"]).fillna(False).any()
        is_whole_year = span.label == financial_year(span.first)
        if not (is_open and is_whole_year and self.here.sensitivity == "published" and yearly.is_of(self.here)):
            return ""  # and no other figures are read, which the report would name among those it is made from
        return words.first_edition(protect(first_editions(yearly.read().of(self.here), ())), recorded)

    def headline(self) -> Shown:
        """The share, with what it is out of, beside all forces together; and whether it is of a first edition.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import outcomes, read_counts
        >>> kent = outcomes.endings(read_counts("offences_2024_25"), "victim_withdrawal", force="Kent")
        >>> kent.headline()
        More than half of stalking cases recorded by Kent Police ended because the victim withdrew.
        ...
        """
        beside = wording.beside(self._answer, self._nation, name=_ALL_FORCES)
        said = wording.share_sentence(self._answer), beside, self._first_edition
        return blocks.headline(wording.opening(self._answer), *said)

    def key_figures(self) -> Shown:
        """The share, the same out of the other base, where the counts tell one, and the share charged.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import outcomes, read_counts
        >>> kent = outcomes.endings(read_counts("offences_2024_25"), "victim_withdrawal", force="Kent")
        >>> kent.key_figures()
        Victim withdrew, of all recorded cases: 56.4%, 2,315 of 4,106 stalking cases recorded by Kent Police in 2024/25
        (95% interval 54.9% to 57.9%)
        ...
        """
        other = measures.other_base(self.base, self.here.scheme, counted=self.measure)
        others = [rates(self.here, self.measure, base=base) for base in (other,) if base]
        charged = rates(self.here, "charged", base=self.base)
        return blocks.key_figures(*map(blocks.key_figure, (self._answer, *map(protect, (*others, charged)))))

    def hundred_cases(self) -> Shown:
        """A picture of 100 cases by how they ended.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import outcomes, read_counts
        >>> kent = outcomes.endings(read_counts("offences_2024_25"), "victim_withdrawal", force="Kent")
        >>> kent.hundred_cases()
        The victim withdrew in 56.4% of cases; somebody was charged in 8.5% of cases
        ...
        """
        return charts.hundred_cases(protect(split(self.here, base=self.base)), counted=self.measure)

    def types(self) -> Shown:
        """A bar for each outcome type, those that the measure counts in bold.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import outcomes, read_counts
        >>> kent = outcomes.endings(read_counts("offences_2024_25"), "victim_withdrawal", force="Kent")
        >>> kent.types()
        Suspect identified, victim does not support action: 54.2%, the commonest of the 2 endings counted here
        ...
        """
        return charts.bars(self._by_type, counted=self.measure)

    def forces(self) -> Shown:
        """A dot for each force, with the interval that chance alone would allow, and a line for all together.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import outcomes, read_counts
        >>> kent = outcomes.endings(read_counts("offences_2024_25"), "victim_withdrawal", force="Kent")
        >>> kent.forces()
        Kent: 56.4%, above all forces together
        ...
        """
        return charts.dots(self._by_force, line=wording.line(self._nation, _ALL_FORCES), highlight=self.force)

    def quarters(self) -> Shown:
        """The share by the quarter in which cases were recorded; that there is none of counts kept by year.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import outcomes, read_counts
        >>> kent = outcomes.endings(read_counts("offences_2024_25"), "victim_withdrawal", force="Kent")
        >>> kent.quarters()
        Between 53.8% and 58.7% in each quarter
        ...
        """
        return charts.quarters(self._by_quarter) if self.here.coverage.is_by_quarter else blocks.nothing(_NO_QUARTERS)

    def offences(self) -> Shown:
        """The share of the offences that a reader would set beside this one.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import outcomes, read_counts
        >>> kent = outcomes.endings(read_counts("offences_2024_25"), "victim_withdrawal", force="Kent")
        >>> kent.offences()
        From 29.3% for racially or religiously aggravated harassment to 71.0% for controlling or coercive behaviour,
        among 5 offences known well enough
        ...
        """
        own = self._answer.about.offence
        if len(self.cases.offences) > 1:  # which are rows here: none is tested against a line that it is a part of
            return charts.dots(self._by_offence)
        return charts.dots(self._by_offence, line=wording.line(self._answer, own.lower()), highlight=own)

    def _table_types(self) -> Shown:
        return tables.table(self._by_type, title="How the cases ended, by outcome type")

    def _table_forces(self) -> Shown:
        """Withdrawal beside two shares that do not depend on a label; another measure by itself."""
        title = "By police force"
        if self.measure != "victim_withdrawal":
            return tables.table(self._by_force, title=title)
        beside = protect(beside_together(self.cases, self.measure, base=self.base))
        columns = ("force", "events", "cases", "share", "low", "high", "openness", "rank")
        labels = ("one_split_share", "one_split_rank", "together_share", "parting")
        finding = words.parted(beside, force=self.force)
        return tables.table(beside, title=title, finding=finding, columns=(*columns, *labels))

    def _table_quarters(self) -> Shown:
        has_quarters = self.here.coverage.is_by_quarter
        return tables.table(self._by_quarter, title="By quarter of recording") if has_quarters else blocks.nothing()

    def _table_offences(self) -> Shown:
        return tables.table(self._by_offence, title="By offence")


@public
def endings(
    cases: Counts,
    measure: str,
    *,
    base: str = "recorded",
    force: str | Iterable[str] = "all",
    offence: str | Iterable[str] = "8Q",
) -> Endings:
    """How many cases ended as a measure counts, how the others ended, and where.

    Parameters
    ----------
    cases
        The cases of a period, of every force and offence that the answer is to be set beside.
    measure
        What is counted: "victim_withdrawal", "no_further_action", "charged"; ``measures.MEASURES`` has all, and
        ``measures.own`` makes others.
    base
        What shares are out of: "recorded", "decided" or "with_suspect".
    force
        The force or forces that the answer is about, as ``Counts.select`` takes them, or "all".
    offence
        The offence by its code or name, or several; "8Q" is stalking.

    Returns
    -------
    Endings
        The result, with its headline, charts and tables.

    Raises
    ------
    ParameterError
        For a measure or base that does not exist or that these counts cannot tell, and a force or offence that they do
        not hold.

    Examples
    --------
    >>> from analysis import read_counts
    >>> withdrawn = endings(read_counts("offences_2024_25"), "victim_withdrawal", force="Kent")
    >>> withdrawn.tables()
    ('types', 'forces', 'quarters', 'offences')
    >>> withdrawn.rows("quarters")["quarter"].tolist()
    ['2024/25 Q1', '2024/25 Q2', '2024/25 Q3', '2024/25 Q4']
    """
    place = reference.place_or_all(force)
    named, out_of = definitions.measure(measure).name, measures.base(base).name
    return Endings(cases, named, out_of, place, reference.offences_called(offence))
