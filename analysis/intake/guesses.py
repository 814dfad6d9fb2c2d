"""Which column of a case file is what, guessed from its name and from its values, each guess with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from analysis import reference
from analysis.intake.vocabulary import SCHEME, folded

_NAMES = {
    "case": r"\b(no|num|number|ref|reference|id|identifier|urn)\b",
    "force": r"force|constabular|police service",
    "offence": r"offence|ho\W?code|classification|crime type|home office",
    "recorded": r"record|creat|report",
    "outcome": r"outcome|disposal|result|finalis|closure",
    "outcome_date": r"outcome|disposal|result|finalis|clos",
}


@dataclass(frozen=True)
class Column:
    """A column as seen: rows with a value, different values, its words if they are few, how it reads as dates.

    ``dates`` maps a way of writing dates to the share of values that it reads; ``latest`` is the last day so read.
    """

    name: str
    rows: int
    values: int
    words: dict[str, int]
    dates: dict[str, float]
    latest: str = ""

    def known(self, names: Sequence[str]) -> float:
        """The share of its different words that are among ``names``."""
        if not self.words:
            return 0.0
        known = {folded(name) for name in names}
        return sum(folded(word) in known for word in self.words) / len(self.words)


@dataclass(frozen=True)
class Guess:
    """The column that plays a role, and why it is thought to."""

    column: Column
    reason: str


def guesses(columns: Sequence[Column]) -> dict[str, Guess]:
    """The column for each role that some column can play. No column plays two."""
    found: dict[str, Guess] = {}
    for role, score in _SCORES.items():
        rated = [(score(one), place, one) for place, one in enumerate(columns) if not _taken(one, found)]
        best = max(rated, key=lambda one: (one[0][0], -one[1]), default=None)
        if best and best[0][0] > 0:
            found[role] = Guess(best[2], best[0][1])
    return found


def likely_outcome(word: str) -> tuple[str, str]:
    """The outcome type whose name is most like a word, and its name; "" when none is near."""
    names = {one.name: code for code, one in reference.outcomes(SCHEME).items() if not one.part_of}
    alike = {folded(name): name for name in names if _denies(name) == _denies(word)}
    near = get_close_matches(folded(word), alike, n=1, cutoff=0.5)
    name = alike[near[0]] if near else ""
    return names.get(name, ""), name


def _denies(word: str) -> bool:
    """Whether a word says that somebody does not: its likeness to one that says the opposite is worth nothing."""
    return bool(re.search(r"\b(not|does not|declin\w*|refus\w*|withdr\w*|unsupport\w*)\b", word.casefold()))


def _taken(column: Column, found: dict[str, Guess]) -> bool:
    return any(guess.column is column for guess in found.values())


def _is_named(column: Column, role: str) -> bool:
    return bool(re.search(_NAMES[role], re.sub(r"[_\-.]+", " ", column.name).casefold()))


def _dated(role: str) -> Callable[[Column], tuple[float, str]]:
    def score(column: Column) -> tuple[float, str]:
        if not column.dates:
            return 0.0, ""
        points = 1.0 + 2.0 * _is_named(column, role) - 1.5 * (role == "recorded" and _is_named(column, "outcome_date"))
        return points, "holds dates" + (" and is called so" if _is_named(column, role) else "; its name does not say")

    return score


def _case(column: Column) -> tuple[float, str]:
    if column.dates or not column.rows or column.values < 0.5 * column.rows:
        return 0.0, ""
    points = column.values / column.rows + 2.0 * _is_named(column, "case")
    return points, f"{column.values:,} different values in {column.rows:,} rows"


def _among(role: str, names: Callable[[], Sequence[str]], noun: str) -> Callable[[Column], tuple[float, str]]:
    def score(column: Column) -> tuple[float, str]:
        known, is_named = column.known(names()), _is_named(column, role)
        if not column.words or column.dates or (known < 0.5 and not is_named):
            return 0.0, ""
        return known + 1.0 * is_named, f"{known:.0%} of its words are known {noun}"

    return score


def force_names() -> list[str]:
    """Every name of every force."""
    return [n for row in reference.force_rows() for n in (row["force"], *row["other_names"].split(";")) if n.strip()]


def offence_names() -> list[str]:
    """Codes and names of offences."""
    return [*reference.offences(), *reference.offences().values()]


def outcome_names() -> list[str]:
    """Codes and names of outcome types that may be counted."""
    known = reference.outcomes(SCHEME)
    return [name for code, one in known.items() if not one.part_of for name in (code, one.name)]


_SCORES: dict[str, Callable[[Column], tuple[float, str]]] = {
    "force": _among("force", force_names, "forces"),
    "offence": _among("offence", offence_names, "offences"),
    "outcome": _among("outcome", outcome_names, "outcomes"),
    "recorded": _dated("recorded"),  # first: every file has it, and not every one the other
    "outcome_date": _dated("outcome_date"),
    "case": _case,
}
