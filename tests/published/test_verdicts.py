"""Each verdict, pinned to the numbers that it rests on, and the rule that can come out any way for any finding."""

from dataclasses import replace

import pytest

from analysis.disclosure import protect
from analysis.questions.findings import words
from analysis.questions.findings.charge_rates import national_charge_rates, printed_charge_rates
from analysis.questions.findings.countings import held
from analysis.questions.findings.later_matches import later_matches
from analysis.questions.findings.verdicts import (
    CONSISTENT,
    NOT_COMPARABLE,
    REPRODUCED,
    UNMATCHED,
    evidence,
    judged,
    verdicts,
)
from analysis.reference import findings

#: Verdict, (fitting, ways), (forces that match, forces), and a stretch of the reason.
EXPECTED = {
    "london-withdrew": (CONSISTENT, (1, 6), (6, 44), "43.3% to 45.9% of all recorded cases, 2.6% being undecided"),
    "london-no-action": (NOT_COMPARABLE, (0, 10), (5, 44), "In 2020/21 35.8% to 46.3% of decided cases"),
    "london-both": (NOT_COMPARABLE, (0, 4), (0, 44), "In 2020/21 80.3% to 90.8% of decided cases"),
    "nationwide": (CONSISTENT, (2, 2), (27, 44), "49.6% (67,214 of 135,628) of all recorded cases"),
    "london-first-recorded": (NOT_COMPARABLE, None, None, "do not say what a case was first recorded as"),
    "london-female": (NOT_COMPARABLE, None, None, "do not hold the sex of victims"),
    "london-all-crime": (NOT_COMPARABLE, None, None, "40% of any number from 271,193 to 278,058"),
    "london-stalking-over-40": (CONSISTENT, (1, 3), (37, 44), "44.4% (3,026 of 6,809) of decided cases"),
    "rape-30-days": (NOT_COMPARABLE, None, None, "It is 64% of 65%: of all, about 42%"),
    "rape-7-days": (NOT_COMPARABLE, None, None, "hold no dates"),
    "rape-withdrew": (NOT_COMPARABLE, None, None, "not among the figures held here"),
    "charged-2015": (UNMATCHED, (0, 3), (0, 43), "not what its words say, 22.9% (925 of 4,032)"),
    "charged-2019": (REPRODUCED, (1, 2), (6, 43), "11.4% (3,620 of 31,787) of decided cases"),
    "charged-2019-trust": (CONSISTENT, (2, 3), (11, 43), "11.1% (3,620 of 32,740) of all recorded cases"),
    "charged-2019-press": (CONSISTENT, (4, 7), (11, 43), "11.4% (3,394 of 29,754) of stalking outcomes"),
    "charged-2020-press": (CONSISTENT, (3, 4), (10, 44), "7.1% (6,813 of 95,706) of decided cases"),
    "charged-2021-recorded": (CONSISTENT, (1, 2), (13, 44), "5.1% (5,948 of 117,692) of all recorded cases"),
    "charged-2021-outcomes": (REPRODUCED, (1, 1), (9, 44), "6.0% (5,948 of 99,302) of decided cases"),
    "supports-2021-quarter": (CONSISTENT, (1, 2), (21, 44), "25.7% (30,294 of 117,692) of all recorded cases"),
    "charged-2014": (REPRODUCED, (1, 2), (0, 36), "36.7% (723 of 1,969) of decided cases"),
    "bbc-metropolitan-police": (UNMATCHED, (0, 1), (1, 39), "In April to December 2020 8.5% (414 of 4,866)"),
    "bbc-nottinghamshire": (UNMATCHED, (0, 1), (0, 39), "In April to December 2020 9.6% (62 of 649)"),
    "bbc-west-yorkshire": (UNMATCHED, (0, 1), (0, 39), "In April to December 2020 3.9% (124 of 3,196)"),
    "lincolnshire-charged": (REPRODUCED, (1, 3), (4, 44), "3.7% (40 of 1,082) of decided cases"),
    "bbc22-charged-2021": (REPRODUCED, (1, 1), (9, 44), "so it counts once"),
    "bbc22-charged-2014": (REPRODUCED, (1, 2), (0, 36), "it is not a figure for England and Wales"),
    "bbc22-charged-2019": (REPRODUCED, (1, 2), (6, 43), "so it counts once"),
    "bbc22-supports": (REPRODUCED, (1, 1), (9, 44), "30.5% (30,294 of 99,302) of decided cases"),
    "bbc22-withdrew": (REPRODUCED, (1, 1), (31, 44), "55.6% (55,190 of 99,302) of decided cases"),
    "bbc22-volume": (
        UNMATCHED,
        (0, 1),
        None,
        "117,692 cases recorded in 2021/22; what was printed is not what its words say",
    ),
    "bbc22-column": (UNMATCHED, (0, 1), None, "Of the 305 printed rates 8 are what the charges give and 305 what type"),
    "bbc22-doubled": (UNMATCHED, (0, 1), None, "5,417 cases with an outcome in 2016/17"),
    "rochdale-gmp": (REPRODUCED, (1, 1), (9, 44), "6.2% (446 of 7,142) of decided cases"),
    "tel18-charged-2017": (NOT_COMPARABLE, (0, 2), (0, 40), "19.1% (1,913 of 10,023) of stalking outcomes"),
    "tel18-withdrew-2017": (NOT_COMPARABLE, None, None, "a figure cannot confirm itself"),
    "tel18-withdrew-2014": (NOT_COMPARABLE, (0, 2), (0, 36), "17.7% (348 of 1,969) of decided cases"),
    "guardian-charged-2021": (NOT_COMPARABLE, (0, 2), (16, 44), "5.1% to 20.7% of all recorded cases, 15.6% being"),
    "guardian-convicted-2021": (NOT_COMPARABLE, None, None, "of defendants and not of these cases"),
    "sun-charged": (CONSISTENT, (4, 4), (26, 44), "7.7% (9,865 of 128,829) of cases recorded in the year"),
    "slt-nsaw24-fall": (NOT_COMPARABLE, None, None, "Which areas answered"),
    "pac-attrition-1": (NOT_COMPARABLE, None, None, "not a figure on stalking"),
    "pac-attrition-2": (NOT_COMPARABLE, None, None, "Referrals to prosecutors are not held here"),
    "moj-reoffend": (NOT_COMPARABLE, None, None, "and defendants by what courts did"),
    "csew-2025": (NOT_COMPARABLE, None, None, "A survey estimates people"),
    "lsr-female": (NOT_COMPARABLE, None, None, "so it counts once"),
}


