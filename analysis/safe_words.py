"""Words that may be shown anywhere: every character of them can be seen, and none does anything to what shows them.

An escape clears a terminal, an override turns a name about, a space without width makes one word two, and a lone
surrogate cannot be written at all. Whatever comes from a file, a file's name, a parameter or a notebook goes through
here before a page, a log or a terminal has it. What is not safe is spelled out, as JSON does: "\\u001b".
"""

from __future__ import annotations

import re
from typing import TypeVar

_Told = TypeVar("_Told")

#: C0, C1, line and paragraph separators, as they stand in the class of a pattern.
_CONTROL = "\x00-\x1f\x7f-\x9f\u2028\u2029"
#: Everything that Unicode says may be left out when text is shown: directions, joiners, marks without width, fillers,
#: variation selectors, tags.
_IGNORED = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
#: What has no width: a text with one of them in it looks the same without it.
WIDTHLESS = _IGNORED
#: What cannot be seen, and Unicode's spaces: a text with one of them at its end looks the same without it.
UNSEEN = f"{_CONTROL}{_IGNORED} \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
#: What cannot be seen but spaces, format characters of other scripts, surrogates, and what is no character.
_UNSAFE = re.compile(
    f"[{_CONTROL}{_IGNORED}"
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001345f"
    "\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
_CONTROLS = re.compile(f"[{_CONTROL}]")
#: All but line ends, tabs and plain letters: of a page, little is left to be looked at.
_UNCOMMON = re.compile("[^\n\t -~]+")


def safe(words: str) -> str:
    """Words for one line, each character that is not safe spelled out; words that are safe come back as they are.

    Parameters
    ----------
    words
        Words of a user or a file.

    Returns
    -------
    str
        One line.
    """
    return _UNSAFE.sub(_spelled, words)


def safe_lines(text: str) -> str:
    """The same of several lines, which stay several, with their tabs.

    Parameters
    ----------
    text
        Words of a user or a file.

    Returns
    -------
    str
        As many lines.
    """
    return _UNCOMMON.sub(lambda match: safe(match[0]), text)


def is_safe(words: str) -> bool:
    """Whether words may be shown as they are, in one line.

    Parameters
    ----------
    words
        Words of a user or a file.

    Returns
    -------
    bool
        False where a character would be spelled out by ``safe``.
    """
    return _UNSAFE.search(words) is None


def seen(words: str) -> str:
    """What a reader sees of words from a file: a control is a space, whatever else is not safe is gone.

    Parameters
    ----------
    words
        Words of a user or a file.

    Returns
    -------
    str
        Words for a page.
    """
    return _UNSAFE.sub("", _CONTROLS.sub(" ", words))


def in_one_line(words: str) -> str:
    """What a reader sees of words from a file, with one space wherever there is any.

    Parameters
    ----------
    words
        Words of a user or a file.

    Returns
    -------
    str
        One line without space at its ends.
    """
    return " ".join(seen(words).split())


def safe_throughout(words: _Told) -> _Told:
    """Every text in lists, tuples and dictionaries of texts and numbers made safe, line by line; names too.

    Parameters
    ----------
    words
        A text, a number, or lists, tuples and dictionaries of these.

    Returns
    -------
    _Told
        The same shape.
    """
    made_safe: object = words
    if isinstance(words, str):
        made_safe = safe_lines(words)
    elif isinstance(words, dict):
        made_safe = {safe_throughout(name): safe_throughout(value) for name, value in words.items()}
    elif isinstance(words, (list, tuple)):
        made_safe = type(words)(map(safe_throughout, words))
    return made_safe  # type: ignore[return-value]


def unsaid(thing: object) -> str:
    """What a thing is and nothing that it holds: the text of whatever holds numbers that nothing protects yet.

    Parameters
    ----------
    thing
        What is not to be told.

    Returns
    -------
    str
        The name of its type in angle brackets.
    """
    return f"<{type(thing).__name__}>"


def _spelled(match: re.Match[str]) -> str:
    """A character in the escapes of JSON: two of them for one beyond the first 65,536."""
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def slug(name: str) -> str:
    """A name as it stands in an address or a file's name: "Avon and Somerset" is "avon-and-somerset".

    Parameters
    ----------
    name
        A name.

    Returns
    -------
    str
        Small letters, digits and hyphens.
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
