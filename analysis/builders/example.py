"""Made-up stalking cases, for learning and for tests: data/examples/stalking_cases.csv.

    python -m analysis.builders.example

No real case is in them, and the force that they are of does not exist. Everything is invented, from a fixed seed: how
common each outcome is (WEIGHTS, and then chance), how the features are spread, and how they go with the outcomes
(_PULLS). No share is set to a figure that anybody printed. What a method finds here says that the method works, and
nothing about stalking.
"""

from __future__ import annotations

import csv
import math
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist

from analysis.reference import reference

FOLDER = reference.DATA / "examples"
SEED = 20_26
FIRST, LAST, TAKEN = date(2022, 4, 1), date(2024, 3, 31), date(2024, 6, 30)

FORCE, CASES = "Exampleshire Police", 4_000

#: Of a hundred cases, about how many end so, and the word that the file has for it.
WEIGHTS: dict[str, tuple[str, float]] = {
    "16": ("Victim declines, suspect named", 34.0),
    "14": ("Victim declines, no suspect", 5.5),
    "15": ("Insufficient evidence, victim supports", 31.0),
    "18": ("No suspect found", 10.0),
    "10": ("Not in public interest, police", 1.5),
    "21": ("Further investigation not in public interest", 1.0),
    "1": ("Charged", 11.0),
    "3": ("Adult caution", 1.5),
    "8": ("Community resolution", 1.0),
    "17": ("Out of time", 1.0),
    "12": ("Suspect too ill", 0.5),
    "20": ("Other agency", 0.5),
    "0": ("", 1.5),
}

#: Each feature: its column, and its categories with the share of cases that have each.
FEATURES: dict[str, dict[str, float]] = {
    "Victim sex": {"F": 0.76, "M": 0.20, "": 0.04},
    "Victim age": {"Under 18": 0.03, "18-24": 0.19, "25-34": 0.32, "35-44": 0.24, "45-54": 0.13, "55+": 0.09},
    "Relationship": {"Ex-partner": 0.47, "Acquaintance": 0.24, "Family": 0.07, "Stranger": 0.15, "": 0.07},
    "Previous reports": {"None": 0.51, "One or two": 0.31, "Three or more": 0.18},
    "Risk": {"Standard": 0.44, "Medium": 0.37, "High": 0.14, "": 0.05},
    "Contact": {"In person": 0.29, "Online or phone": 0.33, "Both": 0.38},
    "First recorded as": {
        "Stalking": 0.22,
        "Harassment": 0.43,
        "Malicious communications": 0.17,
        "Domestic incident": 0.18,
    },
    "Team": {f"Team {letter}": 1 / 12 for letter in "ABCDEFGHIJKL"},
}

#: How a category pulls a case towards an outcome, on the scale of log odds. Invented, so that a method can be tested.
_PULLS: dict[str, dict[tuple[str, str], float]] = {
    "withdrew": {
        ("Relationship", "Ex-partner"): 0.6,
        ("Relationship", "Stranger"): -0.7,
        ("Previous reports", "Three or more"): 0.3,
        ("Victim age", "18-24"): 0.2,
        ("First recorded as", "Domestic incident"): 0.4,
        ("Team", "Team A"): -0.4,
        ("Team", "Team L"): 0.4,
    },
    "no further action": {
        ("Contact", "Online or phone"): 0.5,
        ("Relationship", "Stranger"): 0.5,
        ("First recorded as", "Malicious communications"): 0.4,
        ("Team", "Team A"): 0.3,
    },
    "charged": {
        ("Risk", "High"): 1.1,
        ("Previous reports", "Three or more"): 0.6,
        ("Contact", "In person"): 0.3,
        ("First recorded as", "Stalking"): 0.4,
    },
}
OPEN = "0"
_ENDINGS = {"16": "withdrew", "14": "withdrew", "15": "no further action", "18": "no further action", "1": "charged"}

