"""Endings by year in words and in a chart: no direction where none is stated, every doubt said."""

import re

import pytest

from analysis.disclosure import protect
from analysis.errors import DisclosureRefused
from analysis.questions.trends import years
from analysis.shares.year_bounds import by_year, directions, wales_and_england
from tests.unit.counts.test_yearly import made
from tests.unit.shares.test_year_bounds import force

MOVED = re.compile(r"\b(rose|fell|risen|fallen|worse|increase|decrease)\b")


def said(*rows, place="Kent", **changed):
    held = made(*rows, **changed).of(place)
    found = protect(directions(held))
    return years.opening(found), years.answer(found), years.stated(found), protect(by_year(held)), found


def test_a_series_moved_by_a_break_is_not_taken_for_a_change():
    """From 20 to 60 of 100 over 1 April 2020, no case undecided: the bounds part, and nothing may be said."""
    opening, answer, stated, _, found = said(force(2019, 20), force(2020, 60))
    assert (
        opening
        == "Whether victims of stalking recorded by Kent Police withdraw more often than in 2019/20 cannot be said."
    )
    assert answer.endswith("neither a rise nor a fall can be stated: counted differently from 1 April 2020.")
    assert years.settled(found) == (
        "What would settle withdrawal from 2019/20 to 2020/21: cases of one year counted both ways, which nobody has "
        "published."
    )
    assert "20.0% ended because the victim withdrew; of those recorded in 2020/21, 60.0%: 40.0 points more." in answer
    assert not MOVED.search(opening + answer.replace("a rise nor a fall", ""))
    assert stated == ""


def test_open_cases_are_not_taken_for_a_fall():
    opening, answer, *_, found = said(force(2014, 40), force(2015, 30, undecided=30))
    assert (
        opening
        == "Whether victims of stalking recorded by Kent Police withdraw more often than in 2014/15 cannot be said."
    )
    assert "it is 40.0% against 30.0% to 60.0%, depending on how the undecided cases end" in answer
    assert "a later edition of 2015/16, in which its 30 undecided cases have ended" in years.settled(found)


def test_what_can_be_stated_is_stated_with_its_bounds_and_forces():
    opening, answer, stated, _, found = said(force(2014, 20), force(2015, 40, undecided=5))
    assert years.settled(found) == ""
    assert (
        opening
        == "The share of stalking cases recorded by Kent Police whose victim withdrew rose from 2014/15 to 2015/16."
    )
    assert answer.endswith("it is 20.0% against 40.0% to 45.0%, depending on how the undecided cases end. So it rose.")
    assert stated == ""  # the latest two years are the answer already
    fell = said(force(2014, 40), force(2015, 20))
    assert fell[0].endswith("fell from 2014/15 to 2015/16.")
    both = said(force(2014, 20), force(2015, 40), force(2018, 60), force(2019, 50))
    earlier = "the share rose from 20.0% of decided cases in 2014/15 to 40.0% in 2015/16."
    assert both[0].endswith(f"cannot be said; earlier, {earlier}")
    assert both[2].startswith("From 2014/15 to 2015/16 the share rose from 20.0% to 40.0% of decided cases (20.0%")


def test_forces_that_sent_nothing_are_told():
    rows = [
        force(2014, 20),
        force(2015, 40),
        ("Essex", 2014, 100, None, None, None, None),
        force(2015, 1, name="Essex"),
    ]
    later = [force(2018, 30), force(2018, 30, name="Essex")]
    opening, _, stated, _, _ = said(*rows, *later, place="all")
    assert opening.endswith(
        "earlier, the share rose from 20.0% of decided cases in 2014/15 to 40.0% in 2015/16 in the 1 of 44 "
        "forces that sent figures for both years."
    )
    opening, answer, *_ = said(*rows, place="all")
    assert opening == (
        "The share of stalking cases in England and Wales whose victim withdrew rose from 2014/15 to 2015/16 in the "
        "1 of 44 forces that sent figures for both years."
    )
    assert answer.startswith("Of the stalking cases recorded by the 1 of 44 police forces that sent figures for both")
    assert "in the 1 of 44 forces that sent figures for both years," in stated
    assert stated.endswith("for all 44 it cannot be said.")


