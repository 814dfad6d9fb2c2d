"""Disclosure control: the one gate between a result and anything that shows it.

``protect`` is the only maker of ``Protected``, and charts, tables and reports accept nothing else. What is suppressed
is gone: a Protected holds no hidden original.

Published counts pass as they are, since they are public already. Counts from case files (restricted) and synthetic
ones go through a threshold and rounding: a count below the threshold, a zero, or a remainder below it, is not shown,
every other count is rounded, and shares and intervals are worked out again from the rounded counts, so that they
cannot give the exact ones back. The default follows what comparable services do: threshold 10 and rounding to 5
(ACRO's defaults; OpenSAFELY rounds to 5 and treats zeros as disclosive).

Results of several rows are worked out after that, from what may be shown. Where cases are followed over time, the
running total of each ending is rounded to the threshold, so that no step of a curve speaks of fewer cases than that,
and an ending of fewer in all is left out.

Limit: each table is treated by itself. A count that can be found by subtracting shown cells from a shown total is
blurred by rounding, not withheld.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import pandas as pd

from analysis.errors import DisclosureRefused
from analysis.schema import MEASURES
from analysis.statistics import open_cases
from analysis.statistics.rates import About, Rates
from analysis.statistics.worked import Histories, Worked

_MAKER = object()


@dataclass(frozen=True)
class Policy:
    """What may be shown of counts with a given sensitivity. ``threshold`` and ``rounding`` are numbers of cases."""

    name: str
    threshold: int
    rounding: int


_OPEN = Policy("published figures are shown as published", threshold=0, rounding=1)
_CLOSED = Policy("counts under 10 are not shown, others are rounded to 5", threshold=10, rounding=5)
POLICIES = {"published": _OPEN, "restricted": _CLOSED, "synthetic": _CLOSED}


class Protected:
    """What may be shown: the rows, labels and words of a result that has passed disclosure control.

    ``table`` is a copy each time it is asked for. ``hidden`` is the number of rows with something suppressed,
    ``much_open`` the labels of the rows with many cases still open, by what may be shown of these.
    """

    __slots__ = ("_table", "_undecided", "about", "by", "hidden", "much_open", "policy")

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
    ) -> None:
        if maker is not _MAKER:
            raise DisclosureRefused("Only analysis.disclosure.protect makes a Protected. Pass it the result to show.")
        self._table = table
        self.by, self.about, self.policy, self.hidden = by, about, policy, hidden
        self._undecided = undecided
        self.much_open = (
            frozenset[str]() if undecided is None else open_cases.much_open(undecided, undecided.columns[0])
        )

    @property
    def table(self) -> pd.DataFrame:
        """A copy of the rows."""
        return self._table.copy()

    @property
    def noted(self) -> pd.DataFrame:
        """The rows, which also say whether many of their cases are still open, where known (``open_cases.noted``)."""
        label = self.by[0]
        if self._undecided is None or label not in self._undecided or "events" not in self._table:
            return self.table
        return open_cases.noted(self.table, self._undecided, label, base=self.about.base)

    def decided_cases(self) -> pd.Series:
        """The recorded cases of each row that are decided, by what may be shown; missing where that is not known."""
        if self._undecided is None:
            return pd.Series(pd.NA, index=self._table.index, dtype="Int64")
        waiting = self._undecided.set_index(self._undecided.columns[0])["events"]
        return self._table["cases"] - self._table[self.by[0]].map(waiting).astype("Int64")

    def record(self) -> dict[str, object]:
        """The policy and what it did, for manifests."""
        return {"policy": asdict(self.policy), "rows_with_something_suppressed": self.hidden}


def only_protected(*results: object) -> None:
    """Let nothing pass that has not been through ``protect``: what shows or says something calls this first.

    Raises DisclosureRefused for anything else.
    """
    for result in results:
        if not isinstance(result, Protected):
            raise DisclosureRefused(
                f"A {type(result).__name__} has not been through disclosure control. Pass it through protect() first."
            )


def protect(result: Rates | Worked) -> Protected:
    """The result as it may be shown, by the policy of its sensitivity.

    Raises DisclosureRefused when no policy is known for it.
    """
    policy = POLICIES.get(result.about.sensitivity)
    if policy is None:
        raise DisclosureRefused(f"No policy says how '{result.about.sensitivity}' counts may be shown.")
    source = result.source if isinstance(result, Worked) else result
    table, hidden = _rows(source, policy)
    if isinstance(result, Worked):
        table = result.finished(table)
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
    if policy is _OPEN:
        return source.table, 0
    if isinstance(source, Histories):
        return _coarsened(source, policy)
    table = _controlled(source, policy)
    return table, int((table["state"] == "suppressed").sum())


def _coarsened(histories: Histories, policy: Policy) -> tuple[pd.DataFrame, int]:
    """Running totals over the lags, rounded to the threshold; endings of fewer cases in all left out, and how many."""
    step = max(policy.threshold, policy.rounding)
    within = [*histories.by, "ending"]
    table = histories.table.sort_values([*within, "lag"], kind="stable").reset_index(drop=True)
    if table.empty:
        return table, 0
    groups = table.groupby(within, sort=False, observed=True)["cases"]
    is_small = groups.transform("sum") < policy.threshold
    running = (groups.cumsum() / step).round().astype("int64") * step
    before = running.groupby([table[name] for name in within], sort=False, observed=True).shift(fill_value=0)
    coarse = table.assign(cases=(running - before).where(~is_small, 0))
    hidden = int((groups.sum().between(1, policy.threshold - 1)).sum())
    return coarse[coarse["cases"] > 0].reset_index(drop=True), hidden


def _controlled(rates: Rates, policy: Policy) -> pd.DataFrame:
    """Counts under the threshold taken out, the rest rounded, all else worked out again from what is left."""
    result = rates.table[[*rates.by, *MEASURES]].copy()
    remainder = result["cases"] - result["events"]
    known = result["cases"].notna()
    small_base = known & (result["cases"] < policy.threshold)
    small = known & ((result["events"] < policy.threshold) | (remainder < policy.threshold))
    for column in ("events", "cases"):
        result[column] = (result[column] / policy.rounding).round().astype("Int64") * policy.rounding
    result.loc[small | small_base, "events"] = pd.NA
    result.loc[small_base, "cases"] = pd.NA
    result.loc[small | small_base, "state"] = "suppressed"
    return rates.derive(result)[list(rates.table.columns)]
