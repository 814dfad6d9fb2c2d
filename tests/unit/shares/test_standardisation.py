"""Shares with the mix of offences of all forces: published arithmetic, what is left out, and what an interval holds."""

import doctest
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.counts import counts as sets
from analysis.disclosure import protect
from analysis.errors import ParameterError
from analysis.questions.outcomes import mix as mixes
from analysis.reference import reference
from analysis.shares import rates as shares
from analysis.shares import standardisation
from analysis.shares.standardisation import directly_standardised, standardised
from benchmarks.coverage import standardised as coverage

# Fleiss (1981), table 14.4, page 249: births and Down's syndrome by the mother's age, first child to fifth and later.
BIRTHS = [
    [230061, 329449, 114920, 39487, 14208, 3052],
    [72202, 326701, 208667, 83228, 28466, 5375],
    [15050, 175702, 207081, 117300, 45026, 8660],
    [2293, 68800, 132424, 98301, 46075, 9834],
    [327, 30666, 123419, 149919, 104088, 34392],
]
AFFECTED = [
    [107, 141, 60, 40, 39, 25],
    [25, 150, 110, 84, 82, 39],
    [3, 71, 114, 103, 108, 75],
    [1, 26, 64, 89, 137, 96],
    [0, 8, 63, 112, 262, 295],
]


@pytest.fixture(scope="module")
def offences():
    return sets.read("offences_2024_25")


@pytest.fixture(scope="module")
def mix(offences):
    """Charges of all forces and offences."""
    return protect(standardised(offences, "charged"))


def test_no_offence_is_asked_for_its_open_cases(few_offences, monkeypatch):
    asked, plain = [], shares._undecided
    monkeypatch.setattr(shares, "_undecided", lambda counts, by: asked.append(counts.offences) or plain(counts, by))
    assert not protect(standardised(few_offences, "charged")).table.empty
    assert asked == [few_offences.offences]


@pytest.fixture(scope="module")
def few_offences(offences):
    return offences.select(offence="8L, 8M, 8Q")


def test_the_rates_of_fleiss_as_printed_by_others():
    """Rates as the R packages epitools and tidyrates print them for this table (Fay and Feuer 1997, table I)."""
    standard = np.sum(BIRTHS, axis=0)
    found = [directly_standardised(*one, standard).share for one in zip(AFFECTED, BIRTHS, strict=True)]
    assert [round(share, 6) for share in found] == [0.000923, 0.000912, 0.000851, 0.000927, 0.000755]


def test_the_examples_of_the_module():
    assert doctest.testmod(standardisation).failed == 0


def test_the_standard_itself_keeps_its_share():
    events, cases = np.sum(AFFECTED, axis=0), np.sum(BIRTHS, axis=0)
    assert directly_standardised(events, cases, cases).share == pytest.approx(events.sum() / cases.sum(), abs=1e-15)


def test_a_stratum_without_cases_is_left_out_and_said():
    found = directly_standardised([5, 0, 4], [10, 0, 20], [50, 25, 25])
    assert found.share == pytest.approx((50 * 0.5 + 25 * 0.2) / 75)
    assert found.covered_share == 0.75
    nothing = directly_standardised([0, 0], [0, 0], [1, 1])
    assert np.isnan(nothing.share)
    assert nothing.covered_share == 0


def test_rounding_makes_an_interval_wider():
    plain, rounded = (directly_standardised([30, 20], [100, 50], [1, 1], rounding=one) for one in (0.0, 5.0))
    assert rounded.share == plain.share
    assert rounded.low < plain.low
    assert plain.high < rounded.high


@pytest.mark.parametrize(
    ("events", "cases", "weights"),
    [([1], [2, 3], [1, 1]), ([3], [2], [1]), ([-1], [2], [1]), ([1], [2], [-1]), ([1], [2], [0])],
)
def test_numbers_that_cannot_be_are_refused(events, cases, weights):
    with pytest.raises(ValueError, match="of one length|within 0|below 0"):
        directly_standardised(events, cases, weights)


def test_the_interval_holds_in_the_force_with_the_fewest_cases():
    cases, truth, weights = coverage._world({"1"}, ())
    smallest = int(np.argmin(cases.sum(axis=1)))
    held = coverage._held(cases[smallest], truth[smallest], weights, 1500, np.random.default_rng(7))
    assert 0.92 < held < 0.98


