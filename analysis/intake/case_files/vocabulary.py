"""What the words of a case file mean: forces, offences, outcomes and the categories of features, as small numbers.

A word is looked up as it stands. One that is not known is looked up again without regard to capitals and ordinary
spaces, then among the spellings of data/reference/; what then remains is refused. Nothing is mapped by likeness.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field

from analysis.errors import DataRefused
from analysis.intake.case_files import offence_words, outcome_words
from analysis.intake.case_files.mapping import Feature, Mapping
from analysis.reference import reference
from analysis.reference.names import counted
from analysis.safe_words import in_one_line, seen

#: A feature with more categories than this is no feature: a name, a number or a free text.
MOST_CATEGORIES = 40
#: A word that stands in fewer rows than this is not printed unless it is known: it may be what somebody typed.
PRINTED_FROM = 10
#: A category that is a word of the files and holds fewer cases than this is not listed: its number might be hidden, and
#: that it is there would tell most of it. It is the smallest number that is shown of people, as a test holds.
LISTED_FROM = 15
SCHEME = "home_office"
UNDECIDED = "0"  # the type of a case that has no outcome yet


@dataclass
class Vocabulary:
    """The words of one column. ``words`` maps a word as it stands in the file to its category.

    ``is_open`` is a feature without groups: each word met becomes a category. ``blank`` is the category of an empty
    cell, "" where a cell may not be empty; ``blanks`` holds words in which there is nothing to see. ``unknown`` counts
    the rows of each word without a meaning. ``spelled`` gives the category of a word that is spelled in another way.
    """

    role: str
    column: str
    words: dict[str, str]
    other: str = ""
    is_open: bool = False
    blank: str = ""
    blanks: set[str] = field(default_factory=set)
    unknown: dict[str, int] = field(default_factory=dict)
    spelled: Callable[[str], str] | None = None
    _in_small: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_feature(self) -> bool:
        """Whether the column is a feature that the mapping declares."""
        return self.role not in ("force", "offence", "outcome")

    @property
    def key(self) -> str:
        """What the column is called in SQL, where a feature's own name might mean something else."""
        return f"feature_{self.role}" if self.is_feature else self.role

    def meaning(self, word: str) -> str:
        """The category of a word, "" when it is not known.

        Parameters
        ----------
        word
            A word of a file.

        Returns
        -------
        str
            A category.
        """
        if not self._in_small:
            self._in_small = {folded(spelling): category for spelling, category in self.words.items()}
        category = self.words.get(word) or self._in_small.get(folded(word), "")
        return category or (self.spelled(word) if self.spelled else "") or self.other

    @property
    def has_spellings(self) -> bool:
        """Whether words of a feature without groups were taken together that differ in capitals or spaces alone."""
        return self.is_open and len(self.words) > len(set(self.words.values()))

    @property
    def table(self) -> str:
        """The table in SQL that holds its words."""
        return f"words_{self.key}"

    @property
    def unknown_fault(self) -> str:
        """The fault of a word of this column that is not known."""
        return "unknown_category" if self.is_feature else f"unknown_{self.role}"

    @property
    def categories(self) -> list[str]:
        """Every category, in order of name."""
        return sorted({*self.words.values(), *(name for name in (self.other, self.blank) if name)})

    def code_of(self, category: str) -> int:
        """The small number that stands for a category, from 1, in order of name.

        Parameters
        ----------
        category
            One of its categories.

        Returns
        -------
        int
            A whole number.
        """
        return self.categories.index(category) + 1

    def learned(self, met: Pairs[str, int]) -> bool:
        """Take in words of the file with their numbers of rows; whether any of them got a meaning by that.

        Parameters
        ----------
        met
            Numbers of rows by word.

        Returns
        -------
        bool
            True where some did.

        Raises
        ------
        DataRefused
            When a feature without groups has too many words to be categories.
        """
        self.blanks |= {word for word in met if not _visible(word)}
        seen = {word: rows for word, rows in met.items() if word not in self.blanks}
        if self.is_open:
            categories = dict(one_of_each([*self.words, *seen], blank=self.blank))
            if len(set(categories.values())) > MOST_CATEGORIES:
                raise DataRefused(
                    f"Column '{self.column}' has more than {MOST_CATEGORIES} different values: too many to be the "
                    f"categories of a feature. Group them in [features.{self.role}.groups], or leave the feature out."
                )
        else:
            categories = {word: self.meaning(word) for word in seen}
        self.unknown = {word: rows for word, rows in seen.items() if not categories[word]}
        self.words.update({word: category for word, category in categories.items() if category})
        self._in_small = {}
        return len(self.unknown) < len(met)


def one_of_each(words: Iterable[str], *, blank: str = "") -> list[tuple[str, str]]:
    """Each word with the spelling that stands for all that differ from it in capitals, in spaces or in what cannot be
    seen alone, in order.

    Parameters
    ----------
    words
        Words of a file.
    blank
        A spelling that counts as met first, such as that of blank cells; "" for none.

    Returns
    -------
    list[tuple[str, str]]
        Pairs of word and spelling.
    """
    met = [(word, in_one_line(word)) for word in words]
    spellings: dict[str, list[str]] = {folded(blank): [blank]} if blank else {}
    for _, plain in met:
        spellings.setdefault(folded(plain), []).append(plain)
    return [(word, preferred(spellings[folded(plain)], first=blank)) for word, plain in met]


