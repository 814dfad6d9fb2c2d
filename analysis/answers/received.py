"""What arrived, what did not, and what would not read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analysis.answers.answer import Answer
from analysis.counts.counts import Counts
from analysis.counts.ledger import Ledger, Released
from analysis.disclosure import Protected, protect
from analysis.presentation import blocks, tables, wording
from analysis.presentation.blocks import Shown
from analysis.presentation.captions import month_or_quarter
from analysis.public import public
from analysis.questions.outcomes import charts
from analysis.questions.received import published, results, words
from analysis.shares.rates import rates, split

__all__ = ["Received", "receive"]


def __dir__() -> list[str]:
    return __all__


@dataclass(frozen=True, repr=False)
class Received(Answer):
    """What the reading of some files took in and left out, and the cases that came of it.

    Attributes
    ----------
    everything
        The counts that the reading made.
    cases
        Those of them that the answer is about.
    force
        The force that warnings are told of beside those of all, or "all".
    """

    everything: Counts
    cases: Counts
    force: str

    def __post_init__(self) -> None:
        _ = self._ledger  # so that counts without one are refused before anything is shown

    @cached_property
    def _ledger(self) -> Ledger | Released:
        return results.read_ledger(self.everything)

    @cached_property
    def _over_time(self) -> Protected:
        unit = "month" if self.cases.coverage.is_by_month else "quarter"
        return protect(rates(self.cases, "undecided", by=unit))

    def headline(self) -> Shown:
        """How many rows were counted, how many cases are still open, and how much there is to beware of.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, received
        >>> gwent = received.receive(read_counts("gwent_2022_2025"), crime_type="Robbery")
        >>> gwent.headline()
        About 9 in 10 of the rows that arrived were counted.
        ...
        """
        counted = protect(results.rows_counted(self._ledger, self.everything))
        open_cases = wording.share_sentence(protect(rates(self.cases, "undecided")))
        beware = words.beware(self._ledger, force=self.force)
        read = words.sentence(counted, self._ledger)
        return blocks.headline(words.opening(counted), read, open_cases, *self._beside_words(), beware)

    def _beside_words(self) -> list[str]:
        """What the file has beside what is published, in a sentence each; none of counts that are published."""
        if self._beside_published is None:
            return []
        return words.beside_published(self._beside_published, edition=self._edition)

    @cached_property
    def _published(self) -> Counts | None:
        """What is published of the same offence; None beside counts that are published themselves."""
        offences = self.cases.offences
        if self.cases.sensitivity == "published" or len(offences) != 1:
            return None
        return published.published_of(self.cases)

    @cached_property
    def _beside_published(self) -> Protected | None:
        """The two side by side; None where there is nothing to set beside these counts."""
        if self._published is None or words.no_published(self.cases, self._published):
            return None
        return protect(published.beside(self.cases, self._published))

    @property
    def _edition(self) -> str:
        """Whose figures are published, and of which edition."""
        return published.edition_of(self._published) if self._published else ""

    def warnings(self) -> Shown:
        """What the reading noticed, kind by kind: of the force and of all.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, received
        >>> gwent = received.receive(read_counts("gwent_2022_2025"), crime_type="Robbery")
        >>> gwent.warnings()
        - Months only. Outcomes are dated by month, so a time to outcome is a number of months.
        ...
        """
        return words.warnings(self._ledger, force=self.force)

    def months(self) -> Shown:
        """A bar for each month, or quarter of counts that are kept by quarter, those still open outlined.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Examples
        --------
        >>> from analysis import read_counts, received
        >>> gwent = received.receive(read_counts("gwent_2022_2025"), crime_type="Robbery")
        >>> gwent.months()
        Between 16 and 48 cases in each month
        ...
        """
        return charts.months(self._over_time)

    def _table_months(self) -> Shown:
        return tables.table(
            self._over_time,
            title=f"Cases by {month_or_quarter(self._over_time.table)}, and how many are not yet decided",
        )

    def _table_forces(self) -> Shown:
        by_force = protect(rates(self.cases, "undecided", by="force"))
        return tables.table(by_force, title="Cases by force, and how many are not yet decided")

    def _table_reasons(self) -> Shown:
        by_reason = protect(results.rows_by_reason(self._ledger, self.everything))
        columns, finding = ("reason", "events", "share"), words.reasons(self._ledger)
        return tables.table(by_reason, title="Rows by what became of them", columns=columns, finding=finding)

    def _table_outcomes(self) -> Shown:
        by_outcome = protect(split(self.cases, by="outcome_name"))
        return tables.table(by_outcome, title="Cases by outcome", columns=("outcome_name", "events", "share"))

    def _table_published(self) -> Shown:
        beside = self._beside_published
        if beside is None:
            return blocks.said("words", words.no_published(self.cases, self._published))
        taken = words.day(self.everything.taken)
        why = words.what_may_explain(beside, edition=self._edition, taken=taken)
        finding = " ".join([*self._beside_words(), why])
        title = "Counted from the file, beside what is published of the same force"
        columns = words.columns_beside(beside)
        note = f"Shares are of all recorded cases. Published: {self._edition}"
        return tables.table(beside, title=title, note=note, columns=columns, finding=finding)

    def _table_files(self) -> Shown:
        by_file = protect(results.rows_by_file(self._ledger, self.everything))
        columns, finding = ("file", "events", "share"), words.files(self._ledger)
        return tables.table(by_file, title="Files that were read", columns=columns, finding=finding)


@public
def receive(everything: Counts, *, force: str = "all", crime_type: str = "all", offence: str = "all") -> Received:
    """What the reading of some files took in and left out, and the cases that came of it.

    Parameters
    ----------
    everything
        Counts that 'attrition reduce' made, with the ledger of their reading.
    force
        The force that the answer is about, or "all".
    crime_type
        The crime type, of counts that are kept by data.police.uk's, or "all".
    offence
        The Home Office's code of the offence, of counts that are kept by offence, or "all".

    Returns
    -------
    Received
        The result, with its headline, its chart and its tables.

    Raises
    ------
    ParameterError
        For counts without a ledger, and a force, crime type or offence that they do not hold.

    Examples
    --------
    >>> from analysis import read_counts
    >>> gwent = receive(read_counts("gwent_2022_2025"), crime_type="Violence and sexual offences")
    >>> gwent.tables()
    ('months', 'forces', 'reasons', 'outcomes', 'published', 'files')
    >>> gwent.rows("forces")["force"].tolist()
    ['Gwent']
    """
    cases = everything.select(force=force).of_crime(crime_type=crime_type, offence=offence)
    return Received(everything, cases, force)
