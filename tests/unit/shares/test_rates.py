"""Shares and intervals, against other people's arithmetic."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, binomtest
from statsmodels.stats.proportion import proportion_confint

from analysis.counts import counts
from analysis.errors import ParameterError
from analysis.publishing.notebooks import jobs, notebooks
from analysis.reference import measures
from analysis.reference.measures import BASES
from analysis.shares.intervals import effective_cases, wilson
from analysis.shares.rates import rates, split, whole


@pytest.mark.parametrize(
    ("events", "cases", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_against_newcombe_1998(events, cases, low, high):
    """Newcombe (1998), Statistics in Medicine 17: 857-872, table I, method 3 (score, no continuity correction)."""
    assert wilson(events, cases) == pytest.approx((low, high), abs=0.00005)


def test_wilson_against_statsmodels_at_the_sizes_that_occur():
    table = rates(counts.read("stalking_2024_25"), "victim_withdrawal", by="force").table
    low, high = proportion_confint(table["events"].astype(int), table["cases"].astype(int), method="wilson")
    assert table["low"].astype(float).to_numpy() == pytest.approx(low.to_numpy(), abs=1e-12)
    assert table["high"].astype(float).to_numpy() == pytest.approx(high.to_numpy(), abs=1e-12)


@pytest.mark.parametrize(("cases", "worst", "within"), [(10, 0.835, 0.916), (100, 0.839, 0.933)])
def test_wilson_holds_as_often_as_the_methods_say(cases, worst, within):
    """By the binomial, exactly; docs/methods.md gives these numbers."""
    events, shares = np.arange(cases + 1), np.linspace(0.0005, 0.5, 4000)
    low, high = wilson(events, np.full(cases + 1, cases))
    chances = binom.pmf(events, cases, shares[:, None])
    holds = np.where((low <= shares[:, None]) & (shares[:, None] <= high), chances, 0).sum(axis=1)
    assert holds.mean() == pytest.approx(0.95, abs=0.005)
    assert holds.min() == pytest.approx(worst, abs=0.001)
    assert holds[shares >= 0.1].min() == pytest.approx(within, abs=0.001)


def test_wilson_against_scipy():
    """scipy.stats.binomtest takes one pair a call; a table's rows are worked out together."""
    pairs = [(events, cases) for cases in (1, 2, 7, 300, 135_628) for events in {0, 1, cases // 3, cases - 1, cases}]
    low, high = wilson(*np.array(pairs).T)
    theirs = [binomtest(*pair).proportion_ci(0.95, method="wilson") for pair in pairs]
    assert low == pytest.approx([one.low for one in theirs], rel=1e-13, abs=1e-16)
    assert high == pytest.approx([one.high for one in theirs], rel=1e-13)
    other = binomtest(3, 11).proportion_ci(0.998, method="wilson")
    assert wilson(3, 11, level=0.998) == pytest.approx((other.low, other.high), rel=1e-13)


@pytest.mark.parametrize(("events", "cases"), [(1, 0), (-1, 2), (3, 2), ([1, 3], [2, 2])])
def test_an_interval_of_what_cannot_be_is_refused(events, cases):
    with pytest.raises(ValueError, match="within 0 to cases"):
        wilson(events, cases)


@pytest.mark.parametrize("force", ["all", "Kent", "Gwent"])
def test_several_ways_at_once_are_each_what_one_gives(force):
    cases = counts.read("stalking_2024_25").select(force=force)
    ways = [
        (one, base)
        for one in measures.MEASURES.values()
        for base in BASES.values()
        if one.codes("home_office") - base.leaves_out("home_office")
    ]
    assert len(ways) == 3 * len(measures.MEASURES) - 2  # no undecided case is decided
    together = whole([cases], ways)
    for (one, base), (_, row) in zip(ways, together.iterrows(), strict=True):
        alone = rates(cases, one, base=base.name).table.iloc[0]
        assert row.to_dict() == alone[list(row.index)].to_dict()


@pytest.mark.parametrize("base", ["decided", "with_suspect"])
def test_what_a_base_leaves_out_is_no_share_of_it(base):
    with pytest.raises(ParameterError, match="'undecided' counts only types that this base leaves out"):
        rates(counts.read("stalking_2024_25"), "undecided", base=base)
    book = notebooks.notebook("force_comparison")
    with pytest.raises(ParameterError) as early:
        jobs.checked(book, {"measure": "undecided", "base": base})
    assert str(early.value) == measures.nothing_left(measures.measure("undecided"), measures.base(base), "home_office")


def test_the_metropolitan_police_and_all_forces():
    cases = counts.read("stalking_2024_25")
    london = rates(cases.select(force="Metropolitan Police"), "victim_withdrawal").table.iloc[0]
    assert (london["events"], london["cases"]) == (5363, 11831)
    assert (round(london["share"], 4), round(london["low"], 4), round(london["high"], 4)) == (0.4533, 0.4443, 0.4623)
    nation = rates(cases, "victim_withdrawal").table.iloc[0]
    assert (nation["events"], nation["cases"]) == (67214, 135628)
    decided = rates(cases.select(force="met"), "victim_withdrawal", base="with_outcome").table.iloc[0]
    assert (decided["events"], decided["cases"], round(decided["share"], 3)) == (5363, 10839, 0.495)


def test_a_partition_adds_up_to_its_base():
    cases = counts.read("stalking_2024_25")
    for base in ("recorded", "with_outcome", "with_suspect"):
        for by in ("disposition", "outcome_name"):
            table = split(cases, base=base, by=by).table
            assert int(table["events"].sum()) == int(table["cases"].iloc[0])
            assert float(table["share"].sum()) == pytest.approx(1)
    assert int(split(cases).row(disposition="The victim withdrew")["events"]) == 67214


def test_rows_by_force_and_quarter_add_up():
    cases = counts.read("stalking_2024_25")
    for by in ("force", "quarter", "offence_name"):
        table = rates(cases, "no_further_action", by=by).table
        assert (int(table["events"].sum()), int(table["cases"].sum())) == (46807, 135628)


def test_what_was_not_received_and_what_cannot_be_divided(made):
    some = made(
        [("Kent", "2024-04-01", "16", 5), ("Kent", "2024-07-01", "16", 0), ("Surrey", "2024-04-01", "0", 0)],
        forces=["Essex", "Kent", "Surrey"],
        missing=[("Essex", "2024-04-01"), ("Essex", "2024-07-01")],
    )
    table = rates(some, "victim_withdrawal", by="force").table.set_index("force")
    assert table.loc["Essex", "state"] == "not_received"
    assert pd.isna(table.loc["Essex", "cases"])
    assert table.loc["Surrey", "state"] == "not_applicable"
    assert table.loc["Surrey", "cases"] == 0
    assert table.loc["Kent", "share"] == 1
    quarters = rates(some, "victim_withdrawal", by="quarter").table.set_index("quarter")
    assert quarters.loc["2024/25 Q2", "state"] == "not_applicable"


def test_a_publishers_correction_keeps_its_count_and_has_no_share(made):
    some = made([("Kent", "2024-04-01", "16", 3), ("Kent", "2024-04-01", "0", -5)])
    row = rates(some, "victim_withdrawal").table.iloc[0]
    assert (row["events"], row["cases"], row["state"]) == (3, -2, "unreliable")
    assert pd.isna(row["share"])


def test_a_base_that_corrections_make_too_small_gives_no_share():
    """Humberside, malicious communications: type 0 sums to -352, which would make 415 of 1,104 into 415 of 752."""
    some = counts.read("offences_2024_25").select(force="Humberside", offence="8R")
    recorded = rates(some, "victim_withdrawal").table.iloc[0]
    assert (recorded["events"], recorded["cases"], recorded["state"]) == (415, 752, "unreliable")
    assert rates(some, "victim_withdrawal", base="with_outcome").table.iloc[0]["state"] == "unreliable"
    assert set(split(some).table["state"]) == {"unreliable"}


def test_pooled_outcomes_are_never_split(made):
    pooled = made([("Gwent", "2024-04-01", "Unable to prosecute suspect", 9)], scheme="police_uk")
    with pytest.raises(ParameterError, match="cannot tell victim_withdrawal"):
        rates(pooled, "victim_withdrawal")
    assert split(pooled).row(disposition="Withdrew or evidential difficulties, not separated")["events"] == 9


def test_wrong_names_are_refused():
    cases = counts.read("stalking_2024_25")
    with pytest.raises(ParameterError, match="Did you mean 'victim_withdrawal'"):
        rates(cases, "victim_withdrawl")
    with pytest.raises(ParameterError, match="No base is called 'decidd'. Did you mean 'decided'"):
        rates(cases, "charged", base="decidd")
    with pytest.raises(ParameterError, match="cannot be split by 'colour'"):
        rates(cases, "charged", by="colour")
    with pytest.raises(ParameterError, match=r"one at a time: cases\.select\(period="):
        rates(counts.read("stalking_charged_2015_2020"), "charged", by="year")
    with pytest.raises(ParameterError, match=r"Features of a case are compared by association\.associate\(\)"):
        rates(counts.read("stalking_example"), "charged", by="victim_age")
    with pytest.raises(ParameterError, match="hold no outcomes, .* Ask a set by outcome, such as"):
        rates(counts.read("stalking_recorded"), "charged")
    with pytest.raises(ParameterError, match='are not kept by offence. Leave out by="offence_name"'):
        rates(counts.read("gwent_2022_2025"), "charged", by="offence_name")


def test_effective_cases_are_those_of_the_variance_of_a_quotient():
    """A share p of n rounded numbers varies as p(1-p)/n and v(1+p squared)/n squared together (the delta method)."""
    share, of, variance = np.array([0.3, 0.5]), np.array([200.0, 50.0]), 25.0
    together = share * (1 - share) / of + variance * (1 + share**2) / of**2
    np.testing.assert_allclose(effective_cases(share, of, variance), share * (1 - share) / together, rtol=1e-12)
    drawn = np.random.default_rng(11)
    events, cases = 60 + drawn.normal(0, 5, 200_000), 200 + drawn.normal(0, 5, 200_000)
    extra = np.var(events / cases)
    assert effective_cases(0.3, 200, 25.0) == pytest.approx(0.21 / (0.21 / 200 + extra), rel=0.01)


def test_shares_of_people_have_the_interval_of_as_many_cases_as_rounding_leaves():
    """statsmodels, of the effective sample; published figures have that of their own cases."""
    people = rates(counts.read("stalking_example"), "victim_withdrawal", by="quarter")
    table = people.table.dropna(subset=["share"])
    share, cases = (table[name].astype(float).to_numpy() for name in ("share", "cases"))
    fewer = effective_cases(share, cases, 5.0)
    expected = proportion_confint(share * fewer, fewer, method="wilson")
    assert people.about.rounding == 5
    for name, limit in zip(("low", "high"), expected, strict=True):
        assert table[name].astype(float).to_numpy() == pytest.approx(limit, abs=1e-12)
    assert rates(counts.read("stalking_2024_25"), "victim_withdrawal").about.rounding == 0


def test_a_share_of_none_varies_as_that_of_half_a_case():
    none, half = effective_cases([0.0, 0.005], 100, 25.0)
    assert none < 100
    assert none == pytest.approx(0.005 * 0.995 * 100 / (0.005 * 0.995 + 0.25), rel=1e-12)
    assert half == pytest.approx(0.005 * 0.995 * 100 / (0.005 * 0.995 + 25 * (1 + 0.005**2) / 100), rel=1e-12)


def test_how_many_are_open_is_known_of_cases_recorded_in_the_period_alone(made):
    rows = [("Kent", "2024-04-01", "16", 6), ("Kent", "2024-04-01", "0", 4)]
    recorded = rates(made(rows), "victim_withdrawal")
    assert recorded.undecided.table["events"].tolist() == [4]
    assert rates(made(rows, basis="closed"), "victim_withdrawal").undecided is None


def test_what_was_worked_out_of_all_cases_is_not_taken_for_a_selection(made):
    rows = [("Kent", "2024-04-01", "16", 6), ("Kent", "2024-04-01", "0", 4), ("Essex", "2024-04-01", "0", 7)]
    everywhere = made(rows)
    shares = rates(everywhere, "victim_withdrawal", by="force")
    kent, essex = (rates(everywhere.select(force=force), "victim_withdrawal") for force in ("Kent", "Essex"))
    assert rates(everywhere, "victim_withdrawal", by="force").undecided is shares.undecided
    assert shares.undecided.table.set_index("force")["events"].to_dict() == {"Essex": 7, "Kent": 4}
    assert [one.undecided.table["events"].tolist() for one in (kent, essex)] == [[4], [7]]
    assert [one.undecided.table["place"].tolist() for one in (kent, essex)] == [["Kent"], ["Essex"]]
    assert kent.table["events"].tolist() == [6]


def test_a_month_is_not_a_quarter(made):
    rows = [("Kent", f"2024-0{month}-01", "1", month) for month in (4, 5, 6)]
    monthly = made(rows, months=1)
    assert rates(monthly, "charged", by="month").table["cases"].tolist() == [4, 5, 6]
    assert rates(monthly, "charged", by="quarter").table["cases"].tolist() == [15]