@pytest.fixture(scope="module")
def tables():
    return held()


@pytest.fixture(scope="module")
def found():
    return protect(verdicts(findings.findings().values()))


@pytest.fixture(scope="module")
def rows():
    return protect(evidence(findings.findings().values()))


@pytest.fixture(scope="module")
def later():
    return protect(later_matches(findings.findings().values()))


def test_every_finding_is_pinned_here():
    assert list(EXPECTED) == list(findings.findings())


@pytest.mark.parametrize("name", EXPECTED)
def test_verdict(found, rows, later, name):
    verdict, ways, forces, told = EXPECTED[name]
    row = found.table.set_index("finding").loc[name]
    assert row["verdict"] == verdict
    for expected, columns in ((ways, ("fitting", "ways")), (forces, ("forces_fitting", "forces"))):
        assert [row[column] is not None and row[column] for column in columns] == list(expected) if expected else True
        assert expected or row[list(columns)].isna().all()
    row = found.table[found.table["finding"] == name].iloc[0]
    assert told in words.reason(findings.finding(name), row, rows, later)


def test_the_tally_leaves_out_what_is_derived_or_printed_twice(found):
    assert words.tally(found) == (
        "Of 39 printed findings, 7 are reproduced, 8 are consistent with the figures, 7 are not matched by any reading "
        "and 17 are not comparable. 6 figures derived here or printed twice are left out."
    )


@pytest.mark.parametrize(
    ("percent", "verdict", "forces"),
    [
        (5, UNMATCHED, 0),
        (20, UNMATCHED, 0),
        (45, CONSISTENT, 6),
        (60, NOT_COMPARABLE, 12),  # not between the bounds of 2020/21, but the undecided of 2021/22 allow for it
        (95, UNMATCHED, 0),
    ],
)
def test_another_figure_in_place_of_the_45_turns_the_verdict(tables, percent, verdict, forces):
    one = judged(replace(findings.finding("london-withdrew"), percent=percent), tables)
    assert (one.verdict, one.forces_fitting) == (verdict, forces)


