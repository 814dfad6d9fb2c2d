"""Which column of a case file is what, guessed from its name and from its values, each guess with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from analysis.intake.case_files import offence_words, outcome_words
from analysis.intake.case_files.vocabulary import folded
from analysis.intake.table_shape import counts_by_name
from analysis.reference import reference

_NAMES = {
    "case": r"\b(no|num|number|ref|reference|id|identifier|urn)\b",
    "force": r"force|constabular|police service",
    "offence": r"offence|ho\W?code|classification|crime type|home office",
    "recorded": r"record|creat|report",
    "outcome": r"outcome|disposal|result|finalis|closure",
    "outcome_date": r"outcome|disposal|result|finalis|clos",
}
#: Words of features that say one thing, the one that is written out first.
_SAME = (
    ("female", "f", "fem"),
    ("male", "m"),
    ("yes", "y"),
    ("no", "n"),
    ("true", "t"),
    ("false", "f"),
    ("high", "h"),
    ("medium", "m", "med"),
    ("low", "l"),
    ("standard", "s", "std"),
    ("unknown", "not known", "u", "unk", "nk", "n/k"),
    ("not applicable", "n/a", "na"),
)
_RECORDED = re.compile(r"record")  # before "reported" or "created": it is the day that counts
_TOLD_BY_LETTERS = 4  # letters from which a word is the same however they are parted: "A+" is not "A"
_RIVALS = 3  # other columns that are named at most
_OF_CRIME = re.compile(r"\b(?:crime|case|occurrence|offence|incident)s?\b")
_NUMBERED = 20  # rows from which numbers that are all different may be those of cases
_SEVERAL_NUMBERS = 3  # columns of numbers from which a row counts several things


@dataclass(frozen=True)
class Column:
    """A column as seen: rows with a value, different values, its words if they are few, how it reads as dates.

    ``dates`` maps a way of writing dates to the share of values that it reads; ``earliest`` and ``latest`` are the
    first and the last day so read, and ``trouble`` what is wrong with dates that cannot be relied on. ``is_whole``:
    every value is a whole number and some are above 1; ``is_numbering``: they number the rows. ``no_dates`` are words
    beside its dates that stand for none.
    """

    name: str
    rows: int
    values: int
    words: dict[str, int]
    dates: dict[str, float]
    latest: str = ""
    trouble: str = ""
    is_whole: bool = False
    is_numbering: bool = False
    earliest: str = ""
    no_dates: tuple[str, ...] = ()

    def known(self, is_known: Callable[[str], bool]) -> float:
        """The share of its different words that are known.

        Parameters
        ----------
        is_known
            Says whether a word is known.

        Returns
        -------
        float
            0 to 1.
        """
        return sum(map(is_known, self.words)) / len(self.words) if self.words else 0.0


@dataclass(frozen=True)
class Guess:
    """The column that plays a role, and why it is thought to."""

    column: Column
    reason: str


def guesses(columns: Sequence[Column]) -> dict[str, Guess]:
    """The column for each role that some column can play. No column plays two.

    In a table of counts "cases" is the column of numbers, and nothing is the case.

    Parameters
    ----------
    columns
        The columns of a file.

    Returns
    -------
    dict[str, Guess]
        Guesses by role.
    """
    guesses_by_role: dict[str, Guess] = {}
    counts, other_counts = _counting(columns)
    for role, score in _SCORES.items():
        rated = [
            (score(column), place, column)
            for place, column in enumerate(columns)
            if not _taken(column, guesses_by_role) and column is not counts
        ]
        best = max(rated, key=lambda rating: (rating[0][0], -rating[1]), default=None)
        if best and best[0][0] > 0:
            others = _rivals(role, best[2], [(column, points) for (points, _), _, column in rated], best[0][0])
            guesses_by_role[role] = Guess(best[2], best[0][1] + others)
    if counts and not _is_identified(columns, guesses_by_role):
        guesses_by_role.pop("case", None)
        sentence = "a table of counts, not of cases: each row stands for as many as this column says"
        sentence += _also([column.name for column in other_counts])
        if counts.values == counts.rows >= _NUMBERED:
            sentence += "; or it numbers the cases, and belongs to case: which is it?"
        guesses_by_role["cases"] = Guess(counts, sentence)
    return guesses_by_role


def _rivals(role: str, chosen: Column, rated: Sequence[tuple[Column, float]], most: float) -> str:
    """What to say of other columns that may as well play a role: as events have numbers of their own beside that of
    the crime, and an outcome may be the first or the last.

    Of dates those that are as likely; of others those that are called so too, unless they divide the rows as the chosen
    one does, as a code and its words do.
    """

    def is_rival(column: Column, points: float) -> bool:
        if column is chosen or points <= 0:
            return False
        if role == "recorded":
            return points == most
        if role in ("case", "outcome_date"):
            return is_named(column, role) and (role != "case" or column.values != chosen.values)
        return is_named(column, role) and sorted(column.words.values()) != sorted(chosen.words.values())

    return _also([column.name for column, points in rated if is_rival(column, points)])


def _also(names: Sequence[str]) -> str:
    """What to say of other columns that would do as well as the one that was chosen."""
    return f"; {' or '.join(map(repr, names[:_RIVALS]))} would do too: which is it?" if names else ""


def is_cross_table(columns: Sequence[Column]) -> bool:
    """Whether a table counts several things a row: an outcome, a year or a force in each of several columns.

    Parameters
    ----------
    columns
        The columns of a file.

    Returns
    -------
    bool
        True for such a table.
    """
    numbers = _of_numbers(columns)
    by_outcome = [number for number in numbers if outcome_words.meaning(number.name).code]
    if len(by_outcome) >= _SEVERAL_NUMBERS:
        return True
    is_dated = any(column.dates or column.trouble for column in columns)
    return len(numbers) >= _SEVERAL_NUMBERS and 2 * len(numbers) > len(columns) and not is_dated


def _of_numbers(columns: Sequence[Column]) -> list[Column]:
    """The columns of whole numbers that number no rows and are no dates."""
    return [column for column in columns if column.is_whole and not column.is_numbering and not column.dates]


def _counting(columns: Sequence[Column]) -> tuple[Column | None, list[Column]]:
    """The column of numbers of cases, if one is called so, or is alone in holding numbers of no other meaning; and the
    others that are called so."""
    numbers = _of_numbers(columns)
    named = [number for number in numbers if counts_by_name(number.name)]
    if named:
        return named[0], named[1:]
    if any(2 * column.values >= column.rows and not column.dates for column in columns if column not in numbers):
        return None, []
    plain = [number for number in numbers if not any(is_named(number, role) for role in _NAMES)]
    return (plain[0] if len(plain) == 1 and any(column.dates for column in columns) else None), []


def _is_case_like(column: Column) -> bool:
    return bool(column.rows) and column.values >= 0.9 * column.rows and not column.dates and not column.is_whole


def _is_identified(columns: Sequence[Column], guesses_by_role: dict[str, Guess]) -> bool:
    """Whether some column identifies cases, and does more than to number the rows."""
    case = guesses_by_role.get("case")
    if case is None or case.column.is_numbering or case.column.values < 0.9 * case.column.rows:
        return any(_is_case_like(column) for column in columns if not _taken(column, guesses_by_role))
    return not counts_by_name(case.column.name)


def _taken(column: Column, guesses_by_role: dict[str, Guess]) -> bool:
    return any(guess.column is column for guess in guesses_by_role.values())


def is_named(column: Column, role: str) -> bool:
    """Whether a column is called as one that plays this role.

    Parameters
    ----------
    column
        A column of a file.
    role
        A role of ``CASE_COLUMNS``.

    Returns
    -------
    bool
        True where it is.
    """
    return bool(re.search(_NAMES[role], _spaced(column.name)))


def _spaced(name: str) -> str:
    """The name of a column in small letters, its words parted by spaces."""
    return re.sub(r"[_\-.]+", " ", name).casefold()


def _dated(role: str) -> Callable[[Column], tuple[float, str]]:
    def score(column: Column) -> tuple[float, str]:
        if not column.dates:
            return 0.0, ""
        if role == "outcome_date" and not is_named(column, role):
            return 0.0, ""  # a file has many dates, and a wrong one would pass for times to outcome
        points = 1.0 + 2.0 * is_named(column, role) - 3.0 * (role == "recorded" and is_named(column, "outcome_date"))
        points += 0.5 * (role == "recorded" and bool(_RECORDED.search(column.name.casefold())))
        return points, "holds dates" + (" and is called so" if is_named(column, role) else "; its name does not say")

    return score


def _case(column: Column) -> tuple[float, str]:
    """An identifier has nearly as many values as there are rows; that of a crime has fewer where a row is an event, a
    suspect or a victim."""
    if column.dates or column.trouble or not column.rows:
        return 0.0, ""
    named, share = is_named(column, "case"), column.values / column.rows
    is_of_crime = named and bool(_OF_CRIME.search(_spaced(column.name)))
    if share < (0.2 if is_of_crime else 0.5):
        return 0.0, ""
    return share + 2.0 * named + is_of_crime, f"{column.values:,} different values in {column.rows:,} rows"


def _among(role: str, is_known: Callable[[str], bool], noun: str) -> Callable[[Column], tuple[float, str]]:
    def score(column: Column) -> tuple[float, str]:
        known_share, named = column.known(is_known), is_named(column, role)
        is_other = not named and any(is_named(column, other) for other in ("force", "offence", "outcome"))
        is_number = not named and all(word.isdigit() for word in column.words)
        if not column.words or column.dates or is_other or is_number or (known_share < 0.5 and not named):
            return 0.0, ""
        return known_share + 1.0 * named, f"{known_share:.0%} of its words are known {noun}"

    return score


@cache
def _forces() -> frozenset[str]:
    names = (n for row in reference.force_rows() for n in (row["force"], *row["other_names"].split(";")) if n.strip())
    return frozenset(map(folded, names))


def is_force(word: str) -> bool:
    """Whether a word is one of the names of a force.

    Parameters
    ----------
    word
        A word of a file.

    Returns
    -------
    bool
        True where it is.
    """
    return folded(word) in _forces()


def written_out(word: str, words: Sequence[str]) -> list[str]:
    """The words of a column that may say in full what one of them says in short: "F" beside "Female".

    Parameters
    ----------
    word
        A word of a column.
    words
        Its words, those of most rows first.

    Returns
    -------
    list[str]
        Words, several where it may be short for any of them. Of two that differ in no letter or number but in what
        stands between, the one of more rows; none for the word that others are short for.

    Examples
    --------
    >>> written_out("f", ["M", "Female", "f"]), written_out("M", ["M", "Female", "f"])
    (['Female'], [])
    >>> written_out("M", ["Male", "Medium", "M"]), written_out("Ex partner", ["Ex-partner", "Ex partner"])
    (['Male', 'Medium'], ['Ex-partner'])
    """
    plain, met = folded(word), {folded(other): other for other in reversed(words)}
    same = [next(form for form in forms if form in met) for forms in _SAME if plain in forms]
    longer = [met[form] for form in same if form != plain]
    if longer or len(_letters(word)) < _TOLD_BY_LETTERS:
        return longer
    alike = [other for other in words if _letters(other) == _letters(word)]
    return [alike[0]] if folded(alike[0]) != plain else []


def _letters(word: str) -> str:
    """A word without what stands between its letters and numbers."""
    return re.sub(r"[\W_]+", "", folded(word))


def _is_offence(word: str) -> bool:
    """Whether a word is a code or a name of an offence."""
    return bool(offence_words.known(word)) or word.strip() in reference.offences()


_SCORES: dict[str, Callable[[Column], tuple[float, str]]] = {
    "force": _among("force", is_force, "forces"),
    "offence": _among("offence", _is_offence, "offences"),
    "outcome": _among("outcome", lambda word: bool(outcome_words.meaning(word).code), "outcomes"),
    "recorded": _dated("recorded"),  # first: every file has it, and not every one the other
    "outcome_date": _dated("outcome_date"),
    "case": _case,
}
