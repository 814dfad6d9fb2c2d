"""One force among all: positions, spread, ranks and what follows, where there is little or nothing to compare."""

import pandas as pd
import pytest
from scipy.special import expit, logit
from statsmodels.stats.multitest import multipletests

from analysis.counts import counts as sets
from analysis.disclosure import protect
from analysis.errors import ParameterError
from analysis.presentation import tables, wording
from analysis.presentation.drawing.marked import Marked
from analysis.questions.comparison import captions, comparisons, league, league_chart, results, words
from analysis.questions.comparison.differing import differing
from analysis.questions.comparison.funnel import comparison
from analysis.questions.comparison.heterogeneity import heterogeneity
from analysis.questions.comparison.results import ALIKE, BY_CHANCE, EVERYWHERE, NO_SHARE, NOT_EVERYWHERE
from analysis.reference import reference
from analysis.shares.rates import rates
from tests.conftest import make_counts
from tests.released import rounded

DAY = "2024-04-01"
EIGHT = dict(zip(reference.forces()[:8], (31, 42, 55, 23, 60, 48, 37, 90), strict=True))


def counts_of(events, *, cases=100, **changes):
    """Counts in which so many of the cases of each force ended because the victim withdrew."""
    rows = [
        (force, DAY, code, n) for force, many in events.items() for code, n in (("16", many), ("15", cases - many)) if n
    ]
    return make_counts(rows, **changes)


def by_force(counts, measure="victim_withdrawal", base="recorded"):
    return rates(counts, measure, base=base, by="force")


@pytest.mark.parametrize(
    ("shares", "low", "high", "told"),
    [
        ([0.45, 0.5, 0.55], 0.45, 0.549, ALIKE),
        ([0.45, 0.5, 0.55], 0.45, 0.56, EVERYWHERE),  # more than ten points
        ([0.05, 0.06, 0.07], 0.04, 0.07, EVERYWHERE),  # more than one and a half times
        ([0.5] * 9 + [0.2], 0.2, 0.6, EVERYWHERE),  # nine in ten reach half of the middle
        ([0.4] * 6 + [0.2] * 4, 0.2, 0.6, EVERYWHERE),  # half of the middle is enough
        ([0.5] * 8 + [0.2] * 2, 0.2, 0.6, NOT_EVERYWHERE),
        ([0.0] * 6 + [0.4] * 4, 0.0, 0.6, NOT_EVERYWHERE),  # the middle force has none
    ],
)
def test_the_rule_of_sameness(shares, low, high, told):
    assert results.extent(pd.Series(shares), low, high, p_value=0.0) == told


def test_a_position_says_how_far_outside():
    forces = reference.forces()
    events = dict(zip(forces[:6], (50, 50, 50, 50, 61, 90), strict=True))
    found = protect(results.compared(by_force(counts_of(events)))).table.set_index("force")
    assert found.loc[forces[5], "position"] == "far above"
    assert set(found["allowed_position"]) <= {"within", "above", "far above"}
    assert (found["low_allowed_share"] < found["high_allowed_share"]).all()


def test_of_two_forces_no_limits_that_allow_for_differences_are_told():
    """They have none: a row that is not compared was counted as outside them."""
    places, _, _ = three(counts_of({"Essex": 44, "Kent": 45}), "Kent")
    limits = protect(results.funnel(by_force(counts_of({"Essex": 44, "Kent": 45}))))
    caption = captions.funnel(places, limits, marked=Marked("Kent"))
    assert set(places.table["allowed_position"]) == {results.NO_SHARE}
    assert caption.title == "No force is outside the limits of chance"
    apart, _, _ = three(counts_of({"Essex": 10, "Kent": 90}), "Kent")
    limits = protect(results.funnel(by_force(counts_of({"Essex": 10, "Kent": 90}))))
    caption = captions.funnel(apart, limits, marked=Marked())
    assert caption.title == "2 of 2 forces are outside the limits of chance"
    assert "Too few forces to draw limits that also allow for differences" in caption.description


