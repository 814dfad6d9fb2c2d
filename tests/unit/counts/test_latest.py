"""Names that stand for the newest counts: what they mean, as years come, in a job, its folder and its freshness."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.counts import counts, latest
from analysis.errors import ParameterError
from analysis.intake import sets
from analysis.publishing.notebooks import jobs, notebooks
from analysis.publishing.notebooks.jobs import Form
from analysis.publishing.report import freshness


@pytest.fixture
def held(tmp_path, monkeypatch):
    """A folder of counts with the project's own year, to which others may be added."""
    for name in (latest.OWN_YEAR, latest.OWN_STALKING):
        (tmp_path / f"{name}.parquet").write_bytes((counts.FOLDER / f"{name}.parquet").read_bytes())
    own = counts.read(latest.OWN_YEAR).select(force="Kent", offence="8Q")
    monkeypatch.setattr(counts, "FOLDER", tmp_path)

    def add(year, *, quarters=4):
        """A set of a year, whole or of its first quarters."""
        ahead = int(year[:4]) - 2024
        moved = {first: date(first.year + ahead, first.month, 1) for first in sorted(own.coverage.periods)[:quarters]}
        table = own.table[own.table["period"].isin(list(moved))]
        coverage = replace(own.coverage, periods=dict.fromkeys(moved.values(), 3))
        table = table.assign(period=[moved[first] for first in table["period"]])
        made = replace(own, name=latest.set_name(year), table=table, coverage=coverage)
        counts.write(made, tmp_path / f"{made.name}.parquet")

    return add


def asked(**given):
    return jobs.checked(notebooks.notebook("victim_withdrawal"), given)


def folder(values):
    return jobs.folder_of(notebooks.notebook("victim_withdrawal"), values).name


def test_the_newest_whole_year_is_the_latest_and_its_workbook_before_the_projects_own(held):
    assert counts.stands_for("latest") == "offences_2024_25"
    held("2023/24")
    assert counts.stands_for("latest") == "offences_2024_25"
    held("2024/25")
    assert counts.stands_for("latest") == "outcomes_2024_25"
    held("2025/26", quarters=3)
    assert counts.stands_for("latest") == "outcomes_2024_25"
    held("2025/26")
    assert counts.stands_for("latest") == "outcomes_2025_26"
    assert counts.read("latest").name == "outcomes_2025_26"


def test_a_file_says_of_itself_whether_it_is_a_set_of_counts(tmp_path):
    assert latest.is_set(counts.FOLDER / f"{latest.OWN_YEAR}.parquet")
    foreign, text = tmp_path / "foreign.parquet", tmp_path / "text.parquet"
    pd.DataFrame({"cases": [1]}).to_parquet(foreign)
    text.write_text("cases")
    pq.write_table(pa.table({"cases": [1]}), tmp_path / "bare.parquet")
    assert not any(
        latest.is_set(path) for path in (foreign, text, tmp_path / "bare.parquet", tmp_path / "none.parquet")
    )


def test_a_file_that_is_no_counts_is_not_the_latest(held):
    (counts.FOLDER / "outcomes_2030_31.parquet").write_bytes(b"PAR1")
    assert counts.stands_for("latest") == "offences_2024_25"


def test_a_job_has_the_real_set_and_its_year_and_a_folder_without_the_name(held):
    before = asked(force="Kent")
    assert (before["counts"], before["period"]) == ("offences_2024_25", "2024/25")
    assert folder(before) == "force-kent_2024-04_2025-03" == folder(asked(force="Kent", counts="offences_2024_25"))
    held("2025/26")
    after = asked(force="Kent")
    assert (after["counts"], after["period"]) == ("outcomes_2025_26", "2025/26")
    assert folder(after) == "force-kent_2025-04_2026-03"
    assert folder(asked(force="Kent", counts="offences_2024_25")).endswith("counts-offences-2024-25")


def test_a_report_is_out_of_date_when_a_name_means_another_set(held):
    book, values = notebooks.notebook("victim_withdrawal"), asked(force="Kent")
    made = {"parameters": values, "inputs": {}, "names": {"stalking_outcomes": "stalking_2024_25"}}
    told = freshness.differences(made, book, values, Form(("page",)))
    assert not [why for why in told if why.endswith("now")]
    held("2024/25")
    assert "counts are outcomes_2024_25 now" in freshness.differences(made, book, asked(force="Kent"), Form(("page",)))
    grown = replace(counts.read(latest.OWN_STALKING), name=latest.GROWING)
    counts.write(grown, counts.FOLDER / f"{latest.GROWING}.parquet")
    told = freshness.differences(made, book, values, Form(("page",)))
    assert "stalking_outcomes no longer means stalking_2024_25" in told
    assert counts.names_read().keys() <= set(latest.NAMES)


@pytest.mark.parametrize("name", latest.NAMES)
def test_no_set_of_ones_own_takes_such_a_name(name):
    with pytest.raises(ParameterError, match="stands for the newest counts"):
        sets.refuse_bundled(name)


def test_a_name_that_is_near_is_offered():
    with pytest.raises(ParameterError, match="Did you mean 'latest'"):
        counts.read("lastest")
