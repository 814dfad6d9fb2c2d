"""Real files of data.police.uk, each force against a plain recount with pandas that shares no code with the suite."""

import gzip
import io
import re

import pandas as pd
import pytest
from click.testing import CliRunner

from analysis.cli.main import main
from analysis.counts import counts
from analysis.counts.narrowing import narrowed
from analysis.disclosure.protected import protect
from analysis.questions.timing.histories import histories
from analysis.questions.timing.results import Timed
from analysis.reference import reference
from tests.archives import as_dict, plain, reading
from tests.conftest import nightly

FOLDERS = ["gwent", "cumbria", "city-of-london", "northumbria-sample"]
KEY = ["Crime ID", "Month", "Outcome type"]


@pytest.fixture(scope="module", params=nightly(FOLDERS, *FOLDERS[2:]))
def force(request):
    """One force's folder, read by the suite, and its files as pandas has them."""
    from tests.conftest import SHARED

    folder = SHARED / "data" / "police_uk" / request.param
    if not folder.is_dir():
        pytest.skip("the publishers' tables as received are not beside the project")
    return request.param, reading(folder), _frame(folder, "street"), _frame(folder, "outcomes")


def _frame(folder, kind):
    texts = [gzip.decompress(path.read_bytes()).decode() for path in sorted(folder.glob(f"*-{kind}.csv.gz"))]
    return pd.concat([pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False) for text in texts])


def _ranks():
    """The order of outcomes within a month: the line of the table in which each stands."""
    path = reference.DATA / "reference" / "outcomes.csv"
    table = pd.read_csv(path, dtype=str)
    codes = table.loc[table["scheme"] == "police_uk", "code"].tolist()
    return {code: place for place, code in enumerate(codes)}


def _cases(street, outcomes):
    """Each crime once, with its first and last outcome: the rules of the suite, written again for pandas."""
    ranks = _ranks()
    crimes = street[(street["Crime ID"] != "") & (street["Crime type"] != "Anti-social behaviour")]
    crimes = crimes.assign(rank=crimes["Last outcome category"].map(ranks))
    crimes = crimes.sort_values(["Month", "rank", "Crime type"], ascending=[True, False, True], kind="stable")
    crimes = crimes.drop_duplicates("Crime ID")
    events = outcomes.assign(rank=outcomes["Outcome type"].map(ranks)).sort_values(["Month", "rank"], kind="stable")
    first = events.drop_duplicates("Crime ID").set_index("Crime ID")["Outcome type"].rename("first")
    last = events.drop_duplicates("Crime ID", keep="last").set_index("Crime ID")
    last = last[["Outcome type", "Month"]].rename(columns={"Outcome type": "last", "Month": "until"})
    return crimes.join(first, on="Crime ID").join(last, on="Crime ID")


@pytest.fixture(scope="module")
def cases(force):
    """Each crime of the force once."""
    return _cases(*force[2:])


def test_crimes_by_month_type_and_last_outcome_are_those_of_a_plain_recount(force, cases):
    found = force[1]
    cases = cases.assign(outcome=cases["last"].fillna(cases["Last outcome category"]))
    expected = cases.groupby(["Month", "Crime type", "outcome"]).size().to_dict()
    counted = as_dict(found.parts[""], "period", "crime_type", "outcome")
    assert {(f"{first:%Y-%m}", kind, code): n for (first, kind, code), n in counted.items()} == expected


def test_lags_are_those_of_a_plain_recount(force, cases):
    _, found, street, outcomes = force
    outcome = cases["last"].fillna(cases["Last outcome category"])
    is_open = outcome.isin(["Under investigation", "Status update unavailable", ""])
    newest = max(street["Month"].max(), outcomes["Month"].max())
    until = cases["until"].where(cases["until"].notna() & ~is_open, newest)
    lags = pd.PeriodIndex(until, freq="M").astype("int64") - pd.PeriodIndex(cases["Month"], freq="M").astype("int64")
    first = cases["first"].fillna("No outcome published")
    expected = (
        pd.DataFrame({"first": first, "outcome": outcome, "lag": lags}).groupby(["first", "outcome", "lag"]).size()
    )
    assert as_dict(found.parts["lags"], "first_outcome", "outcome", "lag") == expected.to_dict()


def test_copies_and_matches_are_those_of_a_plain_recount(force):
    _, found, street, outcomes = force
    crimes = street[street["Crime ID"] != ""]
    assert found.dropped.get("exact copy of an outcome row", 0) == int(outcomes.duplicated(KEY).sum())
    kept = ["Crime ID", "Month", "Crime type", "Last outcome category"]
    assert found.dropped.get("exact copy of a crime's row", 0) == int(crimes.duplicated(kept).sum())
    unmatched = outcomes.drop_duplicates(KEY)
    unmatched = unmatched[~unmatched["Crime ID"].isin(set(crimes["Crime ID"]))]
    assert found.dropped["outcome of a crime that is not in these files"] == len(unmatched)
    share = outcomes["Crime ID"].isin(set(crimes["Crime ID"])).mean()
    (told,) = (warned.text for warned in found.warnings if warned.kind == "join")
    assert f"{share:.1%} of {len(outcomes):,} outcome rows" in told
    followed = crimes.drop_duplicates("Crime ID")["Crime ID"].isin(set(outcomes["Crime ID"]))
    assert f"{followed.mean():.1%} of {len(followed):,} crimes have a row" in told


