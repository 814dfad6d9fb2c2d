"""What is said and drawn of what goes with an ending: the widest difference, its words, and no word of cause."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from analysis.counts import counts
from analysis.disclosure import protect
from analysis.errors import DisclosureRefused
from analysis.presentation import figure
from analysis.questions.association import tables, words
from analysis.questions.association.case_features import case_features
from analysis.questions.association.results import associations, endings_together, feature_tests
from analysis.shares.rates import rates
from tests.conftest import examples, nightly
from tests.unit.questions.association.case_counts import FEATURES, asked_of, drawn, separated, with_features
from tests.unit.questions.association.test_association_rates import shown
from tests.words import causal_words

#: Cases of two categories that differ.
TWO = (("High", "16", 95), ("High", "1", 105), ("Standard", "16", 90), ("Standard", "1", 210))


@pytest.fixture(scope="module")
def example():
    return counts.read("stalking_example_features")


@pytest.fixture(scope="module")
def withdrawal(example):
    return shown(example, cluster="team")


@pytest.fixture(scope="module")
def no_action(example):
    return shown(example, ending="no_further_action", cluster="team")


def everything(held, features="risk, contact, place", cluster="team", base="recorded"):
    """All that the notebook shows of some counts, as one text."""
    asked = asked_of(held, features, cluster=cluster, base=base)
    found = [protect(associations(asked, name)) for name in ("victim_withdrawal", "no_further_action")]
    totals = [protect(rates(asked.counts, name, base=base)) for name in ("victim_withdrawal", "no_further_action")]
    together, tests = protect(endings_together(asked)), protect(feature_tests(asked, "victim_withdrawal"))
    told = [words.opening(*found), words.counted(*totals), words.caution(found[0])]
    blocks = [
        words.endings_together(together),
        tables.together(together),
        tables.features(tests, in_groups=bool(cluster)),
    ]
    blocks += [tables.checks(*found, overlap=tests)]
    for one in found:
        figure = words.key_contrast(one)
        told += [words.most(one), *(figure[part] for part in ("label", "value", "base", "interval"))]
        blocks += [words.forest(one), tables.differences(one), tables.odds_ratios(one)]
        blocks += [tables.odds(one)]
    return "\n".join([*told, *(f"{block.text} {block.html}" for block in blocks)])


def test_the_answer_is_the_widest_clear_difference(withdrawal, no_action):
    assert words.opening(withdrawal, no_action) == (
        "Among these made-up stalking cases, withdrawal goes most with “Former partner” and no further action most "
        "with “Stranger”."
    )
    assert words.most(withdrawal) == (
        "Among these made-up stalking cases, withdrawal goes most with “Former partner” (suspect's relation to the "
        "victim): 34 percentage points more often than with “Stranger”, other features being equal (95% interval "
        "27 to 39, as the widest of 16). "
        "It also goes clearly with age of the victim (more often “Under 25” than “25 to 34”) and where it "
        "happened (less often “In person” and “Online or by phone” than “Both”)."
    )
    assert words.forest(no_action).record["title"] == (
        "No further action goes most with “Stranger”: 30 points more often than with “Former partner”, other "
        "features being equal"
    )


def test_the_cases_are_counted_and_called_made_up(example):
    totals = [protect(rates(example, name)) for name in ("victim_withdrawal", "no_further_action")]
    main = counts.read("stalking_example")
    withdrew, stopped, every = main.cell({"14", "16"}), main.cell({"10", "15", "18", "21"}), main.cell()
    assert words.counted(*totals) == (
        f"Of {every:,} made-up stalking cases recorded by Exampleshire Police from April 2022 to March 2024, the "
        f"victim withdrew in {withdrew:,} ({withdrew / every:.1%}) and no further action was taken in {stopped:,} "
        f"({stopped / every:.1%})."
    )


def test_the_limits_of_the_widest_difference_hold_for_all_of_them_at_once(withdrawal):
    """Bonferroni's by scipy, of released whole points outwards; the table has those of each difference by itself."""
    contrast, table = words.widest(withdrawal), withdrawal.table.set_index("category")
    others = withdrawal.table[withdrawal.table["category"] != withdrawal.table["compared_category"]]
    assert contrast.among == len(others) == 16
    row, wider = table.loc[contrast.less], norm.ppf(1 - 0.025 / 16) / norm.ppf(0.975)
    low, high = (
        row["difference_share"] + wider * (row[f"{end}_difference_share"] - row["difference_share"])
        for end in ("low", "high")
    )
    assert (contrast.low, contrast.high) == pytest.approx((np.floor(-100 * high) / 100, np.ceil(-100 * low) / 100))
    assert contrast.low < -row["high_difference_share"] < contrast.by < -row["low_difference_share"] < contrast.high
    alone = shown(with_features(TWO, "risk"), "risk")
    found, row = words.widest(alone), alone.table.set_index("category").loc["High"]
    assert (found.low, found.high) == pytest.approx(
        (row["low_unadjusted_difference_share"], row["high_unadjusted_difference_share"])
    ), "of one difference its own"
    assert "as the widest" not in words.most(alone)


