"""One fault of a printed table, and how likely it is by chance. Probabilities are kept as powers of ten."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

#: Nothing is told that chance makes more often than this, once all that was tried is allowed for.
SELDOM = -4.0

#: What a probability says of a fact that no chance is needed for.
NO_CHANCE = "no chance is involved: it is so, or it is not"


@dataclass(frozen=True)
class Finding:
    """A fault. ``kind`` is a word for machines, ``title`` for people; ``evidence`` is one sentence with numbers.

    ``chance`` is the power of ten of the probability, at most, that a sound table looks like this, after allowing for
    all that was tried; None where no chance is involved. ``model`` says what chance is taken to be.
    """

    kind: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[int, ...]
    evidence: str
    chance: float | None = None
    model: str = NO_CHANCE
    compared: str = ""

    @property
    def probability(self) -> str:
        """The chance in words: "less than 1 in 10^52", or that none is involved."""
        if self.chance is None:
            return self.model  # which says why there is none
        power = math.floor(-self.chance)
        odds = f"10^{power}" if power > 6 else f"{10**power:,}"
        return f"less than 1 in {odds} ({self.model})"


def coincidence(values: Iterable[float]) -> float:
    """The power of ten of the chance that two unrelated counts agree, for each of some counts, multiplied.

    Two Poisson counts of one mean x agree with probability about 1/sqrt(4 pi x), and counts that differ in their means
    or vary more agree less often: it is a bound.

    Parameters
    ----------
    values
        Counts that agree with others.

    Returns
    -------
    float
        0 or less.
    """
    return sum(min(0.0, -0.5 * math.log10(4 * math.pi * max(abs(value), 1e-9))) for value in values)


def tail(successes: int, tried: int, often: float) -> float:
    """The power of ten of the chance of as many successes or more, at most (Chernoff's bound; Hoeffding 1963).

    Parameters
    ----------
    successes
        How often it came.
    tried
        Of how often.
    often
        How often it was expected, as a share.

    Returns
    -------
    float
        0 or less; 0 where it came no more often than expected.
    """
    if tried == 0 or successes <= tried * often:
        return 0.0
    part, often = successes / tried, max(often, 1e-12)
    if often >= 1:
        return 0.0
    distance = part * math.log(part / often)
    if part < 1:
        distance += (1 - part) * math.log((1 - part) / (1 - often))
    return -tried * distance / math.log(10)


def for_all(chance: float, tried: float) -> float:
    """The same power of ten after allowing for how many were tried (Bonferroni), never above 0.

    Parameters
    ----------
    chance
        The power of ten of the chance of one.
    tried
        How many were tried.

    Returns
    -------
    float
        0 or less.
    """
    return min(0.0, chance + math.log10(max(tried, 1)))


def listed(names: Iterable[object], *, most: int = 6) -> str:
    """ "Kent, Surrey and Sussex"; of many the first few and how many more.

    Parameters
    ----------
    names
        The names; each is told once.
    most
        How many are told.

    Returns
    -------
    str
        Words for the middle of a sentence.
    """
    distinct = [str(name) for name in dict.fromkeys(names)]
    if len(distinct) > most:
        return f"{', '.join(distinct[:most])} and {len(distinct) - most} more"
    return " and ".join(filter(None, (", ".join(distinct[:-1]), distinct[-1]))) if distinct else ""


def spoken(lines: Iterable[int], *, most: int = 8) -> str:
    """Lines as a reader says them: "lines 2 to 9 and 14".

    Parameters
    ----------
    lines
        Numbers of lines, in any order.
    most
        How many runs are told.

    Returns
    -------
    str
        Words for the middle of a sentence.
    """
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    phrases = [str(first) if first == last else f"{first} to {last}" for first, last in runs]
    count = sum(last - first + 1 for first, last in runs)
    return ("line " if count == 1 else "lines ") + listed(phrases, most=most)


def figure(value: float, *, sign: Literal["", "+"] = "") -> str:
    """A number as it is told: "10,834", "0.25".

    Parameters
    ----------
    value
        The number.
    sign
        "+" where one above 0 has its sign too.

    Returns
    -------
    str
        Whole numbers, and from a thousand on all, with commas; others with four digits.
    """
    return f"{value:{sign},.0f}" if value == round(value) or abs(value) >= 1000 else f"{value:{sign},.4g}"
