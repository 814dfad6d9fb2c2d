"""Made-up sets of counts of people, for tests of what is released of them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from analysis.counts.counts import Counts, Source
from analysis.counts.coverage import Coverage

SHARES = {
    "16": 0.33, "14": 0.08, "15": 0.22, "18": 0.12, "21": 0.03, "10": 0.02, "17": 0.01, "1": 0.08, "3": 0.01, "8": 0.02,
    "0": 0.07, "12": 0.005, "20": 0.005,
}  # fmt: skip
FORCES = ("Kent", "Essex", "Gwent")
SECRET = bytes(range(32))


def month(number: int) -> date:
    """The first day of a month: 0 is April 2022."""
    return date(2022 + (number + 3) // 12, (number + 3) % 12 + 1, 1)


def cases(seed: int, number: int, *, forces: int = 1, months: int = 12) -> pd.DataFrame:
    """One row a case: force, month (a number), outcome and a feature."""
    chance = np.random.default_rng(seed)
    shares = np.array(list(SHARES.values()))
    return pd.DataFrame(
        {
            "force": chance.choice(FORCES[:forces], number),
            "month": chance.integers(0, months, number),
            "outcome": chance.choice(list(SHARES), number, p=shares / shares.sum()),
            "relationship": chance.choice(["Former partner", "Acquaintance", "Stranger"], number, p=[0.57, 0.29, 0.14]),
        }
    )


def revised(some: pd.DataFrame, seed: int, share: float) -> pd.DataFrame:
    """The same cases, of which a share ended otherwise since."""
    chance = np.random.default_rng(seed)
    shares = np.array(list(SHARES.values()))
    changed = chance.random(len(some)) < share
    outcome = np.where(changed, chance.choice(list(SHARES), len(some), p=shares / shares.sum()), some["outcome"])
    return some.assign(outcome=outcome)


def counted(
    some: pd.DataFrame, *, months: int, forces: int = 1, name: str = "tried", sensitivity: str = "restricted"
) -> Counts:
    """Exact counts of cases by force, month, offence and outcome; of stalking where nothing is said of offences."""
    table = some.assign(period=[month(number) for number in some["month"]], offence=some.get("offence", "8Q"))
    by = ["force", "period", "offence", "outcome"]
    return Counts(
        name=name,
        table=table.groupby(by).size().rename("cases").reset_index(),
        dimensions=tuple(by),
        coverage=Coverage(FORCES[:forces], dict.fromkeys(map(month, range(months)), 1)),
        basis="recorded",
        sensitivity=sensitivity,
        source=Source("Cases for a test", "a test", "", "none", {}),
        scheme="home_office",
        taken="2025-06-30",
    )


def by_features(some: pd.DataFrame, main: Counts) -> Counts:
    """Exact counts of the same cases by force, offence, outcome and feature."""
    by = ["force", "offence", "outcome", "relationship"]
    table = some.assign(offence=some.get("offence", "8Q")).groupby(by).size().rename("cases").reset_index()
    return Counts(
        name=f"{main.name}_features",
        table=table,
        dimensions=tuple(by),
        coverage=main.coverage,
        basis="recorded",
        sensitivity=main.sensitivity,
        source=main.source,
        scheme="home_office",
        features={"relationship": "Relation"},
        taken=main.taken,
    )
