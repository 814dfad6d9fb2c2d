"""Stalking charged against stalking recorded, quarter by quarter, on the real figures."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analysis.builders import published
from analysis.counts import counts
from analysis.errors import DataRefused, ParameterError
from analysis.questions.trends.charted_series import charged_and_recorded
from analysis.questions.trends.control import chart
from analysis.questions.trends.signals import signals
from analysis.reference import findings
from analysis.reference.phases import RECORDING, breaks_of


@pytest.fixture
def series():
    return charged_and_recorded(findings.closed_charges(), counts.read("stalking_recorded"))


def test_the_charges_are_the_sources(shared):
    theirs = pd.read_csv(shared / "data" / "home_office" / "charges_by_offence_quarter_2014_2024.csv.gz")
    theirs = theirs[theirs["Offence Code"] == "8Q"]
    values = theirs["Outcomes for investigations closed in the quarter"]
    assert list(findings.closed_charges().values()) == values.tolist()
    # What was left out is each count times one weight, and no count.
    weighted = theirs["Severity weighted outcomes for investigations closed in the quarter"]
    assert (weighted / values).std() < 1e-6
    assert (weighted % 1 != 0).any()


def test_the_charges_by_year_stand_beside_the_bbcs():
    """Closed in the year and recorded in the year differ, but not by much, and never reach all outcomes."""
    closed = pd.Series(findings.closed_charges())
    table = counts.read("stalking_charged_2015_2020").regroup("period", "outcome").table
    for year, ours in {2015: 907, 2016: 996, 2017: 1780, 2018: 2608, 2019: 3104}.items():
        of_year = table[table["period"] == date(year, 4, 1)].set_index("outcome")["cases"]
        assert closed[date(year, 4, 1) : date(year + 1, 1, 1)].sum() == ours
        assert 0.88 < ours / of_year["charged"] < 1
        assert ours < of_year.sum() / 4


def test_other_offences_and_their_first_quarter():
    assert min(findings.closed_charges("8R")) == date(2017, 4, 1)
    with pytest.raises(ParameterError, match="No offence with charges by quarter is called '1'"):
        findings.closed_charges("1")


def test_a_table_without_forces_is_no_counts():
    what = published.declared()["stalking_charges_by_quarter"]
    assert (what.has_forces, what.basis) == (False, "closed")
    with pytest.raises(DataRefused, match="no forces, so no counts"):
        published.published("stalking_charges_by_quarter", what)
    assert "stalking_charges_by_quarter" not in counts.available()


def test_the_series_runs_from_2014_to_2024(series):
    assert len(series) == 41
    assert series.iloc[0].tolist() == [date(2014, 4, 1), 166, 703]
    assert series.iloc[-1].tolist() == [date(2024, 4, 1), 2654, 33661]
    assert series.notna().all(axis=None)


def test_the_share_is_cut_by_each_break_of_recording(series):
    drawn = chart(series, "ratio", breaks=breaks_of("8Q", kinds=RECORDING))
    found = drawn.phases
    assert found["points"].tolist() == [16, 8, 12, 4]
    assert found["after"].tolist() == ["", "course-of-conduct-counted", "former-partner-default", "principal-crime"]
    assert found["limits"].tolist() == ["full", "full", "full", "none"]
    assert [round(end, 3) for end in found["end"][:3]] == [0.161, 0.086, 0.081]
    cut = drawn.points[drawn.points["phase"].isna()]
    assert cut[["period", "cut_by"]].to_numpy().tolist() == [[date(2023, 4, 1), "principal-crime"]]
    for row in signals(drawn).itertuples():
        phase = found.set_index("phase").loc[row.phase]
        assert phase["first_day"] <= row.first_day < row.last_day <= phase["last_day"]


def test_a_quarter_that_a_force_did_not_send_is_missing(made):
    recorded = made(
        [("Kent", "2014-04-01", "8Q", 9), ("Essex", "2014-04-01", "8Q", 8), ("Kent", "2014-07-01", "8Q", 7)],
        missing=[("Essex", "2014-07-01")],
    )
    table = recorded.table.rename(columns={"outcome": "offence"})
    by_offence = replace(recorded, table=table, dimensions=("force", "period", "offence"), scheme="", offence="")
    made_of = charged_and_recorded({date(2014, 4, 1): 3, date(2014, 7, 1): 2}, by_offence)
    assert made_of["cases"].isna().tolist() == [False, True]
    assert made_of.loc[0, "cases"] == 17
    with pytest.raises(ParameterError, match="share no quarter"):
        charged_and_recorded({date(2013, 4, 1): 3}, by_offence)
    with pytest.raises(ParameterError, match="Use stalking_recorded"):
        charged_and_recorded({date(2015, 4, 1): 3}, counts.read("stalking_charged_2015_2020"))