def preferred(spellings: Iterable[str], *, first: str = "") -> str:
    """The spelling that stands for all: ``first`` if it is there, or the only one, or small letters after a capital.

    Of several spellings none is taken as it is: that may be how one case alone has it. It depends on the spellings
    alone, so that tasks which met different ones agree once their counts are added.

    Parameters
    ----------
    spellings
        Spellings of one word.
    first
        The spelling that is wanted if it is there.

    Returns
    -------
    str
        One spelling.
    """
    several = sorted(set(spellings))
    if first in several or len(several) == 1:
        return first if first in several else several[0]
    plain = folded(several[0])
    return plain[:1].upper() + plain[1:]


def folded(word: str) -> str:
    """A word without regard to capitals and to ordinary spaces; a non-breaking space stays what it is.

    Parameters
    ----------
    word
        A word of a file.

    Returns
    -------
    str
        The word folded.
    """
    return re.sub(r"[ \t\r\n]+", " ", word).strip(" ").casefold()


def vocabularies(mapping: Mapping) -> list[Vocabulary]:
    """The words that each column of categories may hold, before a row is read: force, offence, outcome, features.

    Parameters
    ----------
    mapping
        What the columns of a file mean.

    Returns
    -------
    list[Vocabulary]
        The words of each column.
    """
    return [
        Vocabulary("force", mapping.columns.get("force", ""), {**_forces(mapping), **mapping.forces}),
        Vocabulary(
            "offence",
            mapping.columns.get("offence", ""),
            {**_offences(), **mapping.offences},
            spelled=offence_words.known,
        ),
        Vocabulary(
            "outcome",
            mapping.columns["outcome"],
            {**_outcomes(), **mapping.outcomes},
            blank=UNDECIDED,
            spelled=outcome_words.known,
        ),
        *(_feature(feature) for feature in mapping.features),
    ]


def _feature(feature: Feature) -> Vocabulary:
    groups = dict(feature.groups)
    words = {**{group: group for group in groups.values()}, **groups}
    return Vocabulary(feature.name, feature.column, words, other=feature.other, is_open=not groups, blank=feature.blank)


def _forces(mapping: Mapping) -> dict[str, str]:
    names: dict[str, str] = {}
    invented = reference.made_up_force_rows() if mapping.sensitivity == "synthetic" else []
    for row in (*reference.force_rows(), *invented):
        every = (row["force"], row.get("police_uk_slug", ""), *row["other_names"].split(";"))
        names |= {name.strip(): row["force"] for name in every if name.strip()}
    return names


def _offences() -> dict[str, str]:
    names_by_code = reference.offences()
    return {**{name: code for code, name in names_by_code.items()}, **{code: code for code in names_by_code}}


def _outcomes() -> dict[str, str]:
    outcomes = reference.outcomes(SCHEME)
    names = {outcome.name: code for code, outcome in outcomes.items() if not outcome.part_of}
    return {**names, **{code: code for code, outcome in outcomes.items() if not outcome.part_of}}


def told(vocabulary: Vocabulary) -> list[str]:
    """The unknown words of a column as a message may name them: category-like words, the rest by number alone.

    Parameters
    ----------
    vocabulary
        The words of a column.

    Returns
    -------
    list[str]
        Phrases for a message.
    """
    lines, unnamed, unnamed_rows = [], 0, 0
    as_seen: dict[str, str] = {}
    for spelling in vocabulary.words:
        as_seen.setdefault(_visible(spelling), spelling)
    for word, rows in sorted(vocabulary.unknown.items(), key=lambda pair: (-pair[1], pair[0])):
        part = outcome_words.meaning(word) if vocabulary.role == "outcome" else outcome_words.Meaning()
        if twin := as_seen.get(_visible(word)):
            oddity = "a non-breaking space" if "\u00a0" in word else "a character that cannot be seen"
            lines.append(f"'{twin}' with {oddity} ({counted(rows, 'row')})")
        elif part.part and part.is_known:
            lines.append(f"'{word}' ({counted(rows, 'row')}): {part.reason}")
        elif rows >= PRINTED_FROM and len(lines) < 20:
            lines.append(f"'{word}' ({counted(rows, 'row')})")
        else:
            unnamed, unnamed_rows = unnamed + 1, unnamed_rows + rows
    if unnamed:
        which = "that is not printed here because it" if unnamed == 1 else "that are not printed here because each"
        lines.append(f"{unnamed:,} {which} is rare ({counted(unnamed_rows, 'row')})")
    return lines


def _visible(word: str) -> str:
    """What a reader sees of a word: every kind of space one space, marks without width gone."""
    return folded("".join(" " if unicodedata.category(char) == "Zs" else char for char in seen(word)))
