"""What the comparison of forces says of stalking in 2024/25: the verdict, its numbers and its sentences."""

import pytest

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.questions.comparison import comparisons, funnel_chart, league, league_chart, results, words
from analysis.questions.comparison.funnel import CHANCE, DIFFERING
from analysis.shares import suspicion
from analysis.shares.rates import rates

MET = "Metropolitan Police"
GROUP = "Greater Manchester, Merseyside, Northumbria, South Yorkshire, West Midlands, West Yorkshire"


def forces(measure="victim_withdrawal", base="recorded"):
    return rates(counts.read("stalking_2024_25"), measure, base=base, by="force")


@pytest.fixture(scope="module")
def places():
    return protect(results.compared(forces()))


@pytest.fixture(scope="module")
def width():
    return protect(results.spread(forces()))


def test_the_numbers_behind_the_verdict(width):
    row = width.table.iloc[0]
    assert (row["extent"], row["rows"], row["rows_at_floor"]) == (results.EVERYWHERE, 44, 41)
    assert row["floor_share"] == pytest.approx(1 / 3)
    assert (row["scatter"], row["tau"], row["tau_points"]) == pytest.approx((110.9, 0.403, 10.04), abs=0.05)
    assert (row["low_predicted_share"], row["high_predicted_share"]) == pytest.approx((0.2813, 0.6742), abs=5e-5)


def test_the_verdict_on_london(places, width):
    gaps = protect(league.against(forces(), MET, group=GROUP))
    assert words.opening(places, width, force=MET) == (
        "In every force stalking cases ended because the victim withdrew, but not to the same extent. "
        "The Metropolitan Police is further below the typical force (47.4%) than chance alone explains, though "
        "forces commonly differ that much."
    )
    doubt = protect(suspicion.suspected(forces(), forces(base="with_outcome")))
    everywhere, wide, worth, told = words.answer(places, width, gaps, force=MET, suspected=doubt)
    assert everywhere == (
        "In 41 of 44 police forces at least a third of the stalking cases recorded by the force in 2024/25 ended "
        "because the victim withdrew. Shares run from 30.4% (North Wales) to 67.0% (Merseyside) in the 40 forces "
        "whose share is known well enough."
    )
    assert wide == (
        "Leaving chance out, forces still differ widely: 19 of 20 further forces like them would have a share between "
        "28.1% and 67.4%, 39 percentage points apart."
    )
    assert words.distance(places, gaps, force=MET) == (
        "The Metropolitan Police, at 45.3%, is 4.6 percentage points below the 43 other forces together (50.0%; 95% "
        "interval of the difference 3.7 to 5.6 points)."
    )
    assert worth == (
        "The gap between the Metropolitan Police and the others is larger than chance usually makes it, but no larger "
        "than the usual differences between forces: 19 of 20 of these forces, had they as many cases, would be within "
        "29.3% to 66.2%."
    )
    assert told == (
        "The suspicion of similar issues nationwide came without a number. Here it is taken to mean that all forces "
        "together, and more than half of them one by one, reach the share printed for London, 45%. By that rule it "
        "holds: 49.6% of all recorded cases, and 27 of 44 forces reach 45%; 51.7% of decided cases, and 31 of 44 "
        "forces reach 45%. 3 forces have many cases still open (Derbyshire, Humberside and Lincolnshire): none of "
        "them reaches it out of recorded cases, one out of decided cases. For comparison: out of recorded cases the "
        "same rule holds for 3 of the 53 other offences of 2024/25 that have 50 cases or more in at least 40 forces."
    )


@pytest.mark.parametrize(
    ("measure", "verdict", "reached"),
    [
        ("victim_withdrawal", suspicion.HOLDS, [27, 31]),
        ("no_further_action", suspicion.DOES_NOT, [10, 13]),
        ("attrition", suspicion.OF_DECIDED, [19, 24]),
    ],
)
def test_the_rule_for_the_suspicion_comes_out_every_way(measure, verdict, reached):
    found = protect(suspicion.suspected(forces(measure), forces(measure, "with_outcome"))).table
    assert found["verdict"].tolist() == [verdict, verdict]
    assert found["rows_at_level"].tolist() == reached


def test_the_rule_says_no_of_most_other_offences():
    """By hand from the tables: of 53 offences, assault without injury, threat or possession with intent and coercive
    control reach 45%; two offences of rape might, but for the forces with many open cases."""
    assert suspicion.elsewhere("victim_withdrawal", 0.45, "recorded") == (53, 3)
    assert suspicion.elsewhere("no_further_action", 0.41, "recorded")[1] > 20
    assert suspicion.elsewhere("victim_withdrawal", 0.99, "recorded") == (53, 0)


def test_a_force_with_many_open_cases_is_judged_against_no_other(places, width):
    gaps = protect(league.against(forces(), "Derbyshire"))
    assert words.opening(places, width, force="Derbyshire").endswith("has too many cases still open to say.")
    assert words.distance(places, gaps, force="Derbyshire") == (
        "Derbyshire Police, at 26.4%, is not judged against other forces, since over a tenth of the cases recorded "
        "have no outcome yet."
    )
    assert "Derbyshire Police" not in " ".join(words.answer(places, width, gaps, force="Derbyshire"))


