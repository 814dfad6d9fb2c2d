"""Made-up counts by features of cases, for tests of what goes with an ending."""

from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.questions.association.case_features import case_features
from analysis.questions.association.margins import margin_fit
from benchmarks import fits_attacked
from tests import released
from tests.conftest import make_counts

FEATURES = "victim_sex, victim_age, relationship, previous_reports, risk, contact, first_recorded_as"
HEADINGS = {"risk": "Risk grading", "contact": "Where it happened", "place": "Where", "team": "Team"}


def with_features(rows, *names, sensitivity="restricted"):
    """Counts of Kent from (category of each name, outcome, cases) tuples."""
    table = pd.DataFrame(rows, columns=[*names, "outcome", "cases"])
    table = table.groupby([*names, "outcome"], as_index=False)["cases"].sum()
    table.insert(0, "force", "Kent")
    base = make_counts([("Kent", "2024-04-01", "16", 1)], sensitivity=sensitivity)
    features = {name: HEADINGS[name] for name in names}
    return replace(base, table=table, dimensions=("force", *names, "outcome"), features=features)


def drawn(seed=1, *, cases=900, sensitivity="restricted", rare=0):
    """Counts by risk, contact, place and team: High and Online go with withdrawal; ``rare`` cases are "Unknown"."""
    chance = np.random.default_rng(seed)
    rows = []
    for _ in range(cases):
        risk, contact = chance.choice(["Standard", "Medium", "High"]), chance.choice(["Both", "Online"])
        place, team = chance.choice(["North", "South", "East"]), f"Team {chance.integers(12):02d}"
        odds = -0.5 + 1.2 * (risk == "High") + 0.8 * (contact == "Online")
        outcome = "16" if chance.random() < 1 / (1 + np.exp(-odds)) else chance.choice(["15", "1"])
        rows.append((risk, contact, place, team, outcome, 1))
    rows += [("Unknown", "Both", "North", "Team 00", ("16", "15", "1")[one % 3], 1) for one in range(rare)]
    return with_features(rows, "risk", "contact", "place", "team", sensitivity=sensitivity)


def asked_of(held, features=FEATURES, *, cluster="", **asked):
    """What is asked of counts, which are released first, with a fit of just this."""
    if not held.is_released:
        names = tuple(name.strip() for name in features.split(","))
        held = released.rounded(replace(held, fit_features=names, fit_cluster=cluster))
    return case_features(held, features, cluster=cluster, **asked)


def exact_fit(table, features, *endings):
    """The fit that exact margins have, which is that of the cases themselves; an ending is a set of outcome codes."""
    known = fits_attacked.margins_of(table, features, *endings)
    return margin_fit(fits_attacked.joint_table(table, features), known)


def separated():
    """Every case with High withdrew."""
    held = drawn()
    table = held.table.copy()
    table.loc[table["risk"] == "High", "outcome"] = "16"
    table = table.groupby([*held.dimensions], as_index=False)["cases"].sum()
    return replace(held, table=table)
