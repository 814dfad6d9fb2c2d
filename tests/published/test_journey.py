"""Cases on their way into court: the publisher's figures to the case, and the scenario by another arithmetic."""

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from statistics import quantiles

import pandas as pd
import pytest

from analysis.counts import counts, courts, yearly
from analysis.disclosure import protect
from analysis.questions.journey import words
from analysis.questions.journey.more_charges import (
    ALL,
    LARGE,
    OWN,
    WAYS,
    beside_the_line,
    more_charges,
    more_charges_by_force,
)
from analysis.questions.journey.results import case_steps, charged_by_year, courts_by_year
from analysis.reference import reference
from tests.conftest import PROJECT


@pytest.fixture(scope="module")
def held():
    return courts.read()


@pytest.fixture(scope="module")
def cases():
    return counts.read("offences_2024_25").select(offence="8Q", period="2024/25")


@pytest.fixture(scope="module")
def scenario(cases):
    return protect(more_charges(cases)), protect(more_charges_by_force(cases)), protect(beside_the_line(cases))


def test_courts_figures_are_the_publishers_to_the_defendant(held, shared):
    received = pd.read_csv(shared / "data" / "bbc_2022" / "stalking_court_by_force_2010_2021.csv")
    whole = received[received["force"] == "All forces"].set_index("year")
    rest = received[received["force"] != "All forces"]
    assert (len(held.forces), len(rest)) == (43 * 12, 490)
    mine = {(row["force"], row["period"].year): row for _, row in held.forces.iterrows()}
    for _, row in rest.iterrows():
        one = mine.pop((reference.force_named(row["force"]), row["year"]))
        assert (one["proceeded"], one["convicted"]) == (row["proceedings"], row["convicted"])
        assert one["doubt"] == ("more_convicted" if row["convicted"] > row["proceedings"] else "")
    assert len(mine) == 26
    assert {row["doubt"] for row in mine.values()} == {"not_listed"}
    assert sum(force == "City of London" for force, _ in mine) == 10
    for one in held.years:
        assert (one.proceeded, one.convicted) == (
            whole.loc[one.year, "proceedings"],
            whole.loc[one.year, "convicted"],
        )


def test_the_surveys_people_are_those_printed(held, shared):
    claims = pd.read_csv(shared / "new_claims.csv").set_index("id")
    figures = pd.read_csv(shared / "published_figures.csv").set_index("source_id")
    people = dict(zip(held.survey["period"], held.survey["people"], strict=True))
    assert people == {date(2023, 4, 1): 1_500_000, date(2024, 4, 1): 1_400_000}
    assert claims.loc["csew-2025", "printed"] == "1.4 million"
    assert float(figures.loc["ONS24", "numerator"]) == 1_500_000
    assert set(held.survey["address"]) == {figures.loc["ONS24", "url"], claims.loc["csew-2025", "address"]}


def test_england_and_wales_and_forces_by_year(held):
    assert [(one.proceeded, one.convicted) for one in held.years][-3:] == [(1706, 1152), (1860, 1253), (2251, 1487)]
    assert held.years[0].year == 2010
    met, gwent = held.of("Metropolitan Police").years[-1], held.of("Gwent").years[-1]
    assert ((met.proceeded, met.convicted), (gwent.proceeded, gwent.convicted)) == ((298, 166), (23, 10))
    wales = [held.of(force).years[-1] for force in reference.forces_of("Wales")]
    assert held.of("Wales").years[-1].proceeded == sum(one.proceeded for one in wales) == 105
    assert (held.forces["doubt"] == "more_convicted").sum() == 28
    table = protect(courts_by_year(held.of("Suffolk"))).table.set_index("calendar_year")
    assert table.loc["2021", ["proceeded", "convicted"]].tolist() == [29, 31]
    assert pd.isna(table.loc["2021", "convicted_share"])


def test_the_steps_of_england_and_wales_and_of_kent(cases, held):
    table = protect(case_steps(cases, held)).table
    assert table["counted"].tolist() == [1_400_000, 135_628, 129_963, 11_610, 2_251, 1_487]
    assert table["time"].tolist() == ["2024/25"] * 4 + ["2021"] * 2
    assert [None if pd.isna(share) else round(share, 3) for share in table["share"]] == [
        None,
        None,
        0.958,
        0.089,
        None,
        0.661,
    ]
    kent = protect(case_steps(cases.select(force="Kent"), held)).table
    assert kent["counted"].tolist() == [4106, 4054, 347, 77, 51]
    for force in ("British Transport Police", "City of London"):
        nothing = protect(case_steps(cases.select(force=force), held)).table
        assert nothing["state"].tolist() == ["shown"] * 3 + ["not_received"] * 2