def test_a_force_far_from_all_others_is_an_exception():
    """Eleven forces alike by chance and one at 90%: it is not let widen the limits that it is judged by."""
    events = dict(zip(reference.forces()[:12], (48, 52, 50, 49, 51, 47, 53, 50, 50, 46, 54, 90), strict=True))
    counts = counts_of(events)
    places, width, gaps = three(counts, reference.forces()[11])
    assert places.table["allowed_position"].tolist()[-1] == "far above"
    told = words.opening(places, width, force=reference.forces()[11])
    assert told.endswith("is an exception: its share is far higher than the usual differences between forces explain.")
    answered = " ".join(words.answer(places, width, gaps, force=reference.forces()[11]))
    assert f"; {wording.force_phrase(reference.forces()[11])} is not." in answered


def test_six_of_thirty_are_within_all_limits():
    """City of London, charged: 6 of 30."""
    forces = rates(sets.read("stalking_2024_25"), "charged", by="force")
    city = protect(results.compared(forces)).table.set_index("force").loc["City of London"]
    assert (city["position"], city["allowed_position"]) == ("within", "within")
    assert protect(results.outliers(forces)).table["outside"].tolist()[3:] == [0, 0, 0]


def test_the_plain_share_that_nine_in_ten_reach():
    row = protect(results.spread(by_force(counts_of(EIGHT)))).table.iloc[0]
    assert (row["floor_share"], row["rows_at_floor"], row["rows"]) == (0.2, 8, 8)
    few = dict.fromkeys(reference.forces()[:5], 0) | {"Kent": 60}
    row = protect(results.spread(by_force(counts_of(few)))).table.iloc[0]
    assert pd.isna(row["floor_share"])
    assert pd.isna(row["rows_at_floor"])


def test_how_many_are_told_apart_when_all_are_looked_at():
    """By statsmodels's adjustment of the p values, and the side of the typical force that each share lies on."""
    events = dict(
        zip(reference.forces()[:12], (480, 520, 500, 490, 510, 300, 530, 320, 500, 460, 540, 900), strict=True)
    )
    forces = by_force(counts_of(events, cases=1000))
    found = protect(results.outliers(forces)).table.set_index(["allowance", "level"])
    for allowance, part in comparison(forces.table, "force").groupby("allowance"):
        is_apart = multipletests(part["p_value"], method="fdr_bh")[1] < 0.05
        sides = [int((is_apart & side).sum()) for side in (part["share"] < 0.5, part["share"] > 0.5)]
        told = found.loc[(results.ALLOWED[allowance], results.ADJUSTED)]
        assert told[["rows", "below", "above", "outside"]].tolist() == [12, *sides, sum(sides)]
    assert sides != [0, 0]


def test_the_spread_in_points_is_that_of_logits_at_the_typical_share_and_power_is_of_the_larger_forces():
    twenty = dict.fromkeys(reference.forces()[-20:], (200, 450))
    events = twenty | {"Essex": (120, 400), "Gwent": (300, 600), "Kent": (900, 1500), "Surrey": (2500, 9000)}
    rows = [
        (force, DAY, code, many)
        for force, (withdrew, cases) in events.items()
        for code, many in (("16", withdrew), ("15", cases - withdrew))
    ]
    forces = by_force(make_counts(rows))
    row = protect(results.spread(forces)).table.iloc[0]
    near = [expit(logit(row["mean_share"]) + step) for step in (-1e-4, 1e-4)]
    assert row["tau_points"] == pytest.approx(100 * row["tau"] * (near[1] - near[0]) / 2e-4)
    powers = differing(heterogeneity(forces.table, "force")).caught([600, 1500, 9000], 0.15, 0.95)
    assert row[["low_caught_share", "high_caught_share"]].to_list() == pytest.approx([min(powers), max(powers)])


def test_what_limits_would_see_among_few_forces_is_not_told():
    """How far a dozen forces differ is known too badly: of six, limits said to find 37 of 100 find 24."""
    named = dict(zip(reference.forces()[:20], 5 * (31, 42, 55, 60), strict=True))
    for many, is_told in ((20, True), (19, False)):
        width = protect(results.spread(by_force(counts_of(dict(list(named.items())[:many])))))
        assert width.table[["low_caught_share", "high_caught_share"]].notna().all(axis=None) == is_told