def test_forces_of_england_and_wales_by_hand(offences, mix):
    table = mix.table.set_index("force")
    assert len(table) == 44
    met = table.loc["Metropolitan Police"]
    rows = offences.table.assign(is_charged=offences.table["outcome"] == "1")
    cases = rows.groupby(["force", "offence"])["cases"].sum().unstack()
    charged = rows[rows["is_charged"]].groupby(["force", "offence"])["cases"].sum().unstack().reindex_like(cases)
    own = pd.DataFrame({"of": cases.loc["Metropolitan Police"], "some": charged.loc["Metropolitan Police"].fillna(0)})
    weights = cases.sum()
    own, weights = own[own["of"] > 0], weights[own["of"] > 0]
    assert met["standardised_share"] == pytest.approx(
        (weights * own["some"] / own["of"]).sum() / weights.sum(), abs=1e-5
    )
    assert met["mix_difference_share"] == pytest.approx(met["share"] - met["standardised_share"])
    assert met["low_standardised_share"] < met["standardised_share"] < met["high_standardised_share"]
    bare = table[table["covered_share"] < 0.99]
    assert set(bare.index) == {"British Transport Police", "Humberside"}
    assert bare["standardised_share"].isna().all()
    assert bare["share"].notna().all()


def test_what_is_said_follows_from_the_table(mix):
    told = mixes.finding(mix, force="Metropolitan Police")
    assert "5.3% ended in a charge" in told
    assert "it would be 6.6%" in told
    assert "3.4 points by which it is below them, 1.4 go with its mix of offences and 2.0 do not" in told
    assert "5.4% of the cases of all forces" in mixes.finding(mix, force="British Transport Police")


@pytest.mark.parametrize(
    ("share", "same", "told"),
    [
        (0.5, 0.53, "As recorded, the two hardly differ; with the same mix the difference is 3.0 points."),
        (0.5006, 0.53, "explains none of the 0.1 points by which it is above them: with the same mix it would be 3.0"),
        (0.6, 0.5, "As recorded it is 10.0 points above them; with the same mix the two hardly differ."),
        (
            0.6,
            0.5006,
            "So of the 10.0 points by which it is above them, 9.9 go with its mix of offences and 0.1 do not.",
        ),
        (0.6, 0.57, "So of the 10.0 points by which it is above them, 3.0 go with its mix of offences and 7.0 do not."),
        (0.4, 0.43, "So of the 10.0 points by which it is below them, 3.0 go with its mix of offences and 7.0 do not."),
        (0.6, 0.48, "So it is 10.0 points above with its own mix, and 2.0 below with the same mix."),
        (0.4, 0.52, "So it is 10.0 points below with its own mix, and 2.0 above with the same mix."),
        (
            0.4,
            0.38,
            "none of the 10.0 points by which it is below them: with the same mix it would be 12.0 points below.",
        ),
    ],
)
def test_what_a_mix_explains_in_words(few_offences, share, same, told):
    """Kent and Essex have 10,000 cases each, of which half ended in a charge."""
    events = pd.array([round(10000 * share), 10000 - round(10000 * share)], dtype="Int64")
    table = pd.DataFrame({"force": ["Kent", "Essex"], "events": events, "cases": 10000, "share": [share, 1 - share]})
    limits = {"standardised_share": same, "low_standardised_share": same - 0.01, "high_standardised_share": same + 0.01}
    made = table.assign(**limits, mix_difference_share=share - same, covered_share=1.0)
    found = protect(replace(standardised(few_offences, "charged"), work=lambda _: made))
    assert mixes.finding(found, force="Kent").endswith(told if told[-1] == "." else f"{told} points above.")
    assert "more than 1% of the cases of all forces" in mixes.table(found, force="Kent").html


def test_one_offence_or_one_force_has_no_mix(few_offences):
    single = protect(standardised(few_offences.select(offence="8Q"), "charged"))
    assert single.table.empty
    assert mixes.table(single, force="Kent").kind == "nothing"
    alone = protect(standardised(few_offences.select(force="Kent"), "charged"))
    assert alone.table.empty


def test_offences_are_named_singly_in_groups_or_all(offences):
    assert reference.offences_called(" ALL ") == "all"
    assert reference.offences_called("8q, 8L,8Q") == "8L, 8Q"
    assert reference.offences_called("sexual OFFENCES") == "Sexual offences"
    assert offences.select(offence="stalking_harassment").offences == ("8L", "8M", "8Q", "8R")
    assert offences.select(offence="8Q").selection == {"offence": "8Q"}
    assert len(offences.select(offence="all").offences) == 129
    with pytest.raises(ParameterError, match="No offence is called 'X9'"):
        offences.select(offence="8Q, X9")
    with pytest.raises(ParameterError):
        offences.select(offence=" , ")
    with pytest.raises(ParameterError, match="stalking_2024_25"):
        sets.read("stalking_2024_25").select(offence="Sexual offences")


def test_a_force_that_sent_nothing_has_no_share_and_gives_no_weight(few_offences):
    lacking = {("Kent", first): frozenset({"0"}) for first in few_offences.coverage.periods}
    without = replace(few_offences, coverage=replace(few_offences.coverage, lacking=lacking))
    row = protect(standardised(without, "charged")).table.set_index("force").loc["Kent"]
    assert row["state"] == "not_received"
    assert pd.isna(row["standardised_share"])


def test_what_is_standardised_of_exact_counts_has_no_variance_of_rounding(few_offences):
    assert standardised(few_offences, "charged").work.keywords == {"rounding": 0.0}
