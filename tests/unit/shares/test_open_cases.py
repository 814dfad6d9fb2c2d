"""Forces with many open cases are marked wherever their share stands, and no headline rests on them."""

from unittest import mock

import numpy as np
import pandas as pd
import pytest

from analysis.disclosure import release
from analysis.disclosure.drawing.mending import Drawn
from analysis.disclosure.protected import protect
from analysis.presentation import blocks, captions, numbers, tables, wording
from analysis.questions.comparison import funnel_chart, league, league_chart, results
from analysis.questions.outcomes import charts as outcomes_charts
from analysis.questions.two_places import results as two_places
from analysis.shares.open_cases import MUCH_OPEN, is_much_open, noted
from analysis.shares.rates import rates, split
from tests.conftest import make_counts
from tests.released import drawn, nearest, shown

DAY = "2024-04-01"
FORCES = {"Essex": (400, 550, 50), "Gwent": (450, 500, 50), "Kent": (100, 500, 400), "Surrey": (520, 430, 50)}


def counts(sensitivity="published"):
    rows = [
        (force, DAY, code, n)
        for force, parts in FORCES.items()
        for code, n in zip(("16", "15", "0"), parts, strict=True)
    ]
    return make_counts(rows, sensitivity=sensitivity)


def test_over_a_tenth_is_many_and_a_tenth_is_not():
    assert not is_much_open(MUCH_OPEN)
    assert is_much_open(MUCH_OPEN + 1e-9)
    assert not is_much_open(None)


@pytest.mark.parametrize("base", ["recorded", "with_outcome"])
def test_a_force_is_marked_out_of_either_base_by_the_part_of_recorded_cases(base):
    found = protect(rates(counts(), "victim_withdrawal", base=base, by="force"))
    assert found.much_open == {"Kent"}
    told = found.noted.set_index("force")
    assert told["openness"].to_dict() == {"Essex": "few", "Gwent": "few", "Kent": "many", "Surrey": "few"}
    if base == "recorded":
        assert told.loc["Kent", "of_decided_share"] == pytest.approx(100 / 600)
    else:
        assert "of_decided_share" not in told


@pytest.mark.parametrize(
    ("events", "waiting", "share"),
    [
        (20, 20, 1.0),
        (20, 0, 0.5),
        (15, 10, 0.5),
        (25, 20, None),
        (0, 40, None),
        (20, 40, None),
        (20, 45, None),
        (None, 20, None),
    ],
)
def test_of_numbers_rounded_apart_there_is_a_share_of_decided_cases_only_where_they_give_one(events, waiting, share):
    """Of 40 recorded cases; more may be left over, and fewer, than so many that are still open."""
    known = {"force": "Kent", "cases": 40, "state": "shown"}
    table = pd.DataFrame([known | {"events": events, "share": None if events is None else events / 40}])
    undecided = pd.DataFrame([known | {"events": waiting, "share": waiting / 40}])
    [found] = noted(table, undecided, "force", base="recorded")["of_decided_share"]
    assert (None if pd.isna(found) else found) == share


def test_tables_records_and_pictures_carry_the_mark():
    found = protect(rates(counts(), "victim_withdrawal", by="force"))
    table = tables.table(found, title="By force")
    assert ["Kent", "100", "1,000", "10.0%", "8.3%", "12.0%", "many", "16.7%"] in table.parts[0]["rows"]
    assert "over a tenth of the cases recorded have no outcome yet" in table.html
    assert [row["openness"] for row in table.record["records"]].count("many") == 1
    drawn = outcomes_charts.dots(found)
    assert "Kent" not in drawn.record["title"]
    assert "Drawn hollow" in " ".join(drawn.record["notes"])
    assert "Of decided cases: Kent 16.7%." in " ".join(drawn.record["notes"])
    plain = outcomes_charts.dots(protect(rates(counts().select(force="Essex"), "victim_withdrawal", by="force")))
    assert "hollow" not in plain.text + " ".join(plain.record["notes"])


def test_no_headline_rests_on_such_a_force():
    everywhere = rates(counts(), "victim_withdrawal", by="force")
    here, nation = counts().select(force="Kent"), protect(rates(counts(), "victim_withdrawal"))
    one = protect(rates(here, "victim_withdrawal"))
    assert wording.opening(one) == "Too many stalking cases recorded by Kent Police are still open to say how they end."
    assert "of those decided, 16.7% did" in wording.share_sentence(one)
    assert wording.beside(one, nation, name="all forces together") == ""
    assert "many cases still open" in blocks.key_figures(blocks.key_figure(one)).text
    places = protect(results.compared(everywhere))
    funnel = funnel_chart.funnel(places, protect(results.funnel(everywhere)))
    assert "of 3 forces are outside" in funnel.record["title"] or "No force" in funnel.record["title"]
    assert "many cases open" in funnel.html
    ranks = league_chart.ranks(protect(league.league(everywhere)))
    assert "Lowest: Kent" not in ranks.text
    assert "At the lower end of those known well enough: Essex" in ranks.text
    others = rates(counts(), "victim_withdrawal", base="with_outcome", by="force")
    moves = league_chart.rank_moves(protect(league.moved(everywhere, others)), base="recorded", other="with_outcome")
    assert "Kent" not in moves.record["title"]
    endings = outcomes_charts.hundred_cases(protect(split(here)), counted="victim_withdrawal")
    assert endings.record["title"].endswith("; 40 are still open")
    decided = outcomes_charts.hundred_cases(protect(split(here, base="with_outcome")), counted="victim_withdrawal")
    assert decided.record["title"].endswith("; many cases recorded are still open")
    bars = outcomes_charts.bars(protect(split(here, by="outcome_name")), counted="victim_withdrawal")
    assert bars.record["title"].endswith("; many cases recorded are still open")
    assert (
        "still open"
        not in outcomes_charts.hundred_cases(protect(split(counts().select(force="Essex")))).record["title"]
    )


