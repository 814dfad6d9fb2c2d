"""Is one police force different, or is it the same everywhere, and what makes the difference?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from analysis.answers.answer import Answer
from analysis.counts.counts import Counts
from analysis.counts.joined import well_joined
from analysis.disclosure import Protected, protect
from analysis.presentation import blocks, tables
from analysis.presentation.blocks import Shown
from analysis.public import public
from analysis.questions.comparison import comparisons, funnel_chart, league_chart, words
from analysis.questions.comparison.league import against, league, levels, moved
from analysis.questions.comparison.results import NO_SHARE, compared, funnel, outliers, spread, spread_together
from analysis.questions.difference import charts as difference_charts
from analysis.questions.difference import words as difference_words
from analysis.questions.difference.results import difference
from analysis.questions.outcomes import mix
from analysis.questions.outcomes import words as label_words
from analysis.questions.outcomes.labelled import beside_together, labels_cancel
from analysis.reference import definitions, measures, reference
from analysis.shares.rates import Rates, rates
from analysis.shares.standardisation import standardised
from analysis.shares.suspicion import suspected

__all__ = ["Comparison", "compare"]

_PLACES = ("force", "events", "cases", "share", "position", "allowed_position", "openness", "of_decided_share")
_OUTLIERS = ("allowance", "level", "below", "above", "outside")
_RANKS = ("force", "share", "pooled_share", "low_pooled_share", "high_pooled_share", "rank", "low_rank", "high_rank")
_LABELS = ("force", "share", "rank", "one_split_share", "one_split_rank", "together_share", "decided_together_share")


def __dir__() -> list[str]:
    return __all__


@dataclass(frozen=True, repr=False)
class Comparison(Answer):
    """Police forces set beside each other by a measure, and one of them against all others.

    Attributes
    ----------
    received
        The cases of every force as they came.
    measure, base
        What is counted, and what shares are out of.
    force
        The force that is set against the others.
    group
        Forces that it is set against beside all others: names with commas between them, under a name of their own or
        none; or "".

    Notes
    -----
    The tables: ``gaps``, the force against all others and against the group; ``parts``, what makes its distance from
    the others; ``places``, each force against the typical one; ``outliers``, how many lie outside the limits;
    ``heterogeneity``, how much forces differ beyond chance; ``ranks``, each with its interval; ``labels``, withdrawal
    beside types 14, 15 and 16; ``moves``, ranks out of two bases; ``mix``, shares with the offences of all forces;
    ``levels``, what would be different if no force stood worse than a mark.
    """

    received: Counts
    measure: str
    base: str
    force: str
    group: str

    def __post_init__(self) -> None:
        _ = self._own, self._gaps  # so that what these counts cannot tell is refused before anything is shown

    @cached_property
    def cases(self) -> Counts:
        """The cases that are compared: those of forces most of whose crimes could be followed to an outcome."""
        return well_joined(self.received)

    def _by_force(self, base: str) -> Rates:
        return rates(self.cases, self.measure, base=base, by="force")

    @cached_property
    def _shares(self) -> Rates:
        return self._by_force(self.base)

    @cached_property
    def _other_base(self) -> str:
        return measures.other_base(self.base, self.received.scheme, counted=self.measure)

    @cached_property
    def _own(self) -> Protected:
        return protect(rates(self.received.select(force=self.force), self.measure, base=self.base))

    @cached_property
    def _places(self) -> Protected:
        return protect(compared(self._shares))

    @cached_property
    def _spread(self) -> Protected:
        return protect(spread(self._shares))

    @cached_property
    def _gaps(self) -> Protected:
        return protect(against(self._shares, self.force, group=self.group))

    @cached_property
    def _parts(self) -> Protected:
        return protect(difference(self.cases, self.measure, force=self.force, base=self.base))

    @cached_property
    def _ranks(self) -> Protected:
        return protect(league(self._shares))

    @cached_property
    def _moves(self) -> Protected:
        return protect(moved(self._shares, self._by_force(self._other_base) if self._other_base else None))

    @cached_property
    def _suspicion(self) -> Protected | None:
        """What was suspected of every force, put to both bases; None where only one can be told."""
        if not measures.other_base("recorded", self.received.scheme, counted=self.measure):
            return None
        return protect(suspected(self._by_force("recorded"), self._by_force("with_outcome")))

    def headline(self) -> Shown:
        """The verdict, what the difference is made of, and the numbers behind both.

        Returns
        -------
        Shown
            Whether it is the same everywhere and whether the force is an exception; how far it lies from the others,
            and why; which forces are not compared; how high and how wide shares lie, what that distance is worth beside
            them, and what was suspected.

        Examples
        --------
        >>> from analysis import comparison, read_counts
        >>> forces = comparison.compare(read_counts("stalking_2024_25"), "victim_withdrawal", force="Kent")
        >>> forces.headline()
        In every force stalking cases ended because the victim withdrew, but not to the same extent. Kent Police is
        further above the typical force (47.4%) than chance alone explains, though forces commonly differ that much.
        ...
        """
        distance = words.distance(self._places, self._gaps, force=self.force)
        return blocks.headline(
            words.opening(self._places, self._spread, force=self.force),
            f"{distance} {difference_words.reasons(self._parts, self._places, force=self.force)}".strip(),
            words.left_out(self.received),
            *words.answer(self._places, self._spread, self._gaps, force=self.force, suspected=self._suspicion),
        )

    def key_figures(self) -> Shown:
        """The share of the force, that of all forces together, and its own out of the other base, where there is one.

        Returns
        -------
        Shown
            Each with what it is out of and its 95% interval (Wilson's).

        Examples
        --------
        >>> from analysis import comparison, read_counts
        >>> forces = comparison.compare(read_counts("stalking_2024_25"), "victim_withdrawal", force="Kent")
        >>> forces.key_figures()
        Victim withdrew, Kent: 56.4%, 2,315 of 4,106 stalking cases recorded by Kent Police in 2024/25 (95% interval
        54.9% to 57.9%)
        ...
        """
        together = protect(rates(self.cases, self.measure, base=self.base))
        own = self.received.select(force=self.force)
        others = (protect(rates(own, self.measure, base=base)) for base in (self._other_base,) if base)
        placed = (blocks.key_figure(share, label=self._with_place(share)) for share in (self._own, together))
        return blocks.key_figures(*placed, *map(blocks.key_figure, others))

    def why(self) -> Shown:
        """A waterfall from the share of all others to that of the force, a step for each part of the difference.

        Returns
        -------
        Shown
            The figure; nothing where the difference is not split: too few cases or forces, or one factor only.

        References
        ----------
        Das Gupta 1993, Standardization and Decomposition of Rates: A User's Manual, US Bureau of the Census, P23-186,
        chapter 2.

        Examples
        --------
        >>> from analysis import comparison, read_counts
        >>> forces = comparison.compare(read_counts("stalking_2024_25"), "victim_withdrawal", force="Kent")
        >>> forces.why()
        Kent: 7.0 points above the other forces, mainly because more of its decided cases with a suspect ended because
        the victim withdrew
        ...
        """
        return difference_charts.why(self._parts, force=self.force)

    def funnel(self) -> Shown:
        """Each force's share against its cases, with limits of chance and limits that allow for forces that differ.

        Returns
        -------
        Shown
            The figure; one without a plot, which says why, where nothing can be compared.

        References
        ----------
        Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202.

        Examples
        --------
        >>> from analysis import comparison, read_counts
        >>> forces = comparison.compare(read_counts("stalking_2024_25"), "victim_withdrawal", force="Kent")
        >>> forces.funnel()
        33 of 41 forces are outside the limits of chance; one still is outside those that allow for differences between
        forces
        ...
        """
        return funnel_chart.funnel(self._places, protect(funnel(self._shares)), highlight=self.force, group=self.group)

    def ranks(self) -> Shown:
        """Each force's share with chance taken out, and between which ranks it may lie.

        Returns
        -------
        Shown
            The figure, the lowest share first; one without a plot, which says why, where nothing can be ranked.

        References
        ----------
        Goldstein and Spiegelhalter 1996, Journal of the Royal Statistical Society A 159: 385-443.

        Examples
        --------
        >>> from analysis import comparison, read_counts
        >>> forces = comparison.compare(read_counts("stalking_2024_25"), "victim_withdrawal", force="Kent")
        >>> forces.ranks()
        For half of the forces, chance alone could give any of 7 places or more
        ...
        """
        return league_chart.ranks(self._ranks, highlight=self.force, group=self.group)

    def moves(self) -> Shown:
        """The forces whose rank depends most on what shares are out of: rank by rank, out of two bases.

        Returns
        -------
        Shown
            The figure, those that move furthest first; one without a plot, which says why, where none moves.

        Examples
        --------
        >>> from analysis import comparison, read_counts
        >>> forces = comparison.compare(read_counts("stalking_2024_25"), "victim_withdrawal", force="Kent")
        >>> forces.moves()
        11 forces move three places or more when the base is decided cases
        ...
        """
        return league_chart.rank_moves(self._moves, base=self.base, other=self._other_base, highlight=self.force)

    def _table_gaps(self) -> Shown:
        finding = comparisons.gap(self._gaps, force=self.force, group=self.group)
        note = "Differences are in percentage points"
        return tables.table(self._gaps, title="One force against others", finding=finding, note=note)

    def _table_parts(self) -> Shown:
        return difference_charts.why_in_numbers(self._parts)

    def _table_places(self) -> Shown:
        places = self._places.table[["position", "allowed_position"]]
        is_placed = not places.isin([NO_SHARE]).all(axis=None)
        note = "Below and above: outside the narrower limits. Far below and far above: outside the wider ones"
        note = note if is_placed else ""
        return tables.table(self._places, title="Each force against the typical one", note=note, columns=_PLACES)

    def _table_outliers(self) -> Shown:
        outside = protect(outliers(self._shares))
        pooled = protect(spread_together(self.cases, self.measure))
        finding = comparisons.outliers(outside, self._places, self._spread, pooled)
        return tables.table(outside, title="Forces outside the limits", finding=finding, columns=_OUTLIERS)

    def _table_heterogeneity(self) -> Shown:
        return comparisons.heterogeneity(self._spread)

    def _table_ranks(self) -> Shown:
        finding = comparisons.place(self._ranks, force=self.force)
        return tables.table(self._ranks, title="Forces by rank", finding=finding, columns=_RANKS)

    def _table_labels(self) -> Shown:
        beside = protect(beside_together(self.cases, self.measure, base=self.base))
        finding = label_words.parted(beside, protect(labels_cancel(self.cases, self.measure)), force=self.force)
        title = "Withdrawal beside types 14, 15 and 16"
        return tables.table(beside, title=title, finding=finding, columns=(*_LABELS, "parting"))

    def _table_moves(self) -> Shown:
        finding = comparisons.moves(self._moves, self._ranks, base=self.base, other=self._other_base)
        return tables.table(self._moves, title="Rank by rank, out of two bases", finding=finding)

    def _table_mix(self) -> Shown:
        return mix.table(protect(standardised(self.cases, self.measure, base=self.base)), force=self.force)

    def _table_levels(self) -> Shown:
        levelled = protect(levels(self._shares, covered=self.cases))
        return tables.table(levelled, title="What would be different", finding=comparisons.levelling(levelled))


@public
def compare(
    cases: Counts,
    measure: str,
    *,
    base: str = "recorded",
    force: str | Iterable[str] = "Metropolitan Police",
    group: str | Iterable[str] = "",
) -> Comparison:
    """Police forces set beside each other by a measure, and one of them against all others.

    Parameters
    ----------
    cases
        The cases of a period and an offence as they came, of every force.
    measure
        What is counted: "victim_withdrawal", "no_further_action", "charged"; ``measures.MEASURES`` has all, and
        ``measures.own`` makes others.
    base
        What shares are out of: "recorded", "decided" or "with_suspect".
    force
        The force to set against the others.
    group
        Forces to set it against beside all others, such as those most like it: a list, or names with commas between
        them, after a name of their own and a colon ("Eastern: Norfolk, Suffolk, Essex") or without. Charts mark them.

    Returns
    -------
    Comparison
        The result, with its headline, charts and tables.

    Raises
    ------
    ParameterError
        For a measure or base that does not exist or that these counts cannot tell, a force that they do not hold, and a
        name in the group that is no force.
    DisclosureRefused
        For counts of people that are not released.

    Examples
    --------
    >>> from analysis import read_counts
    >>> forces = compare(read_counts("stalking_2024_25"), "victim_withdrawal", force="Kent", group="Essex, Surrey")
    >>> forces.tables()
    ('gaps', 'parts', 'places', 'outliers', 'heterogeneity', 'ranks', 'labels', 'moves', 'mix', 'levels')
    >>> forces.rows("gaps")["compared_with"].tolist()
    ['the 43 other forces', 'the 2 forces of the group']
    >>> forces.rows("outliers")["outside"].tolist()
    [36, 34, 36, 2, 0, 0]
    """
    named, out_of = definitions.measure(measure).name, measures.base(base).name
    one = reference.one_force(force, otherwise="between() sets them against all others, or another place.")
    return Comparison(cases, named, out_of, one, group if isinstance(group, str) else ", ".join(group))
