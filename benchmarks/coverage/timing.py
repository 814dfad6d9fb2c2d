"""Gray's test between groups that are of one world, by month, few groups and many; times of people as released."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.disclosure.policy import CLOSED
from analysis.errors import ParameterError
from analysis.questions.timing.gray import gray_test
from analysis.questions.timing.incidence import UNDECIDED, timing
from analysis.shares.intervals import ROUNDING_VARIANCE
from benchmarks.coverage.held import Held
from benchmarks.coverage.released import numbers_as_released

TOLD = (
    "Groups of one world, so that none differs: of the cases still open a share ends in each month, 0.85 times that of "
    "the month before, and of these a share as the ending that is tested. Cases are followed for 6 to 24 months, a few "
    "fewer each month. Held is how often Gray's test gives a p value of 0.05 or more; beside it chi squared over its "
    "degrees of freedom, which is 1 where its variance is right. A try is a world; a fiftieth of the draws. Of people, "
    "45% of whom withdraw and 35% end otherwise, three in five of these in one way and the rest in another, running "
    "totals are drawn to multiples of five by day 3, 7, 14 and so on, and hidden under 15, as they are released: held "
    "is how often limits hold the share that has ended by a day, in any way or by withdrawal, and how often nothing is "
    "found between groups of 80, 130, 240 and 400; beside it what would hold were the numbers taken as exact."
)
_PART = 50
_MONTHS = 25
#: How many groups, how many cases each has (the smallest and the largest), the first month's share, the share so.
WORLDS = (
    (2, (30, 30), 0.18, 0.5),
    (2, (30, 30), 0.5, 0.5),
    (2, (15, 400), 0.5, 0.15),
    (4, (100, 100), 0.5, 0.5),
    (10, (60, 60), 0.5, 0.15),
    (10, (60, 60), 0.5, 0.5),
    (44, (25, 25), 0.18, 0.15),
    (44, (25, 25), 0.5, 0.5),
    (44, (100, 100), 0.5, 0.5),
    (44, (30, 3000), 0.18, 0.5),
    (44, (30, 3000), 0.5, 0.15),
    (44, (30, 3000), 0.5, 0.5),
)


def tried(draws: int) -> Iterator[Held]:
    """Each world so often as a fiftieth of the draws."""
    random = np.random.default_rng(20261130)
    for groups, (least, most), first, so in WORLDS:
        sizes = np.geomspace(least, most, groups).round().astype(int)
        tests = []
        for _ in range(max(draws // _PART, 1)):
            try:
                tests.append(gray_test(_drawn(random, sizes, first=first, so=so), ending="charged"))
            except ParameterError:  # too few ended so
                continue
        if not tests:
            continue
        ratio = float(np.mean([test.statistic / test.degrees for test in tests]))
        size = f"{least} cases" if least == most else f"{least} to {most:,} cases"
        of = f"{groups} groups of {size}, {100 * first:.0f}% end in the first month, {100 * so:.0f}% of them so"
        held = float(np.mean([test.p >= 0.05 for test in tests]))
        yield Held(of, "no difference found", len(tests), 0.95, held, 3.0, f"chi squared over degrees {ratio:.2f}")
    yield from _of_people(max(draws // _PART, 1))


#: How many withdraw and end otherwise, and the mean of the days that either takes.
_WITHDREW, _OTHERWISE = (0.45, 60.0), (0.35, 150.0)
_RELEASED = np.array([0, 3, 7, 14, 21, 30, 45, 60, 90, 120, 150, 180, 240, 300, 365])
_SIZES = (80, 130, 240, 400)


def _of_people(worlds: int) -> Iterator[Held]:
    """Limits of shares, and Gray's test, of numbers as they are released."""
    random = np.random.default_rng(20261202)
    for cases in (120, 400, 2000):
        for at in (30, 90, 365):
            kept: dict[str, list[list[bool]]] = {"any ending": [], "withdrawal": []}
            for _ in range(worlds):
                rows, ended = as_released(random, cases, at=at)
                both = [timing(rows, [at], rounding=of).shares.set_index("ending") for of in (ROUNDING_VARIANCE, 0.0)]
                truths = (UNDECIDED, 1 - ended), ("withdrew", _ended(at, _WITHDREW))
                for found, (ending, truth) in zip(kept.values(), truths, strict=True):
                    if ending in both[0].index and pd.notna(both[0].loc[ending, "low_share"]):
                        rows_of = [shares.loc[ending] for shares in both]
                        found.append([bool(row["low_share"] <= truth <= row["high_share"]) for row in rows_of])
            for name, found in kept.items():
                held, before = np.mean(found, axis=0)
                beside = f"taken as exact {100 * before:.1f}%"
                of = f"{cases:,} people, by day {at}"
                yield Held(of, f"share of {name}", len(found), 0.95, held, 3.0, beside, is_least=True)
    again = np.random.default_rng(20261202)
    tests = [_tested(again) for _ in range(worlds)]
    held, before = np.mean([p >= 0.05 for p in np.array(tests).T], axis=1)
    of, beside = "four groups of 80 to 400 people", f"taken as exact {100 * before:.1f}%"
    yield Held(of, "no difference found", worlds, 0.95, held, 3.0, beside, is_least=True)