def test_of_rounded_numbers_the_share_of_those_decided_is_said_to_a_whole_percentage():
    """Drawn, those decided are 1,750 where recorded less open ones are 1,745: 42.3% and 42.4% of the same cases."""
    rows = [("Kent", DAY, "16", 740), ("Kent", DAY, "15", 1005), ("Kent", DAY, "0", 255)]
    public, people = (
        protect(rates(shown(make_counts(rows, sensitivity=name)), "victim_withdrawal"))
        for name in ("published", "restricted")
    )
    assert "of those decided, 42.4% did." in wording.share_sentence(public)
    assert "of those decided, about 42% did." in wording.share_sentence(people)


def test_of_people_the_cases_decided_are_those_released_and_not_a_difference_of_two():
    """Of 68 decided 31 withdrew: as released 30 of 70, 43%, as a report says below; of 800 less 735 open, 46%."""
    rows = [("Kent", DAY, code, n) for code, n in (("16", 31), ("15", 37), ("0", 733))]
    held = shown(make_counts(rows, sensitivity="restricted"))
    people, decided = (protect(rates(held, "victim_withdrawal", base=base)) for base in ("recorded", "with_outcome"))
    assert people.decided_cases().tolist() == decided.table["cases"].tolist() == [70]
    assert people.noted["of_decided_share"].tolist() == decided.table["share"].tolist()
    assert "of those decided, about 43% did." in wording.share_sentence(people)


def test_a_force_of_many_cases_alone_with_many_open_is_not_said_to_have_few():
    held = make_counts([("Kent", DAY, "16", 700), ("Kent", DAY, "0", 300)])
    caption = captions.dots(protect(rates(held, "victim_withdrawal", by="force")), line=None, highlight="")
    assert caption.title == "No figure is known well enough to compare"
    assert caption.description.startswith(
        "A dot and its interval for one force. Kent (70.0%) is not known well enough to compare."
    )


def test_of_forces_none_of_which_is_known_well_enough_it_is_said_where_they_lie():
    two = {"Essex": (600, 400), "Kent": (700, 300)}
    rows = [(force, DAY, code, n) for force, some in two.items() for code, n in zip(("16", "0"), some, strict=True)]
    caption = captions.dots(protect(rates(make_counts(rows), "victim_withdrawal", by="force")), line=None, highlight="")
    assert "They lie from 60.0% to 70.0%, and none is known well enough to say which is highest." in caption.description


def drawn_apart(lattice, secret, *, before, policy, progress):
    """In place of ``mending.drawn``: 18 cases are drawn up to 20, and 19 down to 15."""
    counts = np.array(lattice.counts, dtype=np.int64)
    apart = np.where(
        counts == 19, 15, nearest(lattice, secret, before=before, policy=policy, progress=progress).numbers
    )
    return Drawn(apart, counters=np.zeros_like(counts), low=apart, high=apart)


@pytest.mark.parametrize(("base", "column"), [("recorded", "of_decided_share"), ("with_outcome", "share")])
def test_where_rounding_leaves_fewer_decided_than_withdrew_no_count_is_said_to_be_below_zero(base, column):
    """Of 19 decided cases 18 withdrew: as released 20 of 15, which is no share, and yet there was one to work out."""
    rows = [("Kent", DAY, code, n) for code, n in (("16", 18), ("15", 1), ("0", 733))]
    with mock.patch.object(release, "drawn", drawn_apart):
        held = drawn(make_counts(rows, sensitivity="restricted"))
    found = protect(rates(held, "victim_withdrawal", base=base))
    assert numbers.cell(found.noted.iloc[0], column) == "[u]"
    sentence = wording.share_sentence(found)
    assert "below zero" not in sentence
    if base == "with_outcome":
        assert sentence.startswith("Most or all of the stalking cases recorded by Kent Police")


def test_two_places_of_people_have_their_decided_cases_as_they_were_released():
    two = {"Kent": (31, 37, 733), "Essex": (180, 100, 33)}
    rows = [(name, DAY, code, n) for name, some in two.items() for code, n in zip(("16", "15", "0"), some, strict=True)]
    held = shown(make_counts(rows, sensitivity="restricted"))
    both = protect(two_places.side_by_side(held, "victim_withdrawal", ("Kent", "Essex")))
    decided = [protect(rates(held.select(force=name), "victim_withdrawal", base="with_outcome")) for name in two]
    assert both.decided_cases().tolist() == [one.table["cases"].iloc[0] for one in decided] == [70, 280]
    assert both.noted["of_decided_share"].tolist() == [one.table["share"].iloc[0] for one in decided]


def test_without_such_a_force_the_ends_are_named():
    two = {"Essex": (500, 500), "Kent": (600, 400)}
    rows = [(force, DAY, code, n) for force, some in two.items() for code, n in zip(("16", "15"), some, strict=True)]
    caption = captions.dots(protect(rates(make_counts(rows), "victim_withdrawal", by="force")), line=None, highlight="")
    assert caption.title == "From 50.0% in Essex to 60.0% in Kent"
    assert "Highest: Kent (60.0%). Lowest: Essex (50.0%)." in caption.description
