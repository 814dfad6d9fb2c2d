"""What a drafted mapping leaves to decide, told by its lines: no word of a case file is in it.

``analysis.intake.case_files.drafting`` marks each line that somebody has to look at with CHECK and says why. What it is
sure of is a line; what it is not is a comment, to be taken up by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.intake.case_files.faults import runs
from analysis.reference.names import counted

_MARK = "# CHECK: "
_SECTION = re.compile(r"\[([\w.]+)\](?:  # (.*))?")
_OPEN = re.compile(r"# (?P<key>.+) = .*?  # CHECK: (?P<what>.+)")
_EITHER = re.compile(r"(?P<key>\w+) = .*?  # CHECK: (?P<what>.+ which is it\?)")  # a line, but as likely another
_LACKING, _UNDATED = "no column looks like it", "no column of dates was found"
_WORDS = {"forces": "a force", "offences": "an offence", "outcomes": "an outcome"}


@dataclass(frozen=True)
class Decision:
    """Something that a mapping leaves open: in which line, of which part of it, and what it may be."""

    line: int
    of: str
    what: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.of}: {self.what}"


def open_in(text: str) -> list[Decision]:
    """What a mapping leaves open: its comments that are to be taken up by hand, or struck out.

    Parameters
    ----------
    text
        A mapping.

    Returns
    -------
    list[Decision]
        Decisions in the order of their lines.

    Examples
    --------
    >>> for one in open_in('[outcomes]\\n# "NFA" = "..."  # CHECK: it may be 15 or 18; 40 rows'):
    ...     print(one)
    line 2, a word for an outcome: it may be 15 or 18; 40 rows; 'attrition list outcomes' shows all that there are
    """
    decisions, section = [], ""
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _SECTION.match(line):
            section = match[1]
        elif match := _OPEN.fullmatch(line) or _EITHER.fullmatch(line):
            is_word = section in _WORDS  # then the key is a word of the file, and is not told
            of = f"a word for {_WORDS[section]}" if is_word else f"{match['key']} in [{section}]"
            see = f"; 'attrition list {section}' shows all that there are" if is_word else ""
            decisions.append(Decision(number, of, match["what"] + see))
        elif line.startswith(_MARK):
            decisions.append(Decision(number, f"[{section}]", line.removeprefix(_MARK)))
    return decisions


def is_of_no_cases(text: str) -> bool:
    """Whether a draft found no column of dates on which cases were recorded, and none of outcomes or no date at all.

    Parameters
    ----------
    text
        A mapping as it was drafted.

    Returns
    -------
    bool
        True of a table of percentages, or a web page that was saved in the place of a table.
    """
    left = open_in(text)
    lacking = {one.of.partition(" ")[0] for one in left if _LACKING in one.what}
    return "recorded" in lacking and ("outcome" in lacking or any(_UNDATED in one.what for one in left))


def _guessed_in(text: str) -> list[int]:
    """The lines of a mapping that hold a guess to look at."""
    lines = enumerate(text.splitlines(), start=1)
    return [number for number, line in lines if _MARK in line and not line.startswith("#")]


def told(text: str, *, name: str) -> Iterator[str]:
    """What is left to decide in a mapping, a line each, and on which lines its guesses are.

    Parameters
    ----------
    text
        The mapping.
    name
        What it is called.

    Yields
    ------
    str
        A line for a terminal.
    """
    left, guesses = open_in(text), _guessed_in(text)
    if left:
        yield f"{name} leaves {len(left)} to decide. Take the # away and write what it is, or strike the line out:"
        yield from (f"  {decision}" for decision in left)
    if guesses:
        many, lines = counted(len(guesses), "guess", "guesses"), "line" if len(guesses) == 1 else "lines"
        yield f"{name} has {many}, marked CHECK, to look at: {lines} {runs(guesses)}."
