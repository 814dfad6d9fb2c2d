"""Sets of counts as a release leaves them: cells by coordinates, rounded, small ones hidden, and what was released."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analysis import counts, periods, reference
from analysis.disclosure import POLICIES

EARLIER = [{"edition": 1, "cells": 700, "hidden": 420, "span": "April 2022 to December 2023"}]


def cells_of(held):
    """The cells of counts by force, period and outcome: month, quarter, year and all; type, way of ending and all."""
    told = held.table.assign(period=[f"{day:%Y-%m}" for day in held.table["period"]])
    days = held.table["period"]
    spans = {
        "month": told["period"],
        "quarter": [periods.quarter_name(day) for day in days],
        "year": [periods.financial_year(day) for day in days],
        "all": [""] * len(told),
    }
    known = reference.outcomes(held.scheme)
    ways = {
        "type": told["outcome"],
        "way": [known[code].disposition for code in told["outcome"]],
        "all": [""] * len(told),
    }
    parts = [
        told.assign(force="", offence="", period=span, outcome=way)
        .groupby(["force", "offence", "period", "outcome"])["cases"]
        .sum()
        for span in spans.values()
        for way in ways.values()
    ]
    return _protected(parts, held)


def feature_cells_of(held):
    """The cells of counts by features of cases: each feature by outcome, without periods."""
    table, known = held.table, reference.outcomes(held.scheme)
    ways = (table["outcome"], [known[code].disposition for code in table["outcome"]], [""] * len(table))
    by = ["force", "offence", "period", "outcome", "feature", "category"]
    parts = []
    for feature in ("", *held.features):
        category = table[feature].astype(str) if feature else ""
        told = table[["cases"]].assign(force="", offence="", period="", feature=feature, category=category)
        parts += [told.assign(outcome=list(way)).groupby(by)["cases"].sum() for way in ways]
    return _protected(parts, held)


def _protected(parts, held):
    """Sums as cells: rounded, and missing where they are small."""
    exact = pd.concat(parts)
    exact = exact[~exact.index.duplicated()]
    policy = asdict(POLICIES[held.sensitivity])
    rounded = (exact / policy["rounding"]).round().astype("Int64") * policy["rounding"]
    return rounded.mask(exact < policy.get("smallest", policy["threshold"])).rename("cases").reset_index()


def put(monkeypatch, *names, earlier=EARLIER, cells=cells_of, **changes):
    """Have sets of counts stand as released ones. Returns their cells by name."""
    read, told = counts.read, counts.release_of
    made = {name: cells(read(name)) for name in names}

    def reading(name):
        held = read(name)
        if name in made:
            object.__setattr__(held, "cells", made[name])
        return held

    def release_of(name):
        if name not in made:
            return told(name)
        hidden = int(made[name]["cases"].isna().sum())
        about = {"policy": "strict", "edition": len(earlier) + 1, "cells": len(made[name]), "hidden": hidden}
        return about | {"earlier": list(earlier)} | changes

    monkeypatch.setattr(counts, "read", reading)
    monkeypatch.setattr(counts, "release_of", release_of)
    return made
