"""What a run that was killed or failed left behind is gone after the next one, and never taken for a report."""

import shutil

import pytest

from analysis.publishing.batch import file as batch_file
from analysis.publishing.batch import receive
from analysis.publishing.batch.make import Terms
from analysis.publishing.batch.records import JobRecord
from analysis.publishing.index import catalogue, index
from analysis.publishing.notebooks.jobs import Form
from analysis.publishing.placing import failures
from analysis.system.writing import Folder
from tests.batches import desk
from tests.reports.made_folder import put


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder of one report, its batch file, and the folder of both."""
    folder = tmp_path_factory.mktemp("made")
    file = desk.batch(folder, desk.quick(folder), formats=["page"])
    assert desk.run(file, folder / "reports").exit_code == 0
    return file, folder / "reports"


@pytest.fixture
def copied(made, tmp_path):
    """The same folder, for a test to spoil."""
    return made[0], shutil.copytree(made[1], tmp_path / "reports")


def test_what_a_killed_run_left_is_cleared_though_nothing_is_to_be_made(copied):
    file, out = copied
    left = [out / name / f"some.json.{'0' * 16}.staged" for name in ("batches", ".state")]
    left.append(out.with_name(".reports-staging") / "batch" / "quick-1" / "report" / "report.html")
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a part of so")
    assert "some: 1 up to date" in desk.run(file, out).output
    assert not [path for path in left if path.exists()]
    assert not list(out.with_name(".reports-staging").iterdir())


def test_a_page_that_was_being_written_is_said_to_be_left_over(copied):
    file, out = copied
    (out / "index.html.0123456789abcdef.staged").write_text("<!doctype ht")
    told = desk.run(file, out, "--verify")
    assert told.exit_code == 6
    assert "index.html.0123456789abcdef.staged: was left by a run that was killed; run the batch again" in told.output


def test_an_index_that_was_not_finished_is_not_taken_for_current(tmp_path, monkeypatch):
    put(tmp_path)
    index.write_index(tmp_path)
    other, write, written = put(tmp_path, force="Surrey"), Folder.write, []

    def killed(folder, name, content):
        written.append(name)
        if len(written) > 3:
            raise SystemExit
        write(folder, name, content)

    monkeypatch.setattr(Folder, "write", killed)
    with pytest.raises(SystemExit):
        index.write_index(tmp_path)
    shutil.rmtree(other.parent.parent / other.parent.name / other.name)
    assert not catalogue.is_current(tmp_path)


def test_a_failure_is_forgotten_once_the_report_that_stands_is_the_one_to_make(made, copied):
    file, out = copied
    folder, staging = file.parent, out.with_name(".reports-staging")
    held = (folder / "quick.ipynb").read_text()
    try:
        desk.quick(folder, "shares = rates(cases)")
        assert desk.run(file, out).exit_code == 5
        assert len(failures.standing(out)) == 1
        assert list(staging.glob("failed/quick/*/error.txt"))
    finally:
        (folder / "quick.ipynb").write_text(held)
    result = desk.run(file, out, "--failed")
    assert "some: 1 up to date" in result.output
    assert failures.standing(out) == []
    assert not list(staging.iterdir())
    assert catalogue.is_current(out)


def test_a_report_that_did_not_come_in_whole_is_made_again_and_never_put_in_place(made, tmp_path):
    file, out = made
    (job,) = batch_file.read(file).jobs
    terms = Terms(Form(("page",)), "warm", 600, 4096, staging=str(tmp_path), token="")
    built = shutil.copytree(out / job.folder, tmp_path / "one" / "report")

    def received(tries=1):
        return receive.receive(JobRecord(job), JobRecord(job, staged="one"), tries, terms=terms, out=out)

    assert received().error is None
    assert not receive.deserves_another_try(received())
    for name, why in (("report.html", "report.html is damaged"), ("manifest.json", "its manifest cannot be read")):
        (built / name).write_bytes((built / name).read_bytes()[:-9])
        assert isinstance(received().error, receive.Damaged)
        assert why in str(received().error)
        assert receive.deserves_another_try(received())
        assert not receive.deserves_another_try(received(tries=2))
