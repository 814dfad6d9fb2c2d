"""The one gate: who may make a Protected, what it hides, and the four absences."""

import pandas as pd
import pytest

from analysis import disclosure
from analysis.disclosure import POLICIES, Protected, protect
from analysis.errors import DataRefused, DisclosureRefused
from analysis.presentation import blocks, numbers, tables, wording
from analysis.questions.outcomes import charts
from analysis.shares.definitions import definitions
from analysis.shares.rates import rates, split
from tests import released

Q1, Q2 = "2024-04-01", "2024-07-01"


def restricted(made, rows, **changes):
    return released.rounded(made(rows, sensitivity="restricted", **changes))


def test_exact_counts_of_people_are_refused_and_the_same_released_pass(made):
    exact = made([("Kent", Q1, "16", 50), ("Kent", Q1, "1", 50)], sensitivity="restricted")
    with pytest.raises(DisclosureRefused, match="exact counts of people.*'attrition reduce'"):
        protect(rates(exact, "charged"))
    assert protect(rates(released.drawn(exact), "charged")).about.is_released


def test_nobody_else_makes_a_protected(made):
    result = rates(made([("Kent", Q1, "16", 50), ("Kent", Q1, "1", 50)]), "charged")
    with pytest.raises(DisclosureRefused):
        Protected(result.table, result.by, result.about, policy=POLICIES["published"], hidden=0, maker=object())
    for takes in (charts.dots, charts.quarters, charts.hundred_cases):
        with pytest.raises(DisclosureRefused, match="has not been through disclosure control"):
            takes(result)
    with pytest.raises(DisclosureRefused, match="has not been through disclosure control"):
        tables.table(result, title="No")


def test_nothing_is_said_of_what_is_not_protected(made):
    result = rates(made([("Kent", Q1, "16", 50), ("Kent", Q1, "1", 50)]), "charged")
    for says in (wording.share_sentence, wording.opening, blocks.key_figure, blocks.records):
        with pytest.raises(DisclosureRefused):
            says(result)
    with pytest.raises(DisclosureRefused):
        wording.line(result, "x")


def test_the_grid_of_guarded_counts_does_not_tell_that_a_type_is_empty(made):
    rows = [("Kent", Q1, code, 200) for code in ("1", "10", "15", "16")]  # no case of types 14, 17 and 18
    found = {each: released.shown(made(rows, sensitivity=each)) for each in ("published", "restricted")}
    told = {
        (each, measure): set(definitions(some, measure).table["definition"])
        for each, some in found.items()
        for measure in ("victim_withdrawal", "no_further_action")
    }
    narrowest = {"withdrew, suspect identified (type 16)"}
    assert told["published", "victim_withdrawal"] == narrowest
    assert told["restricted", "victim_withdrawal"] == narrowest | {"withdrew (types 14 and 16)"}
    assert told["restricted", "no_further_action"] - told["published", "no_further_action"] == {
        "evidential, no suspect (types 15 and 18)",
        "the same and time limit (types 10, 15, 17 and 21)",
        "the same and time limit (types 10, 15, 17, 18 and 21)",
        "every ending without action (types 5, 9 to 13, 15, 17, 20 and 21)",
        "every ending without action (types 5, 9 to 13, 15, 17, 18, 20 and 21)",
    }


def test_the_reading_that_tells_one_rare_type_is_counted_of_published_figures_alone(made):
    """Beside the others it tells type 13, mostly of nobody: 40 cases have it here, so that it is no empty one."""
    rows = [("Kent", Q1, code, cases) for code, cases in (("16", 200), ("14", 100), ("13", 40), ("1", 300))]
    for each, is_counted in (("published", True), ("restricted", False)):
        some = released.shown(made(rows, sensitivity=each))
        labels = definitions(some, "victim_withdrawal").table["definition"]
        assert ("withdrew, or victim or witness dead or ill (types 13, 14 and 16)" in labels.tolist()) == is_counted
        assert "withdrew (types 14 and 16)" in labels.tolist()
        assert any("13" in label for label in labels) == is_counted


def test_published_counts_pass_as_they_are(made):
    result = rates(made([("Kent", Q1, "16", 3), ("Kent", Q1, "1", 50)]), "victim_withdrawal")
    pd.testing.assert_frame_equal(protect(result).table, result.table)