def test_two_categories_apart_from_the_one_set_against_have_no_interval():
    rows = [(risk, "16", n) for risk, n in (("High", 450), ("Low", 100), ("Standard", 500))]
    rows += [(risk, "1", n) for risk, n in (("High", 150), ("Low", 500), ("Standard", 500))]
    found = shown(with_features(rows, "risk"), "risk")
    contrast = words.widest(found)
    assert (contrast.more, contrast.less, contrast.low, contrast.high) == ("High", "Low", None, None)
    assert contrast.by == pytest.approx(0.75 - 1 / 6)
    told = words.most(found)
    assert told == (
        "Among these stalking cases, withdrawal goes most with “High” (risk grading): 58.3 percentage points more "
        "often than with “Low”."
    )
    assert "Each is taken alone here: other features are not allowed for." in words.caution(found)


def test_nothing_clear_is_said_to_be_so():
    rows = [(risk, outcome, 100) for risk in ("High", "Low") for outcome in ("16", "1")]
    found = shown(with_features(rows, "risk"), "risk")
    assert words.opening(found, found) == (
        "Among these stalking cases, withdrawal and withdrawal go clearly with no category."
    )
    assert words.most(found).startswith("Among these stalking cases, withdrawal goes clearly with none of these")
    assert words.key_contrast(found)["value"] == "No clear difference"
    assert words.forest(found).record["title"] == "Withdrawal goes clearly with none of these features"


@pytest.mark.parametrize(("others", "is_said"), [(0, True), (5, False)])
def test_of_many_categories_one_whose_interval_leaves_out_nothing_is_no_news(others, is_said):
    """One feature alone: 95 of 200 against 110 of 300 is news by itself and not beside five others that are alike."""
    rows = [("High", "16", 95), ("High", "1", 105), ("Standard", "16", 110), ("Standard", "1", 190)]
    rows += [(f"Other {n}", code, cases) for n in range(others) for code, cases in (("16", 55), ("1", 95))]
    found = shown(with_features(rows, "risk"), "risk")
    row = found.table.set_index("category").loc["High"]
    assert row["low_unadjusted_difference_share"] > 0
    assert (row["q_value"] <= 0.05) == is_said
    assert ("goes most with “High”" in words.most(found)) == is_said
    assert ("goes clearly with none of these" in words.most(found)) != is_said
    assert "p values are adjusted" in tables.odds_ratios(found).html


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([("High", code, 100) for code in ("16", "1")], id="one category"),
        pytest.param([(risk, "16", 100) for risk in ("High", "Low")], id="all ended so"),
        pytest.param([(risk, "1", 100) for risk in ("High", "Low")], id="none ended so"),
    ],
)
def test_where_no_two_categories_can_be_compared_none_is_called_alike(rows):
    found = shown(with_features(rows, "risk"), "risk")
    assert words.opening(found, found) == "No two categories of these stalking cases can be compared."
    assert words.most(found).startswith("Withdrawal: nothing can be compared.")
    card = words.key_contrast(found)
    assert (card["value"], card["base"]) == ("Not known", "no two categories can be compared")
    assert words.forest(found).record["title"] == "No difference can be shown for withdrawal."
    assert ": ." not in words.forest(found).text


def test_an_odds_ratio_is_set_beside_the_ratio_of_shares(withdrawal):
    told = words.odds(withdrawal)
    assert "“Stranger” is 0.19, though its share is 0.32 times that of “Former partner” (16.0% against 49.5%)" in told


def test_the_adjustment_is_named_with_the_number_of_comparisons(withdrawal):
    html = tables.odds_ratios(withdrawal).html
    assert "p values are adjusted by Benjamini and Hochberg&#39;s method over all 16 comparisons of this table" in html
    assert html.count("<tr>") == 24


