"""How soon cases end, as one result: what it shows, in which order, and what it refuses."""

from dataclasses import replace

import pytest

from analysis.answers.timing import Times, follow
from analysis.counts import counts
from analysis.errors import DisclosureRefused, ParameterError
from tests.released import made_up_cases, shown
from tests.timed import timed_counts

MONTHS = [f"2023-{month:02d}-01" for month in range(1, 13)]
ROWS = [
    row
    for place, month in enumerate(MONTHS)
    for row in ((month, "16", 0, 60), (month, "15", 2, 40), (month, "1", 3, 20), (month, "0", 15 - place, 30))
]
CHARTS = ("all_endings", "each_ending", "groups", "run_off", "heading_for")


def test_a_result_shows_its_headline_and_its_first_table():
    bundle = follow(timed_counts(ROWS))._repr_mimebundle_()
    assert "Of 1,800 stalking cases recorded by Kent Police" in bundle["text/plain"]
    assert "had ended by the first month after recording" in bundle["text/html"]
    assert "Cases that had ended in any way, by time since recording" in bundle["text/html"]


def test_the_tables_are_in_the_order_of_the_report():
    names = ("ended", "endings", "halves", "groups", "test", "decided", "forecast", "back_test")
    assert Times.tables() == names


def test_an_unknown_table_is_refused_with_the_nearest_and_all_of_them():
    with pytest.raises(ParameterError, match=r"no table 'half'.*ended, endings, halves, groups"):
        follow(timed_counts(ROWS)).table("half")


def test_rows_are_those_of_the_table():
    rows = follow(timed_counts(ROWS)).rows("ended").set_index("by_time")
    assert rows.loc["The month recorded", "incidence_share"] == pytest.approx(60 / 150)
    assert rows.loc["3 months after", "incidence_share"] == pytest.approx(120 / 150)


def test_the_offence_that_cannot_be_picked_out_is_said_only_where_one_was_asked_for():
    cases = counts.read("gwent_2022_2025_lags").of_crime(crime_type="Robbery")
    assert "stalking cannot be picked out of them" in follow(cases, offence="8Q").headline().text
    assert "cannot be picked out" not in follow(cases).headline().text


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("2024-03-01", "16", 0, 1)], id="a single case"),
        pytest.param([("2024-03-01", "0", 1, 30)], id="nobody decided"),
        pytest.param([(month, "16", 0, 2) for month in MONTHS], id="two cases a month"),
        pytest.param([(force, "2024-01-01", "16", 1, 9) for force in ("Kent", "Surrey")], id="two forces"),
    ],
)
def test_few_cases_are_shown_in_words_and_charts_without_a_fault(rows):
    times = follow(timed_counts(rows))
    blocks = [getattr(times, chart)() for chart in CHARTS]
    blocks += [times.key_figures(), *(times.table(name) for name in times.tables())]
    assert not [block for block in blocks if "<NA>" in block.html or ">nan<" in block.html]
    assert times.rows("forecast").empty
    assert "There is no forecast" in times.heading_for().text


def test_counts_that_do_not_say_how_long_cases_took_are_refused_at_once():
    with pytest.raises(ParameterError, match="do not say how long cases took.*dates of outcomes"):
        follow(counts.read("stalking_2024_25"))


def test_an_offence_that_the_counts_do_not_hold_is_not_answered_with_the_one_that_they_do():
    cases = counts.read("stalking_example")
    with pytest.raises(ParameterError, match="hold no offence 8L"):
        follow(cases, offence="harassment")
    assert "stalking cases" in follow(cases, offence="stalking").headline().text


def test_exact_counts_of_people_are_never_shown():
    with pytest.raises(DisclosureRefused, match="released"):
        follow(made_up_cases()["stalking_example_lags"]).headline()


@pytest.mark.parametrize("outcome", ["16", "0"], ids=["everything decided", "nothing decided"])
def test_cases_that_are_all_alike_are_not_said_to_be_none_or_few(outcome):
    """Released, all of one kind are hidden as none of another: which of the two it is may not be told."""
    times = follow(shown(timed_counts([(month, outcome, 15, 60) for month in MONTHS], sensitivity="restricted")))
    told = times.headline().text
    assert "How soon the stalking cases recorded by Kent Police" in told
    assert "those that had, or those that had not, are too few" in told
    assert "How many had no ending when the figures were taken is not shown: they, or all others, are too few." in told
    assert "there are none" not in told
    for chart in CHARTS:
        assert ": ." not in getattr(times, chart)().text
        assert "each of no groups" not in getattr(times, chart)().text


