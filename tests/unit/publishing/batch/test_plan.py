"""Which jobs of a batch are asked for."""

import pytest

from analysis.errors import NotebookFailed, ParameterError
from analysis.publishing.batch import file, plan
from analysis.publishing.notebooks import notebooks
from analysis.publishing.notebooks.jobs import Form
from analysis.publishing.placing import failures


@pytest.fixture(scope="module")
def batch():
    return file.read(file.path_of("monthly"))


def chosen(batch, out, *only, **settings):
    return [job.folder for job in plan.chosen(batch, out, only=only, **settings)]


def test_all_jobs_are_asked_for_where_nothing_is_said(batch, tmp_path):
    assert chosen(batch, tmp_path) == [job.folder for job in batch.jobs]


RECEIVED = ["data_received/force-gwent"]
OF_GWENT = [f"{name}/force-gwent" for name in ("trends", "time_to_outcome", "data_received")]


@pytest.mark.parametrize(
    ("only", "found"),
    [
        (["data_received"], RECEIVED),
        (["data_received/force-gwent"], ["data_received/force-gwent"]),
        (["force-gwent"], OF_GWENT),
        (["*GWENT"], OF_GWENT),
        (["data_*", "*_OUTCOME/force-gwent"], ["time_to_outcome/force-gwent", "data_received/force-gwent"]),
        (["Trends/*kent", "trends/force-kent"], ["trends/force-kent"]),
    ],
)
def test_patterns_are_of_notebooks_and_of_reports(batch, tmp_path, only, found):
    assert chosen(batch, tmp_path, *only) == found


@pytest.mark.parametrize(
    ("words", "near"),
    [("trend", "Did you mean 'trends'?"), ("*nowhere*", ""), ("", ""), ("data_received/force-gwnt", "force-gwent'?")],
)
def test_words_that_match_nothing_are_refused_with_the_nearest(batch, tmp_path, words, near):
    with pytest.raises(ParameterError) as caught:
        plan.chosen(batch, tmp_path, only=["trends", words])
    assert str(caught.value).startswith(f"No notebook or report of monthly is called '{words}'.")
    assert near in str(caught.value)
    assert str(caught.value).endswith("'attrition batch' lists them with --dry-run.")


def test_what_failed_last_time_is_found_by_its_notebook_and_parameters(batch, tmp_path):
    assert chosen(batch, tmp_path, failed=True) == []
    jobs = {job.folder: job for job in batch.jobs}
    for folder in ("trends/force-kent", "time_to_outcome/force-gwent"):
        book = notebooks.notebook(jobs[folder].notebook)
        with pytest.raises(NotebookFailed), failures.remembered(tmp_path, book, jobs[folder].values, is_started=True):
            raise NotebookFailed("It stopped.")
    assert chosen(batch, tmp_path, failed=True) == ["trends/force-kent", "time_to_outcome/force-gwent"]
    assert chosen(batch, tmp_path, "trends", failed=True) == ["trends/force-kent"]
    assert chosen(batch, tmp_path, "data_received", failed=True) == []


def test_a_job_is_planned_in_its_order_and_may_be_asked_for_again(batch, tmp_path):
    planned = plan.plan(batch.jobs, tmp_path, form=Form(batch.formats))
    assert [one.job for one in planned] == list(batch.jobs)
    assert {one.reason for one in planned} == {"never made"}
    again = plan.plan(batch.jobs[:3], tmp_path, form=Form(batch.formats), is_forced=True)
    assert [one.reason for one in again] == [plan.FORCED] * 3