def test_a_table_whose_decimals_are_none_says_that_its_differences_are_whole_points(withdrawal):
    apart = withdrawal.table["difference_share"].dropna() * 100
    assert (apart - apart.round()).abs().max() < 1e-9
    assert "“Difference” allows for all other features and is in whole points" in tables.differences(withdrawal).html


def test_marks_have_a_shape_of_their_own_and_bold_is_what_is_clear(withdrawal):
    html = words.forest(withdrawal).html
    for label in ("−34", "−8"):
        assert f"{label}</text>" in html
    assert "compared with “Former partner” (49.5%)" in html
    assert "other features being equal, with its 95% interval" in html


#: Cases of each kind, few, many and odd.
OF_A_KIND = {
    "plenty": drawn,
    "a rare category": lambda: drawn(rare=3),
    "sixty": lambda: drawn(cases=60),
    "four": lambda: drawn(cases=4),
    "separated": separated,
    "one row": lambda: with_features([("High", "16", 3)], "risk"),
}


@pytest.mark.parametrize(
    ("kind", "sensitivity"),
    nightly(
        itertools.product(OF_A_KIND, ["restricted", "synthetic"]),
        *zip(OF_A_KIND, itertools.cycle(["synthetic", "restricted"])),
    ),
)
@pytest.mark.usefixtures("undrawn")
def test_whatever_the_cases_it_is_shown_in_words_without_a_cause(kind, sensitivity):
    held = replace(OF_A_KIND[kind](), sensitivity=sensitivity)
    features = "risk, contact, place" if "contact" in held.features else "risk"
    told = everything(held, features, cluster="team" if "team" in held.features else "")
    assert causal_words(told) == []
    for wrong in ("nan", "<NA>", "None", ". .", "..", "inf "):
        assert wrong not in told
    if sensitivity == "synthetic":
        assert "stalking cases" not in told.replace("made-up stalking cases", "")


@examples(4, 12)
@given(
    seed=st.integers(0, 5000),
    cases=st.integers(5, 500),
    rare=st.integers(0, 12),
    features=st.sampled_from(["risk", "risk, place", "contact, place, risk"]),
    base=st.sampled_from(["recorded", "with_suspect"]),
)
def test_no_sentence_of_drawn_cases_says_a_cause(seed, cases, rare, features, base):
    held = drawn(seed, cases=cases, rare=rare, sensitivity="synthetic")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figure, "drawings", lambda *_, **__: ("", ""))  # words are wanted, and drawing takes long
        told = everything(held, features, base=base)
    assert causal_words(told) == []
    assert "nan" not in told


def test_words_of_cause_are_found():
    for word in ("because", "Leads to", "causes", "an effect", "due to", "impact", "results in", "drives", "makes"):
        assert causal_words(f"it {word} this"), word
    assert causal_words("a risk factor, which influences it")
    assert causal_words("what made this page goes with withdrawal") == []


def test_only_what_is_protected_is_shown(example):
    asked = case_features(example, "risk, contact", cluster="team")
    exact = associations(asked, "victim_withdrawal")
    for shows in (
        words.forest,
        words.most,
        words.odds,
        words.opening,
        words.key_contrast,
        tables.differences,
        tables.odds_ratios,
        words.endings_together,
    ):
        with pytest.raises(DisclosureRefused):
            shows(exact)


def test_a_hidden_category_is_marked_in_the_chart():
    chart = words.forest(shown(drawn(rare=6), THREE))
    assert "[c]</text>" in chart.html
    assert "[c] not shown, so that nobody can be recognised." in chart.html


THREE = "risk, contact, place"


def test_why_there_is_no_fit_of_every_ending_is_said():
    found = protect(endings_together(asked_of(separated(), THREE)))
    chart, table = words.endings_together(found), tables.together(found)
    for block in (chart, table):
        assert "No adjusted figures: there are too few combinations of these features" in block.text
    assert chart.record["title"] == "Every ending at once: no figures"
    assert "There is nothing to draw here." in chart.html


def test_the_example_is_drawn_in_every_ending(example):
    block = words.endings_together(protect(endings_together(case_features(example, FEATURES, cluster="team"))))
    assert block.record["title"].startswith("“Stranger” against “Former partner”: victim withdrew −33")
    assert "add up to 0" in block.html
