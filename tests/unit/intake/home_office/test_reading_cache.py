import pickle
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from analysis.errors import DataRefused
from analysis.intake.home_office import workbook
from analysis.reference import reference
from tests.unit.home_office_workbooks import APRIL, cases, crime, crimes, row, written

pytestmark = pytest.mark.usefixtures("cache")


def same(one, other):
    assert [vars(one)[name] for name in vars(one) if name != "parts"] == [
        vars(other)[name] for name in vars(other) if name != "parts"
    ]
    assert list(one.parts) == list(other.parts)
    for name, part in one.parts.items():
        pd.testing.assert_frame_equal(part.table, other.parts[name].table)
        assert {k: v for k, v in vars(part).items() if k != "table"} == {
            k: v for k, v in vars(other.parts[name]).items() if k != "table"
        }


ROWS = (
    row(),
    row(outcome=0, recorded=2, closed="NA"),
    row(force="Gwent", recorded="Data not provided", closed=-3),
    row(),
)


def test_a_reading_from_the_cache_equals_the_fresh_one(tmp_path, cache, monkeypatch):
    task = workbook.Workbook(written(tmp_path / "a.xlsx", *ROWS), frozenset())
    fresh = task.read()
    assert len(list(cache.glob("*.reading"))) == 1
    monkeypatch.setattr(workbook.Workbook, "_tables", lambda self: pytest.fail("the workbook was read again"))
    same(fresh, task.read())


def test_a_reading_of_two_kinds_of_table_is_kept_whole(tmp_path):
    task = workbook.Workbook(crimes(tmp_path / "pfa.xlsx", {"a": [crime(3)]}), frozenset())
    same(task.read(), task.read())


@pytest.mark.parametrize(
    "damage", [lambda held: held[:100], lambda held: b"", lambda held: held[:200] + b"\0" * 64 + held[264:]]
)
def test_a_damaged_cache_is_as_if_it_were_not_there(tmp_path, cache, damage):
    task = workbook.Workbook(written(tmp_path / "a.xlsx", *ROWS), frozenset())
    fresh = task.read()
    (kept,) = cache.glob("*.reading")
    kept.write_bytes(damage(kept.read_bytes()))
    same(fresh, task.read())


def test_a_reading_is_not_used_after_the_workbook_or_a_reference_table_has_changed(tmp_path, cache, monkeypatch):
    path = written(tmp_path / "a.xlsx", *ROWS)
    task = workbook.Workbook(path, frozenset())
    task.read()
    before = next(cache.glob("*.reading")).name
    folder = tmp_path / "data" / "reference"
    folder.mkdir(parents=True)
    for table in (reference.DATA / "reference").glob("*.csv"):
        (folder / table.name).write_bytes(table.read_bytes() + b"\n" * (table.name == "forces.csv"))
    monkeypatch.setattr(reference, "DATA", tmp_path / "data")
    task.read()
    (after,) = cache.glob("*.reading")
    assert after.name != before
    written(path, row(recorded=8))
    assert cases(task.read().parts[""]) == {("Kent", APRIL, "8Q", "16"): 8}


def test_what_was_refused_is_refused_again(tmp_path, cache):
    task = workbook.Workbook(written(tmp_path / "a.xlsx", row(recorded="?")), frozenset())
    for _ in range(2):
        with pytest.raises(DataRefused, match="row 2"):
            task.read()
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path, cache):
    cache.write_text("a file where the folder should be")
    task = workbook.Workbook(written(tmp_path / "a.xlsx", *ROWS), frozenset())
    same(task.read(), task.read())


def test_several_that_read_one_workbook_at_once_do_not_disturb_each_other(tmp_path, cache):
    task = workbook.Workbook(written(tmp_path / "a.xlsx", *ROWS), frozenset())
    with ThreadPoolExecutor(4) as readers:
        held = [future.result() for future in [readers.submit(task.read) for _ in range(8)]]
    for one in held[1:]:
        same(held[0], one)
    assert [path.suffix for path in cache.iterdir()] == [".reading"]


def test_a_task_can_be_sent_to_another_process(tmp_path):
    task = workbook.Workbook(written(tmp_path / "a.xlsx", *ROWS), frozenset({"sister-files"}))
    same(task.read(), pickle.loads(pickle.dumps(task)).read())
