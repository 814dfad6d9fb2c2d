"""Names that a workbook may use: those on the tabs of its sheets, and those of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: The most that a tab holds.
LONGEST = 31
CONTENTS, NOTES = "Contents", "Notes"
#: Names that are taken: by the first sheets, and by Excel itself.
_TAKEN = ("Cover", CONTENTS, NOTES, "History")
_LITTLE = ("a", "and", "as", "at", "by", "for", "from", "how", "in", "of", "on", "or", "that", "the", "to", "with")


def tab_names(wanted: Iterable[str]) -> list[str]:
    """A name for each tab in the words asked for, none longer than a tab holds and no two alike.

    Parameters
    ----------
    wanted
        What each tab would be called if anything were allowed.

    Returns
    -------
    list[str]
        Names, in the same order.

    Examples
    --------
    >>> tab_names(["Forces: shares", "Forces: shares"])
    ['Forces shares', 'Forces shares 2']
    """
    taken = {name.casefold() for name in _TAKEN}
    names = []
    for words in wanted:
        allowed = re.sub(r"\s+", " ", re.sub(r"[\[\]:*?/\\]", " ", words)).replace("'", "’").strip(" ’")
        if not re.search(r"\w", allowed):
            allowed = "Table"
        name, place = _shortened(allowed, LONGEST), 1
        while name.casefold() in taken:
            place += 1
            name = f"{_shortened(allowed, LONGEST - len(str(place)) - 1)} {place}"
        taken.add(name.casefold())
        names.append(name)
    return names


def table_name(tab: str) -> str:
    """The name of the table on a tab. Its first letters keep it from looking like the address of a cell.

    Parameters
    ----------
    tab
        The name of the tab.

    Returns
    -------
    str
        Small letters, digits and underscores.

    Examples
    --------
    >>> table_name("Forces, shares")
    'table_forces_shares'
    """
    return "table_" + re.sub(r"[^a-z0-9]+", "_", tab.casefold()).strip("_")


def _shortened(words: str, room: int) -> str:
    """The words cut at the last comma that leaves most of them, or else after a word that says something."""
    if _width(words) <= room:
        return words
    kept = words
    while _width(kept) > room:
        kept = kept[:-1]
    is_whole = words[len(kept)] in " ,;"
    if "," in kept[room // 3 :]:
        return kept[: kept.rindex(",")].strip(" ’")
    if not is_whole and " " in kept:
        kept = kept[: kept.rindex(" ")]
    while " " in kept and kept.split()[-1].strip(",").casefold() in _LITTLE:
        kept = kept[: kept.rindex(" ")]
    return kept.strip(" ,’")


def _width(words: str) -> int:
    """How much room words take on a tab, where a character outside the basic plane takes two."""
    return len(words.encode("utf-16-le")) // 2