def _tested(random: np.random.Generator) -> list[float]:
    """The p values of Gray's test of withdrawal between four groups, with and without what rounding adds."""
    drawn = [as_released(random, cases, at=365)[0].assign(group=f"{cases}") for cases in _SIZES]
    table = pd.concat(drawn, ignore_index=True)
    return [gray_test(table, ending="withdrew", rounding=rounding).p for rounding in (ROUNDING_VARIANCE, 0.0)]


def _ended(day: int, ending: tuple[float, float]) -> float:
    """The share of cases that have ended so by the end of a day."""
    part, mean = ending
    return part * (1 - float(np.exp(-(day + 1) / mean)))


def as_released(random: np.random.Generator, cases: int, *, at: int) -> tuple[pd.DataFrame, float]:
    """Cases by ending and day as their running totals are released, and the true share that has ended by day ``at``."""
    (withdrawn, soon), (otherwise, late) = _WITHDREW, _OTHERWISE
    way, days = random.random(cases), np.full(cases, np.inf)
    names = np.where(way < withdrawn, "withdrew", np.where(way < withdrawn + 0.6 * otherwise, "no action", "charged"))
    is_soon, is_late = way < withdrawn, (way >= withdrawn) & (way < withdrawn + otherwise)
    days[is_soon] = random.exponential(soon, is_soon.sum()) // 1
    days[is_late] = random.exponential(late, is_late.sum()) // 1
    rows: list[tuple[str, int, int]] = []
    for name in ("withdrew", "no action", "charged"):
        totals = np.array([int(((names == name) & (days <= day)).sum()) for day in _RELEASED])
        shown = _drawn_totals(totals, random)
        steps = np.diff(np.maximum.accumulate(shown), prepend=0)
        rows += [(name, int(day), int(step)) for day, step in zip(_RELEASED, steps, strict=True) if step]
    still = int(_drawn_totals(np.array([int((days > _RELEASED[-1]).sum())]), random)[0])
    rows += [(UNDECIDED, int(_RELEASED[-1]), still)] if still else []
    return pd.DataFrame(rows, columns=["ending", "lag", "cases"]), sum(
        _ended(at, one) for one in (_WITHDREW, _OTHERWISE)
    )


def _drawn_totals(exact: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Numbers as a release draws them, those that it hides as none."""
    drawn = numbers_as_released(exact, random)
    return np.where(drawn >= CLOSED.smallest, drawn, 0)


def _drawn(random: np.random.Generator, sizes: np.ndarray, *, first: float, so: float) -> pd.DataFrame:
    """Cases by group, ending and month."""
    rows: list[tuple[str, str, int, int]] = []
    for group, size in enumerate(sizes):
        still = int(size)
        for month in range(_MONTHS):
            chance = first * 0.85**month
            charged, otherwise, still = random.multinomial(still, [chance * so, chance * (1 - so), 1 - chance])
            left = still if month == _MONTHS - 1 else random.binomial(still, 0.05) if month >= 6 else 0
            still -= left
            for ending, cases in (("charged", charged), ("withdrew", otherwise), ("undecided", left)):
                rows.append((f"group {group}", ending, month, int(cases)))
    return pd.DataFrame(rows, columns=["group", "ending", "lag", "cases"])