def test_charged_by_year_is_what_the_tables_by_year_hold():
    table = protect(charged_by_year(yearly.read())).table
    first = table.drop_duplicates("year").set_index("year")["charged_cases"]
    assert first.dropna().tolist() == [723, 944, 1133, 1822, 2830, 3620, 6813, 5948, 11610]
    assert table.loc[table["year"] == "2021/22", "edition"].tolist() == ["July 2022", "about 2024"]


def by_another_arithmetic(fewest):
    """The scenario from the published file alone, in fractions, the quartile by Python's own: charges added by way."""
    forces: dict[str, Counter[str]] = defaultdict(Counter)
    with (PROJECT / "data/published/stalking_2024_25.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            forces[row["force"]][row["outcome"]] += int(row["cases"])
    large = [one for one in forces.values() if sum(one.values()) >= fewest]
    decided = [sum(one.values()) - one["0"] for one in large]
    withdrew = [one["14"] + one["16"] for one in large]
    shares = [Fraction(a, b) for a, b in zip(withdrew, decided, strict=True)]
    line = quantiles(shares, n=4, method="inclusive")[0]
    low = [place for place, share in enumerate(shares) if share <= line]
    below = Fraction(sum(large[place]["1"] for place in low), sum(decided[place] - withdrew[place] for place in low))
    added = dict.fromkeys(WAYS, Fraction(0))
    for one, every, gone, share in zip(large, decided, withdrew, shares, strict=True):
        kept = max(gone - line * every, Fraction(0)) if share > line else Fraction(0)
        for way, base in zip(WAYS, (every - gone, every - gone - one["18"], one["1"] + one["15"]), strict=False):
            added[way] += kept * Fraction(one["1"], base)
        added[list(WAYS)[-1]] += kept * below
    return line, [round(number) for number in added.values()], len(large), len(large) - len(low)


@pytest.mark.parametrize(
    ("scope", "fewest", "more"), [(LARGE, 500, [2343, 2556, 2766, 1895]), (ALL, 0, [2507, 2738, 2965, 2036])]
)
def test_the_scenario_by_another_arithmetic(scenario, scope, fewest, more):
    line, added, forces, above = by_another_arithmetic(fewest)
    assert added == more
    table = scenario[0].table
    rows = table[table["scope"] == scope].set_index("way")
    assert rows["more_charges"].tolist() == more
    assert rows["line_share"].tolist() == pytest.approx([float(line)] * 4)
    assert (rows.loc[OWN, "forces"], rows.loc[OWN, "forces_above"]) == (forces, above)


def test_the_words_give_the_scenario_with_its_range_and_what_it_is_not(scenario, cases, held):
    more, by_force, today = scenario
    told = words.scenario(more, today)
    assert "the 31 of 42 forces with 500 cases or more in which over 43.2% of decided cases end in withdrawal" in told
    assert "2,343 more charges, 20% more than there are (1,895 to 2,766 by other rates for them)" in told
    assert told.endswith(
        "It is a scenario, not a bound, and may be partly a change of label (types 14 and 16 against type 15)."
    )
    section = words.by_ways(more).text
    for number in ("2,343", "2,556", "2,766", "1,895", "Over all 44 forces", "42.5%", "2,507"):
        assert number in section
    beside = words.beside(today).text
    assert "charge 9.7% of their decided cases and put 42.7% down as type 15" in beside
    assert "those above charge 8.8% and put 29.5% down so" in beside
    assert "to 10.9% charged, more than the forces at or below the line reach today" in beside
    here = {
        place: words.scenario_here(by_force, protect(case_steps(cases.select(force=place), held)))
        for place in ("Kent", "Gwent", "Wales", "City of London", "all")
    }
    assert (
        here["Kent"]
        == "Of these, 112 charges would be in Kent, beside the 347 that there are (90 to 127 by other rates)."
    )
    assert here["Gwent"] == "Gwent Police is at or below that share already: nothing changes there."
    assert here["Wales"] == "Of these, 47 charges would be in Wales, beside the 805 that there are."
    assert "fewer than 500 cases" in here["City of London"]
    assert here["all"] == ""


def test_the_documents_say_what_the_report_says():
    text = (PROJECT / "docs" / "found.md").read_text()
    for told in (text, (PROJECT / "README.md").read_text()):
        assert "11,610 were charged. Courts convicted 1,487 defendants in 2021" in told
    assert "2,343 more (1,895 to 2,766), 20%" in text


def test_nothing_said_takes_a_share_across_two_units(cases, held):
    """No percentage on the picture or in its sentences is one number over another of a different unit."""
    steps = protect(case_steps(cases, held))
    rows = [(row["unit"], int(row["counted"])) for _, row in steps.table.iterrows()]
    shown = words.chart(steps)
    said = " ".join([shown.text, words.in_court(steps), shown.html])
    printed = set(re.findall(r"\d+\.\d%", said))
    assert printed == {"95.8%", "8.9%", "66.1%"}
    across = {f"{100 * a / b:.1f}%" for one, a in rows for other, b in rows if one != other and a <= b}
    assert not printed & across