def test_every_row_is_accounted_for_and_both_tables_hold_the_same_crimes(force):
    _, found, street, outcomes = force
    assert found.kept + sum(found.dropped.values()) == found.rows == len(street) + len(outcomes)
    totals = {name: int(plain(part)["cases"].sum()) for name, part in found.parts.items()}
    assert totals[""] == totals["lags"] == street.loc[street["Crime ID"] != "", "Crime ID"].nunique()
    assert sum(found.categories["crime_type"].values()) == sum(found.categories["outcome"].values()) == totals[""]


def test_the_forces_are_as_their_publisher_has_them(force):
    name, found, street, outcomes = force
    told = {warned.kind: warned.text for warned in found.warnings}
    assert ("unpublished outcome" in told) == (name == "northumbria-sample")
    assert ("Under 70%" in told["join"]) == (name == "northumbria-sample")
    rows = {"gwent": (202_374, 142_755), "cumbria": (47_574, 40_431), "city-of-london": (10_118, 9_136)}
    assert (len(street), len(outcomes)) == rows.get(name, (35_392, 14_396))
    if name == "gwent":
        assert "99.6% of 142,755 outcome rows" in told["join"]
        assert found.taken == "2025-06"
    months = {len(part.received) for part in found.parts.values()}
    assert months == {street["Month"].nunique()}
    assert not re.search("[0-9a-f]{16}", " ".join(told.values()))


@pytest.fixture
def made(shared, tmp_path, monkeypatch):
    """Reduces a folder of shared files by the command, and gives its status, its words and its two sets."""

    def reduce(folder):
        monkeypatch.setattr(counts, "FOLDER", tmp_path)
        words = ["reduce", str(shared / folder), "--format", "police-uk", "--as", "tried"]
        result = CliRunner().invoke(main, words)
        sets = [counts.read(name) for name in ("tried", "tried_lags")] if result.exit_code == 0 else []
        return result.exit_code, result.output, sets

    return reduce


@pytest.mark.parametrize(
    ("name", "recorded", "without"),
    nightly([("northumbria-sample", 22_546, 9_446), ("cumbria", 39_852, 2_502)], ("northumbria-sample", 22_546, 9_446)),
)
def test_every_crime_is_in_the_base_of_time(made, shared, name, recorded, without):
    """Against pandas: crimes with an ID, those without an ending by the street file, and those ended without a date."""
    _, _, (whole, timed) = made(f"data/police_uk/{name}")
    folder = shared / "data/police_uk" / name
    street, outcomes = _frame(folder, "street"), _frame(folder, "outcomes")
    crimes = street[street["Crime ID"] != ""].drop_duplicates("Crime ID")
    is_open = crimes["Last outcome category"].isin(["Under investigation", "Status update unavailable", ""])
    undated = int((~is_open & ~crimes["Crime ID"].isin(set(outcomes["Crime ID"]))).sum())
    row = protect(Timed(histories(timed)).standing).table.iloc[0]
    assert whole.total == row["cases"] == len(crimes) == recorded
    assert row["events"] == int(is_open.sum()) == without
    assert row["undated"] == undated
    same_month = outcomes[outcomes["Crime ID"].isin(set(crimes["Crime ID"]))].groupby("Crime ID")["Month"].max()
    lags = crimes.set_index("Crime ID")["Month"].to_frame().join(same_month.rename("until"), how="left")
    at_once = (lags["until"] <= lags["Month"]).sum() / recorded  # every crime was followed through its own month
    by_time = protect(Timed(histories(timed)).any_ending_by).table.set_index("by_lag")["incidence_share"]
    assert by_time[0] == pytest.approx(at_once)


def test_months_without_ids_or_outcomes_are_not_received(made):
    status, told, _ = made("cases/01_no_crime_ids")
    assert status == 3
    assert "240 rows: 240 crimes without a crime ID" in told
    status, _, (whole, timed) = made("cases/02_before_outcomes")
    assert status == 0
    assert [f"{first:%Y-%m}" for _, first in sorted(whole.coverage.missing)] == ["2011-11", "2011-12"]
    assert (whole.total, timed.as_at) == (240, {"Metropolitan Police": ("2012-04", "")})


def test_a_renamed_crime_type_loses_no_case(made):
    _, told, (whole, timed) = made("cases/12_renamed_crime_type")
    assert "'Violent crime' is called 'Violence and sexual offences' since May 2013" in told
    assert narrowed(timed, crime_type="Violence and sexual offences").total == 36 + 36 + 37 + 39
    assert whole.total == 320


def test_outcome_names_from_before_may_2014_are_known_and_an_old_layout_is_named(made):
    status, told, (whole, _) = made("cases/21_outcome_names_before_may_2014")
    assert status == 0
    assert "different last outcomes" not in told  # each is that of the street file, under its earlier name
    assert whole.regroup("outcome").table["cases"].tolist() == [12] * 5
    status, told, _ = made("cases/22_old_layout_2012")
    assert status == 3
    assert "of the layout from before 2013" in told
