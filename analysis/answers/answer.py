"""What every question gives: one result, whose sentences, charts and tables are functions of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import pandas as pd

from analysis.disclosure import Protected
from analysis.errors import ParameterError, offer
from analysis.presentation import blocks, wording
from analysis.presentation.blocks import Shown
from analysis.public import NoSuchColumn, Public, lacks
from analysis.reference import measures

_TABLE = "_table_"


class Rows(pd.DataFrame):
    """The rows of a result, a frame like any other, but that it tells its columns to whoever asks for another.

    What is made of it is a plain frame.
    """

    def __getitem__(self, key: Any) -> Any:
        try:
            return super().__getitem__(key)
        except KeyError:
            asked = [key] if isinstance(key, str) else key if isinstance(key, list) else []
            lacking = [name for name in asked if isinstance(name, str) and name not in self.columns]
            if not lacking:
                raise
            raise NoSuchColumn(lacks("These rows have no column", lacking[0], map(str, self.columns))) from None


class Answer(Public, ABC):
    """The result of one question about some counts, with everything that can be said and shown of it.

    Every part is worked out when it is first asked for, from what may be shown, and kept. A notebook shows the parts
    one by one; shown as it is, a result is its headline with its first table.

    A question's own result is a frozen dataclass that inherits from this. A method ``_table_places`` is what
    ``table("places")`` gives.
    """

    @abstractmethod
    def headline(self) -> Shown:
        """The answer in words, the shortest sentence first.

        Returns
        -------
        Shown
            The block, as a report shows it.
        """

    @classmethod
    def tables(cls) -> tuple[str, ...]:
        """The names of the tables, in the order of a report.

        Returns
        -------
        tuple of str
            What ``table`` and ``rows`` take.

        Examples
        --------
        >>> from analysis import outcomes, read_counts
        >>> kent = outcomes.endings(read_counts("offences_2024_25"), "victim_withdrawal", force="Kent")
        >>> kent.tables()
        ('types', 'forces', 'quarters', 'offences')
        """
        names = {name: None for kind in reversed(cls.__mro__) for name in vars(kind) if name.startswith(_TABLE)}
        return tuple(name.removeprefix(_TABLE) for name in names)

    def table(self, name: str) -> Shown:
        """One of the tables, with the sentence that says what it shows.

        Parameters
        ----------
        name
            One of ``tables()``.

        Returns
        -------
        Shown
            The block, as a report shows it.

        Raises
        ------
        ParameterError
            When there is no table of this name: with the nearest name that is there, and all of them.

        Examples
        --------
        >>> from analysis import outcomes, read_counts
        >>> kent = outcomes.endings(read_counts("offences_2024_25"), "victim_withdrawal", force="Kent")
        >>> kent.table("quarters")
        By quarter of recording
        Quarter                          Victim withdrew  Out of  Share  95% interval, lower  95% interval, upper ...
        April to June 2024 (2024/25 Q1)              592   1,023  57.9%                54.8%                60.9% ...
        ...
        """
        if name not in self.tables():
            near, there = offer(name, self.tables()), ", ".join(self.tables())
            raise ParameterError(f"{type(self).__name__} has no table '{name[:80]}'.{near} It has: {there}.")
        shown: Shown = getattr(self, _TABLE + name)()
        return shown

    def rows(self, name: str) -> pd.DataFrame:
        """The rows of a table as data, for one's own work with them.

        Parameters
        ----------
        name
            One of ``tables()``.

        Returns
        -------
        pd.DataFrame
            A row for each row of the table, its columns those of the table, shares from 0 to 1. A number that may not
            be shown, or that there is none of, is missing.

        Raises
        ------
        ParameterError
            When there is no table of this name.

        Examples
        --------
        >>> from analysis import outcomes, read_counts
        >>> kent = outcomes.endings(read_counts("offences_2024_25"), "victim_withdrawal", force="Kent")
        >>> kent.rows("quarters")[["quarter", "events", "cases"]]
              quarter  events  cases
        0  2024/25 Q1     592   1023
        1  2024/25 Q2     664   1131
        2  2024/25 Q3     512    951
        3  2024/25 Q4     547   1001
        """
        record = self.table(name).record
        rows = pd.DataFrame(record.get("records", record.get("breaks", [])))
        return Rows(rows.drop(columns="symbols", errors="ignore"))

    @staticmethod
    def _with_place(share: Protected) -> str:
        """What a key figure is called that stands beside that of another place."""
        return f"{measures.measure(share.about.measure).short}, {wording.place_name(share.about.place)}"

    def _itself(self) -> tuple[Shown, ...]:
        """What the result shows by itself."""
        return (self.headline(), *(self.table(name) for name in self.tables()[:1]))

    def __repr__(self) -> str:
        """The result as a plain shell shows it: its sentences and rows."""
        return "\n".join(map(repr, self._itself()))

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return blocks.together(self._itself())
