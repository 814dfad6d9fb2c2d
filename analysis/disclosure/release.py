"""Release at the door: exact counts of people in, the fixed list of tables that may be read of them out.

Every number is drawn once (``drawing``), hidden where it is small, and stands from then on: the same cell of the same
cases has the same number in every table and every edition. What all of them together tell of any cell is audited, and
no edition leaves that tells more than the policy allows (docs/decisions/0024).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import pandas as pd

from analysis.counts import Counts
from analysis.coverage import Coverage
from analysis.disclosure import cells
from analysis.disclosure.lattice import Lattice, months_between
from analysis.disclosure.mending import Drawn, drawn
from analysis.disclosure.policy import POLICIES

#: Numbers that were drawn before: by coordinates and count, the number and the counter of its draw.
Numbers = Mapping[tuple[str, int], tuple[int, int]]


@dataclass(frozen=True)
class Edition:
    """What one release gives: the sets as they may be read, and every number drawn, to be kept in private."""

    sets: tuple[Counts, ...]
    numbers: Numbers


def release(exact: tuple[Counts, ...], secret: bytes, *, before: Numbers | None = None) -> Edition:
    """The released sets of the same names. ``exact`` are the main set and those by features and by lag, where there are.

    Raises DisclosureRefused when nothing can be drawn that keeps to the policy.
    """
    main, policy = exact[0], POLICIES[exact[0].sensitivity]
    lattice = Lattice()
    tables = [cells.by_outcome(lattice, main)]
    for one in exact[1:]:
        made = cells.by_lag if one.lag_unit else cells.by_feature
        tables.append(made(lattice, one, main))
    held = drawn(lattice, secret, before=dict(before or {}), policy=policy)
    sets = tuple(_released(one, main, rows, places, held) for one, (rows, places) in zip(exact, tables, strict=True))
    return Edition(sets, _numbers(lattice, held) | dict(before or {}))


def _released(one: Counts, main: Counts, rows: pd.DataFrame, places: list[int], held: Drawn) -> Counts:
    """One set with its cells for its rows, and a coverage that tells no month by its absence."""
    smallest = POLICIES[one.sensitivity].smallest
    numbers = pd.array(held.numbers[places], dtype="Int64")
    numbers[numbers < smallest] = pd.NA
    span = main.coverage.span
    months = dict.fromkeys(months_between(span.first, span.last.replace(day=1)), 1)
    periods = months if "period" in one.dimensions else one.coverage.periods
    coverage = Coverage(main.coverage.forces, periods)
    about = {"policy": asdict(POLICIES[one.sensitivity]), "cells": len(rows), "hidden": int(numbers.isna().sum())}
    return one.as_released(rows.assign(cases=numbers), coverage, about)


def _numbers(lattice: Lattice, held: Drawn) -> dict[tuple[str, int], tuple[int, int]]:
    keys = zip(lattice.keys, lattice.counts, strict=True)
    drawn_numbers = zip(held.numbers.tolist(), held.counters.tolist(), lattice.is_released, strict=True)
    return {
        key: (number, counter) for key, (number, counter, is_out) in zip(keys, drawn_numbers, strict=True) if is_out
    }
