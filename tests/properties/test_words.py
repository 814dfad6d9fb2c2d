"""Sentences over thousands of made-up counts: what they say is what the table holds, and chance is never news."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import protect
from analysis.presentation import captions, endings, wording
from analysis.presentation.wording import percent
from analysis.shares.differences import Two, difference_interval
from analysis.shares.rates import rates, split
from tests import released
from tests.conftest import examples, make_counts

numbers = st.one_of(st.integers(0, 12), st.integers(0, 400), st.integers(0, 30_000))
OUTCOMES = ("16", "14", "15", "18", "1", "2", "0")
FORCES = ("Kent", "Essex", "Gwent", "Dorset")
cases = st.lists(numbers, min_size=len(OUTCOMES), max_size=len(OUTCOMES)).filter(any)
forces = st.lists(cases, min_size=2, max_size=len(FORCES))
sensitivities = st.sampled_from(["published", "restricted", "synthetic"])
MANY = examples(6, 1000)
WORSE_THAN_CHANCE = re.compile(r"\b(increase|decrease|rose|fell|rise|fall|grew|drop|surge|worse|better)", re.IGNORECASE)


def counted(found, sensitivity, *, months=("2024-04-01",)):
    rows = [
        (force, month, outcome, number)
        for force, each in zip(FORCES, found, strict=False)
        for month in months
        for outcome, number in zip(OUTCOMES, each, strict=True)
    ]
    return released.shown(make_counts(rows, sensitivity=sensitivity, forces=FORCES[: len(found)]))


def percentages(text):
    return set(re.findall(r"\d+\.\d%|\b\d+%", text.replace("95% interval", "")))


@MANY
@given(cases, sensitivities, st.sampled_from(["recorded", "with_outcome", "with_suspect"]))
def test_the_sentence_of_a_share_says_what_the_table_holds(found, sensitivity, base):
    held = protect(rates(counted([found], sensitivity), "victim_withdrawal", base=base))
    row, told = held.table.iloc[0], wording.share_sentence(held)
    if row["state"] != "shown":
        assert not re.search(r"\d,?\d* of \d", told)
        assert not percentages(told)
        return
    told, waiting, decided = told.partition(" Over a tenth of the cases recorded have no outcome yet")
    assert bool(waiting) == bool(held.much_open)
    assert len(percentages(decided)) <= 1
    assert told.startswith(f"{row['events']:,} of {row['cases']:,} ")
    assert percentages(told) == percentages(percent(row["share"]))
    assert ("0%" in percentages(told)) == (row["events"] == 0)
    assert ("100%" in percentages(told)) == (row["events"] == row["cases"])
    if sensitivity == "published":
        gone = {"recorded": (), "with_outcome": ("0",), "with_suspect": ("0", "14", "18")}[base]
        kept = {code: number for code, number in zip(OUTCOMES, found, strict=True) if code not in gone}
        assert row["events"] == sum(kept.get(code, 0) for code in ("14", "16"))
        assert row["cases"] == sum(kept.values())


@MANY
@given(cases, sensitivities)
def test_the_opening_is_true_or_silent(found, sensitivity):
    held = protect(rates(counted([found], sensitivity), "victim_withdrawal"))
    row, told = held.table.iloc[0], wording.opening(held)
    if row["state"] != "shown":
        assert told == ""
    elif held.much_open:
        assert told.endswith("are still open to say how they end.")
    elif row["high"] - row["low"] > wording.VAGUE:
        assert told.endswith("too few to say much.")
    else:
        assert ("None of" in told) == (row["events"] == 0)
        assert (re.match(r"All of", told) is not None) == (row["events"] == row["cases"])
        assert not WORSE_THAN_CHANCE.search(told)


@MANY
@given(cases, cases)
def test_two_shares_differ_in_words_only_where_their_difference_does(one, other):
    held = [protect(rates(counted([each], "published").select(force="Kent"), "charged")) for each in (one, other)]
    object.__setattr__(held[1].about, "place", "Essex")
    told = wording.beside(*held, name="Essex")
    first, second = (each.table.iloc[0] for each in held)
    if not told:
        return
    two = Two(*(int(row[name]) for row in (first, second) for name in ("events", "cases")))
    low, high = difference_interval(two)
    is_apart = low > 0 or high < 0
    assert ("not clearly different" in told) != is_apart
    if is_apart:
        assert ("more than" in told) == (first["share"] > second["share"])
    assert not WORSE_THAN_CHANCE.search(told)


@MANY
@given(cases, sensitivities, st.sampled_from(["", "victim_withdrawal", "no_further_action"]))
def test_the_picture_of_a_hundred_adds_up(found, sensitivity, measure):
    held = protect(split(counted([found], sensitivity)))
    squares = endings.of_hundred(held)
    caption = endings.hundred(held, counted=measure)
    if squares:
        assert sum(squares.values()) == endings._squares_of(held)
        said = re.findall(r"(?<![\d,])(\d+) [a-z]", caption.description.split("in all: ")[1].split(" Without")[0])
        assert sum(map(int, said)) == sum(squares.values())
    charged = held.table.loc[held.table["disposition"] == "Charged or summonsed", "events"].fillna(0).sum()
    if squares and charged > 0:
        assert "in none was anybody charged" not in caption.title


@MANY
@given(forces, sensitivities)
def test_a_chart_by_force_says_no_number_that_its_table_lacks(found, sensitivity):
    held = protect(rates(counted(found, sensitivity), "victim_withdrawal", by="force"))
    line = wording.line(protect(rates(counted(found, sensitivity), "victim_withdrawal")), "all forces together")
    caption = captions.dots(held, line=line, highlight="Kent")
    known = {told for share in held.table["share"].dropna() for told in percentages(percent(share))}
    assert percentages(caption.title + caption.description) <= known | {"95%"}
    if held.table["state"].isin(["suppressed", "unreliable", "not_received"]).any():
        assert not re.search("Highest|Lowest", caption.title + caption.description)
    assert not WORSE_THAN_CHANCE.search(caption.title + caption.description)
    for said in ("wholly", "touch", "overlap"):
        assert said not in caption.description


@examples(8, 100)
@given(cases, sensitivities)
def test_quarters_alike_are_not_told_apart(found, sensitivity):
    months = ("2024-04-01", "2024-07-01", "2024-10-01")
    held = protect(rates(counted([found], sensitivity, months=months), "victim_withdrawal", by="quarter"))
    assert "more than chance would often bring" not in captions.quarters(held).description
    assert set(held.table["quarter"]) == {"2024/25 Q1", "2024/25 Q2", "2024/25 Q3"}
    assert date.fromisoformat(months[0]) in counted([found], sensitivity, months=months).coverage.periods


@pytest.mark.parametrize("share", [0.0004, 0.00049, 0.9996, 0.99951])
def test_what_hardly_happened_is_not_nothing_and_not_all(share):
    assert percent(share) not in ("0.0%", "0%", "100%", "100.0%")