@pytest.mark.parametrize("name", [name for name, one in findings.findings().items() if one.is_counted])
def test_no_verdict_is_fixed_in_advance(tables, name):
    """Whatever counts a figure, one that no case can give is not matched; one that the table gives is."""
    finding = findings.finding(name)
    if finding.check == "spread":
        turned = [judged(replace(finding, percent=percent), tables).verdict for percent in (10.0, 99.0)]
        assert turned == [CONSISTENT, UNMATCHED]
        return
    every = judged(finding, tables).ways
    if not every:
        assert judged(finding, tables).verdict == NOT_COMPARABLE
        return
    ways = [one for one in every if one.is_allowed and not one.is_bounds]
    beyond = max(one.high for one in every) * 100 + 5
    if finding.measure == findings.CASES:
        beyond = beyond * 100
    far = replace(finding, percent=None, least=beyond, most=beyond * 2)
    assert judged(far, tables).verdict == UNMATCHED
    for way in ways[:1]:
        unit = 1 if finding.measure == findings.CASES else 100
        near = replace(finding, percent=None, least=way.low * unit - 1e-6, most=way.low * unit + 1e-6)
        assert judged(near, tables).verdict in (REPRODUCED, CONSISTENT)


def test_printed_counts_that_differ_by_one_case_are_not_reproduced(tables):
    finding = findings.finding("bbc22-withdrew")
    assert judged(finding, tables).verdict == REPRODUCED
    assert judged(replace(finding, events=finding.events + 1), tables).verdict == CONSISTENT
    assert judged(replace(finding, source=""), tables).verdict == CONSISTENT


def test_a_column_that_is_right_is_reproduced(tables, monkeypatch):
    finding = findings.finding("bbc22-column")
    printed = findings.rates_by_year()
    right = {}
    for place, first in printed:
        members = tables.endings.members if place == "all" else [place]
        rows = [tables.endings.by_force[force, first].counted for force in members]
        sums = [sum(row[name] or 0 for row in rows) for name in ("charged", "outcomes")]
        right[place, first] = round(100 * sums[0] / sums[1])
    monkeypatch.setattr(findings, "rates_by_year", lambda: right)
    assert judged(finding, tables).verdict == REPRODUCED


def test_a_later_year_decides_no_verdict(tables):
    """45.3% of 2024/25 rounds to what was printed; a review of July 2024 cannot speak of it."""
    one = replace(findings.finding("london-withdrew"), years=("2021/22",))
    assert judged(one, tables).verdict == NOT_COMPARABLE
    assert judged(replace(one, years=("2024/25",)), tables).verdict == CONSISTENT


def test_no_national_figure_that_somebody_printed_bears_a_finding_out(tables):
    assert tables.endings.national.empty
    for name in ("tel18-charged-2017", "tel18-withdrew-2017", "guardian-charged-2021", "charged-2021-recorded"):
        finding = findings.finding(name)
        assert all(one.least != finding.events or one.cases != finding.cases for one in judged(finding, tables).ways)


def test_the_london_figures_in_a_later_year_and_how_many_forces_match_them(later):
    table = later.table.set_index(["finding", "base"])
    for name, base, forces in (
        ("london-withdrew", "all recorded cases", 4),
        ("london-withdrew", "any base", 6),
        ("london-both", "decided cases", 6),
        ("london-both", "any base", 26),
        ("london-no-action", "any base", 7),
    ):
        assert tuple(table.loc[(name, base), ["forces_fitting", "forces"]]) == (forces, 44), name
    assert table.loc[("london-no-action", "any base"), "fitting"] == 0
    assert table.loc[("london-withdrew", "all recorded cases"), "definition"] == "withdrew (types 14 and 16)"
    told = words.later(later, "london-both")
    assert told.endswith("6 of 44 forces by this project's way and 26 by any, so it is hardly evidence")
    assert "it is above all 14 ways of counting" in words.later(later, "london-no-action")


def test_no_finding_that_names_a_source_a_reading_or_another_crime_is_put_to_a_later_year():
    asked = findings.finding("london-withdrew")
    changes = (
        {"source": "stalking_endings_by_force"},
        {"reading": "withdrew, suspect identified"},
        {"percent": None},
        {"offence": "8L"},
        {"place": "all"},
        {"years": ()},
        {"years": ("2021/22", "2024/25")},
    )
    none = later_matches(replace(asked, **change) for change in changes)
    assert none.finished(none.source.table).empty


