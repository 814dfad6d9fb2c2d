"""Sister files of the Home Office's outcomes tables: what they count is in the outcomes tables already, or is no count.

They stand on the same page as the outcomes tables and look much like them. A file is held to this list before it is
fetched, by its name and title, and again when it is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

#: What a sister file is, by words in its name, its title, the name of a sheet or a header.
SISTERS: Mapping[str, re.Pattern[str]] = {
    what: re.compile(words)
    for what, words in {
        "outcomes for alternate offences (types 1a, 2a and 3a), parts of 1, 2 and 3 that would be counted twice": (
            r"alternat(e|ive) offences?|alternate[ -]open|outcomes?[ -]alternate"
        ),
        "outcomes of offences that involve firearms, which the outcomes tables count already": r"fire ?arms?",
        "outcomes of offences that involve knives, which the outcomes tables count already": (
            r"\bkni(fe|ves)\b|\bsharps?\b"
        ),
        "sub-codes of some offences, which the outcomes tables count under their codes": r"\bsub ?-?codes?\b|\bvawg\b",
        "supplementary metrics of outcomes, not counts of them": r"\bsupplementary\b",
        "recorded crime by community safety partnership, a cut of the police force area tables": (
            r"\bcsp\b|community safety partnership"
        ),
    }.items()
}


def folded(text: str) -> str:
    """A header as it is compared: small letters, single spaces, no marks.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        The text folded.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[_\s]+", " ", plain).strip(" :*").split())


def sister(texts: Sequence[str]) -> str:
    """What sister file these words belong to, "" for none.

    Parameters
    ----------
    texts
        Names, titles or headers.

    Returns
    -------
    str
        What the file counts, in words for a message.
    """
    for text in texts:
        for what, pattern in SISTERS.items():
            if pattern.search(folded(text)):
                return what
    return ""
