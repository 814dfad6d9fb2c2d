"""Where recent months will end: made-up forces that the forecast has not seen, and Gwent, from earlier figures.

A made-up force has scale parameters drawn about one of the 19 of data/published/force_volatility.csv, and the forecast
takes its own from the other half of the 19, both ways round: a force never seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from analysis.counts import counts
from analysis.questions.timing import forecast
from analysis.questions.timing.chain_ladder import Triangle, triangle
from analysis.questions.timing.forecast import Swings
from analysis.questions.timing.incidence import UNDECIDED, endings
from analysis.reference import reference
from benchmarks.coverage.held import OF_FORECASTS, Held

TOLD = (
    "Shares of a month's cases that withdrew or lacked evidence, or were still open, as forecast from figures of 3, 6 "
    "and 12 months before, for months under a year old then; tries are intervals, which are not independent: months of "
    "one force move together. Made up: {many} forces, of which each row has those whose history reaches so far back "
    "that twelve months of it are left; their swings are drawn about those of one half of the 19 forces of "
    "data/published/force_volatility.csv, shaken and with heavier tails, while the forecast takes its own from the "
    "other half, both ways round; of them some clear old cases out, slow down or change for good; 40 to 6,000 cases a "
    "month, 13 to 40 months of history. They are forecast without what a page adds for later publications, which "
    "could only widen their ranges. Gwent: data.police.uk, violence and sexual offences, and all crimes, with what a "
    'page adds; the factor by which swings are widened was chosen with Gwent in view. The page says "at least", so '
    "ranges that hold more often than stated pass here, however wide they are: beside each is how it would do if 95% "
    "were meant exactly, and how much came below and above. Then mean width and interval score (Gneiting and Raftery "
    "2007), and the same of a chain ladder with Mack's errors."
)
_FORCES = 60
TOLD = TOLD.format(many=_FORCES)
_KINDS = ("as they are", "rough", "clear-out", "slowdown", "step", "small")
_SHAKE = np.array([0.3, 0.2, 0.3, 0.3])
_MONTHS = (13, 16, 20, 24, 30, 36, 40)
_TOLD_OF = ("withdrew_or_evidential", UNDECIDED)
_YEAR = 12


def tried(draws: int) -> Iterator[Held]:
    """The made-up forces together and by kind, then Gwent; ``draws`` is of no use here."""
    del draws
    random = np.random.default_rng(20261128)
    parts = []
    for place in range(_FORCES):
        kind, half = _KINDS[place % len(_KINDS)], place % 2
        made = _tests(_made(random, kind, _seen(1 - half)), swings=_swings_of(half))
        parts.append(made.assign(kind=kind, force=place))
    made = pd.concat(parts, ignore_index=True)
    yield from _rows_of("{forces} made-up forces", made)
    for kind, part in made.groupby("kind", sort=False):
        yield from _rows_of(f"{{forces}} made-up forces, {kind}", part.assign(back=0))
    for crimes in ("Violence and sexual offences", "all"):
        table = _tests(_gwent(crimes), force="Gwent", is_revised=True)
        yield from _rows_of(f"Gwent, {crimes.lower()}", table.assign(force="Gwent"))


def _rows_of(of: str, table: pd.DataFrame) -> Iterator[Held]:
    """A row for each time before: how many intervals held, on which side the others missed, and how wide they were."""
    for back, part in table.groupby("back"):
        held = float(part["held"].astype(float).mean())
        below, above = (100 * float(side.mean()) for side in _missed(part))
        off = 100 * (held - 0.95)
        exactly = "holds" if abs(off) <= OF_FORECASTS else "too wide" if off > 0 else "too narrow"
        beside = (
            f"95% exactly: {exactly}; below {below:.1f}%, above {above:.1f}%; width {part['width_share'].mean():.3f}, "
            f"score {part['interval_score'].mean():.3f}; chain ladder "
            f"{100 * part['ladder_held'].astype(float).mean():.1f}%, {part['ladder_width_share'].mean():.3f}, "
            f"{part['ladder_score'].mean():.3f}"
        )
        what = f"{back:g} months before" if back else "3, 6 and 12 months before"
        name = of.format(forces=part["force"].nunique())
        yield Held(name, what, len(part), 0.95, held, OF_FORECASTS, beside, is_least=True)


def _missed(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Whether what came was below its interval, and above it."""
    has_missed = ~table["held"].astype(bool)
    return has_missed & (table["came_share"] < table["low_share"]), has_missed & (
        table["came_share"] > table["high_share"]
    )


def _tests(held: Triangle, *, force: str = "", is_revised: bool = False, swings: Swings | None = None) -> pd.DataFrame:
    """The back-tests of one force that its history reaches, of the two shares that are told."""
    back = [steps for steps in forecast.BACK if int(held.ages.max()) + 1 - steps >= _YEAR]
    if not back:
        return pd.DataFrame()
    at = min(_YEAR, int(held.ages.max()))
    tests = forecast.back_test(held, back, at=at, force=force, is_revised=is_revised, swings=swings)
    table = tests.table
    return table[table["ending"].isin(_TOLD_OF) & table["held"].notna()]


def _gwent(crimes: str) -> Triangle:
    held = counts.read("gwent_2022_2025_lags")
    table = held.table.assign(ending=endings(held.table, held.scheme))
    if crimes != "all":
        table = table[table["crime_type"] == crimes]
    return triangle(table, date(2025, 6, 1))