def test_what_rests_on_few_cases_or_hardly_moved_has_no_sentence_of_its_own():
    tiny = [
        force(year, events, recorded=9, supports=1, charged=1) for year, events in ((2014, 1), (2015, 5), (2018, 5))
    ]
    opening, answer, stated, *_ = said(*tiny)
    assert (opening, stated) == (
        "Whether victims of stalking recorded by Kent Police withdraw more often than in 2015/16 cannot be said.",
        "",
    )
    assert "These are few: 9 decided cases in one of the years." in answer
    hardly = [force(year, events, recorded=1000) for year, events in ((2014, 500), (2015, 505), (2018, 600))]
    assert said(*hardly)[2] == ""


def test_one_year_or_none_says_so():
    opening, answer, stated, *_ = said(force(2014, 20))
    assert (opening, stated) == ("", "")
    assert answer == "No two years of Kent Police are held, so no direction can be said."


@pytest.mark.parametrize("place", ["all", "Kent", "Essex"])
def test_the_chart_is_cut_has_gaps_and_tells_every_year_in_words(place):
    rows = [force(2014, 20), force(2015, 40, undecided=5), force(2018, 60), ("Essex", 2014, 9, None, None, None, None)]
    printed = [(2016, "about 2018", 500, 400, 90, None, 100, None, "national_only")]
    *_, table, found = said(*rows, place=place, national=printed)
    shown = years.chart(table, found)
    words = shown.record["description"]
    for year in ("2014/15", "2015/16", "2016/17", "2017/18", "2018/19"):
        assert words.count(year) == 2, year  # once for withdrawal, once for types 14, 15 and 16
    assert "[x]" in shown.html
    assert "The bounds are not confidence intervals" in shown.html
    assert shown.html.count(">Apr 2018<") == 3  # once in the wide drawing, in each panel of the narrow one
    if place == "Essex":
        assert "2014/15 (the force provided nothing)" in shown.html
        assert shown.record["title"] == "No year of Essex Police has a share that can be shown"
    else:
        assert "42.1% of decided, 40.0% to 45.0% of recorded" in words
    assert ("2016/17 (edition about 2018): 25.0% of decided, 20.0% to 40.0% of recorded" in words) == (place == "all")


def test_a_forces_chart_is_cut_at_its_own_break_and_the_sums_notes_it():
    def drawn(name, place):
        *_, table, found = said(force(2021, 20, name=name), force(2024, 40, name=name), place=place)
        return years.chart(table, found).html

    mets = drawn("Metropolitan Police", "Metropolitan Police")
    assert ">Feb 2024<" in mets
    assert "The series is not cut where one force alone changed" not in mets
    assert ">Feb 2024<" not in drawn("Kent", "Kent")
    everywhere = drawn("Metropolitan Police", "all")
    assert ">Feb 2024<" not in everywhere
    assert "The series is not cut where one force alone changed: Devon and Cornwall Police moved" in everywhere


def test_wales_against_england_in_words():
    held = made(
        force(2019, 60, name="Gwent"),
        force(2019, 40),
        force(2020, 45, name="Gwent", undecided=20),
        force(2020, 50),
    )
    told = years.wales_and_england(protect(wales_and_england(held)))
    assert told.startswith(
        "In 2020/21 56.3% of decided cases ended in withdrawal in Wales, 50.0% in England: whether Wales"
    )
    assert "in 2019/20 60.0% of decided cases ended in withdrawal in Wales, 40.0% in England: Wales above" in told
    assert "(60.0% against 40.0% of recorded)" in told
    assert years.wales_and_england(protect(wales_and_england(made(force(2019, 40))))) == ""


def test_nothing_is_said_of_what_has_not_been_through_disclosure_control():
    held = made(force(2014, 20), force(2015, 40))
    for words in (years.opening, years.answer, years.settled, years.stated, years.exchange):
        with pytest.raises(DisclosureRefused):
            words(directions(held))
    with pytest.raises(DisclosureRefused):
        years.chart(by_year(held), directions(held))