#: Median days to an outcome and the spread of its logarithm.
_DAYS = {"16": (12, 1.2), "14": (9, 1.1), "15": (48, 0.9), "18": (21, 1.0), "1": (64, 1.0)}
_OTHER_DAYS = (55, 0.9)


@dataclass
class Case:
    """One made-up case."""

    features: dict[str, str]
    recorded: date
    outcome: str = ""


def _cases(seed: int = SEED) -> list[Case]:
    """All made-up cases, in the order of the date recorded; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311
    totals = _totals(chance)
    span = (LAST - FIRST).days + 1
    drawn = [
        Case(
            {name: _drawn(chance, shares) for name, shares in FEATURES.items()},
            FIRST + timedelta(chance.randrange(span)),
        )
        for _ in range(CASES)
    ]
    # Open cases are among the latest. Every other outcome is drawn for one case after another, in an order of chance,
    # with a weight of the cases that it still has to give times what pulls the case to it: the totals come out
    # exactly, and the odds nearly as a logistic model has them.
    latest = sorted(drawn, key=lambda case: case.recorded.toordinal() + 300 * chance.random(), reverse=True)
    for case in latest[: totals[OPEN]]:
        case.outcome = OPEN
    left = {code: number for code, number in totals.items() if code != OPEN}
    decided = [case for case in drawn if not case.outcome]
    chance.shuffle(decided)
    for case in decided:
        case.outcome = _drawn(chance, {code: number * _pull(code, case) for code, number in left.items() if number})
        left[case.outcome] -= 1
    return sorted(drawn, key=lambda case: case.recorded)


def _rows(seed: int = SEED) -> Iterator[list[str]]:
    """The file: its header, then a row a case."""
    yield ["Crime number", "Force", "Offence", "Date recorded", "Outcome", "Outcome date", *FEATURES]
    chance = random.Random(seed + 1)  # noqa: S311
    for number, case in enumerate(_cases(seed), start=1):
        ended = _ended(chance, case)
        yield [
            f"MADE-UP-{number:05d}",
            FORCE,
            "Stalking",
            f"{case.recorded:%d/%m/%Y}",
            WEIGHTS[case.outcome][0],
            f"{ended:%d/%m/%Y}" if ended else "",
            *case.features.values(),
        ]


def _write(folder: Path = FOLDER) -> Path:
    """Write the file."""
    path = folder / "stalking_cases.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(_rows())
    return path


def _totals(chance: random.Random) -> dict[str, int]:
    """How many cases end in each way: drawn, not set."""
    weights = {code: weight for code, (_, weight) in WEIGHTS.items()}
    drawn = [_drawn(chance, weights) for _ in range(CASES)]
    return {code: drawn.count(code) for code in WEIGHTS}


def _drawn(chance: random.Random, shares: dict[str, float]) -> str:
    """One category, by its share."""
    at, reached = chance.random() * sum(shares.values()), 0.0
    for category, share in shares.items():
        reached += share
        if at < reached:
            return category
    return next(reversed(shares))


def _pull(code: str, case: Case) -> float:
    """How much more likely an outcome is for this case than for one that nothing pulls: an odds ratio."""
    pulls = _PULLS.get(_ENDINGS.get(code, ""), {})
    return math.exp(sum(pulls.get(pair, 0.0) for pair in case.features.items()))


def _ended(chance: random.Random, case: Case) -> date | None:
    """The date of the outcome: log-normal after recording, and no later than the extract."""
    if case.outcome == OPEN:
        return None
    median, spread = _DAYS.get(case.outcome, _OTHER_DAYS)
    room = (TAKEN - case.recorded).days
    days = int(median * math.exp(spread * NormalDist().inv_cdf(min(max(chance.random(), 1e-9), 1 - 1e-9))))
    return case.recorded + timedelta(days if days <= room else chance.randrange(room + 1))


if __name__ == "__main__":
    sys.stdout.write(f"{_write()}\n")
