"""Each verdict, pinned to the numbers that it rests on."""

import pytest

from analysis import findings
from analysis.disclosure import protect
from analysis.presentation import reasons
from analysis.statistics.charge_rates import national_charge_rates, printed_charge_rates
from analysis.statistics.verdicts import CANNOT, DOES_NOT, OTHER_BASE, STANDS, verdicts

EXPECTED = {
    "london-withdrew": (STANDS, "45.3% (5,363 of 11,831 cases)"),
    "london-no-action": (
        CANNOT,
        "33.1% (3,920 of 11,831 cases), out of all recorded cases. 13 other ways of counting",
    ),
    "london-both": (OTHER_BASE, "85.6% (9,283 of 10,839 cases)"),
    "nationwide": (
        STANDS,
        "49.6% (67,214 of 135,628 cases). 27 of 44 forces lie at or above 45%",
    ),
    "london-first-recorded": (CANNOT, "do not say what a case was first recorded as"),
    "london-female": (CANNOT, "do not hold the sex of victims"),
    "london-all-crime": (OTHER_BASE, "any base from 271,193 to 278,058. Out of exactly 270,000 they are 40.7%"),
    "london-stalking-over-40": (CANNOT, "not among the figures held here"),
    "rape-30-days": (OTHER_BASE, "64% is out of victims who withdrew; out of all allegations it is about 42%"),
    "rape-7-days": (CANNOT, "hold no dates"),
    "rape-withdrew": (CANNOT, "not among the figures held here"),
    "charged-2015": (OTHER_BASE, "22.9% (925 of 4,032 cases), out of stalking outcomes; out of the 4,205 offences"),
    "charged-2019": (STANDS, "11.4% (3,394 of 29,754 cases)"),
    "charged-2019-trust": (
        STANDS,
        "the recorded tables hold for 2019/20 today, the 3,506 printed are 10.5%",
    ),
    "charged-2019-press": (OTHER_BASE, "the 3,068 printed are 9.2%; out of the 27,053 printed, 11.3%"),
    "charged-2020-press": (OTHER_BASE, "the 6,283 printed are 6.3%; out of the 87,415 printed, 7.2%"),
    "charged-2021-recorded": (
        STANDS,
        "the recorded tables hold for 2021/22 today, the 5,948 printed are 5.1%",
    ),
    "charged-2021-outcomes": (OTHER_BASE, "any base from 91,508 to 108,145. Out of exactly 100,000 they are 5.9%"),
    "supports-2021-quarter": (STANDS, "the 30,000 printed are 25.5%"),
    "charged-2014": (CANNOT, "begin in 2015/16"),
    "bbc-metropolitan-police": (DOES_NOT, "8.5% (414 of 4,866 cases)"),
    "bbc-nottinghamshire": (DOES_NOT, "9.6% (62 of 649 cases)"),
    "bbc-west-yorkshire": (DOES_NOT, "3.9% (124 of 3,196 cases)"),
    "lincolnshire-charged": (OTHER_BASE, "the 40 printed are 3.2%; out of the 1,082 printed, 3.7%"),
}


@pytest.fixture(scope="module")
def evidence():
    return protect(verdicts(findings.findings().values()))


def test_every_finding_is_pinned_here():
    assert set(EXPECTED) == set(findings.findings())


@pytest.mark.parametrize("name", EXPECTED)
def test_verdict(evidence, name):
    verdict, numbers = EXPECTED[name]
    told = reasons.verdict_of(evidence, name)
    assert told.startswith(verdict.capitalize() + ".")
    assert numbers in told


def test_the_headline_counts_them(evidence):
    assert reasons.headline(evidence) == (
        "Of 24 printed findings, 6 stand, 8 stand on another base, 3 do not stand and 7 cannot be recomputed."
    )


def test_what_is_not_defined_is_never_said_to_be_wrong():
    for one in findings.findings().values():
        if not one.is_defined and one.check == "share":
            assert verdicts([one]).table["verdict"].iloc[0] != DOES_NOT


def test_the_head_of_the_page(evidence):
    withdrew, no_action = reasons.in_short(evidence, "london-withdrew", "london-no-action")
    later = "figures of the Metropolitan Police for 2024/25, a later year, give"
    assert withdrew == (
        f"The 45% of London cases that ended in withdrawal stands: {later} 45.3%, out of all recorded cases. "
        "What it counts is not known, so the match may be chance."
    )
    assert no_action == (
        "The further 41% of London cases with no further police action cannot be recomputed, since what it counts is "
        f"not known; by this project's reading, {later} 33.1%, out of all recorded cases."
    )


def test_the_uncertainty_of_nationwide(evidence):
    told = reasons.verdict_of(evidence, "nationwide")
    assert "of 44 forces 23 lie wholly above the 45% printed, 14 lie wholly below it and 7 are not clearly" in told
    assert "3 forces have many cases still open (Derbyshire, Humberside and Lincolnshire): none of them" in told
    assert "Out of decided cases: 51.7% (67,214 of 129,963 cases). 31 of 44 forces lie at or above 45%." in told
    assert "The same rule holds, out of recorded cases, for 3 of the 53 other offences" in told


def test_every_printed_charge_rate_by_force_is_what_its_counts_give():
    for year, rates in (("2017/18", 40), ("2018/19", 40), ("2019/20", 39), ("2020/21", 39)):
        told = reasons.agreement(protect(printed_charge_rates(year)))
        assert told.startswith(f"{rates} of {rates} printed rates")


def test_a_wrong_printed_rate_would_be_noticed():
    from dataclasses import replace

    by_force = printed_charge_rates("2020/21")
    table = by_force.table.assign(printed=by_force.table["printed"].replace({"2.39%": "2.40%"}))
    assert reasons.agreement(protect(replace(by_force, table=table))).startswith("38 of 39")


def test_forces_without_charges_are_named_as_not_received():
    table = printed_charge_rates("2020/21").table.set_index("force")
    for force in ("Greater Manchester", "Leicestershire", "North Yorkshire"):
        assert table.loc[force, "state"] == "not_received"
    assert "Greater Manchester" not in set(table.query("state == 'shown'").index)


def test_the_national_charge_rates_keep_their_bases():
    table = national_charge_rates().table
    year = table[table["year"] == "2021/22"]
    assert set(year["printed"]) == {"6%", "5% (5,948 of 118,411)"}
    assert year["base"].nunique() == 2
    assert table["base"].ne("").all()


def test_london_stays_london_whatever_counts_it_is_checked_against():
    chosen = findings.checked_against("offences_2024_25")
    assert [one.counts for one in chosen if one.finding == "london-withdrew"] == ["offences_2024_25"]
    table = verdicts([one for one in chosen if one.finding.startswith("london-withdrew")]).table
    assert (table["verdict"].iloc[0], table["place"].iloc[0]) == (STANDS, "Metropolitan Police")
    assert (int(table["events"].iloc[0]), int(table["cases"].iloc[0])) == (5363, 11831)