def test_of_a_force_with_too_few_cases_nothing_is_said_of_how_it_compares(places, width):
    """Of 30 cases of the City of London it was said that they are within the usual differences between forces."""
    gaps = protect(league.against(forces(), "City of London"))
    assert words.opening(places, width, force="City of London").endswith("has too few cases to say.")
    assert words.distance(places, gaps, force="City of London") == (
        "City of London Police, at 46.7%, has too few cases to be judged against other forces."
    )
    assert "usual differences" not in " ".join(words.answer(places, width, gaps, force="City of London"))


def test_one_force_is_one_and_a_point_is_one(places, width):
    charged = forces("charged")
    made = results.outliers(charged), results.compared(charged), results.spread(charged)
    told = comparisons.outliers(*(protect(one) for one in made), width)
    assert (
        "In Lincolnshire over a tenth of the cases recorded have no outcome yet, which alone may be why it is" in told
    )
    own = results.spread(forces("out of court: 2, 3, 4, 6, 7, 8, 22", "with_outcome"))
    assert "is typically about one percentage point from 1.3%." in comparisons.heterogeneity(protect(own)).text


def test_what_is_caught_less_than_once_in_a_hundred_is_said_in_words():
    row = {"low_caught_share": 0.003, "high_caught_share": 0.012}
    assert comparisons._of_hundred(row) == "at most once"
    assert comparisons._of_hundred({**row, "high_caught_share": 0.02}) == "under 1 to 2 times"


def test_the_suspicion_is_judged_of_attrition_only():
    charged = forces("charged")
    made = results.compared(charged), results.spread(charged), league.against(charged, MET)
    told = " ".join(words.answer(*(protect(one) for one in made), force=MET))
    assert "suspicion" not in told
    assert "at least 1 in 20 stalking cases" in told


def test_how_many_lie_outside_in_a_table_and_a_sentence(places, width):
    found = protect(results.outliers(forces()))
    assert found.table["outside"].tolist() == [36, 34, 36, 2, 0, 0]
    pooled = protect(results.spread(forces("withdrew_or_evidential", "with_outcome")))
    told = comparisons.outliers(found, places, width, pooled)
    assert "about 2 of 44 forces would be outside the 95% limits; 36 are, and 34 are outside the 99.8% limits" in told
    assert "2 are (Derbyshire and Merseyside). At 99.8% none is." in told
    assert (
        "In Derbyshire, Humberside and Lincolnshire over a tenth of the cases recorded have no outcome yet, "
        "which alone may be why" in told
    )
    assert "not which of them does badly" in told
    assert (
        "Such limits would miss most forces that are so far apart: a force whose own share was 15 percentage points"
        in told
    )
    assert "would be outside the 95% limits 3 to 5 times in 100; by types 14, 15 and 16 together" in told
    assert "out of decided cases, 57 to 67 times." in told


def test_no_force_is_said_to_be_seen_never_or_always():
    charged = rates(counts.read("stalking_2024_25").select(period="2024/25 Q1"), "charged", by="force")
    knives = rates(counts.read("latest").select(offence="10D"), "victim_withdrawal", by="force")
    told = [
        comparisons.outliers(
            *(protect(made(part)) for made in (results.outliers, results.compared, results.spread)),
            protect(results.spread(part)),
        )
        for part in (charged, knives)
    ]
    assert "In Derbyshire, Lincolnshire and the Metropolitan Police over a tenth" in told[0]
    assert "outside the 95% limits 5 to 8 times in 100" in told[0]
    assert comparisons._of_hundred({"low_caught_share": 0.996, "high_caught_share": 1.0}) == "over 99 times"
    assert "outside the 95% limits less than once in 100" in told[1]


def test_a_share_near_none_is_asked_of_a_distance_that_it_can_have(places, width):
    charged = protect(results.spread(forces("charged")))
    told = comparisons.outliers(protect(results.outliers(forces())), places, charged, width)
    assert "a force whose own share was 5 percentage points from the typical one" in told
    assert "out of decided cases, 3 to 5 times at 15 points." in told


def test_one_force_and_none_have_verbs_of_their_own():
    knives, burglary = (counts.read("latest").select(offence=code) for code in ("10D", "28E"))
    marks = protect(league.levels(rates(knives, "victim_withdrawal", by="force"), covered=knives))
    assert "One force with many cases still open is among those that set these marks." in comparisons.levelling(marks)
    few = rates(burglary, "no_further_action", base="with_outcome", by="force")
    shown = funnel_chart.funnel(protect(results.compared(few)), protect(results.funnel(few)), highlight=MET)
    assert "No force is outside the 95% limits of chance alone." in shown.text
    told = comparisons.levelling(protect(league.levels(few, covered=burglary)))
    assert told.startswith("Chance alone could explain how far these forces differ, so it cannot be said")


