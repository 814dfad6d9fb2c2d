"""What was released before: every number of every cell, hidden ones too, and the cases of every edition.

A number that was released stands: it is read back, never drawn again. The audit goes over all editions together, since
a reader has them all. Of the cases of an edition the exact counts are kept, in the private store alone.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from analysis.counts import counts as counts_files
from analysis.counts.counts import Counts
from analysis.counts.coverage import Coverage
from analysis.disclosure.policy import POLICIES, Policy
from analysis.errors import DataRefused, DisclosureRefused, ParameterError
from analysis.questions.timing.histories import lag_of
from analysis.reference.names import counted

#: By coordinates and count of a cell: the number that was drawn, and the counter of its draw.
Draws = dict[tuple[str, int], tuple[int, int]]
Sets = tuple[Counts, ...]
#: A force and the first day of a month.
Block = tuple[str, date]
_APART = "#"


@dataclass(frozen=True)
class History:
    """Every number that was drawn, the exact sets of each edition of each name, the oldest first, and the policy."""

    numbers: Draws = field(default_factory=dict)
    editions: dict[str, tuple[Sets, ...]] = field(default_factory=dict)
    policy: dict[str, Any] = field(default_factory=dict)

    def written(self) -> dict[str, Any]:
        """As JSON can hold it.

        Returns
        -------
        dict[str, Any]
            What ``read`` reads.
        """
        return {
            "numbers": {f"{key}{_APART}{count}": list(drawn) for (key, count), drawn in self.numbers.items()},
            "editions": {
                name: {
                    str(number): {
                        counts.name: base64.b64encode(counts_files.packed(counts)).decode() for counts in sets
                    }
                    for number, sets in enumerate(editions, start=1)
                }
                for name, editions in self.editions.items()
            },
            "policy": self.policy,
        }


def read(record: Mapping[str, Any]) -> History:
    """The history that ``written`` gave.

    Parameters
    ----------
    record
        What ``History.written`` gave.

    Returns
    -------
    History
        The history.

    Raises
    ------
    DataRefused
        When it is no history.
    """
    try:
        numbers = {}
        for key, (number, counter) in record.get("numbers", {}).items():
            coordinates, _, count = key.rpartition(_APART)
            numbers[coordinates, int(count)] = (int(number), int(counter))
        editions = {
            name: tuple(
                tuple(counts_files.unpacked(set_name, base64.b64decode(data)) for set_name, data in sets.items())
                for _, sets in sorted(several.items(), key=lambda item: int(item[0]))
            )
            for name, several in record.get("editions", {}).items()
        }
        policy = dict(record.get("policy", {}))
    except (AttributeError, TypeError, ValueError) as fault:
        raise DataRefused(f"The history of what was released cannot be read ({type(fault).__name__}).") from None
    return History(numbers, editions, policy)


def refuse_another_policy(policy: Policy, history: History) -> None:
    """Refuse to release beside numbers of another policy: the audit of either holds for its own numbers alone.

    Parameters
    ----------
    policy
        The policy to release by.
    history
        What was released before.

    Raises
    ------
    DisclosureRefused
        Where what was released before was released by another policy.
    """
    if history.policy and history.policy != asdict(policy):
        raise DisclosureRefused(
            "The policy of this edition of the suite is another than that under which these cases, or others of this "
            "project, were released. Numbers of both side by side may tell more than either allows. Release with the "
            "edition of the suite that you used before, or begin another project for cases of other months. What was "
            "released stands."
        )


def refuse_behind(name: str, history: History) -> None:
    """Refuse to release beside a set of which the history does not know: it is an older copy.

    Parameters
    ----------
    name
        Name of a set.
    history
        What was released before, as the store has it.

    Raises
    ------
    DataRefused
        Where the set that stands is a later edition than the history has.
    """
    try:
        stands = int(counts_files.read(name).release.get("edition", 0)) if name in counts_files.available() else 0
    except DataRefused:
        return  # damaged, and replaced
    known = len(history.editions.get(name, ()))
    if stands > known:
        raise DataRefused(
            f"The history of what was released knows of {counted(known, 'edition')} of set '{name}', and edition "
            f"{stands} of it stands: it is an older copy, and numbers that it lacks would be drawn a second time. Put "
            "the newest copy of the private store in place. What was released stands."
        )


def refuse_other_cases(exact: Sets, history: History) -> None:
    """Refuse a set that covers the same force, offence and months as another set, and not the same cases.

    Side by side the two would tell what became of the cases that only one of them has.

    Parameters
    ----------
    exact
        The exact sets of one name, the main one first.
    history
        What was released before.

    Raises
    ------
    ParameterError
        Where another set of other cases covers a force's months of this one.
    """
    main = exact[0]
    new = _by_month(main)
    for name, editions in history.editions.items():
        if name == main.name:
            continue
        released = _by_month(_last_released(editions)[""])
        if any(new[month] != released[month] for month in new.keys() & released.keys()):
            raise ParameterError(
                f"Set '{main.name}' covers forces and months of which set '{name}' was released, with other cases. Two "
                f"such sets side by side tell single cases. Reduce the files as '{name}' again; to look at some of the "
                "cases apart, declare what sets them apart as a feature in the mapping."
            )


def effective(exact: Sets, editions: Sequence[Sets]) -> Sets:
    """The cases that an edition is made of: a force's month stands as it was until enough of its cases have changed.

    Otherwise two editions side by side would tell what became of the one case between them. As it was is how it was
    last released, which may be some editions ago. New months come as they are; what lies outside the forces and the
    time of this edition is no part of it. Sets by features, which have no months, change when enough of all their cases
    have.

    Parameters
    ----------
    exact
        The exact sets of one name, the main one first.
    editions
        The exact sets of the editions before, the oldest first.

    Returns
    -------
    Sets
        Sets of the same names.
    """
    if not editions:
        return exact
    old, main = _last_released(editions), exact[0]
    new = {_ending(counts, main): counts for counts in exact}
    batch = POLICIES[main.sensitivity].batch
    dated = [end for end in new if end in old and "period" in new[end].dimensions]
    changed: dict[Block, int] = {}
    for end in dated:
        moved = _moved(old[end], new[end])
        for block, cases in moved["cases"].groupby(pd.Series(_blocks(moved), index=moved.index, dtype=object)):
            changed[block] = max(changed.get(block, 0), _fewest(cases))
    existed = {block for end in dated for block in _received(old[end])}
    standing = {
        (force, first)
        for (force, first), cases in changed.items()
        if cases < batch and (force, first) in existed and force in main.forces and first in main.coverage.span
    }
    dated_sets = {end: _standing(new[end], old[end], standing) for end in dated}
    places = _places(dated_sets.get("", main))
    return tuple(
        dated_sets[end] if end in dated_sets else _undivided(counts, old.get(end), places, batch)
        for end, counts in new.items()
    )


def _last_released(editions: Sequence[Sets]) -> dict[str, Counts]:
    """Each set as it was last released: the latest, and of those before it the months that no later one has."""
    latest = editions[-1]
    sets = {_ending(counts, latest[0]): counts for counts in latest}
    for edition in reversed(editions[:-1]):
        for counts in edition:
            end = _ending(counts, edition[0])
            if end in sets and "period" in counts.dimensions and counts.dimensions == sets[end].dimensions:
                sets[end] = _with_earlier(sets[end], counts)
    return sets


def _with_earlier(later: Counts, earlier: Counts) -> Counts:
    """A set with the months of an earlier edition that it does not have."""
    received, more = set(_received(later)), set(_received(earlier)) - set(_received(later))
    if not more:
        return later
    received |= more
    forces = tuple(sorted({*later.forces, *earlier.forces}))
    periods = dict(sorted({**earlier.coverage.periods, **later.coverage.periods}.items()))
    missing = frozenset((force, first) for force in forces for first in periods) - received
    rows = _followed_on(earlier.table[[block in more for block in _blocks(earlier.table)]], earlier, later)
    return replace(_joined(later, rows, later.table), coverage=Coverage(forces, periods, missing))


def standing(exact: Sets, history: History) -> dict[str, tuple[int, int]]:
    """How much of a set stands in its last edition as it was released before, of each force of which any does.

    Parameters
    ----------
    exact
        The exact sets of one name, the main one first.
    history
        What was released, the edition of these sets with it.

    Returns
    -------
    dict[str, tuple[int, int]]
        By force, how many of its months stand, and how many of their cases, at least, are others or ended otherwise.
    """
    editions = history.editions.get(exact[0].name, ())
    if not editions:
        return {}
    moved = _moved(editions[-1][0], exact[0])
    months: dict[str, tuple[int, int]] = {}
    for (force, _), cases in moved["cases"].groupby([moved["force"], moved["period"]]):
        number, changed = months.get(str(force), (0, 0))
        months[str(force)] = number + 1, changed + _fewest(cases)
    return months


def is_the_same(sets: Sets, other: Sets) -> bool:
    """Whether two editions are of the same cases, followed to the same day.

    Parameters
    ----------
    sets
        The exact sets of one edition.
    other
        Those of another.

    Returns
    -------
    bool
        Whether nothing that is counted differs.
    """
    return {counts.name: _identity(counts) for counts in sets} == {counts.name: _identity(counts) for counts in other}


def _identity(counts: Counts) -> object:
    rows = counts.table.astype(dict.fromkeys(counts.dimensions, str)).sort_values(list(counts.dimensions))
    return counts.taken, counts.coverage, dict(counts.features), rows.to_numpy().tolist()


def _standing(new: Counts, old: Counts, standing: set[Block]) -> Counts:
    """One set by months with the rows of those that stand as they were in place of its own."""
    if old.dimensions != new.dimensions or not standing:
        return new
    stands = [block in standing for block in _blocks(old.table)]
    renewed = [block not in standing for block in _blocks(new.table)]
    return _joined(new, _followed_on(old.table[stands], old, new), new.table[renewed])


def _undivided(new: Counts, old: Counts | None, places: set[tuple[str, str]], batch: int) -> Counts:
    """One set without months: as it was where few of its cases have changed, and it holds no place that is gone."""
    if old is None or old.dimensions != new.dimensions or not _places(old) <= places:
        return new
    return old if _fewest(_moved(old, new)["cases"]) < batch else new


def _followed_on(rows: pd.DataFrame, old: Counts, new: Counts) -> pd.DataFrame:
    """Rows of an edition in a later one, until whose day cases that were open were followed on."""
    if not new.lag_unit:
        return rows
    longer = lag_of(counts_files.day_of(old.taken), counts_files.day_of(new.taken), new.lag_unit)
    is_open = rows["first_outcome"].astype(str) == "0"
    return rows.assign(lag=rows["lag"] + longer * is_open.astype("int64"))


def _joined(new: Counts, *tables: pd.DataFrame) -> Counts:
    """A set with these rows for its own."""
    columns = list(new.table.columns)
    table = pd.concat([rows[columns].astype(object) for rows in tables], ignore_index=True)
    return replace(new, table=table.astype({"cases": "int64"} | ({"lag": "int64"} if new.lag_unit else {})))


def fewest_changed(old: Counts, new: Counts, by: Sequence[str]) -> int:
    """How many cases must have changed, at least, between two sets as they are divided by some of their columns.

    Parameters
    ----------
    old
        Exact counts.
    new
        Exact counts of a later edition, or of another set.
    by
        Columns that both have.

    Returns
    -------
    int
        0 where both are the same.
    """
    return _fewest(_moved(old, new, by)["cases"])


def _moved(old: Counts, new: Counts, columns: Sequence[str] = ()) -> pd.DataFrame:
    """The rows that differ between two tables, with how many cases more or fewer the new one has."""
    by = list(columns or new.dimensions)
    before, after = _without_follow_up(old), _without_follow_up(new)
    signed = pd.concat([after[[*by, "cases"]], before[[*by, "cases"]].assign(cases=-before["cases"])])
    moved = signed.groupby(by, observed=True)["cases"].sum().reset_index()
    return moved[moved["cases"] != 0]


def _fewest(moved: pd.Series) -> int:
    """How many cases must have changed, at least, to make one table of the other."""
    return int(max(moved.clip(lower=0).sum(), -moved.clip(upper=0).sum()))


def _without_follow_up(counts: Counts) -> pd.DataFrame:
    """The rows, of which those of open cases do not say for how long they were followed: that changes by itself."""
    table = counts.table.astype(dict.fromkeys(set(counts.dimensions) - {"lag", "period"}, str))
    return table.assign(lag=table["lag"].where(table["first_outcome"] != "0", -1)) if counts.lag_unit else table


def _blocks(table: pd.DataFrame) -> list[Block]:
    """The force and month of each row."""
    return list(zip(table["force"].astype(str), table["period"], strict=True))


def _received(counts: Counts) -> Iterator[Block]:
    """The forces and months that a set is about, those without a case too."""
    every = ((force, first) for force in counts.forces for first in counts.coverage.periods)
    return (block for block in every if block not in counts.coverage.missing)


def _places(counts: Counts) -> set[tuple[str, str]]:
    """The forces and offences of the rows of a set, each by itself."""
    return {(name, str(value)) for name in ("force", "offence") for value in counts.table[name].unique()}


def _by_month(counts: Counts) -> dict[tuple[str, str, date], dict[str, int]]:
    """Cases by outcome of each force, offence and month, of those without a case none."""
    months: dict[tuple[str, str, date], dict[str, int]] = {
        (force, str(offence), first): {} for force, first in _received(counts) for offence in counts.offences
    }
    columns = (counts.table[name] for name in ("force", "offence", "period", "outcome", "cases"))
    for force, offence, first, outcome, cases in zip(*columns, strict=True):
        months.setdefault((str(force), str(offence), first), {})[str(outcome)] = int(cases)
    return months


def _ending(counts: Counts, main: Counts) -> str:
    return counts.name.removeprefix(main.name)
