"""That a report of a first edition says so, and within what its share settles; and where it says nothing of it."""

from dataclasses import replace

import pytest

from analysis.answers import outcomes
from analysis.counts import counts, yearly
from tests.conftest import make_counts

SAID = "are a first edition"


@pytest.fixture(scope="module")
def everything():
    return counts.read("offences_2024_25").select(period="2024/25")


def told(cases, measure="victim_withdrawal", **asked):
    return outcomes.endings(cases, measure, **asked).headline().record["sentences"]


def test_the_last_sentence_says_where_the_share_settles_in_numbers_worked_out_by_hand(everything):
    assert (round(67214 / 135628, 3), round((67214 + 5665) / 135628, 3)) == (0.496, 0.537)
    assert told(everything)[-1] == (
        "The figures of 2024/25 are a first edition (March 2025): however the 4.2% of recorded cases that had no "
        "outcome yet end, the share of recorded cases that ended because the victim withdrew will settle at 49.6% "
        "to 53.7%, unless other cases are revised."
    )
    assert told(everything, force="Metropolitan Police")[-1].endswith(
        "settle at 45.3% to 53.7%, unless other cases are revised."
    )


def test_out_of_another_base_it_is_still_said_of_recorded_cases(everything):
    assert told(everything, base="with_outcome")[-1] == told(everything)[-1]


def test_no_further_action_settles_too(everything):
    assert (round(46807 / 135628, 3), round((46807 + 5665) / 135628, 3)) == (0.345, 0.387)
    assert "ended with no further action will settle at 34.5% to 38.7%" in told(everything, "no_further_action")[-1]


@pytest.mark.parametrize(
    "asked",
    [{"offence": "8L"}, {"force": "City of London"}, {"measure": "undecided"}],
    ids=["another crime", "every case has an outcome", "what is open"],
)
def test_nothing_is_said_where_it_is_not_known_or_nothing_is_open(everything, asked):
    assert not any(SAID in sentence for sentence in told(everything, **asked))


def test_nothing_is_said_of_a_quarter_or_of_made_up_cases(everything):
    assert SAID not in " ".join(told(everything.select(period="2024/25 Q1")))
    assert SAID not in " ".join(told(counts.read("stalking_example").select(period="2023/24")))


@pytest.mark.parametrize("moved", [{"0": -1, "16": 1}, {"16": 1}], ids=["one has ended since", "one was added since"])
def test_nothing_is_said_of_other_figures_of_the_same_year_and_force(moved):
    """A later edition, of which no more is known than that it is not the one whose numbers are held."""
    kent = counts.read("stalking_2024_25").select(force="Kent")
    assert SAID in " ".join(told(kent))
    later = kent.table.copy()
    for outcome, more in moved.items():
        later.loc[later.index[later["outcome"] == outcome][0], "cases"] += more
    assert SAID not in " ".join(told(replace(kent, table=later)))


def test_other_published_tables_are_read_only_where_they_may_tell(everything, monkeypatch):
    monkeypatch.setattr(yearly, "read", None)
    few = make_counts([("Kent", "2024-04-01", "16", 3), ("Kent", "2024-04-01", "0", 2)])
    for cases, asked in ((few, {}), (everything, {"offence": "8L"})):
        assert told(cases, **asked)
    with pytest.raises(TypeError):
        told(everything)