@pytest.mark.parametrize(("withdrew", "others"), [(12, 100), (0, 100), (100, 12), (100, 0), (4, 3)])
def test_small_counts_zeros_and_small_remainders_go(made, withdrew, others):
    result = protect(
        rates(restricted(made, [("Kent", Q1, "16", withdrew), ("Kent", Q1, "1", others)]), "victim_withdrawal")
    )
    row = result.table.iloc[0]
    assert row["state"] == "suppressed"
    assert row[["events", "share", "low", "high"]].isna().all()
    assert pd.isna(row["cases"]) == (withdrew + others < 15)
    assert result.hidden == 1


def test_what_stays_is_rounded_and_its_share_is_of_rounded_counts(made):
    result = protect(rates(restricted(made, [("Kent", Q1, "16", 43), ("Kent", Q1, "1", 58)]), "victim_withdrawal"))
    row = result.table.iloc[0]
    assert (row["events"], row["cases"], row["share"]) == (45, 100, 0.45)


def test_synthetic_counts_are_treated_as_restricted_and_unknown_ones_refused(made):
    assert POLICIES["synthetic"] == POLICIES["restricted"]
    result = rates(made([("Kent", Q1, "16", 43)]), "victim_withdrawal")
    object.__setattr__(result.about, "sensitivity", "secret")
    with pytest.raises(DisclosureRefused, match="No policy"):
        protect(result)


def test_a_copy_is_handed_out_and_nothing_hidden_is_kept(made):
    result = protect(split(restricted(made, [("Kent", Q1, "16", 43), ("Kent", Q1, "1", 7), ("Kent", Q1, "0", 61)])))
    taken = result.table
    taken["events"] = 0
    assert int(result.table["events"].max()) == 60
    held = {int(number) for number in result._table[["events", "cases"]].to_numpy().ravel() if not pd.isna(number)}
    assert held == {45, 60, 110}
    assert sorted(Protected.__slots__) == [
        "_table",
        "_undecided",
        "about",
        "by",
        "columns",
        "hidden",
        "much_open",
        "policy",
    ]
    assert set(result.table.columns) == set(result.noted.columns)


def test_whether_many_cases_are_open_is_told_from_what_may_be_shown(made):
    rows = [("Kent", Q1, "16", 60), ("Kent", Q1, "1", 75), ("Kent", Q1, "0", 16)]  # 16 of 151 open: 10.6%
    for each, many in (("published", {"Kent"}), ("restricted", set())):  # 15 of 150 may be shown: no more than a tenth
        found = protect(rates(released.shown(made(rows, sensitivity=each)), "victim_withdrawal", by="force"))
        assert found.much_open == many
        assert found.noted["openness"].tolist() == ["many" if many else "few"]
    hidden = protect(rates(restricted(made, [*rows[:2], ("Kent", Q1, "0", 3)]), "victim_withdrawal", by="force"))
    assert hidden.noted["openness"].tolist() == ["[c]"]
    assert hidden.noted["of_decided_share"].isna().all()


def test_four_absences_come_out_as_four_things(made):
    some = restricted(
        made,
        [("Kent", Q1, "16", 3), ("Kent", Q1, "1", 90), ("Surrey", Q1, "1", 500), ("Surrey", Q1, "16", 500)],
        forces=["Essex", "Kent", "Surrey"],
        missing=[("Essex", Q1)],
    )
    table = protect(rates(some, "victim_withdrawal", by="force")).table.set_index("force")
    assert numbers.cell(table.loc["Essex"], "share") == "[c]"  # of people, nothing received looks like few
    assert numbers.cell(table.loc["Kent"], "share") == "[c]"
    assert numbers.cell(table.loc["Surrey"], "share") == "50.0%"
    open_figures = made(
        [("Kent", Q1, "1", 5), ("Surrey", Q1, "1", 0)], forces=["Essex", "Kent", "Surrey"], missing=[("Essex", Q1)]
    )
    published = protect(rates(open_figures, "victim_withdrawal", by="force")).table.set_index("force")
    assert numbers.cell(published.loc["Essex"], "share") == "[x]"
    assert numbers.cell(published.loc["Kent"], "events") == "0"
    assert numbers.cell(published.loc["Surrey"], "share") == "[z]"
    assert numbers.cell(published.loc["Surrey"], "cases") == "0"


