"""Every defensible way of counting, and what printed figures are worth."""

from itertools import pairwise

import pytest

from analysis.counts import counts
from analysis.errors import ParameterError
from analysis.questions.findings.samples import fitting_bases, sample_sizes
from analysis.reference import findings, reference
from analysis.reference.reference import types_label
from analysis.shares.definitions import ceiling, definitions, own_reading, readings, readings_of_people
from tests.conftest import make_counts
from tests.released import rounded


def london():
    return counts.read("stalking_2024_25").select(force="Metropolitan Police")


def test_the_grid_of_withdrawal_in_london():
    table = definitions(london(), "victim_withdrawal").table
    found = {(row["definition"], row["base"]): round(float(row["share"]), 4) for _, row in table.iterrows()}
    assert found == {
        ("withdrew, suspect identified (type 16)", "all recorded cases"): 0.4083,
        ("withdrew, suspect identified (type 16)", "decided cases"): 0.4457,
        ("withdrew (types 14 and 16)", "all recorded cases"): 0.4533,
        ("withdrew (types 14 and 16)", "decided cases"): 0.4948,
        ("withdrew, suspect identified (type 16)", "decided cases with a suspect"): 0.5495,
    }
    assert list(table["share"]) == sorted(table["share"])


def test_type_13_is_a_way_of_its_own_where_it_occurs():
    table = definitions(counts.read("stalking_2024_25"), "victim_withdrawal").table
    assert "withdrew, or victim or witness dead or ill (types 13, 14 and 16)" in set(table["definition"])


def test_no_way_of_counting_gives_the_further_41_percent():
    table = definitions(london(), "no_further_action").table
    assert (round(float(table["share"].min()), 4), round(float(table["share"].max()), 4)) == (0.2028, 0.3708)
    assert not any(findings.finding("london-no-action").fits(float(share)) for share in table["share"])


def test_the_measures_own_reading():
    assert own_reading("victim_withdrawal") == "withdrew"
    assert own_reading("no_further_action") == "evidential, no suspect, public interest"
    assert own_reading("attrition") == "withdrew, evidential, no suspect, public interest"


@pytest.mark.parametrize(
    ("codes", "label"),
    [
        (["16"], "type 16"),
        (["16", "14"], "types 14 and 16"),
        (["10", "14", "15", "16", "18", "21"], "types 10, 14 to 16, 18 and 21"),
        (["15", "16", "17"], "types 15 to 17"),
        (["5", "9", "10", "20", "21"], "types 5, 9, 10, 20 and 21"),
    ],
)
def test_outcome_types_are_written_as_a_reader_does(codes, label):
    assert types_label(codes) == label


def test_a_label_names_only_the_types_that_the_base_holds():
    table = definitions(london(), "no_further_action").table
    for label in table.query("base == 'decided cases with a suspect'")["definition"]:
        assert "18" not in label


def test_a_ceiling_adds_every_open_case():
    table = ceiling(london(), "victim_withdrawal", "no_further_action").table.set_index("measure")
    assert int(table.loc["Victim withdrew", "events"]) == 5363 + 992
    assert int(table.loc["No further action", "events"]) == 3920 + 992


def test_a_ceiling_is_not_told_where_how_many_are_still_open_is_hidden():
    """120 of 200 withdrew; of those still open 40 may be told and 4 may not."""
    for waiting, told in ((40, [(160, "shown")]), (4, [(None, "suppressed")])):
        rows = [("Kent", "2024-04-01", code, cases) for code, cases in (("16", 120), ("15", 80), ("0", waiting))]
        table = ceiling(rounded(make_counts(rows, sensitivity="restricted")), "victim_withdrawal")
        assert table.about.measure == "victim_withdrawal"
        events = table.table["events"].astype(object).where(table.table["events"].notna(), None)
        assert list(zip(events, table.table["state"], strict=True)) == told


@pytest.mark.parametrize("measure", ["victim_withdrawal", "no_further_action", "attrition"])
def test_each_reading_is_a_wider_one_than_that_before_it(measure):
    types = [reading.codes("home_office") for reading in readings(measure).values()]
    assert len(types) > 2
    assert all(narrow < wide for narrow, wide in pairwise(types))


def test_the_widest_readings_hold_every_ending_of_which_their_words_speak():
    """By what each outcome type is in the table of types; one that was passed to fraud investigators has not ended."""
    types = reference.outcomes("home_office").items()
    whole = {code: outcome.disposition for code, outcome in types if not outcome.part_of and code != "19"}
    charged_or_disposed = {"charged", "out_of_court", "undecided"}
    without = {code for code, disposition in whole.items() if disposition not in charged_or_disposed}
    widest = {name: [*readings(name).values()][-1].codes("home_office") for name in ("attrition", "no_further_action")}
    assert widest["attrition"] == without
    assert widest["no_further_action"] == without - {"14", "16"}


def test_of_people_the_reading_that_adds_one_rare_type_is_left_out():
    of_people = [reading.codes("home_office") for reading in readings_of_people()]
    assert {"13", "14", "16"} in [reading.codes("home_office") for reading in readings("victim_withdrawal").values()]
    assert {"13", "14", "16"} not in of_people
    assert len(of_people) == 12


def test_which_bases_fit():
    assert fitting_bases(findings.finding("london-all-crime")) == (271193, 278058)
    with pytest.raises(ParameterError, match="no count and percentage"):
        fitting_bases(findings.finding("london-withdrew"))


@pytest.mark.parametrize("name", ["london-all-crime", "charged-2020-press"])
def test_the_bases_that_fit_are_all_that_do(name):
    one = findings.finding(name)
    smallest, largest = fitting_bases(one)
    assert one.fits(one.events / smallest)
    assert one.fits(one.events / largest)
    assert not one.fits(one.events / (smallest - 1))
    assert not one.fits(one.events / (largest + 1))


def test_sample_sizes_are_assumptions_with_whole_cases():
    table = sample_sizes(findings.finding("london-withdrew")).table
    assert list(table["sample_size"]) == ["100", "200", "500", "1,000", "2,000", "5,000"]
    assert (table["events"] / table["cases"] == 0.45).all()
    assert (table["high"] - table["low"]).is_monotonic_decreasing
    with pytest.raises(ParameterError, match="45% of 90 is not a whole number"):
        sample_sizes(findings.finding("london-withdrew"), [90])
    with pytest.raises(ParameterError, match="'sun-charged' prints no percentage"):
        sample_sizes(findings.finding("sun-charged"))
