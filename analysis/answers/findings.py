"""Whether the published findings come out of the figures that are held, and out of what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analysis.answers.answer import Answer
from analysis.counts import yearly
from analysis.counts.counts import Counts
from analysis.disclosure import Protected, protect
from analysis.errors import ParameterError, offer
from analysis.presentation import blocks, tables
from analysis.presentation.blocks import Shown
from analysis.presentation.wording import Line
from analysis.public import public
from analysis.questions.findings import charts, ways, words
from analysis.questions.findings.charge_rates import national_charge_rates, printed_charge_rates
from analysis.questions.findings.later_matches import later_matches
from analysis.questions.findings.samples import sample_sizes
from analysis.questions.findings.specifications import choices, specifications
from analysis.questions.findings.verdicts import evidence, verdicts
from analysis.questions.outcomes import charts as endings
from analysis.questions.outcomes import words as labels
from analysis.questions.outcomes.labelled import beside_together
from analysis.reference import findings
from analysis.reference.findings import Finding
from analysis.shares.definitions import ceiling, definitions
from analysis.shares.rates import rates, split
from analysis.shares.year_bounds import rates_in

__all__ = ["Findings", "judge"]

LONDON = "Metropolitan Police"
#: The finding of the London review that each measure is set beside.
PRINTED = {"victim_withdrawal": "london-withdrew", "no_further_action": "london-no-action", "attrition": "london-both"}
#: The findings that most people quote, in the order of the report.
TEN = (
    *PRINTED.values(),
    "nationwide",
    "london-stalking-over-40",
    "bbc22-withdrew",
    "charged-2021-recorded",
    "charged-2021-outcomes",
    "bbc22-volume",
    "bbc22-column",
)


def __dir__() -> list[str]:
    return __all__


@dataclass(frozen=True, repr=False)
class Findings(Answer):
    """Every printed finding with its verdict, and the London review's figures beside every way of counting them.

    Attributes
    ----------
    cases
        Stalking cases of every force in the year that the pictures are of.
    recorded
        Recorded cases over all years, for the changes in what is counted between them.
    """

    cases: Counts
    recorded: Counts

    def __post_init__(self) -> None:
        _ = self._london  # so that counts without London are refused before anything is shown
        if self.cases.offences != (yearly.OFFENCE,):
            raise ParameterError(
                f"judge() sets stalking cases beside what is printed of them, and counts '{self.cases.name}' are of "
                f'{self.cases.crime or "other cases"}. Narrow them: cases.select(offence="stalking").'
            )

    @cached_property
    def _london(self) -> Counts:
        return self.cases.select(force=LONDON)

    @cached_property
    def _printed(self) -> tuple[Finding, ...]:
        return findings.every()

    @cached_property
    def _verdicts(self) -> Protected:
        return protect(verdicts(self._printed))

    @cached_property
    def _evidence(self) -> Protected:
        return protect(evidence(self._printed))

    @cached_property
    def _later(self) -> Protected:
        return protect(later_matches(self._printed))

    def headline(self) -> Shown:
        """What became of the 45%, the 41%, both together and "the same everywhere", and how many findings hold.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import findings, read_counts
        >>> printed = findings.judge(read_counts("stalking_2024_25"), read_counts("stalking_recorded"))
        >>> printed.headline()
        The 45% of London cases that ended in withdrawal is consistent with police figures of 2020/21, which is weak
        evidence: 1 of 6 ways of counting matches it, and so would the figures of 6 of 44 forces.
        ...
        """
        judged, ways_counted, later = self._verdicts, self._evidence, self._later
        others = ("london-no-action", "london-both", "nationwide")
        return blocks.headline(
            words.opening(judged, ways_counted, "london-withdrew"),
            words.in_full(ways_counted, later, "london-withdrew"),
            *(words.sentence(judged, ways_counted, later, name) for name in others),
            words.tally(judged),
        )

    def key_figures(self) -> Shown:
        """The share that withdrew in the review's own years, in London and in all forces.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import findings, read_counts
        >>> printed = findings.judge(read_counts("stalking_2024_25"), read_counts("stalking_recorded"))
        >>> printed.key_figures()
        Victim withdrew, 2020/21; printed as 45%: 44.5%, 3,502 of 7,873 stalking cases recorded by the Metropolitan
        Police in 2020/21 and since decided (95% interval 43.4% to 45.6%)
        ...
        """
        london, printed = yearly.read().of(LONDON), findings.finding("london-withdrew")
        shares = (
            rates_in(london, "2020/21", printed.measure),
            rates_in(london, "2021/22", printed.measure),
            rates_in(yearly.read(), "2021/22", printed.measure),
        )
        return blocks.key_figures(
            *(blocks.key_figure(protect(share), label=words.beside(printed, share)) for share in shares)
        )

    def verdicts(self) -> Shown:
        """Every finding with its verdict and what the verdict rests on, one by one.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import findings, read_counts
        >>> printed = findings.judge(read_counts("stalking_2024_25"), read_counts("stalking_recorded"))
        >>> printed.verdicts()
        London: victims who withdrew from the justice process
        ...
        """
        return words.verdicts(self._verdicts, self._evidence, self._later)

    def hundred_cases(self) -> Shown:
        """A picture of 100 London cases by how they ended.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import findings, read_counts
        >>> printed = findings.judge(read_counts("stalking_2024_25"), read_counts("stalking_recorded"))
        >>> printed.hundred_cases()
        In 45 of every 100 cases the victim withdrew; in 12 somebody was charged
        ...
        """
        return endings.hundred_cases(protect(split(self._london)))

    def definitions(self, measure: str) -> Shown:
        """Every reading of a measure in London, out of every base, beside the printed share.

        Parameters
        ----------
        measure
            "victim_withdrawal", "no_further_action" or "attrition", which is both.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import findings, read_counts
        >>> printed = findings.judge(read_counts("stalking_2024_25"), read_counts("stalking_recorded"))
        >>> printed.definitions("victim_withdrawal")
        From 40.8% to 54.9%: 2 of 5 ways of counting give the 45% printed
        ...
        """
        return charts.definitions(protect(definitions(self._london, measure)), line=_line(measure))

    def specifications(self, measure: str) -> Shown:
        """Every combination of choices in counting a measure in London, in order of its share, beside the printed one.

        Parameters
        ----------
        measure
            "victim_withdrawal" or "no_further_action".

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import findings, read_counts
        >>> printed = findings.judge(read_counts("stalking_2024_25"), read_counts("stalking_recorded"))
        >>> printed.specifications("victim_withdrawal")
        25 ways of counting give 39.6% to 57.2%; the 45% printed is given by 3 of them
        ...
        """
        return ways.specification_curve(protect(specifications(self._london, measure)), line=_line(measure))

    def sample_sizes(self, measure: str) -> Shown:
        """How wide the interval of the printed share would be at each size of the sample, which is not known.

        Parameters
        ----------
        measure
            "victim_withdrawal" or "no_further_action".

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import findings, read_counts
        >>> printed = findings.judge(read_counts("stalking_2024_25"), read_counts("stalking_recorded"))
        >>> printed.sample_sizes("victim_withdrawal")
        What the 45% printed would be worth: from 100 cases, 35.6% to 54.8%; from 5,000 cases, 43.6% to 46.4%
        ...
        """
        line = _line(measure)
        return charts.sample_sizes(protect(sample_sizes(findings.finding(PRINTED[measure]))), line=line)

    def forces(self) -> Shown:
        """The share that withdrew in every force, beside the printed one.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import findings, read_counts
        >>> printed = findings.judge(read_counts("stalking_2024_25"), read_counts("stalking_recorded"))
        >>> printed.forces()
        27 of 41 forces are at or above the 45% printed, those with many open cases left out
        ...
        """
        by_force = protect(rates(self.cases, "victim_withdrawal", by="force"))
        return endings.dots(by_force, line=_line("victim_withdrawal"), highlight=LONDON)

    def _table_ten(self) -> Shown:
        judged = protect(verdicts(findings.named(*TEN)))
        return words.table(judged, self._evidence, self._later, title="Ten findings and their verdicts")

    def _table_later(self) -> Shown:
        columns = ("printed", "definition", "base", "ways", "fitting", "forces", "forces_fitting")
        return tables.table(self._later, title="The London figures in a later year", columns=columns)

    def _table_ceiling(self) -> Shown:
        most = protect(ceiling(self._london, "victim_withdrawal", "no_further_action"))
        columns = ("measure", "events", "cases", "share")
        return tables.table(most, title="If every case still open ended so", columns=columns)

    def _table_definitions(self) -> Shown:
        return tables.table(protect(definitions(self._london, *PRINTED)), title="Every way of counting")

    def _table_choices(self) -> Shown:
        moved = protect(choices(specifications(self._london, *PRINTED)))
        title = "What each choice moves, in percentage points"
        return tables.table(moved, title=title, note=ways.moved_most(moved))

    def _table_forces(self) -> Shown:
        beside = protect(beside_together(self.cases, "victim_withdrawal"))
        columns = ("force", "events", "cases", "share", "low", "high", "openness", "together_share", "parting")
        finding = labels.parted(beside, force=LONDON)
        return tables.table(beside, title="Withdrew, by police force", finding=finding, columns=columns)

    def _table_national_rates(self) -> Shown:
        title = "Printed charge rates for stalking, England and Wales"
        columns = ("year", "publisher", "printed", "base")
        return tables.table(protect(national_charge_rates()), title=title, columns=columns)

    def _table_breaks(self) -> Shown:
        return tables.breaks(self.recorded)

    def _table_force_rates(self) -> Shown:
        by_force = protect(printed_charge_rates("2020/21"))
        title = "Charged, April to December 2020, as printed and as its counts give"
        return tables.table(by_force, title=title, note=words.agreement(by_force))


def _line(measure: str) -> Line:
    """The printed share of a measure, as a line in its chart. Raises ParameterError for a measure that has none."""
    if measure not in PRINTED:
        near, there = offer(measure, PRINTED), ", ".join(PRINTED)
        raise ParameterError(f"No finding on '{measure[:80]}' was printed of London.{near} There are: {there}.")
    return words.line(findings.finding(PRINTED[measure]))


@public
def judge(cases: Counts, recorded: Counts) -> Findings:
    """Judge every printed finding by the figures that are held, in the years that it speaks of.

    Parameters
    ----------
    cases
        Stalking cases of every force in a year in which every outcome type is told apart: the pictures are of these.
    recorded
        Cases of stalking recorded over all years, whose changes of counting are listed.

    Returns
    -------
    Findings
        The result, with its headline, charts and tables.

    Raises
    ------
    ParameterError
        For counts without the Metropolitan Police, or of other offences than stalking.

    Examples
    --------
    >>> from analysis import read_counts
    >>> printed = judge(read_counts("stalking_2024_25"), read_counts("stalking_recorded"))
    >>> len(printed.rows("ten"))
    10
    """
    return Findings(cases, recorded)
