"""What the answer on change shows, of many cases and of few, and what it refuses."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from analysis.answers import trends
from analysis.counts import counts
from analysis.errors import DisclosureRefused, ParameterError
from analysis.questions.trends import results, years
from tests.conftest import make_counts
from tests.released import shown
from tests.unit.questions.trends.test_charted import firsts

TABLES = (
    "first_editions",
    "directions",
    "two_years",
    "years",
    "labels",
    "wales_and_england",
    "recorded_phases",
    "recorded",
    "charges_phases",
    "charges",
    "share_phases",
    "share",
    "breaks",
)
CHARTS = ("endings_by_year", "recorded_by_period", "charges_by_period", "share_by_period")


@pytest.fixture(scope="module")
def national():
    return counts.read("stalking_recorded")


@pytest.fixture(scope="module")
def gwent(national):
    return trends.follow(counts.read("stalking_2024_25").select(force="Gwent"), national, "victim_withdrawal")


def monthly(pairs, *, force="Kent", start=(2023, 7), **changes):
    """Counts of a force by month from withdrawals and all cases."""
    rows = [
        (force, day, code, cases)
        for day, (events, every) in zip(firsts(len(pairs), start=start, step=1), pairs, strict=True)
        for code, cases in (("16", events), ("1", every - events))
    ]
    return shown(make_counts(rows, months=1, **changes))


def every_block(change):
    parts = (change.headline, change.key_figures, *(getattr(change, name) for name in CHARTS))
    return [*(part() for part in parts), *(change.table(name) for name in change.tables())]


def written(change):
    """All that is shown, on a page, in words and for machines."""
    return " ".join(f"{block.html} {block.text} {block.record}" for block in every_block(change))


def test_it_shows_its_headline_and_its_first_table(gwent):
    bundle = gwent._repr_mimebundle_()
    assert gwent.headline().html in bundle["text/html"]
    assert "First editions, and where they settle" in bundle["text/html"]
    assert bundle["text/plain"].startswith("Whether victims of stalking recorded by Gwent Police withdraw more")


def test_whoever_asks_for_another_ending_is_not_answered_of_withdrawals_first(gwent, national):
    charged = trends.follow(gwent.cases, national, "charged").headline().record
    assert charged["opening"].startswith("Stalking recorded by Gwent Police cannot be followed in one line")
    withdrew = gwent.headline().record
    assert withdrew["opening"] in charged["sentences"]


@pytest.mark.usefixtures("undrawn")
def test_its_tables_stand_in_the_order_of_the_report(gwent):
    assert gwent.tables() == TABLES
    kinds = {block.kind for block in every_block(gwent)}
    assert kinds == {"headline", "key_figures", "figure", "table"}


def test_a_table_that_is_not_there_is_refused_with_the_nearest(gwent):
    with pytest.raises(ParameterError, match=r"Trend has no table 'chargs'\. Did you mean 'charges'\?.*It has: first"):
        gwent.table("chargs")
    with pytest.raises(ParameterError, match="has no table 'phases'"):
        gwent.rows("phases")


@pytest.mark.usefixtures("undrawn")
def test_its_rows_are_data(gwent):
    phases, breaks, share = (gwent.rows(name) for name in ("recorded_phases", "breaks", "share"))
    assert phases["first_period"].tolist() == ["2014/15 Q1", "2018/19 Q1", "2020/21 Q1", "2023/24 Q2"]
    assert phases["end_recorded"].iloc[-1] == gwent.rows("recorded")["recorded"].iloc[-1]
    assert set(phases["after"]) - {""} < set(breaks["name"])
    assert share["share"].tolist() == pytest.approx((share["events"] / share["cases"]).tolist(), abs=1e-6)


@pytest.mark.usefixtures("undrawn")
def test_what_is_worked_out_is_kept(gwent, monkeypatch):
    before = written(gwent)
    monkeypatch.setattr(results, "Worked", None)
    monkeypatch.setattr(trends, "outcome_series", None)
    monkeypatch.setattr(trends.yearly, "read", None)
    assert written(gwent) == before


def test_recorded_cases_go_back_as_far_as_they_are_held_for_the_same_crime_and_forces(gwent, national):
    assert (gwent.recorded.name, gwent.recorded.forces) == ("stalking_recorded", ("Gwent",))
    rape = counts.read("offences_2024_25").select(force="Gwent", offence="19C")
    change = trends.follow(rape, national, "charged")
    assert change.recorded is rape
    assert "none was received" in change.key_figures().text
    assert change.endings_by_year().text == years.NOT_HELD
    assert {change.table(name).kind for name in TABLES[:6]} == {"nothing"}
    assert years.NOT_HELD not in change.headline().text


def test_one_force_of_few_cases_says_what_cannot_be_told(national):
    change = trends.follow(monthly([(1, 2), (0, 0), (2, 3)]), national, "charged", base="with_outcome")
    assert (
        "between 33.3% and 50.0% ended in a charge or summons in each of two months, too few" in change.headline().text
    )
    alike = trends.follow(monthly([(0, 3), (0, 2)]), national, "charged", base="with_outcome")
    assert ", 100% ended in a charge or summons in each of two months" in alike.headline().text
    assert "100% in each of two months" in " ".join(block.text for block in every_block(alike))
    assert not re.search(r"\bnan\b|<NA>", " ".join(f"{block.html} {block.text}" for block in every_block(change)))
    assert change.rows("share")["cases"].tolist() == [2, 0, 3]


def test_hidden_numbers_stay_hidden(national):
    pairs = [(57, 113), (48, 101), (3, 119), (51, 99), (47, 98), (53, 102), (51, 101), (46, 97), (52, 103), (51, 101)]
    change = trends.follow(monthly(pairs, sensitivity="restricted"), national, "victim_withdrawal")
    share = change.rows("share")
    assert share["events"].isna().tolist() == [place == 2 for place in range(10)]
    assert share["cases"].dropna().mod(5).eq(0).all()
    assert "[c]" in change.share_by_period().html
    assert " was 47.8% (" in change.headline().text  # 55 of 115, not 57 of 113
    assert "50.0% (39.3% to 60.7%) in April 2024" in change.headline().text
    assert not re.search(r">(57|113|3|119)<", change.table("share").html)
    assert not re.search(r": (57|113|3|119)[,}]", str(change.table("share").record["records"]))


def test_of_a_case_file_it_says_which_figures_are_published_and_how_far_apart_the_two_are(national):
    change = trends.follow(
        monthly([(500, 1000)] * 12, start=(2024, 4), sensitivity="restricted"), national, "victim_withdrawal"
    )
    known = national.select(force="Kent", offence="8Q", period="2024/25").total
    said = "only the share by period is counted from the case files. Kent, 2024/25: 12,000 stalking cases are counted "
    for block in (change.headline(), change.table("recorded_phases")):
        assert said in block.text
        assert f"from the file, {known:,} are published (Home Office, recorded crime of" in block.text
    published = trends.follow(counts.read("stalking_2024_25").select(force="Kent"), national, "victim_withdrawal")
    assert "case file" not in published.headline().text


def test_where_nothing_may_be_shown_it_says_so(national):
    change = trends.follow(monthly([(2, 4)] * 9, sensitivity="restricted"), national, "victim_withdrawal")
    assert "No month has a number that can be shown." in change.share_by_period().text
    assert "No month has enough" in change.headline().text
    assert change.rows("share")["share"].isna().all()


def test_exact_counts_of_people_are_refused_before_anything_is_shown(national):
    people = make_counts([("Kent", "2024-04-01", "16", 50)], sensitivity="restricted")
    with pytest.raises(DisclosureRefused, match="exact counts of people"):
        trends.follow(people, national, "victim_withdrawal")


def test_what_these_counts_cannot_tell_is_refused_at_once(national):
    cases = counts.read("stalking_2024_25")
    with pytest.raises(ParameterError, match="not kept by month or by quarter"):
        trends.follow(counts.read("stalking_charged_2015_2020"), national, "charged")
    with pytest.raises(ParameterError, match="No measure is called 'withdrawal'"):
        trends.follow(cases, national, "withdrawal")
    with pytest.raises(ParameterError, match="No base is called 'all'"):
        trends.follow(cases, national, "charged", base="all")
    with pytest.raises(ParameterError, match="not crimes recorded in a period"):
        trends.follow(cases, replace(national, basis="closed"), "charged")


@pytest.mark.parametrize("offence", ["all", "harassment, stalking"])
def test_a_trend_of_several_offences_is_refused(national, offence):
    """The stalking cases of a quarter stood beside the share of all of them: 1,023 beside 42.3% of 3,600."""
    cases = counts.read("offences_2024_25").select(force="Kent", offence=offence)
    with pytest.raises(ParameterError, match=r'several offences.*Choose it: cases\.select\(offence="Stalking"\)'):
        trends.follow(cases, national, "victim_withdrawal")
    one = trends.follow(cases.select(offence="stalking"), national, "victim_withdrawal")
    assert "harassment" not in one.headline().text


def test_periods_with_many_open_cases_are_no_news(national):
    days = firsts(10, start=(2024, 1), step=1)
    rows = [("Kent", day, code, 50) for day in days for code in ("16", "1")] + [("Kent", days[-1], "0", 200)]
    change = trends.follow(make_counts(rows, months=1), national, "victim_withdrawal")
    beware = "Of the stalking cases recorded in October 2024, 66.7% had no outcome yet"
    assert beware in change.headline().text
    assert beware in change.table("share_phases").text
    assert beware not in change.table("recorded_phases").text
    assert pd.isna(change.rows("share")["share"]).sum() == 0


def test_charges_of_the_whole_country_are_not_set_beside_the_cases_of_a_force():
    """They were: beside the cases of Kent 259 for every 100 in the last quarter, and there are 7.9."""
    kent = counts.read("stalking_2024_25").select(force="Kent")
    recorded = counts.read("stalking_recorded")
    with pytest.raises(ParameterError, match="narrowed to Kent. Hand it over whole"):
        trends.follow(kent, recorded.select(force="Kent"), "victim_withdrawal")
    assert trends.follow(kent, recorded, "victim_withdrawal").rows("recorded")["recorded"].iloc[0] > 0
