"""The one rule for similar issues nationwide: what holds, what does not, and what cannot be told."""

import pandas as pd
import pytest

from analysis.disclosure.protected import protect
from analysis.questions.comparison import words
from analysis.reference import reference
from analysis.shares import suspicion
from analysis.shares.rates import rates
from tests.conftest import make_counts
from tests.released import rounded

DAY = "2024-04-01"


def counts_of(shares, *, waiting=0, sensitivity="published"):
    """1,000 decided cases a force, of which so many withdrew, and ``waiting`` open ones in the first of them."""
    rows = []
    for place, (force, share) in enumerate(zip(reference.forces(), shares, strict=False)):
        rows += [(force, DAY, "16", round(1000 * share)), (force, DAY, "15", 1000 - round(1000 * share))]
        rows += [(force, DAY, "0", waiting)] if waiting and place < 10 else []
    return make_counts(rows, sensitivity=sensitivity)


def found(counts, measure="victim_withdrawal"):
    both = (rates(counts, measure, base=base, by="force") for base in ("recorded", "with_outcome"))
    return protect(suspicion.suspected(*both))


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ([0.5] * 44, suspicion.HOLDS),
        ([0.4] * 44, suspicion.DOES_NOT),
        ([0.9] * 15 + [0.4] * 29, suspicion.DOES_NOT),  # above nationally, in few forces
        ([0.46] * 23 + [0.2] * 21, suspicion.DOES_NOT),  # in most forces, below nationally
        ([0.5] * 39, suspicion.CANNOT),  # too few forces to speak for the nation
    ],
)
def test_the_rule_can_come_out_either_way(shares, verdict):
    assert set(found(counts_of(shares)).table["verdict"]) == {verdict}


def test_it_may_hold_of_decided_cases_only():
    waiting = [(force, DAY, "0", 60) for force in reference.forces()]  # under a tenth, which brings 46.0% to 43.4%
    rows = counts_of([0.46] * 44).table
    table = make_counts([*_tuples(rows), *waiting])
    assert set(found(table).table["verdict"]) == {suspicion.OF_DECIDED}


def _tuples(table):
    return [(row.force, row.period.isoformat(), row.outcome, row.cases) for row in table.itertuples(index=False)]


def test_forces_with_many_open_cases_decide_nothing():
    shares = [0.9] * 10 + [0.5] * 16 + [0.44] * 18  # 26 of 44 reach it, 10 of them with many open cases
    table = found(counts_of(shares, waiting=200)).table
    assert table["rows_open"].tolist() == [10, 10]
    assert table["open_at_level"].tolist() == [10, 10]
    assert set(table["verdict"]) == {suspicion.CANNOT}, "without them it is 16 of 44, with them 26"
    assert set(found(counts_of(shares)).table["verdict"]) == {suspicion.HOLDS}


def test_the_sentence_says_number_bases_and_what_the_rule_is_worth():
    told = words.sentences(found(counts_of([0.5] * 44)))
    for part in ("45%", "50.0% of all recorded cases, and 44 of 44 forces reach", "50.0% of decided cases"):
        assert part in told
    assert "for 3 of the 53 other offences" in told
    assert "it does not hold" in words.sentences(found(counts_of([0.4] * 44)))
    assert words.sentences(found(counts_of([0.5] * 44), "charged")) == "", "nothing was printed of it"
    assert words.sentences(found(counts_of([0.5] * 39))) == ""


def test_it_is_judged_from_what_may_be_shown():
    shares = [0.5] * 43 + [0.003]
    table = found(rounded(counts_of(shares, sensitivity="restricted"))).table
    assert table["rows"].tolist() == [43, 43], "one force has too few to be shown"


@pytest.mark.parametrize("base", ["recorded", "with_outcome"])
def test_how_often_it_says_yes_is_counted_from_the_bundled_offences(base):
    """The same counted plainly, an offence at a time, from the public functions."""
    from analysis.counts.counts import read as read_counts

    held = read_counts(suspicion._ELSEWHERE)
    tried, holding = 0, 0
    for code in ("8L", "8U", "59", "105A", "3B"):
        one = held.select(offence=code)
        recorded = rates(one, "victim_withdrawal", by="force").table
        assert int((recorded["cases"] >= suspicion.ENOUGH).sum()) >= suspicion.NATION
        both = [
            rates(one, "victim_withdrawal", base=name, by="force").table.assign(base=name) for name in suspicion.BASES
        ]
        judged = suspicion.judged(pd.concat(both), "force", measure="victim_withdrawal", level_share=0.45)
        row = judged.set_index(judged["base"]).iloc[suspicion.BASES.index(base)]
        tried += 1
        holding += bool(row["low"] >= 0.45 and row["rows_at_level"] - row["open_at_level"] > row["rows"] / 2)
    assert (tried, holding) == (5, 3)
    assert suspicion.elsewhere("victim_withdrawal", 0.45, base)[1] >= holding
