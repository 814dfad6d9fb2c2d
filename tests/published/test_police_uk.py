"""Real files of data.police.uk, each force against a plain recount with pandas that shares no code with the suite."""

import gzip
import io
import re

import pandas as pd
import pytest

from analysis import reference
from tests.archives import as_dict, plain, reading

FOLDERS = ["gwent", "cumbria", "city-of-london", "northumbria-sample"]
KEY = ["Crime ID", "Month", "Outcome type"]


@pytest.fixture(scope="module", params=FOLDERS)
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


def test_crimes_by_month_type_and_last_outcome_are_those_of_a_plain_recount(force):
    _, found, street, outcomes = force
    cases = _cases(street, outcomes)
    cases = cases.assign(outcome=cases["last"].fillna(cases["Last outcome category"]))
    expected = cases.groupby(["Month", "Crime type", "outcome"]).size().to_dict()
    counted = as_dict(found.parts[""], "period", "crime_type", "outcome")
    assert {(f"{first:%Y-%m}", kind, code): n for (first, kind, code), n in counted.items()} == expected


def test_lags_are_those_of_a_plain_recount(force):
    _, found, street, outcomes = force
    cases = _cases(street, outcomes)
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
