"""Words from numbers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.presentation import wording
from analysis.shares.rates import rates


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.45330, "45.3%"),
        (0.0004, "under 0.1%"),
        (0.99961, "over 99.9%"),
        (0.5, "50.0%"),
        (0.9994999, "over 99.9%"),
    ],
)
def test_percent(share, told):
    assert wording.percent(share) == told


@given(st.integers(0, 200_000), st.integers(1, 200_000))
def test_a_percentage_never_says_none_or_all_falsely(events, cases):
    events = min(events, cases)
    told = wording.percent(events / cases)
    assert (told == "0%") == (events == 0)
    assert (told == "100%") == (events == cases)


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0, "none"),
        (0.02, "under 1 in 20"),
        (0.07, "under 1 in 10"),
        (0.1, "about 1 in 10"),
        (0.248, "about a quarter"),
        (0.34, "about a third"),
        (0.4533, "more than 4 in 10"),
        (0.48, "nearly half"),
        (0.4956, "about half"),
        (0.56, "more than half"),
        (0.58, "more than half"),
        (0.78, "nearly 8 in 10"),
        (0.97, "more than 19 in 20"),
        (1, "all"),
    ],
)
def test_plain_share(share, told):
    assert wording.plain_share(share) == told


@given(st.floats(0.0001, 0.9999))
def test_a_plain_share_is_true(share):
    told = wording.plain_share(share)
    anchors = {"a quarter": 0.25, "a third": 1 / 3, "half": 0.5, "two thirds": 2 / 3, "three quarters": 0.75}
    parts = re.fullmatch(r"(about|nearly|more than|under) (?:(\d+) in (\d+)|(.+))", told)
    assert parts, told
    value = int(parts[2]) / int(parts[3]) if parts[2] else anchors[parts[4]]
    if parts[1] == "about":
        assert abs(share - value) <= 0.0125 + 1e-9
    elif parts[1] == "more than":
        assert value < share < value + 0.1
    else:
        assert value - 0.1 < share < value


def test_a_list_a_plural_and_a_place():
    assert wording.listed(["a"]) == "a"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"
    assert wording.listed([]) == ""
    assert wording.plural(1, "force") == "one force"
    assert wording.plural(0, "case") == "no cases"
    assert wording.plural(1234, "case") == "1,234 cases"
    assert wording.force_phrase("Kent") == "Kent Police"
    assert wording.force_phrase("Metropolitan Police") == "the Metropolitan Police"
    assert wording.force_phrase("Essex, Kent") == "the police forces of Essex and Kent"
    assert wording.force_phrase("Kent, Metropolitan Police") == "Kent Police and the Metropolitan Police"
    assert wording._cases_phrase("Stalking") == "stalking cases"
    assert wording._cases_phrase("Rape of a male aged 16 and over") == "cases of rape of a male aged 16 and over"


def test_the_sentence_says_what_is_counted_and_out_of_what():
    london = protect(rates(counts.read("stalking_2024_25").select(force="met"), "victim_withdrawal"))
    assert wording.share_sentence(london) == (
        "5,363 of 11,831 stalking cases recorded by the Metropolitan Police in 2024/25 (45.3%) "
        "ended because the victim withdrew."
    )


@pytest.mark.parametrize(
    ("offence", "told"),
    [
        ("8Q", "0 of 1 stalking case recorded"),
        ("8L", "0 of 1 harassment case recorded"),
        ("19C", "0 of 1 case of rape"),
    ],
)
def test_one_case_is_one_case(made, offence, told):
    one = made([("Kent", "2024-04-01", "15", 1)], offence=offence)
    assert wording.share_sentence(protect(rates(one, "charged"))).startswith(told)
    two = made([("Kent", "2024-04-01", "15", 2)], offence=offence)
    assert "0 of 2 " in wording.share_sentence(protect(rates(two, "charged")))
    assert "cases" in wording.share_sentence(protect(rates(two, "charged")))


def test_a_share_without_a_number_is_told_in_words(made):
    nothing = made([("Kent", "2024-04-01", "16", 0)])
    assert wording.share_sentence(protect(rates(nothing, "charged"))) == (
        "There were no stalking cases recorded by Kent Police from April to June 2024, so there is no share to give."
    )


def test_two_shares_that_cannot_be_told_apart_are_not_compared(made):
    some = made(
        [(force, "2024-04-01", code, n) for force, n in (("Kent", 1000), ("Surrey", 1010)) for code in ("1", "16")]
    )
    one, other = (protect(rates(some.select(force=force), "charged")) for force in ("Kent", "Surrey"))
    assert "not clearly different" in wording.beside(one, other, name="Surrey")
    assert wording.beside(one, one, name="itself") == ""


def test_what_a_notebook_was_asked_is_told_in_words_and_what_is_empty_is_left_out():
    told = wording.asked({"counts": "latest", "force": "Essex", "other": "Kent", "group": "", "crime_type": "all"})
    assert told == "counts latest; force Essex; beside Kent; crime type all"