def test_the_funnel_names_the_forces_outside_and_the_chosen_one(places):
    shown = funnel_chart.funnel(places, protect(results.funnel(forces())), highlight=MET)
    assert "below" not in " ".join(shown.record["notes"]), "on paper and in a workbook no words stand below the note"
    assert shown.record["title"] == (
        "33 of 41 forces are outside the limits of chance; one still is outside those that allow for differences "
        "between forces"
    )
    wide = shown.html.split('class="narrow"')[0]
    for name in ("Derbyshire", "Lincolnshire", "Humberside", "Merseyside", MET):
        assert f">{name}<" in wide
    assert f">{MET}<" in shown.html.split('class="narrow"')[1]
    assert "Metropolitan Police, a diamond: 45.3% of 11,831 cases; far below what chance allows" in shown.text
    assert "A line marks the typical force, 47.4%." in shown.text


def test_the_lines_of_the_funnel_are_those_of_the_positions(places):
    lines = protect(results.funnel(forces())).table
    assert set(lines["allowance"]) == {results.ALLOWED[CHANCE], results.ALLOWED[DIFFERING]}
    near = lines[(lines["allowance"] == results.ALLOWED[DIFFERING]) & (lines["level"] == results.NEAR)]
    row = places.table.set_index("force").loc[MET]
    closest = near.iloc[(near["cases"] - row["cases"]).abs().to_numpy().argmin()]
    assert closest["low_allowed_share"] == pytest.approx(row["low_allowed_share"], abs=0.002)


@pytest.mark.parametrize(("force", "recorded", "decided"), [("Humberside", 6, 29), ("Derbyshire", 1, 10)])
def test_the_base_moves_a_rank(force, recorded, decided):
    found = protect(league.moved(forces(), forces(base="with_outcome")))
    row = found.table.set_index("force").loc[force]
    assert (row["rank"], row["other_rank"]) == (recorded, decided)
    shown = league_chart.rank_moves(found, base="recorded", other="with_outcome", highlight=MET)
    assert shown.record["title"] == "11 forces move three places or more when the base is decided cases"
    assert f"{force} *" in shown.html
    told = comparisons.moves(found, protect(league.league(forces())), base="recorded", other="with_outcome")
    assert told.endswith(
        "For 6 of 44 forces the second rank is outside the interval of the first. A league table that does not say "
        "what its shares are out of ranks that choice as well as the forces."
    )


def test_ranks_are_loose():
    ranked = protect(league.league(forces()))
    assert ranked.table["force"].tolist()[0] == "Derbyshire"
    shown = league_chart.ranks(ranked, highlight=MET)
    assert shown.record["title"] == "For half of the forces, chance alone could give any of 7 places or more"
    assert "City of London, 4 to 40" in shown.text
    assert "has rank 18 of 44, 1 being the lowest share; by chance alone it could be 16 to 21" in comparisons.place(
        ranked, force=MET
    )


def test_london_against_the_rest_and_the_group():
    gaps = protect(league.against(forces(), MET, group=GROUP))
    rest, group = (row for _, row in gaps.table.iterrows())
    assert rest["difference_share"] == pytest.approx(-0.0463, abs=5e-5)
    assert (group["other_share"], group["difference_share"], group["ratio"]) == pytest.approx(
        (0.5565, -0.1032, 0.8146), abs=5e-5
    )
    told = comparisons.gap(gaps, force=MET, group=GROUP)
    assert "Its share is 0.91 times theirs (0.89 to 0.93)." in told
    assert "below the 6 forces of the group together (55.6%;" in told


def test_what_would_be_different():
    cases = counts.read("stalking_2024_25")
    told = comparisons.levelling(protect(league.levels(forces(), covered=cases)))
    assert "If no force had a higher share than the middle (48.5%), 5,666 fewer stalking cases a year" in told
    assert "If no force had a higher share than the lowest tenth (35.7%), 19,262 fewer a year" in told
    assert "if these forces are treated as a sample of many" in told
    assert "the last of these would be between 14,344 and 24,803." in told
    assert "It is arithmetic, not a forecast." in told


def test_open_cases_bound_what_would_be_different_out_of_either_base():
    """By hand for the middle: shares with no open case counted so, and with all, each against the other's middle."""
    cases = counts.read("stalking_2024_25")
    own, still = (forces(name).table.set_index("force") for name in ("victim_withdrawal", "undecided"))
    events, out_of, left = (one.astype(float) for one in (own["events"], own["cases"], still["events"]))
    least, most = events / out_of, (events + left) / out_of
    by_hand = [((one - other.median()).clip(lower=0) * out_of).sum() for one, other in ((least, most), (most, least))]
    for base in ("recorded", "with_outcome"):
        found = protect(league.levels(forces(base=base), covered=cases)).table.iloc[0]
        assert found[["low_open_events", "high_open_events"]].tolist() == pytest.approx(by_hand, abs=1)
    found = protect(league.levels(forces(base="with_suspect"), covered=cases)).table.iloc[0]
    assert found[["low_open_events", "high_open_events"]].isna().all()
