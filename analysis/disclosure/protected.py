"""The one gate between a result and anything that shows it.

``protect`` is the only maker of ``Protected``, and charts, tables and reports accept nothing else. Published counts
pass as they are, since they are public already. Counts of people pass only as they were released (``release``), where
each number was drawn and hidden once; exact ones are refused. What is hidden stays hidden: a share is worked out again
from numbers that are shown, and none is shown where those that it leaves out are under the smallest number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

import pandas as pd

from analysis.disclosure.own_rows import OwnRows, as_shown
from analysis.disclosure.policy import OPEN, POLICIES, Policy
from analysis.errors import DisclosureRefused
from analysis.reference.schema import COLUMNS, MEASURES, Column
from analysis.shares import open_cases
from analysis.shares.rates import About, Rates
from analysis.shares.worked import Histories, Worked

_MAKER = object()
#: The columns of a curve and of what is made of it that hold shares of its cases, not shares that a method predicts.
_OF_CASES = ("share", "incidence_share", "decided_share", "so_far_share")


class Protected:
    """What may be shown: the rows, labels and words of a result that has passed disclosure control.

    ``table`` is a copy each time it is asked for. ``hidden`` is the number of rows with something suppressed,
    ``much_open`` the labels of the rows with many cases still open, by what may be shown of these. ``columns`` says
    what each column is.
    """

    __slots__ = ("_table", "_undecided", "about", "by", "columns", "hidden", "much_open", "policy")

    def __init__(
        self,
        table: pd.DataFrame,
        by: tuple[str, ...],
        about: About,
        *,
        policy: Policy,
        hidden: int,
        maker: object,
        undecided: pd.DataFrame | None = None,
        columns: Mapping[str, Column] = COLUMNS,
    ) -> None:
        if maker is not _MAKER:
            raise DisclosureRefused("Only analysis.disclosure.protect makes a Protected. Pass it the result to show.")
        self._table = table
        self.by, self.about, self.policy, self.hidden = by, about, policy, hidden
        self._undecided, self.columns = undecided, columns
        self.much_open = (
            frozenset[str]() if undecided is None else open_cases.much_open(undecided, undecided.columns[0])
        )

    @property
    def table(self) -> pd.DataFrame:
        """A copy of the rows."""
        return self._table.copy()

    @property
    def away(self) -> int:
        """How many cases each number may be away from the true one: none where it is published."""
        return self.policy.rounding if self.about.is_released else 0

    @property
    def noted(self) -> pd.DataFrame:
        """The rows, which also say whether many of their cases are still open, where known (``open_cases.noted``)."""
        label = self.by[0]
        if self._undecided is None or label not in self._undecided or "events" not in self._table:
            return self.table
        return open_cases.noted(self.table, self._undecided, label, base=self.about.base)

    def decided_cases(self) -> pd.Series:
        """The recorded cases of each row that are decided, by what may be shown; missing where that is not known.

        Returns
        -------
        pd.Series
            Numbers of cases in the order of the table.
        """
        if self._undecided is None:
            return pd.Series(pd.NA, index=self._table.index, dtype="Int64")
        waiting, labels = self._undecided.set_index(self._undecided.columns[0]), self._table[self.by[0]]
        decided = self._table["cases"] - labels.map(waiting["events"]).astype("Int64")
        return (
            labels.map(waiting["decided"]).astype("Int64").where(decided.notna()) if "decided" in waiting else decided
        )

    def record(self) -> dict[str, object]:
        """The policy and what it did, for manifests.

        Returns
        -------
        dict[str, object]
            ``policy``, and ``rows_with_something_suppressed``.
        """
        return {"policy": asdict(self.policy), "rows_with_something_suppressed": self.hidden}


def only_protected(*results: object) -> None:
    """Let nothing pass that has not been through ``protect``: what shows or says something calls this first.

    Parameters
    ----------
    *results
        What is to be shown.

    Raises
    ------
    DisclosureRefused
        For anything that is no ``Protected``.
    """
    for result in results:
        if not isinstance(result, Protected):
            raise DisclosureRefused(
                f"A {type(result).__name__} has not been through disclosure control. Pass it through protect() first."
            )


def protect(result: Rates | Worked | OwnRows) -> Protected:
    """The result as it may be shown, by the policy of its sensitivity.

    Parameters
    ----------
    result
        A result of a question, not protected yet.

    Returns
    -------
    Protected
        The rows that may be shown, with what was hidden.

    Raises
    ------
    DisclosureRefused
        When no policy is known for it, or it is of exact counts of people.
    """
    policy = POLICIES.get(result.about.sensitivity)
    if policy is None:
        raise DisclosureRefused(f"No policy says how '{result.about.sensitivity}' counts may be shown.")
    if policy is not OPEN and not result.about.is_released:
        raise DisclosureRefused(
            f"Counts '{result.about.counts}' are exact counts of people. Nothing of them is shown before they are "
            "released: 'attrition reduce' does it."
        )
    if isinstance(result, OwnRows):
        table, hidden = as_shown(result, policy)
        columns = COLUMNS | result.columns
        return Protected(table, result.by, result.about, policy=policy, hidden=hidden, maker=_MAKER, columns=columns)
    source = result.source if isinstance(result, Worked) else result
    table, hidden = _rows(source, policy)
    if isinstance(result, Worked):
        table = result.finished(table)
        if isinstance(source, Histories) and policy is not OPEN:
            table = _without_certainty(table)
    undecided = source.undecided if isinstance(source, Rates) else None
    return Protected(
        table.copy(),
        result.by,
        replace(result.about),
        policy=policy,
        hidden=hidden,
        maker=_MAKER,
        undecided=None if undecided is None else _rows(undecided, policy)[0],
    )


def _rows(source: Rates | Histories, policy: Policy) -> tuple[pd.DataFrame, int]:
    """The rows of a source as they may be shown, and how many of them (or of their endings) are suppressed."""
    if isinstance(source, Histories):
        return source.table, source.hidden
    if policy is OPEN:
        return source.table, 0
    table = _without_small_remainders(source, policy)
    return table, int((table["state"] == "suppressed").sum())


def _without_small_remainders(rates: Rates, policy: Policy) -> pd.DataFrame:
    """The rows, without a share of nearly all: it says of each of the rest what became of them."""
    result = rates.table[[*rates.by, *MEASURES]].copy()
    is_small = ((result["cases"] - result["events"]) < policy.smallest).fillna(False).astype(bool)
    is_small &= result["state"] == "shown"
    result.loc[is_small, "events"] = pd.NA
    result.loc[is_small, "state"] = "suppressed"
    return rates.worked_out(result)[list(rates.table.columns)]


def _without_certainty(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a curve, without a share that is nothing or all: it says of each case what became of it."""
    certain = [name for name in _OF_CASES if name in table]
    if not certain:
        return table
    shares = [str(name) for name in table.columns if COLUMNS[str(name)].kind in ("share", "difference")]
    result = table.astype(dict.fromkeys(shares, "Float64"))
    is_certain = result[certain].round(12).isin([0, 1]).any(axis="columns")
    result.loc[is_certain, [*shares, *(name for name in ("events",) if name in result)]] = pd.NA
    result.loc[is_certain, "state"] = "suppressed"
    return result
