"""For a question of one's own: read counts, take shares of them that show themselves, set two places side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.answers.answer import Answer, Rows
from analysis.counts import counts
from analysis.counts.counts import Counts
from analysis.disclosure import Protected, protect
from analysis.errors import ParameterError, offer
from analysis.presentation import blocks, tables, wording
from analysis.presentation.blocks import Shown
from analysis.presentation.drawing.marked import Marked
from analysis.public import Public, public
from analysis.questions.outcomes import charts
from analysis.questions.two_places import results as two_places
from analysis.questions.two_places import words
from analysis.reference import definitions, measures, reference
from analysis.safe_words import safe
from analysis.shares import rates as shares
from analysis.system import injected


@public
def read_counts(name: str) -> Counts:
    """A set of counts.

    Parameters
    ----------
    name
        What the set is called; 'attrition list counts' shows all. "latest" is the newest whole year that is held, and
        "stalking_outcomes" is stalking in all years that are.

    Returns
    -------
    Counts
        Cases by force, period, outcome and what else the set is kept by, with what they cover and where they are from.

    Raises
    ------
    ParameterError
        When there is no set of this name: with the nearest that there is; and when papermill was given a parameter that
        the notebook does not declare.
    DataRefused
        When its file does not keep its contract.

    Examples
    --------
    >>> kent = read_counts("stalking_2024_25").select(force="Kent")
    >>> kent.forces
    ('Kent',)
    """
    injected.check()
    return counts.read(name)


@dataclass(frozen=True, repr=False)
class Shares(Public):
    """Shares of some cases, a row for each force, quarter or whatever they were taken by, as they may be shown."""

    protected: Protected

    def rows(self) -> pd.DataFrame:
        """The rows as data.

        Returns
        -------
        pd.DataFrame
            Labels, ``events`` of ``cases``, and ``share``, 0 to 1, with its 95% interval ``low`` to ``high``.

        Examples
        --------
        >>> from analysis import rates, read_counts
        >>> kent = read_counts("stalking_2024_25").select(force="Kent")
        >>> rates(kent, "charged", by="quarter").rows()[["quarter", "events", "cases", "share"]]
              quarter  events  cases     share
        0  2024/25 Q1      85   1023  0.083089
        1  2024/25 Q2      96   1131  0.084881
        2  2024/25 Q3      76    951  0.079916
        3  2024/25 Q4      90   1001   0.08991
        """
        return Rows(self.protected.table)

    def sentence(self) -> str:
        """The share in a sentence, with what it is out of; of one share alone.

        Returns
        -------
        str
            The sentence.

        Raises
        ------
        ParameterError
            For several shares: with how to come to one.

        Examples
        --------
        >>> from analysis import rates, read_counts
        >>> kent = rates(read_counts("stalking_2024_25").select(force="Kent"), "charged")
        >>> kent.sentence()
        '347 of 4,106 stalking cases recorded by Kent Police in 2024/25 (8.5%) ended in a charge or summons.'
        """
        return wording.share_sentence(self.protected)

    def headline(self) -> Shown:
        """The share as an answer: a short sentence, then the one with its numbers; of one share alone.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import rates, read_counts
        >>> kent = rates(read_counts("stalking_2024_25").select(force="Kent"), "charged")
        >>> kent.headline()
        Under 1 in 10 stalking cases recorded by Kent Police ended in a charge or summons.
        ...
        """
        return blocks.headline(wording.opening(self.protected), self.sentence())

    def key_figure(self) -> Shown:
        """The share as a number that matters, with its interval; of one share alone.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import rates, read_counts
        >>> kent = rates(read_counts("stalking_2024_25").select(force="Kent"), "charged")
        >>> kent.key_figure()
        Charged, of all recorded cases: 8.5%, 347 of 4,106 stalking cases recorded by Kent Police in 2024/25 (95%
        interval 7.6% to 9.3%)
        """
        return blocks.key_figures(blocks.key_figure(self.protected))

    def table(self, title: str) -> Shown:
        """All rows.

        Parameters
        ----------
        title
            What stands above them.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import rates, read_counts
        >>> forces = rates(read_counts("stalking_2024_25"), "charged", by="force")
        >>> forces.table("Charged, by force")
        Charged, by force
        Police force              Charged  Out of  Share  95% interval, lower  95% interval, upper ...
        Avon and Somerset             322   5,575   5.8%                 5.2%                 6.4% ...
        ...
        """
        return tables.table(self.protected, title=title)

    def dots(self, *, highlight: str = "") -> Shown:
        """A dot and its interval for each row, the highest share first.

        Parameters
        ----------
        highlight
            The label of the row that stands out, or several forces ("Kent, Essex"); none when empty.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Raises
        ------
        ParameterError
            For a label that no row has, and for cases that were ``split``.

        Examples
        --------
        >>> from analysis import rates, read_counts
        >>> forces = rates(read_counts("stalking_2024_25"), "charged", by="force")
        >>> forces.dots(highlight="Kent")
        From 4.8% in Gloucestershire to 15.5% in Cambridgeshire, among 40 forces known well enough
        ...
        """
        if self.protected.by[0] in shares.SPLITS:
            raise ParameterError("How cases ended is no share of one ending: bars() shows it, and hundred_cases().")
        return charts.dots(self.protected, highlight=self._label(highlight))

    def _label(self, highlight: str) -> str:
        """What is to stand out as rows call it. Raises ParameterError where there is no such row."""
        by, labels = self.protected.by[0], self.protected.table[self.protected.by[0]].astype(str)
        chosen = reference.place_named(highlight) if highlight and by == "force" else highlight
        marked = Marked.of(chosen, by=by)
        if chosen and not any(label in marked for label in labels):
            near = offer(chosen, labels)
            raise ParameterError(
                f"These shares have no row '{safe(chosen[:80])}' that could stand out.{near} rows() shows all."
            )
        return chosen

    def quarters(self) -> Shown:
        """The share quarter by quarter; of shares that were taken by "quarter".

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import rates, read_counts
        >>> kent = rates(read_counts("stalking_2024_25").select(force="Kent"), "charged", by="quarter")
        >>> kent.quarters()
        Between 8.0% and 9.0% in each quarter
        ...
        """
        self._only_by("quarter", how='rates(…, by="quarter")')
        return charts.quarters(self.protected)

    def bars(self) -> Shown:
        """How cases ended, a bar each; of cases that were ``split``.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, split
        >>> kent = split(read_counts("stalking_2024_25").select(force="Kent"))
        >>> kent.bars()
        The commonest ending: the victim withdrew, 56.4%
        ...
        """
        self._only_by("disposition", "outcome_name", how="split(…)")
        return charts.bars(self.protected)

    def hundred_cases(self) -> Shown:
        """A picture of 100 cases by how they ended; of cases that were ``split`` by "disposition".

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, split
        >>> kent = split(read_counts("stalking_2024_25").select(force="Kent"))
        >>> kent.hundred_cases()
        The victim withdrew in 56.4% of cases; somebody was charged in 8.5% of cases
        ...
        """
        self._only_by("disposition", how="split(…)")
        return charts.hundred_cases(self.protected)

    def _only_by(self, *labels: str, how: str) -> None:
        """Refuse a chart of shares that were taken by something else."""
        if (by := self.protected.by[0]) not in labels:
            raise ParameterError(f"These shares are by {by}, which this chart does not show. It shows {how}.")

    def _itself(self) -> Shown:
        """What the shares show by themselves: the table of all rows."""
        about = self.protected.about
        sentence = self.sentence() if len(self.protected.table) == 1 else ""
        title = f"{reference.label_of(about.place)}, {about.period}"
        return tables.table(self.protected, title=title, finding=sentence)

    def __repr__(self) -> str:
        """The shares as a plain shell shows them: their rows, and of one row its sentence."""
        return repr(self._itself())

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return self._itself()._repr_mimebundle_()


@public
def rates(cases: Counts, measure: str, *, base: str = "recorded", by: str = "") -> Shares:
    """The share of cases that a measure counts, with its 95% interval.

    Parameters
    ----------
    cases
        The cases, narrowed by ``select`` to what is asked about.
    measure
        What to count: "victim_withdrawal", "no_further_action", "charged"; ``measures.MEASURES`` has all, and
        ``measures.own`` makes others.
    base
        What shares are out of: "recorded", "decided" or "with_suspect".
    by
        What to take shares by: "force", "month", "quarter" or "offence_name"; all cases together when empty.

    Returns
    -------
    Shares
        One row for each label, or one in all. Of counts of people there is only what was released.

    Raises
    ------
    ParameterError
        For a measure or base that does not exist, or that these counts cannot tell, and for months or quarters of
        counts that are kept in longer periods.

    Examples
    --------
    >>> cases = read_counts("stalking_2024_25")
    >>> rates(cases, "charged", by="force").rows()["force"].nunique()
    44
    """
    return Shares(protect(shares.rates(cases, definitions.measure(measure), base=base, by=by)))


@public
def split(cases: Counts, *, base: str = "recorded", by: str = "disposition") -> Shares:
    """How cases ended: the share of every ending.

    Parameters
    ----------
    cases
        The cases, narrowed by ``select`` to what is asked about.
    base
        What shares are out of: "recorded", "decided" or "with_suspect".
    by
        "disposition" for groups of endings, as a picture of 100 cases shows them, "outcome_name" for every type.

    Returns
    -------
    Shares
        A row for each ending, those without a case too.

    Raises
    ------
    ParameterError
        For a base that does not exist, or that these counts cannot tell.

    Examples
    --------
    >>> from analysis import read_counts, split
    >>> kent = read_counts("stalking_2024_25").select(force="Kent", offence="Stalking")
    >>> split(kent).rows()[["disposition", "events"]].head(3)
                disposition  events
    0   The victim withdrew    2315
    1     No further action    1298
    2  Charged or summonsed     347
    """
    return Shares(protect(shares.split(cases, base=base, by=by)))


@dataclass(frozen=True, repr=False)
class TwoPlaces(Answer):
    """Two places set side by side by a measure: forces, nations or several forces together.

    Attributes
    ----------
    cases
        The cases of both places, and perhaps of others.
    measure, base
        What is counted, and what shares are out of.
    place, other
        The two places.

    Notes
    -----
    The tables: ``places``, the share of each; ``difference``, that of the first less that of the second, and the ratio.
    """

    cases: Counts
    measure: str
    base: str
    place: str
    other: str

    def __post_init__(self) -> None:
        _ = self._apart  # so that what these counts cannot tell is refused before anything is shown

    @cached_property
    def here(self) -> Counts:
        """The cases that are compared: those of the two places."""
        return two_places.of_both(self.cases, (self.place, self.other))

    @cached_property
    def _shares(self) -> shares.Rates:
        return two_places.side_by_side(self.cases, self.measure, (self.place, self.other), base=self.base)

    @cached_property
    def _both(self) -> Protected:
        return protect(self._shares)

    @cached_property
    def _apart(self) -> Protected:
        return protect(two_places.difference(self._shares))

    @cached_property
    def _each(self) -> tuple[Protected, ...]:
        parts = (self.cases.select(force=place) for place in (self.place, self.other))
        return tuple(protect(shares.rates(part, self.measure, base=self.base)) for part in parts)

    def headline(self) -> Shown:
        """Which share is higher, both with what they are out of, and their difference with its interval.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import between, read_counts
        >>> two = between(read_counts("stalking_2024_25"), "victim_withdrawal", "Kent", "Essex")
        >>> two.headline()
        Kent and Essex are not clearly different: 56.4% against 54.8%.
        ...
        """
        each = (wording.share_sentence(share) for share in self._each)
        apart = words.difference(self._both, self._apart)
        return blocks.headline(words.opening(self._both, self._apart), *each, apart)

    def key_figures(self) -> Shown:
        """The share of each place.

        Returns
        -------
        Shown
            Each with what it is out of and its 95% interval (Wilson's).

        Examples
        --------
        >>> from analysis import between, read_counts
        >>> two = between(read_counts("stalking_2024_25"), "victim_withdrawal", "Kent", "Essex")
        >>> two.key_figures()
        Victim withdrew, Kent: 56.4%, 2,315 of 4,106 stalking cases recorded by Kent Police in 2024/25 (95% interval
        54.9% to 57.9%)
        ...
        """
        placed = (blocks.key_figure(share, label=self._with_place(share)) for share in self._each)
        return blocks.key_figures(*placed)

    def dots(self) -> Shown:
        """A dot and its interval for each place, on one axis.

        Returns
        -------
        Shown
            The figure.

        Examples
        --------
        >>> from analysis import between, read_counts
        >>> two = between(read_counts("stalking_2024_25"), "victim_withdrawal", "Kent", "Essex")
        >>> two.dots()
        From 54.8% in Essex to 56.4% in Kent
        ...
        """
        return charts.dots(self._both)

    def _table_difference(self) -> Shown:
        first, second = map(reference.label_of, (self.place, self.other))
        note = "Differences are in percentage points"
        return tables.table(self._apart, title=f"{first} less {second}", note=note)

    def _table_places(self) -> Shown:
        return tables.table(self._both, title="Two places side by side")

    def _itself(self) -> tuple[Shown, ...]:
        return (self.headline(), self.dots(), *map(self.table, self.tables()))


@public
def between(
    cases: Counts, measure: str, place: str | Iterable[str], other: str | Iterable[str] = "", *, base: str = "recorded"
) -> TwoPlaces:
    """Two places side by side, and the difference of their shares with its interval.

    Parameters
    ----------
    cases
        The cases of a period and an offence, those of both places among them.
    measure
        What is counted: "victim_withdrawal", "no_further_action", "charged"; ``measures.MEASURES`` has all, and
        ``measures.own`` makes others.
    place, other
        Two forces, nations or several forces together, as ``Counts.select`` takes them, with no force in common. Where
        the other is left out it is "the rest": all other forces of the counts.
    base
        What shares are out of: "recorded", "decided" or "with_suspect".

    Returns
    -------
    TwoPlaces
        The result, with its headline, chart and tables.

    Raises
    ------
    ParameterError
        For a place, measure or base that does not exist or that these counts cannot tell, and for two places with a
        force in common.
    DisclosureRefused
        For counts of people that are not released.

    References
    ----------
    Newcombe 1998, Statistics in Medicine 17: 873-890, method 10, for the interval of the difference.

    Examples
    --------
    >>> two = between(read_counts("stalking_2024_25"), "victim_withdrawal", "Kent", "Essex")
    >>> two.rows("difference")[["share", "other_share", "difference_share"]].round(3).to_numpy().tolist()
    [[0.564, 0.548, 0.015]]
    >>> two.tables()
    ('difference', 'places')
    >>> west = "South West: Devon and Cornwall, Dorset"
    >>> between(read_counts("stalking_2024_25"), "victim_withdrawal", west).headline().record["opening"]
    'The share is lower in South West than in the rest: 43.4% against 49.8%.'
    """
    named, out_of = definitions.measure(measure).name, measures.base(base).name
    here = reference.place_named(place)
    return TwoPlaces(cases, named, out_of, here, reference.place_named(other or _the_rest(cases, here)))


def _the_rest(cases: Counts, place: str) -> str:
    """All forces of the counts but those of a place, as one. Raises ParameterError where there is no other."""
    others = [force for force in cases.forces if force not in reference.forces_of(place)]
    if not others:
        raise ParameterError(f"Counts '{cases.name}' hold no other force than {reference.label_of(place)}.")
    return f"the rest: {', '.join(others)}" if len(others) > 1 else others[0]