@cache
def _rows() -> list[dict[str, str]]:
    path = reference.DATA / "published" / "force_volatility.csv"
    return reference.read_table(path, required=("force", "months_back", "part"))


def _half(half: int) -> set[str]:
    """Every other force by name: ten of the 19, or nine."""
    return set(sorted({row["force"] for row in _rows()})[half::2])


def _raw(part: str, half: int) -> np.ndarray:
    names = ("calendar_log_sd", "calendar_atanh_correlation", "cohort_log_sd", "cell_log_sd")
    some = [row for row in _rows() if row["part"] == part and row["force"] in _half(half)]
    return np.array([[float(row[name]) for name in names] for row in some])


@cache
def _swings_of(half: int) -> Swings:
    """What the forecast takes its swings from: one half of the forces, shaken as it shakes them."""
    return Swings(*(_shaken(part, half) for part in ("hazard", "split")))


def _shaken(part: str, half: int) -> np.ndarray:
    many = np.repeat(_raw(part, half), 4, axis=0)
    shaken = many + _SHAKE * np.random.default_rng(half).standard_normal(many.shape)
    return np.clip(shaken, forecast._LEAST, forecast._MOST)


@cache
def _seen(half: int) -> Swings:
    return Swings(_raw("hazard", half), _raw("split", half))


def _made(random: np.random.Generator, kind: str, scales: Swings) -> Triangle:
    """One made-up force: its own swings, age effects, sizes and endings."""
    months = int(random.choice(_MONTHS))
    size = random.uniform(30, 100) if kind == "small" else np.exp(random.uniform(np.log(40), np.log(6000)))
    hazard, split = (
        part[random.integers(len(part))] + random.standard_normal(4) * _SHAKE for part in (scales.hazard, scales.split)
    )
    hazard = hazard + (np.array([0.5, 0, 0, 0]) if kind == "rough" else 0)
    leaving, splitting = (_swings(random, scale, 2 * months + 2) for scale in (hazard, split))
    _shocks(random, leaving, kind, months)
    open_at = np.log(-np.log1p(-random.uniform(0.1, 0.35)))
    ages = open_at - random.uniform(0.1, 0.3) * np.arange(months) ** random.uniform(0.7, 1)
    ages = np.maximum(ages + random.normal(0, 0.15, months).cumsum(), -5.5)
    ways = int(random.integers(3, 8))
    shares, by_age = random.dirichlet([6, *np.ones(ways - 1)]), random.normal(0, 0.25, months).cumsum()
    cohort = [random.normal(0, np.exp(one[2]), months) for one in (hazard, split)]
    cases = random.poisson(size * np.exp(random.normal(0, 0.12, months)))
    ended = np.zeros((ways, months, months), dtype=np.int64)
    at_once = random.uniform(0.1, 0.4)
    for month in range(months):
        left = int(cases[month])
        for age in range(months - month):
            noise = random.normal(0, np.exp(hazard[3])), random.normal(0, np.exp(split[3]))
            eta = (ages[age - 1] if age else 0) + leaving[month + age] + cohort[0][month] + noise[0]
            chance = at_once * np.exp(0.3 * cohort[0][month]) if age == 0 else -np.expm1(-np.exp(min(eta, 1.5)))
            gone = int(random.binomial(left, min(chance, 0.98)))
            left -= gone
            first = np.log(shares[0] / (1 - shares[0])) + by_age[age] + splitting[month + age]
            first = 1 / (1 + np.exp(-(first + cohort[1][month] + noise[1])))
            parts = np.array([first, *(1 - first) * shares[1:] / shares[1:].sum()])
            ended[:, month, age] = random.multinomial(gone, parts / parts.sum())
    names = (
        *("withdrew_or_evidential", "no_further_action", "charged", "out_of_court", "transferred"),
        *("prosecution_prevented", "victim_withdrew"),
    )
    periods = tuple(date(2020 + place // 12, place % 12 + 1, 1) for place in range(months))
    ages_now = np.arange(months - 1, -1, -1)
    undated = np.zeros(months, dtype=int)
    return Triangle(periods, names[:ways], ages_now, cases, ended, undated, 0, 0, "months")


def _swings(random: np.random.Generator, scale: np.ndarray, many: int) -> np.ndarray:
    """A first-order autoregression with heavy tails, so many calendar months long."""
    spread, correlation = min(np.exp(scale[0]), 1.0), np.clip(np.tanh(scale[1]), -0.5, 0.95)
    free = random.choice([4, 8, 50])
    shocks = random.standard_t(free, many) / np.sqrt(free / (free - 2)) * spread
    found = np.zeros(many)
    found[0] = shocks[0] / np.sqrt(1 - correlation**2)
    for place in range(1, many):
        found[place] = correlation * found[place - 1] + shocks[place]
    return found


def _shocks(random: np.random.Generator, leaving: np.ndarray, kind: str, months: int) -> None:
    """What a force does that no autoregression foresees."""
    when = int(random.integers(3, months))
    if kind == "clear-out":
        leaving[when] += random.uniform(0.5, 1.5)
    if kind == "slowdown":
        leaving[when:] -= random.uniform(0.2, 0.8)
    if kind == "step":
        leaving[when:] += random.choice([-1, 1]) * random.uniform(0.2, 0.6)