def test_forces_that_are_absent_or_unreliable_are_left_out_and_keep_their_row():
    forces = [*EIGHT, "Kent", "Essex"]
    rows = [(force, DAY, code, n) for force, many in EIGHT.items() for code, n in (("16", many), ("15", 100 - many))]
    rows += [("Essex", DAY, "16", -4), ("Essex", DAY, "15", 104)]
    counts = make_counts(rows, forces=sorted(forces), missing=[("Kent", DAY)])
    places = protect(results.compared(by_force(counts))).table.set_index("force")
    assert places.loc[["Kent", "Essex"], "position"].tolist() == [NO_SHARE, NO_SHARE]
    assert places.loc[["Kent", "Essex"], "state"].tolist() == ["not_received", "unreliable"]
    ranked = protect(league.league(by_force(counts))).table
    assert set(ranked["force"].tail(2)) == {"Kent", "Essex"}
    assert ranked["rank"].tolist()[:8] == sorted(ranked["rank"].tolist()[:8])
    assert protect(results.outliers(by_force(counts))).table["rows"].tolist() == [8] * 6
    places, _, gaps = three(counts, "Kent")
    assert words.distance(places, gaps, force="Kent") == "Kent Police has no share that can be given."


def test_guarded_counts_are_compared_by_what_may_be_shown():
    guarded = rounded(counts_of(EIGHT | {"Kent": 3}, sensitivity="restricted"))
    places = protect(results.compared(by_force(guarded))).table.set_index("force")
    assert places.loc["Kent", ["state", "position"]].tolist() == ["suppressed", NO_SHARE]
    shown = places[places["state"] == "shown"]
    assert (shown["events"] % 5 == 0).all()
    assert (
        "Kent"
        not in protect(league.moved(by_force(guarded), by_force(guarded, base="with_outcome"))).table["force"].tolist()
    )
    row = protect(league.against(by_force(guarded), "Avon and Somerset", group="Kent, Bedfordshire")).table.iloc[1]
    assert row["compared_with"] == "one force of the group"
    assert row["share"] == 0.3


def three(counts, force, group=""):
    forces = by_force(counts)
    made = results.compared(forces), results.spread(forces), league.against(forces, force, group=group)
    return [protect(one) for one in made]


@pytest.mark.parametrize(
    ("events", "force", "told"),
    [
        ({"Kent": 40}, "Kent", "Of stalking cases only Kent Police has a share to show: there is no other force"),
        (
            {"Kent": 40, "Essex": 60},
            "Kent",
            "2 forces with stalking cases are too few to say whether it is the same everywhere.",
        ),
        ({"Kent": 0, "Essex": 0, "Gwent": 0}, "Kent", "There is nothing to compare: no stalking cases ended because"),
        ({"Kent": 100, "Essex": 100, "Gwent": 100}, "Kent", "There is nothing to compare: all stalking cases ended"),
        (dict.fromkeys(reference.forces()[:9], 50), "Kent", "cannot be said: chance alone could explain"),
        (EIGHT, "British Transport Police", "In every force stalking cases ended because the victim withdrew, but not"),
        (EIGHT, "Cumbria", "to the same extent. Cumbria Police is among the highest, as one force in twenty is bound"),
        (dict.fromkeys(reference.forces()[:9], 1) | {"Kent": 70}, "Kent", "In every force stalking cases"),
    ],
)
def test_the_opening(events, force, told):
    places, width, _ = three(counts_of(events), force)
    assert told in words.opening(places, width, force=force)


@pytest.mark.parametrize(("ended", "share"), [(0, "0%"), (100, "100%")])
def test_where_there_is_nothing_to_compare_a_share_stands_by_itself(ended, share):
    places, _, gaps = three(counts_of(dict.fromkeys(reference.forces()[:9], ended)), "Bedfordshire")
    assert words.distance(places, gaps, force="Bedfordshire") == f"The share of Bedfordshire Police is {share}."


