"""The sets of outcome types that are released: every one that a question of the suite asks for, and no other.

A share is a set of types out of another: what a measure counts, of it what a base leaves in, and the base itself. They
are worked out here from the catalogue (``analysis.reference.measures``), from its readings and from the dispositions,
so that a measure that is added there is released from then on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from itertools import permutations

from analysis.reference import measures, reference
from analysis.shares.definitions import readings_of_people

SCHEME = "home_office"  # in which case files say how cases ended

Codes = frozenset[str]
#: A set is the sum of others that share no type.
Sums = Mapping[Codes, tuple[tuple[Codes, ...], ...]]


def types() -> Codes:
    """Every countable outcome type of case files.

    Returns
    -------
    Codes
        Their codes, without those that are part of another.
    """
    return frozenset(code for code, outcome in reference.outcomes(SCHEME).items() if not outcome.part_of)


@cache
def monthly() -> tuple[Codes, ...]:
    """The sets that are released of every period, a month too: bases, measures within them, and dispositions.

    Returns
    -------
    tuple[Codes, ...]
        Sets of outcome types, each once.
    """
    of_measures = [measure.codes(SCHEME) for measure in measures.MEASURES.values()]
    of_measures += [frozenset(reference.codes(SCHEME, name)) for name in reference.DISPOSITIONS]
    return _within_bases(of_measures)


@cache
def quarterly() -> tuple[Codes, ...]:
    """The sets that are released of quarters and longer: those, and each type by itself.

    Returns
    -------
    tuple[Codes, ...]
        Sets of outcome types, each once.
    """
    return tuple(dict.fromkeys([*monthly(), *(frozenset({code}) for code in sorted(types(), key=int))]))


@cache
def yearly() -> tuple[Codes, ...]:
    """The sets that are released of years and of the whole time: those, and every reading of a measure.

    Returns
    -------
    tuple[Codes, ...]
        Sets of outcome types, each once.
    """
    return tuple(
        dict.fromkeys([*quarterly(), *_within_bases(reading.codes(SCHEME) for reading in readings_of_people())])
    )


@cache
def of_features() -> tuple[Codes, ...]:
    """The sets that are released by features of cases: the two findings within each base, and the bases.

    Returns
    -------
    tuple[Codes, ...]
        Sets of outcome types, each once.
    """
    findings = [measures.measure(name).codes(SCHEME) for name in ("victim_withdrawal", "no_further_action")]
    return _within_bases(findings)


def _within_bases(code_sets: Iterable[Codes]) -> tuple[Codes, ...]:
    """Sets as they are, the bases, and what each base leaves of each set; each once, none empty."""
    code_sets = list(code_sets)
    distinct: dict[Codes, None] = {types(): None}
    for base in measures.BASES.values():
        of_base = types() - base.leaves_out(SCHEME)
        distinct |= dict.fromkeys([of_base, *(codes & of_base for codes in code_sets)])
    return tuple(codes for codes in distinct if codes)


def sums(released: Collection[Codes]) -> Sums:
    """How sets add up: from the smallest parts that they tell apart, by disposition, and each pair of one in another.

    What is left of a set without another may be none that is released: a reader can still subtract, so it stands here
    to be audited, and adds up like the others.

    Parameters
    ----------
    released
        The sets that are released of one period.

    Returns
    -------
    Sums
        For each set the ways to add it up, each of two sets or more that have no type in common.
    """
    parts = _parts(released)
    ways: dict[Codes, dict[tuple[Codes, ...], None]] = {}

    def adds_up(whole: Codes, summands: Iterable[Codes]) -> None:
        together = tuple(sorted({codes for codes in summands if codes}, key=sorted))
        if len(together) > 1:
            ways.setdefault(whole, {}).setdefault(together)

    for larger, smaller in permutations(released, 2):
        if smaller < larger:
            adds_up(larger, (smaller, larger - smaller))
    told_apart = [*released, *(part for splits in list(ways.values()) for way in splits for part in way)]
    told_apart = list(dict.fromkeys(told_apart))
    for larger in told_apart:
        adds_up(larger, (part for part in parts if part <= larger))
        by_disposition = [larger & disposition for disposition in _dispositions()]
        if all(part in told_apart for part in by_disposition if part):
            adds_up(larger, by_disposition)
        for smaller in released:
            if smaller < larger and larger - smaller in told_apart:
                adds_up(larger, (smaller, larger - smaller))
    return {whole: tuple(splits) for whole, splits in ways.items()}


@cache
def _dispositions() -> tuple[Codes, ...]:
    """The dispositions of case files, which share no type."""
    return tuple(frozenset(codes) for name in reference.DISPOSITIONS if (codes := reference.codes(SCHEME, name)))


def _parts(released: Collection[Codes]) -> list[Codes]:
    """The types sorted by which of the sets they are in."""
    groups: dict[tuple[bool, ...], set[str]] = {}
    for code in sorted(types(), key=int):
        groups.setdefault(tuple(code in codes for codes in released), set()).add(code)
    return [frozenset(codes) for codes in groups.values()]