def test_cases_without_a_date_of_an_ending_are_told_of_once():
    dated = timed_counts([(month, "16", 15, 60) for month in MONTHS], sensitivity="restricted")
    dimensions = ("force", "period", "first_outcome", "outcome", "lag")
    undated = replace(dated, table=dated.table.assign(first_outcome="0")[[*dimensions, "cases"]], dimensions=dimensions)
    told = follow(shown(undated)).headline().text
    assert "720 (100%) had ended on a date that is not given" in told
    assert "data.police.uk" not in told
    assert "Another" not in told


@pytest.mark.parametrize(("taken", "is_said"), [("2024-04", True), ("2025-12", False)])
def test_cases_of_long_ago_are_not_said_to_be_recorded_lately(taken, is_said):
    """The newest were recorded in December 2023."""
    rows = [(*row[:2], 15 if taken == "2024-04" else 24, row[3]) if row[1] == "0" else row for row in ROWS[-4:]]
    told = follow(timed_counts(rows, taken=taken)).headline().text
    assert "had no ending on record" in told
    assert ("some were recorded only lately" in told) == is_said


def test_of_published_cases_that_all_ended_none_is_said_to_be_recent():
    told = follow(timed_counts([("2023-01-01", "16", 1, 30)])).headline().text
    assert "When the figures were taken, in April 2024, none of the 30 was without an ending on record." in told
    assert "recorded only lately" not in told


def test_a_half_that_is_hidden_is_not_said_never_to_be_reached():
    """Of 45 cases 30 ended within a month; of so few the time of a half is not shown."""
    rows = [("2023-01-01", "16", 1, 30), ("2023-01-01", "0", 15, 15)]
    times = follow(shown(timed_counts(rows, sensitivity="restricted")))
    assert times.headline().text.startswith("Of all stalking cases recorded by Kent Police, about two thirds had")
    assert "Fewer than half" not in times.headline().text
    assert "Until half had ended: Not shown" in times.key_figures().text
    assert "No single ending accounts" not in times.table("halves").text


@pytest.mark.parametrize(
    ("lag", "card", "noted"),
    [
        (0, "The month of recording, of all", "the victim withdrew (in the month of recording); the others never do"),
        (1, "1 month, of all", "the victim withdrew (by the first month after recording); the others never do"),
        (2, "2 months, of all", "the victim withdrew (by the second month after recording); the others never do"),
    ],
)
def test_the_time_by_which_half_had_ended_is_told_on_a_card_and_below_the_table(lag, card, noted):
    times = follow(timed_counts([(month, "16", lag, 40) for month in MONTHS[:2]]))
    assert f"Until half had ended: {card}" in times.key_figures().text
    (note,) = times.table("halves").record["notes"]
    assert noted in note
    assert note.endswith("Time is in months after that of recording, which is 0")


def test_an_ending_without_a_date_is_not_said_to_be_none_on_record():
    """Half of the endings have no date; they count as open in all that is said of time, and are not called so."""
    halves = [(month, code, lag, 60) for month in MONTHS for code, lag in (("16", 1), ("0", 15))]
    dated = timed_counts(halves, sensitivity="restricted")
    dimensions = ("force", "period", "first_outcome", "outcome", "lag")
    table = dated.table.assign(first_outcome=dated.table["outcome"], outcome="16")[[*dimensions, "cases"]]
    times = follow(shown(replace(dated, table=table, dimensions=dimensions)))
    told = times.headline().text
    assert "about half had no ending that has a date" in told
    assert "no ending on record" not in told + times.all_endings().text
    assert "Another 720 cases had ended, on a date that is not given" in told


def test_the_half_and_the_run_off_of_rounded_numbers_say_so():
    public, people = (follow(counts.read(name)) for name in ("gwent_2022_2025_lags", "stalking_example_lags"))
    assert "Until half had ended: At most " in people.key_figures().text
    assert "At most" not in public.key_figures().text
    assert "may be several points off" in people.run_off().html
    assert "points off" not in public.run_off().html


def test_an_ending_of_few_people_is_nowhere_in_a_released_result():
    rows = [*ROWS, ("2023-05-01", "8", 1, 4)]
    public, people = (follow(shown(timed_counts(rows, sensitivity=name))) for name in ("published", "restricted"))
    rare = set(public.rows("endings")["ending"]) - set(people.rows("endings")["ending"])
    assert len(rare) == 1
    blocks = [people.headline(), *(getattr(people, chart)() for chart in CHARTS)]
    blocks += [people.table(name) for name in people.tables()]
    (name,) = rare
    assert not [block.text for block in blocks if name in block.html or name in str(block.record)]
    assert any(name in public.table(table).html for table in public.tables())
    assert people.rows("endings")["incidence_share"].isin([0, 1]).sum() == 0
