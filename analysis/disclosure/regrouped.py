"""Features whose categories were renamed or grouped otherwise since they were released of the same cases, or exchanged.

A number belongs to the name of its cell. Under another name the same cases are drawn again, and two draws tell more
than one; of groups that were put together or parted, what lies between is had by subtracting, and is in no sum of the
audit. Nor is what one feature holds of another, where no exact table has both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.counts.counts import Counts
from analysis.disclosure.history import History, Sets, fewest_changed
from analysis.disclosure.policy import POLICIES
from analysis.errors import ParameterError

#: Rows of force, offence, outcome and cases.
Profile = frozenset[tuple[Any, ...]]
_BY = ["force", "offence", "outcome"]


def refuse_regrouped(current: Sets, history: History) -> None:
    """Refuse a feature that was released of the same cases in other categories, of another time, or for another.

    Parameters
    ----------
    current
        The sets that an edition is made of, the main one first.
    history
        What was released before, of this name and of others.

    Raises
    ------
    ParameterError
        For such a feature; in sets of one name the audit sees what lies between two times.
    """
    before = [(name, one) for name, editions in history.editions.items() for one in _by_features(*editions)]
    for new in _by_features(current):
        batch = POLICIES[new.sensitivity].batch
        for name, old in before:
            if name != current[0].name and _is_of_another_time(old, new):
                raise ParameterError(
                    f"Set '{current[0].name}' is counted by features over another time than set '{name}', which was "
                    "released of some of the same cases: what features have between the two is had by subtracting. "
                    f"Reduce the files as '{name}' again, or leave the features out. What was released stands."
                )
            for feature in new.features if _is_of_the_same(old, new, batch) else ():
                if _is_regrouped(old, new, feature):
                    raise ParameterError(
                        f"Feature '{feature}' was released in set '{name}' in other categories, of the same cases: "
                        "side by side the two tell more than either. Group its words as they were, under the same "
                        f"names, or leave it out, until {batch} cases or more are new. What was released stands."
                    )
            if gone := _exchanged(old, new):
                raise ParameterError(
                    f"Set '{name}' was released of some of the same cases by feature '{gone}', which is not declared "
                    "now, while others are that it had not: what one holds of another cannot be audited without a "
                    f"table of both. Declare '{gone}' in the mapping too, or only features that were released with "
                    "it. What was released stands."
                )


def _by_features(*editions: Sets) -> Iterator[Counts]:
    return (counts for sets in editions for counts in sets if counts.features)


def _is_of_another_time(old: Counts, new: Counts) -> bool:
    """Whether two sets share months of a force and offence, and one has months that the other does not."""
    return _share_cases(old, new) and old.coverage.span != new.coverage.span


def _share_cases(old: Counts, new: Counts) -> bool:
    """Whether two sets share months of a force and offence."""
    places = [set(zip(one.table["force"], one.table["offence"], strict=True)) for one in (old, new)]
    return bool(places[0] & places[1] and old.coverage.periods.keys() & new.coverage.periods.keys())


def _exchanged(old: Counts, new: Counts) -> str:
    """A feature of the one set that the other lacks, where that has one that the first lacks; none is an empty text."""
    gone = [feature for feature, heading in old.features.items() if heading not in new.features.values()]
    come = [heading for heading in new.features.values() if heading not in old.features.values()]
    return gone[0] if gone and come and _share_cases(old, new) else ""


def _is_of_the_same(old: Counts, new: Counts, batch: int) -> bool:
    """Whether two sets are of the same cases, but for fewer than are released anew."""
    forces, periods = set(old.forces) & set(new.forces), old.coverage.periods.keys() & new.coverage.periods.keys()
    return bool(forces and periods) and fewest_changed(old, new, _BY) < batch


def _is_regrouped(old: Counts, new: Counts, feature: str) -> bool:
    """Whether a feature, by its name, its heading or the cases that it sets apart, has other cells than it had."""
    cells = _cells(new, feature)
    released = {other: _cells(old, other) for other in old.features}
    if any(cells.keys() == held.keys() for held in released.values()):
        return False
    return any(
        feature == other
        or new.features[feature] == old.features[other]
        or (len(cells) > 1 and _apart(cells) == _apart(held))
        for other, held in released.items()
    )


def _apart(cells: dict[tuple[str, str], Profile]) -> list[list[tuple[Any, ...]]]:
    """How a feature sets cases apart, whatever its categories are called."""
    return sorted(sorted(profile) for profile in cells.values())


def _cells(counts: Counts, feature: str) -> dict[tuple[str, str], Profile]:
    """The cases of each category, under the names that its cells have."""
    table = counts.table.astype(dict.fromkeys((*_BY, feature), str))
    sums = table.groupby([feature, *_BY])["cases"].sum().reset_index()
    return {
        (counts.features[feature], str(category)): frozenset(rows.itertuples(index=False, name=None))
        for category, rows in sums.set_index(feature).groupby(level=0)
    }
