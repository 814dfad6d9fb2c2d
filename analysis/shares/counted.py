"""Events and cases of a small table as arrays, or a refusal that names the row: what every comparison starts from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import ParameterError
from analysis.shares.intervals import effective_cases

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Counted:
    """Rows to be compared: their labels, and how many of the cases of each ended in the way that is counted.

    ``rounding`` is what a release adds to the variance of each number, in cases squared.
    """

    labels: tuple[str, ...]
    events: Numbers
    cases: Numbers
    rounding: float = 0.0

    @property
    def shares(self) -> Numbers:
        """Events out of cases, 0 to 1."""
        return self.events / self.cases

    @property
    def pooled_share(self) -> float:
        """All events out of all cases, 0 to 1."""
        return float(self.events.sum() / self.cases.sum())

    def worth(self, share: float, cases: Any = None) -> Numbers:
        """How many cases, none of them rounded, would leave as much to chance as those of rows of one share do.

        Parameters
        ----------
        share
            That of the rows, between 0 and 1: at the own share of each, low ones would weigh too much.
        cases
            Numbers of cases as they were released; those of the rows unless given.

        Returns
        -------
        Numbers
            Broken numbers of cases; the cases themselves where nothing was rounded.

        References
        ----------
        Korn and Graubard 1998, Survey Methodology 24: 193-201, for the effective sample.
        """
        of = self.cases if cases is None else np.atleast_1d(np.asarray(cases, dtype="float64"))
        return effective_cases(share, of, self.rounding) if self.rounding else of

    def unrounded(self, share: float) -> Counted:
        """The same shares of so many cases (``worth``), none of them rounded.

        Parameters
        ----------
        share
            That of the rows, between 0 and 1.

        Returns
        -------
        Counted
            The same labels and shares.
        """
        cases = self.worth(share)
        return replace(self, events=self.shares * cases, cases=cases, rounding=0.0) if self.rounding else self

    @property
    def alphabetical(self) -> NDArray[np.intp]:
        """The places of the rows in the order of their labels: random draws go by it, so that order never matters."""
        return np.argsort(np.array(self.labels, dtype=object), kind="stable")


def counted(table: pd.DataFrame, by: str, *, at_least: int = 2, rounding: float = 0.0) -> Counted:
    """The rows of a table with a label column ``by`` and the columns events and cases.

    Parameters
    ----------
    table
        A row a label, with ``events`` and ``cases``.
    by
        The column of labels.
    at_least
        How many rows are needed.
    rounding
        What a release adds to the variance of each number, in cases squared (``About.rounding``).

    Returns
    -------
    Counted
        Labels, events and cases in the order of the rows.

    Raises
    ------
    ParameterError
        When a column is absent, a label stands twice or there are fewer rows than ``at_least``.
    ValueError
        When a count is missing, is negative or no whole number, when a row has no cases, or more events than cases.
        Leave out rows that were not received before you compare.
    """
    absent = [column for column in (by, "events", "cases") if column not in table]
    if absent:
        raise ParameterError(
            f"The table has no column '{absent[0]}'. Rows to compare have a label column, events and cases."
        )
    labels = tuple(str(label) for label in table[by])
    twice = [label for label in labels if labels.count(label) > 1]
    if twice:
        raise ParameterError(f"Two rows are labelled '{twice[0]}' in the column '{by}'. Add them up before comparing.")
    if len(labels) < at_least:
        raise ParameterError(f"{len(labels)} rows to compare; at least {at_least} are needed.")
    events = table["events"].to_numpy(dtype="float64", na_value=np.nan)
    cases = table["cases"].to_numpy(dtype="float64", na_value=np.nan)
    wrong = first_wrong(events, cases)
    if wrong is not None:
        raise ValueError(f"Row '{labels[wrong]}': {events[wrong]:g} events out of {cases[wrong]:g} cases cannot be.")
    return Counted(labels, events, cases, rounding)


def first_wrong(events: Any, cases: Any) -> int | None:
    """The place of the first pair of counts that cannot be: missing, broken, negative, or events beyond cases.

    Parameters
    ----------
    events
        Numbers, one a pair.
    cases
        Numbers, one a pair.

    Returns
    -------
    int | None
        A place from 0; None where all can be.
    """
    many, of = np.atleast_1d(events), np.atleast_1d(cases)
    is_whole = np.isfinite(many) & np.isfinite(of) & (many == np.round(many)) & (of == np.round(of))
    wrong = ~(is_whole & (of > 0) & (many >= 0) & (many <= of))
    return int(np.argmax(wrong)) if wrong.any() else None
