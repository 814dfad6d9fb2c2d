"""The sets of outcome types that are released: every one that a question of the suite asks for, and no other.

A share is a set of types out of another: what a measure counts, of it what a base leaves in, and the base itself. They
are worked out here from the catalogue (``analysis.measures``), from its readings and from the dispositions, so that a
measure that is added there is released from then on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from itertools import combinations

from analysis import measures, reference
from analysis.statistics.definitions import every_reading

SCHEME = "home_office"  # in which case files say how cases ended

Codes = frozenset[str]
#: A set is the sum of others that share no type.
Sums = Mapping[Codes, tuple[tuple[Codes, ...], ...]]


def types() -> Codes:
    """Every countable outcome type of case files."""
    return frozenset(code for code, one in reference.outcomes(SCHEME).items() if not one.part_of)


@cache
def monthly() -> tuple[Codes, ...]:
    """The sets that are released of every period, a month too: bases, measures within them, and dispositions."""
    counted = [one.codes(SCHEME) for one in measures.MEASURES.values()]
    counted += [frozenset(reference.codes(SCHEME, name)) for name in reference.DISPOSITIONS]
    return _within_bases(counted)


@cache
def quarterly() -> tuple[Codes, ...]:
    """The sets that are released of quarters and longer: those, and each type by itself."""
    return tuple(dict.fromkeys([*monthly(), *(frozenset({code}) for code in types())]))


@cache
def yearly() -> tuple[Codes, ...]:
    """The sets that are released of years and of the whole time: those, and every reading of a measure."""
    return tuple(dict.fromkeys([*quarterly(), *_within_bases(one.codes(SCHEME) for one in every_reading())]))


@cache
def of_features() -> tuple[Codes, ...]:
    """The sets that are released by features of cases: the two findings within each base, and the bases."""
    counted = [measures.measure(name).codes(SCHEME) for name in ("victim_withdrawal", "no_further_action")]
    return _within_bases(counted)


def _within_bases(counted: Iterable[Codes]) -> tuple[Codes, ...]:
    """Sets as they are, the bases, and what each base leaves of each set; each once, none empty."""
    counted = list(counted)
    found: dict[Codes, None] = {types(): None}
    for base in measures.BASES.values():
        kept = types() - base.leaves_out(SCHEME)
        found |= dict.fromkeys([kept, *(one & kept for one in counted)])
    return tuple(one for one in found if one)


def sums(released: Collection[Codes]) -> Sums:
    """How sets add up: each from the smallest parts that the sets tell apart, and each pair in which one holds another.

    What is left of a set without another may be none that is released: a reader can still subtract, so it stands here
    to be audited.
    """
    parts = _parts(released)
    found: dict[Codes, list[tuple[Codes, ...]]] = {}
    for one in released:
        within = tuple(part for part in parts if part <= one)
        if len(within) > 1:
            found.setdefault(one, []).append(within)
    for one, other in combinations(released, 2):
        whole, part = (one, other) if other < one else (other, one)
        if part < whole and (part, whole - part) not in _pairs(found.get(whole, ())):
            found.setdefault(whole, []).append((part, whole - part))
    return {whole: tuple(ways) for whole, ways in found.items()}


def _pairs(ways: Iterable[tuple[Codes, ...]]) -> set[tuple[Codes, ...]]:
    """Ways to add up a set of two parts, in either order."""
    return {order for way in ways if len(way) == 2 for order in (way, way[::-1])}


def _parts(released: Collection[Codes]) -> list[Codes]:
    """The types sorted by which of the sets they are in."""
    groups: dict[tuple[bool, ...], set[str]] = {}
    for code in sorted(types(), key=int):
        groups.setdefault(tuple(code in one for one in released), set()).add(code)
    return [frozenset(codes) for codes in groups.values()]