def test_alike_forces_are_called_so_and_a_zero_spread_too():
    counts = counts_of(dict.fromkeys(reference.forces()[:9], 500), cases=1000)
    places, width, gaps = three(counts, "Bedfordshire")
    opening = words.opening(places, width, force="Bedfordshire")
    assert (
        "to much the same extent. Bedfordshire Police is not clearly different from the typical force (50.0%)."
        in opening
    )
    distance = words.distance(places, gaps, force="Bedfordshire")
    assert "is not clearly different from the 8 other forces together" in distance
    assert "within the usual differences between forces: 19 of 20" in " ".join(
        words.answer(places, width, gaps, force="Bedfordshire")
    )
    assert "Forces differ by no more than chance" in comparisons.heterogeneity(width).text


def test_where_chance_could_explain_all_of_it_nothing_is_said_of_how_alike_forces_are():
    """Three forces at 44, 45 and 46 of 100 were said to differ widely: few forces leave a wide interval."""
    places, width, gaps = three(counts_of({"Essex": 44, "Kent": 45, "Surrey": 46}), "Kent")
    assert width.table["extent"].tolist() == [BY_CHANCE]
    told = " ".join([words.opening(places, width, force="Kent"), *words.answer(places, width, gaps, force="Kent")])
    assert "cannot be said: chance alone could explain the differences." in told
    assert "Chance alone could explain how far these forces differ, and cases are too few to say more" in told
    assert "widely" not in told
    places, width, gaps = three(counts_of({"Essex": 440, "Kent": 450, "Surrey": 700}, cases=1000), "Kent")
    assert width.table["extent"].tolist() == [EVERYWHERE]
    assert "differ widely" in " ".join(words.answer(places, width, gaps, force="Kent"))


@pytest.mark.parametrize(("forces", "told"), [(2, "fewer than one of 2 forces"), (8, "fewer than one of 8 forces")])
def test_of_few_forces_fewer_than_one_is_outside_by_chance(forces, told):
    rates_of_few = by_force(counts_of(dict(list(EIGHT.items())[:forces])))
    given = (results.outliers(rates_of_few), results.compared(rates_of_few), results.spread(rates_of_few))
    outside, places, width = (protect(worked) for worked in given)
    text = comparisons.outliers(outside, places, width, width)
    assert f"By chance alone {told} would be outside the 95% limits" in text


def test_a_force_is_set_against_the_typical_force_by_name_since_all_forces_together_lie_elsewhere():
    """Nottinghamshire was "higher than chance alone explains" and, a sentence on, not clearly different."""
    forces = by_force(sets.read("stalking_2024_25"))
    opening = words.opening(protect(results.compared(forces)), protect(results.spread(forces)), force="Nottinghamshire")
    assert "Nottinghamshire Police is further above the typical force (47.4%) than chance alone explains" in opening


def test_few_cases_are_said_to_be_few():
    rows = [(force, DAY, code, n) for force, many in EIGHT.items() for code, n in (("16", many), ("15", 100 - many))]
    counts = make_counts([*rows, ("Kent", DAY, "16", 4), ("Kent", DAY, "15", 6)])
    places, width, _ = three(counts, "Kent")
    assert words.opening(places, width, force="Kent").endswith("Kent Police has too few cases to say.")


def test_made_up_cases_are_called_so():
    counts = rounded(counts_of(EIGHT, sensitivity="synthetic"))
    places, width, gaps = three(counts, "Cumbria")
    assert "made-up stalking cases" in words.opening(places, width, force="Cumbria")
    assert "made-up stalking cases" in words.answer(places, width, gaps, force="Cumbria")[0]
    sums = protect(league.levels(by_force(counts), covered=counts))
    assert "made-up stalking cases" in comparisons.levelling(sums)


