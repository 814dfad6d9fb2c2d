"""How much is kept: the newest periods of each series, whatever is asked for, and all that is not ours."""

import os
import shutil
from datetime import UTC, datetime

import pytest

from analysis.publishing.batch import retention
from analysis.publishing.batch.records import Run
from analysis.publishing.index import catalogue, index
from analysis.publishing.placing.staging import Staging
from tests.reports.made_folder import put

QUARTERS = [("2023-10_2023-12", "2023/24 Q3"), ("2024-01_2024-03", "2023/24 Q4"), ("2024-04_2024-06", "2024/25 Q1")]


def stand(out, name, spans, *, notebook="victim_withdrawal"):
    for span, period in spans:
        folder = f"{notebook}/{name.format(span)}"
        put(out, folder=folder, period=period, parameters={"force": "Kent", "period": period}, subject=f"Kent, {span}")


def standing(out):
    return sorted(path.parent.relative_to(out).as_posix() for path in out.glob("*/*/manifest.json"))


def removed(out, *, keep, asked=()):
    gone = retention.surplus(out, keep=keep, asked=asked)
    retention.remove(out, Staging(out), gone)
    assert not [folder for folder in gone if (out / folder).exists()]
    return [folder.partition("/")[2] for folder in gone]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "reports"


def test_the_newest_of_each_series_are_kept(out):
    stand(out, "force-kent_{}", QUARTERS)
    stand(out, "force-kent_{}_base-with-outcome", QUARTERS[:2])
    stand(out, "force-essex_{}", QUARTERS[:1])
    stand(out, "force-kent_{}", QUARTERS[1:], notebook="no_further_action")
    assert removed(out, keep=3) == []
    assert removed(out, keep=2) == ["force-kent_2023-10_2023-12"]
    assert removed(out, keep=1) == [
        "force-kent_2024-01_2024-03",
        "force-kent_2023-10_2023-12_base-with-outcome",
        "force-kent_2024-01_2024-03",
    ]
    assert standing(out) == [
        "no_further_action/force-kent_2024-04_2024-06",
        "victim_withdrawal/force-essex_2023-10_2023-12",
        "victim_withdrawal/force-kent_2024-01_2024-03_base-with-outcome",
        "victim_withdrawal/force-kent_2024-04_2024-06",
    ]


def test_a_year_is_no_quarter_and_all_is_neither(out):
    stand(out, "force-kent_{}", QUARTERS)
    stand(out, "force-kent_{}", [("2023-04_2024-03", "2023/24"), ("2022-04_2023-03", "2022/23")])
    stand(out, "force-kent_{}", [("2022-04_2024-06", "all"), ("2022-04_2024-03", "all")])
    assert removed(out, keep=1) == [
        "force-kent_2022-04_2023-03",
        "force-kent_2022-04_2024-03",
        "force-kent_2023-10_2023-12",
        "force-kent_2024-01_2024-03",
    ]


def test_what_the_batch_asks_for_is_never_removed(out):
    stand(out, "force-kent_{}", QUARTERS)
    asked = {"victim_withdrawal/force-kent_2023-10_2023-12", "victim_withdrawal/force-kent_2030-01_2030-03"}
    assert removed(out, keep=1, asked=asked) == ["force-kent_2024-01_2024-03"]


def test_what_is_about_to_stand_counts_when_a_run_is_foreseen(out):
    stand(out, "force-kent_{}", QUARTERS)
    coming = {"victim_withdrawal/force-kent_2024-07_2024-09": {"force": "Kent", "period": "2024/25 Q2"}}
    assert retention.surplus(out, keep=3) == []
    assert retention.surplus(out, keep=3, coming=coming) == ["victim_withdrawal/force-kent_2023-10_2023-12"]
    assert len(standing(out)) == 3


def test_nothing_foreign_is_removed(out):
    stand(out, "force-kent_{}", QUARTERS)
    (out / "force-all").mkdir()
    strange = out / "victim_withdrawal" / "force-kent_2020-01_2020-03"
    strange.mkdir()
    (strange / "notes.txt").write_text("mine")
    for folder, manifest in (
        ("force-kent_2020-04_2020-06", "{"),
        ("force-kent_2020-07_2020-09", '{"schema": "other"}'),
    ):
        (out / "victim_withdrawal" / folder).mkdir()
        (out / "victim_withdrawal" / folder / "manifest.json").write_text(manifest)
    put(out, folder="trends/force-kent", parameters={"force": "Kent"})
    before = {path for path in out.rglob("*") if "2023-10" not in path.as_posix() and "2024-01" not in path.as_posix()}
    assert removed(out, keep=1) == ["force-kent_2023-10_2023-12", "force-kent_2024-01_2024-03"]
    assert {*out.rglob("*")} == before
    assert not list((out.parent / ".reports-staging").iterdir())


def test_copies_and_links_are_not_reports_of_this_folder(out, tmp_path):
    stand(out, "force-kent_{}", QUARTERS[2:])
    stand(tmp_path / "archive", "force-kent_{}", QUARTERS)
    (out / "archived").symlink_to(tmp_path / "archive" / "victim_withdrawal")
    older = "force-kent_2023-10_2023-12"
    (out / "victim_withdrawal" / older).symlink_to(tmp_path / "archive" / "victim_withdrawal" / older)
    shutil.copytree(tmp_path / "archive" / "victim_withdrawal", out / "copy")
    assert removed(out, keep=1) == []


def test_the_index_no_longer_leads_to_what_is_gone(out):
    stand(out, "force-kent_{}", QUARTERS)
    index.write_index(out)
    removed(out, keep=2)
    assert not catalogue.is_current(out)
    text = index.write_index(out).read_text()
    assert "2023-10_2023-12" not in text
    assert "2024-01_2024-03" in text
    assert catalogue.is_current(out)


def test_an_index_may_leave_out_what_is_about_to_go(out):
    stand(out, "force-kent_{}", QUARTERS)
    gone = retention.surplus(out, keep=2)
    assert "2023-10_2023-12" not in index.write_index(out, without=gone).read_text()
    assert not catalogue.is_current(out)
    retention.remove(out, Staging(out), gone)
    assert catalogue.is_current(out)


def test_as_many_records_of_each_batch_are_kept(out):
    out.mkdir()
    monthly = [
        Run("monthly", "", 0, {}, started=datetime(2026, month, 1, tzinfo=UTC)).write(out).name for month in range(1, 6)
    ]
    weekly = Run("weekly", "", 0, {}, started=datetime(2025, 1, 1, tzinfo=UTC)).write(out).name
    os.utime(out / "batches" / monthly[0])  # the newest by the clock of the disk, which a copy of the folder resets
    (out / "batches" / "notes.json").write_text("{}")
    retention.remove_records(out, keep=2)
    assert sorted(path.name for path in (out / "batches").iterdir()) == [*monthly[-2:], "notes.json", weekly]