def test_a_number_that_no_force_can_be_asked_for_has_an_opening_too():
    printed = replace(findings.finding("bbc22-volume"), events=117_692, source="", base="not stated")
    told = words.opening(protect(verdicts([printed])), protect(evidence([printed])), "bbc22-volume")
    assert "with police figures of 2021/22, which is some evidence: 1 of 2 ways of counting matches it." in told


def test_the_head_of_the_page(found, rows, later):
    assert words.opening(found, rows, "london-withdrew") == (  # and not of 2021/22, whose 44.4% is not the 45% printed
        "The 45% of London cases that ended in withdrawal is consistent with police figures of 2020/21, which is weak "
        "evidence: 1 of 6 ways of counting matches it, and so would the figures of 6 of 44 forces."
    )
    told = words.in_full(rows, later, "london-withdrew")
    for number in (
        "44.5% (3,502 of 7,873",
        "43.3% to 45.9%",
        "44.4% (3,026 of 6,809)",
        "25.1% to 68.6%",
        "43.5% being",
    ):
        assert number in told
    assert "4 of 44 forces by this project's way" in told
    no_action = words.sentence(found, rows, later, "london-no-action")
    assert "is not comparable: in 2020/21 35.8% to 46.3% of decided cases allow for it; in 2024/25" in no_action


def test_a_share_that_would_look_rounded_is_told_to_two_decimals(found, rows):
    told = words.given_by(findings.finding("london-withdrew"), rows)
    assert "44.5% (3,502 of 7,873, to two decimals 44.48%)" in told
    assert "to two decimals 44.44%" not in told


def test_every_printed_charge_rate_by_force_is_what_its_counts_give():
    for year, rates in (("2017/18", 40), ("2018/19", 40), ("2019/20", 39), ("2020/21", 39)):
        told = words.agreement(protect(printed_charge_rates(year)))
        assert told.startswith(f"{rates} of {rates} printed rates")


def test_a_wrong_printed_rate_would_be_noticed():
    by_force = printed_charge_rates("2020/21")
    table = by_force.table.assign(printed=by_force.table["printed"].replace({"2.39%": "2.40%"}))
    assert words.agreement(protect(replace(by_force, table=table))).startswith("38 of 39")


def test_forces_without_charges_are_named_as_not_received():
    table = printed_charge_rates("2020/21").table.set_index("force")
    for force in ("Greater Manchester", "Leicestershire", "North Yorkshire"):
        assert table.loc[force, "state"] == "not_received"
    assert "Greater Manchester" not in set(table.query("state == 'shown'").index)


def test_the_national_charge_rates_keep_their_bases():
    table = national_charge_rates().table
    year = table[table["year"] == "2021/22"]
    assert {"6%", "5% (5,948 of 118,411)", "6.6% of 117,672"} <= set(year["printed"])
    assert year["base"].nunique() == 2
    assert table["base"].ne("").all()
    by_printed = table.set_index("printed")
    whole = by_printed.loc["5% (5,948 of 118,411)"]
    assert (whole["events"], whole["cases"], whole["state"]) == (5948, 118411, "shown")
    assert whole["share"] == pytest.approx(5948 / 118411)
    for printed in ("6%", "6.6% of 117,672"):  # a percentage alone, and one whose charges are not printed
        assert by_printed.loc[printed, ["events", "cases", "share"]].isna().all()
        assert by_printed.loc[printed, "state"] == "not_received"


def test_the_printed_rates_are_those_of_the_source(shared):
    import pandas as pd

    table = pd.read_csv(shared / "data/bbc_2022/bbc2022_stalking_outcomes_as_printed.csv")
    printed = table["charged_percent_printed"].dropna().str.rstrip("%").astype(float).astype(int)
    assert len(findings.rates_by_year()) == 305
    assert sorted(findings.rates_by_year().values()) == sorted(printed)


def test_a_column_is_judged_by_its_own_counts_and_told_what_another_would_give():
    finding = findings.finding("bbc22-column")
    found = judged(finding, held())
    own, *others = found.ways
    assert own.year == f"{finding.years[0]} to {finding.years[-1]}"
    assert own.is_allowed
    assert others
    assert not any(way.is_allowed for way in others)
    assert found.fitting == (found.verdict == REPRODUCED)


def test_a_suspicion_is_borne_out_by_each_base_that_reaches_it():
    finding = findings.finding("nationwide")
    rows = evidence([finding])
    table = rows.finished(rows.source.table)
    reached = table["least_share"].astype(float) >= finding.share
    assert reached.any()
    assert (table["bearing"] == "gives it").tolist() == reached.tolist()
