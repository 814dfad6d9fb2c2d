"""The faults of tables that the BBC's data unit printed, found untold. Skipped where those tables are not there."""

import csv

import pytest

from analysis.audit import faults
from tests.conftest import SHARED as FOLDER

SHARED = FOLDER / "data"
NAMES = ("bbc_2022/bbc2022_stalking_outcomes_as_printed.csv", "bbc/spo_stalking_outcomes_data.csv")
pytestmark = pytest.mark.skipif(
    not all((SHARED / name).exists() for name in NAMES), reason="the tables as printed are not here"
)


def found(path):
    return {one.kind: one for one in faults.audit(path).findings}


def test_the_outcomes_of_2022():
    held = found(SHARED / NAMES[0])
    assert set(held) == {"copied_column", "multiplied", "zero", "missing_time"}
    assert "'charged_percent_printed' is the same as 'victim_supports_percent_printed' in 305 of 305 rows" in (
        held["copied_column"].evidence
    )
    assert "All 172 counts above 0 of 2016/17 are even" in held["multiplied"].evidence
    assert "The suite's figures have 5,424 where 'outcomes' has 10,834" in held["multiplied"].evidence
    assert held["multiplied"].chance < -40
    assert "2017/18" in held["missing_time"].evidence


def test_the_zeros_of_2022_are_of_those_who_sent_nothing():
    """Eight forces in 2014/15 and Greater Manchester in 2019/20; the City of London recorded none in 2015/16."""
    told = found(SHARED / NAMES[0])["zero"]
    rows = list(csv.reader((SHARED / NAMES[0]).read_text(encoding="utf-8").splitlines()))
    assert {tuple(rows[line - 1][:2]) for line in told.lines} == {
        ("Bedfordshire", "2014/15"),
        ("British Transport Police", "2014/15"),
        ("Cumbria", "2014/15"),
        ("Dyfed-Powys", "2014/15"),
        ("Hertfordshire", "2014/15"),
        ("Leicestershire", "2014/15"),
        ("Metropolitan Police", "2014/15"),
        ("South Yorkshire", "2014/15"),
        ("Greater Manchester", "2019/20"),
    }


def table_of_2021(folder, *, with_charges):
    """The main table of 2021 as it came about: charges of 40 forces set beside outcomes of 42 by their position."""
    outcomes = list(csv.DictReader((SHARED / NAMES[1]).read_text().splitlines()))[:42]
    charges = list(csv.DictReader((SHARED / "bbc/spo_stalking_charge_data.csv").read_text().splitlines()))
    by_name = {row["force"]: row["2020/21"] for row in charges}
    by_place = [*(int(row["2020/21"]) for row in charges), 0, 0]
    rows = [["force", "outcomes", "charged", "charge_rate"]]
    for row, charged in zip(outcomes, by_place, strict=True):
        cases = int(row["2020/21"])
        rate = f"{100 * charged / cases:.0f}%" if cases else "#DIV/0!"
        rows.append([row["force"], str(cases), by_name.get(row["force"], ""), rate])
    kept = rows if with_charges else [[row[0], row[1], row[3]] for row in rows]
    path = folder / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows(kept)
    return path, {row[0]: row[3] for row in rows}


@pytest.mark.parametrize("with_charges", [True, False])
def test_the_look_up_of_2021_slipped(with_charges, tmp_path):
    path, rates = table_of_2021(tmp_path, with_charges=with_charges)
    assert (rates["Metropolitan Police"], rates["Nottinghamshire"], rates["West Yorkshire"]) == ("2%", "37%", "0%")
    told = found(path)
    assert set(told) == {"slipped_rows"}
    assert "in 3 rows it follows from" in told["slipped_rows"].evidence
    assert "of 2 rows below over its own outcomes" in told["slipped_rows"].evidence
    assert "414 of 4,866 is 8.5, printed 2%" in told["slipped_rows"].evidence
    assert min(told["slipped_rows"].lines) == 23


def test_the_charges_of_2021_lack_forces_and_greater_manchester():
    held = found(SHARED / "bbc/spo_stalking_charge_data.csv")
    assert set(held) == {"zero", "missing_force"}
    assert "Leicestershire and North Yorkshire" in held["missing_force"].evidence
    assert held["zero"].lines == (15,)


def test_the_court_table_of_2022():
    held = found(SHARED / "bbc_2022/bbc2022_stalking_court_as_printed.csv")
    assert set(held) == {"share_of_nothing", "above_whole"}
    assert "in 21 rows where proceedings is 0 and convicted is not" in held["share_of_nothing"].evidence
    assert "convicted is more than proceedings in 7 of 461 rows" in held["above_whole"].evidence


def test_the_protection_orders_of_2022():
    held = found(SHARED / "bbc_2022/bbc2022_spo_foi_as_printed.csv")
    assert set(held) == {"share", "copied_column", "zero", "total"}
    assert "Cleveland -1 and Kent -23" in held["zero"].evidence
    assert "in all 11 rows that have no 'applied_2021_22'" in held["copied_column"].evidence