def test_levels_are_a_year_of_cases_and_turned_round_where_more_is_wanted():
    one, half = (counts_of(EIGHT, months=months) for months in (12, 6))
    year, doubled = (protect(league.levels(by_force(counts), covered=counts)).table for counts in (one, half))
    assert year["standing"].tolist() == ["the middle", "the lowest tenth"]
    assert doubled["changed_events"].to_numpy() == pytest.approx(2 * year["changed_events"].to_numpy(), abs=1)
    rows = [(force, DAY, code, n) for force, many in EIGHT.items() for code, n in (("1", 100 - many), ("16", many))]
    charged = make_counts(rows, months=12)
    turned = protect(league.levels(by_force(charged, "charged"), covered=charged))
    assert turned.table["changed_events"].tolist() == year["changed_events"].tolist()
    assert turned.table["reference_share"].to_numpy() == pytest.approx(1 - year["reference_share"].to_numpy())
    told = comparisons.levelling(turned)
    assert "If no force had a lower share than the highest tenth" in told
    assert "more stalking cases a year would have ended in a charge or summons" in told
    assert "A charge is the outcome wanted" in told


def test_the_same_rows_out_of_two_bases():
    rows = [("Kent", DAY, "16", 30), ("Kent", DAY, "15", 20), ("Kent", DAY, "0", 50)]
    rows += [("Essex", DAY, "16", 40), ("Essex", DAY, "15", 60), ("Gwent", DAY, "16", 45), ("Gwent", DAY, "15", 55)]
    counts = make_counts(rows)
    found = protect(league.moved(by_force(counts), by_force(counts, base="with_outcome")))
    first = found.table.iloc[0]
    assert first[["force", "rank", "other_rank", "rank_change"]].tolist() == ["Kent", 1, 3, 2]
    assert first["other_base_share"] == pytest.approx(0.6)
    ranked = protect(league.league(by_force(counts)))
    told = comparisons.moves(found, ranked, base="recorded", other="with_outcome")
    assert told.startswith(
        "Kent, which has many cases still open, has rank 1 out of all recorded cases and rank 3 out of"
    )
    assert told.endswith(
        "For none of 3 forces the second rank is outside the interval of the first."
    )  # so that a league table of one base ranks that choice is not said
    same = protect(league.moved(by_force(counts_of(EIGHT)), by_force(counts_of(EIGHT), base="with_outcome")))
    ranked = protect(league.league(by_force(counts_of(EIGHT))))
    assert (
        comparisons.moves(same, ranked, base="recorded", other="with_outcome")
        == "No force changes its rank with the base."
    )
    assert "No force changes its place" in league_chart.rank_moves(same, base="recorded", other="with_outcome").text


def test_a_group_without_a_share_is_said_and_the_force_is_no_part_of_its_own():
    gaps = protect(league.against(by_force(counts_of(EIGHT)), "Cumbria", group="Kent, Cumbria"))
    assert gaps.table["compared_with"].tolist() == ["the 7 other forces"]
    assert "No force of the group (Kent) has a share here." in comparisons.gap(
        gaps, force="Cumbria", group="Kent, Cumbria"
    )
    with pytest.raises(ParameterError, match="Did you mean 'Kent'"):
        league.against(by_force(counts_of(EIGHT)), "Cumbria", group="Kentt")


@pytest.mark.parametrize(
    ("group", "told"),
    [
        ("Kent, Bedfordshire, Cambridgeshire", "the 2 forces of the group"),
        ("East: Kent, Bedfordshire, Cambridgeshire", "the 2 forces of East"),
        ("East: Cumbria, Bedfordshire, Cambridgeshire", "the 2 other forces of East"),
        ("East: Cumbria, Bedfordshire", "one other force of East"),
        ("England", "the 6 other forces of England"),
    ],
)
def test_others_of_a_group_that_has_a_name_are_called_so_where_the_force_is_of_it(group, told):
    gaps = protect(league.against(by_force(counts_of(EIGHT)), "Cumbria", group=group))
    assert gaps.table["compared_with"].tolist() == ["the 7 other forces", told]


def test_names_of_forces_in_a_list():
    assert reference.forces_named(" GMP,London, City of ,met, Met Police") == [
        "Greater Manchester",
        "City of London",
        "Metropolitan Police",
    ]
    assert reference.forces_named("") == []


def test_tables_without_rows_say_why():
    gaps = protect(league.against(by_force(counts_of({"Kent": 40})), "Kent"))
    shown = tables.table(gaps, title="One force against others")
    assert shown.html == "<p>One force against others: there is nothing to show.</p>"
