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
    """Every countable outcome type of case files."""
    return frozenset(code for code, one in reference.outcomes(SCHEME).items() if not one.part_of)


@cache
def monthly() -> tuple[Codes, ...]:
    """The sets that are released of every period, a month too: bases, measures within them, and dispositions."""
    counted = [measure.codes(SCHEME) for measure in measures.MEASURES.values()]
    counted += [frozenset(reference.codes(SCHEME, name)) for name in reference.DISPOSITIONS]
    return _within_bases(counted)


@cache
def quarterly() -> tuple[Codes, ...]:
    """The sets that are released of quarters and longer: those, and each type by itself."""
    return tuple(dict.fromkeys([*monthly(), *(frozenset({code}) for code in sorted(types(), key=int))]))


@cache
def yearly() -> tuple[Codes, ...]:
    """The sets that are released of years and of the whole time: those, and every reading of a measure."""
    return tuple(
        dict.fromkeys([*quarterly(), *_within_bases(reading.codes(SCHEME) for reading in readings_of_people())])
    )


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
    """How sets add up: from the smallest parts that they tell apart, by disposition, and each pair of one in another.

    What is left of a set without another may be none that is released: a reader can still subtract, so it stands here
    to be audited, and adds up like the others.
    """
    parts = _parts(released)
    ways: dict[Codes, dict[tuple[Codes, ...], None]] = {}

    def adds_up(whole: Codes, some: Iterable[Codes]) -> None:
        together = tuple(sorted({one for one in some if one}, key=sorted))
        if len(together) > 1:
            ways.setdefault(whole, {}).setdefault(together)

    for one, other in permutations(released, 2):
        if other < one:
            adds_up(one, (other, one - other))
    known = [*released, *(part for some in list(ways.values()) for way in some for part in way)]
    known = list(dict.fromkeys(known))
    for one in known:
        adds_up(one, (part for part in parts if part <= one))
        by_disposition = [one & every for every in _dispositions()]
        if all(part in known for part in by_disposition if part):
            adds_up(one, by_disposition)
        for other in released:
            if other < one and one - other in known:
                adds_up(one, (other, one - other))
    return {whole: tuple(some) for whole, some in ways.items()}


@cache
def _dispositions() -> tuple[Codes, ...]:
    """The dispositions of case files, which share no type."""
    return tuple(frozenset(codes) for name in reference.DISPOSITIONS if (codes := reference.codes(SCHEME, name)))


def _parts(released: Collection[Codes]) -> list[Codes]:
    """The types sorted by which of the sets they are in."""
    groups: dict[tuple[bool, ...], set[str]] = {}
    for code in sorted(types(), key=int):
        groups.setdefault(tuple(code in one for one in released), set()).add(code)
    return [frozenset(codes) for codes in groups.values()]