def test_four_absences_in_html_and_in_records(made):
    some = made(
        [("Kent", Q1, "1", 5), ("Surrey", Q1, "1", 0)], forces=["Essex", "Kent", "Surrey"], missing=[("Essex", Q1)]
    )
    protected = protect(rates(some, "victim_withdrawal", by="force"))
    shown = tables.table(protected, title="By force")
    assert shown.html.count(">[x]<") == 7
    assert shown.html.count(">[z]<") == 5
    assert "[c]" not in shown.html
    records = {row["force"]: row for row in shown.record["records"]}
    assert records["Kent"]["events"] == 0
    assert "symbols" not in records["Kent"]
    assert (records["Kent"]["openness"], records["Essex"]["openness"]) == ("few", "[x]")
    assert records["Essex"]["events"] is None
    assert records["Essex"]["symbols"]["events"] == "[x]"
    assert records["Surrey"]["symbols"] == dict.fromkeys(("share", "low", "high", "of_decided_share"), "[z]")


def test_no_small_number_leaves_by_any_door(made):
    """7,013 and 7 are exact; 7,015 is what may be seen."""
    some = restricted(made, [("Kent", Q1, "16", 7013), ("Kent", Q1, "1", 7), ("Kent", Q1, "15", 8011)])
    whole, parts = protect(rates(some, "victim_withdrawal")), protect(split(some))
    doors = [
        blocks.headline(wording.opening(whole), wording.share_sentence(whole)),
        blocks.key_figures(blocks.key_figure(whole)),
        charts.hundred_cases(parts),
        charts.bars(parts),
        tables.table(parts, title="Endings"),
    ]
    assert "others are drawn up or down to a multiple of 5, so that parts need not add up. Source: " in doors[-1].html
    for door in doors:
        everything = f"{door.html} {door.text} {door.record}"
        for exact in ("7,013", "7013", "8,011", "8011", "15,031", "15031"):
            assert exact not in everything
    assert "7,015" in doors[0].text
    assert disclosure.POLICIES["restricted"].smallest == 15


def test_what_a_method_adds_is_worked_out_again_from_rounded_counts(made):
    some = restricted(made, [("Kent", Q1, "16", 7013), ("Kent", Q1, "1", 7013), ("Essex", Q1, "16", 3)])

    def twice(table):
        return table.assign(sample_size=table["events"] * 2)

    held = rates(some, "victim_withdrawal", by="force").added(twice)
    shown = protect(held).table.set_index("force")["sample_size"]
    assert shown["Kent"] == 14030
    assert shown.isna()["Essex"]
    nearly_all = restricted(made, [("Kent", Q1, "16", 7013), ("Kent", Q1, "1", 7)])
    held = rates(nearly_all, "victim_withdrawal").added(twice)
    assert held.table["sample_size"].tolist() == [14030]
    assert protect(held).table["sample_size"].isna().all()


def test_a_column_that_is_not_in_the_schema_is_refused(made):
    found = rates(made([("Kent", Q1, "16", 70), ("Kent", Q1, "1", 70)]), "victim_withdrawal")
    with pytest.raises(DataRefused, match=r"others of analysis/reference/schema\.py"):
        found.added(lambda table: table.assign(secret=1))


def test_rows_with_something_hidden_are_counted_and_no_others(made):
    rows = [("Kent", Q1, "16", 50), ("Kent", Q1, "1", 60), ("Essex", Q1, "16", 7), ("Essex", Q1, "1", 60)]
    result = protect(rates(restricted(made, rows), "victim_withdrawal", by="force"))
    assert result.table.set_index("force")["state"].to_dict() == {"Essex": "suppressed", "Kent": "shown"}
    assert result.hidden == 1
    assert result.record()["rows_with_something_suppressed"] == 1
    public = protect(rates(made(rows), "victim_withdrawal", by="force"))
    assert (public.hidden, public.table["state"].unique().tolist()) == (0, ["shown"])


def test_decided_cases_are_the_recorded_ones_less_those_still_open(made):
    rows = [("Kent", Q1, "16", 50), ("Kent", Q1, "0", 30), ("Essex", Q1, "16", 70)]
    result = protect(rates(made(rows), "victim_withdrawal", by="force"))
    assert dict(zip(result.table["force"], result.decided_cases(), strict=True)) == {"Kent": 50, "Essex": 70}
    of_outcomes = protect(rates(made(rows, basis="closed"), "victim_withdrawal", by="force"))
    assert of_outcomes.decided_cases().isna().all()
