"""How names and their numbers are written within a sentence, where no more than that of wording is needed."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TITLED = re.compile(r"[A-Z][a-z]")


def in_sentence(name: str) -> str:
    """A name as it stands after other words: its first letter small, where that is no part of the name.

    A publisher that begins every word with a capital means nothing by it. One that begins the second with a capital and
    not all the others names something, an Act of Parliament say; so does one whose second letter is a capital.

    Parameters
    ----------
    name
        A name, or a sentence that begins with no name of a place.

    Returns
    -------
    str
        The same with small letters.

    Examples
    --------
    >>> in_sentence("Burglary Business and Community"), in_sentence("Other offences against the State or public order")
    ('burglary business and community', 'other offences against the State or public order')
    >>> in_sentence("Offender Management Act offences"), in_sentence("CPS decision")
    ('Offender Management Act offences', 'CPS decision')
    """
    if name[1:2].isupper():
        return name
    words = name.split()
    if len(words) > 1 and all(map(_TITLED.match, words[:2])):
        is_title = all(_TITLED.match(word) for word in words if len(word) > len("and"))
        return name.lower() if is_title else name
    return name[:1].lower() + name[1:]


def counted(number: int, noun: str, several: str = "") -> str:
    """A number in figures with its noun, as a message has it.

    Parameters
    ----------
    number
        How many.
    noun
        The noun of one.
    several
        The noun of several; the noun of one with an s unless given.

    Returns
    -------
    str
        The number with its noun.

    Examples
    --------
    >>> counted(1, "row"), counted(3872, "row"), counted(2, "row has", "rows have")
    ('1 row', '3,872 rows', '2 rows have')
    """
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"


def some_of(names: Sequence[str], most: int) -> str:
    """The first of some names, and how many more there are.

    Parameters
    ----------
    names
        The names.
    most
        How many are written out at most.

    Returns
    -------
    str
        Names with commas between them.

    Examples
    --------
    >>> some_of(["a.csv", "b.csv", "c.csv"], 2), some_of(["a.csv", "b.csv"], 2)
    ('a.csv, b.csv and 1 more', 'a.csv, b.csv')
    """
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")
