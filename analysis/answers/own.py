"""For a question of one's own: read counts, and take shares of them that show themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.counts import counts
from analysis.counts.counts import Counts
from analysis.disclosure import Protected, protect
from analysis.errors import ParameterError
from analysis.presentation import blocks, tables, wording
from analysis.presentation.blocks import Shown
from analysis.questions.outcomes import charts
from analysis.reference import reference
from analysis.shares import rates as shares


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
        When there is no set of this name: with the nearest that there is.
    DataRefused
        When its file does not keep its contract.

    Examples
    --------
    >>> kent = read_counts("stalking_2024_25").select(force="Kent")
    >>> kent.forces
    ('Kent',)
    """
    return counts.read(name)


@dataclass(frozen=True, repr=False)
class Shares:
    """Shares of some cases, a row for each force, quarter or whatever they were taken by, as they may be shown."""

    protected: Protected

    def rows(self) -> pd.DataFrame:
        """The rows as data.

        Returns
        -------
        pd.DataFrame
            Labels, ``events`` of ``cases``, and ``share``, 0 to 1, with its 95% interval ``low`` to ``high``.
        """
        return self.protected.table

    def sentence(self) -> str:
        """The first row in a sentence, with what it is out of and its interval.

        Returns
        -------
        str
            The sentence.
        """
        return wording.share_sentence(self.protected)

    def headline(self) -> Shown:
        """The first row as an answer: a short sentence, then the one with its numbers.

        Returns
        -------
        Shown
            The block, as a report shows it.
        """
        return blocks.headline(wording.opening(self.protected), self.sentence())

    def key_figure(self) -> Shown:
        """The first row as a number that matters.

        Returns
        -------
        Shown
            The block, as a report shows it.
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
        """
        return tables.table(self.protected, title=title)

    def dots(self, *, highlight: str = "") -> Shown:
        """A dot and its interval for each row, the highest share first.

        Parameters
        ----------
        highlight
            The label of the row that stands out; none when empty.

        Returns
        -------
        Shown
            The block, as a report shows it.
        """
        return charts.dots(self.protected, highlight=highlight)

    def quarters(self) -> Shown:
        """The share quarter by quarter; of shares that were taken by "quarter".

        Returns
        -------
        Shown
            The block, as a report shows it.
        """
        self._only_by("quarter", how='rates(…, by="quarter")')
        return charts.quarters(self.protected)

    def bars(self) -> Shown:
        """How cases ended, a bar each; of cases that were ``split``.

        Returns
        -------
        Shown
            The block, as a report shows it.
        """
        self._only_by("disposition", "outcome_name", how="split(…)")
        return charts.bars(self.protected)

    def hundred_cases(self) -> Shown:
        """A picture of 100 cases by how they ended; of cases that were ``split`` by "disposition".

        Returns
        -------
        Shown
            The block, as a report shows it.
        """
        self._only_by("disposition", how="split(…)")
        return charts.hundred_cases(self.protected)

    def _only_by(self, *labels: str, how: str) -> None:
        """Refuse a chart of shares that were taken by something else."""
        if (by := self.protected.by[0]) not in labels:
            raise ParameterError(f"These shares are by {by}, which this chart does not show. It shows {how}.")

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        about = self.protected.about
        sentence = self.sentence() if len(self.protected.table) == 1 else ""
        title = f"{reference.label_of(about.place)}, {about.period}"
        block = tables.table(self.protected, title=title, finding=sentence)
        return {"text/html": block.html, "text/plain": block.text}


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
        For a measure or base that does not exist, or that these counts cannot tell.

    Examples
    --------
    >>> cases = read_counts("stalking_2024_25")
    >>> rates(cases, "charged", by="force").rows()["force"].nunique()
    44
    """
    return Shares(protect(shares.rates(cases, measure, base=base, by=by)))


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
    """
    return Shares(protect(shares.split(cases, base=base, by=by)))
