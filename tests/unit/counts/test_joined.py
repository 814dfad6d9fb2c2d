"""Crimes of data.police.uk that can be followed to an outcome, and forces that are left out where few can."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.counts import counts
from analysis.counts.joined import LEAST_JOINED, NO_ROW, badly_joined, joined_shares, well_joined
from analysis.disclosure import protect
from analysis.questions.comparison import results, words
from analysis.shares.rates import rates

LAGS = "gwent_2022_2025_lags"


def with_forces(read, shares):
    """The bundled counts once more for other forces, so many of whose crimes have an outcome row."""
    parts = []
    for force, share in shares.items():
        table = read.table.assign(force=force)
        if "first_outcome" in table:
            cases = table["cases"].sum()
            lacks = round((1 - share) * cases)
            row = table.iloc[[0]].assign(cases=lacks, first_outcome=NO_ROW)
            has = table.iloc[[1]].assign(cases=cases - lacks, first_outcome="Suspect charged")
            table = pd.concat([row, has])
        parts.append(table)
    return parts


@pytest.fixture
def several(monkeypatch):
    """Three forces beside Gwent; of Kent's crimes 69 in a hundred have a row, of Essex's a few more."""
    shares = {"Gwent": 0.9, "Kent": 0.69, "Essex": 0.701, "Surrey": 0.8}

    def made(name):
        held = read(name)
        coverage = replace(held.coverage, forces=tuple(sorted(shares)))
        return replace(held, table=pd.concat(with_forces(held, shares), ignore_index=True), coverage=coverage)

    read = counts.read
    monkeypatch.setattr(counts, "read", made)
    return made("gwent_2022_2025")


def test_most_of_gwents_crimes_have_a_row():
    """As its reading ledger says: 85.2% of all crimes."""
    assert joined_shares(counts.read("gwent_2022_2025"))["Gwent"] == pytest.approx(0.852, abs=5e-4)
    assert joined_shares(counts.read(LAGS)) == joined_shares(counts.read("gwent_2022_2025"))
    assert badly_joined(counts.read("gwent_2022_2025")) == {}


def test_of_other_figures_joining_is_no_question():
    for name in ("stalking_2024_25", "stalking_example", "stalking_example_lags", "offences_2024_25"):
        held = counts.read(name)
        assert joined_shares(held) == {}
        assert well_joined(held) is held
        assert words.left_out(held) == ""


def test_a_force_whose_crimes_hardly_join_is_not_compared_and_named(several):
    poor = badly_joined(several)
    assert poor == {"Kent": pytest.approx(0.69, abs=1e-4)}
    assert well_joined(several).coverage.forces == ("Essex", "Gwent", "Surrey")
    assert well_joined(several).total == several.select(force="Essex, Gwent, Surrey").total
    places = protect(results.compared(rates(well_joined(several), "charged", by="force"))).table
    assert places["force"].tolist() == ["Essex", "Gwent", "Surrey"]
    told = words.left_out(several)
    assert told == "Not compared, since under 70% of their crimes have a row in the outcomes files: Kent (69%)."
    assert LEAST_JOINED == 0.70


def test_seven_of_ten_are_enough_and_one_crime_tells_a_share():
    held = counts.read(LAGS)
    row = held.table.iloc[[0]]
    forces = {"Essex": (7, 3), "Kent": (69, 31), "Surrey": (0, 1), "Gwent": (0, 0)}
    rows = [
        row.assign(force=force, first_outcome=outcome, cases=cases)
        for force, both in forces.items()
        for outcome, cases in zip(("Suspect charged", NO_ROW), both, strict=True)
    ]
    coverage = replace(held.coverage, forces=tuple(forces))
    made = replace(held, table=pd.concat(rows, ignore_index=True), coverage=coverage)
    assert joined_shares(made) == {"Essex": 0.7, "Kent": 0.69, "Surrey": 0.0}
    assert badly_joined(made) == {"Kent": 0.69, "Surrey": 0.0}
