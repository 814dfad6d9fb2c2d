"""Whoever may write to a folder of reports puts links there: nothing is written, moved or removed through one."""

import ast
import shutil

import pytest

from analysis.errors import CouldNotWrite
from analysis.publishing.batch import records, retention
from analysis.publishing.batch.records import Run
from analysis.publishing.index import index
from analysis.publishing.placing import failures, locks, places
from analysis.publishing.placing.staging import Staging
from analysis.publishing.report import publication
from analysis.system.writing import Folder, Linked
from tests.conftest import PROJECT
from tests.reports.made_folder import put

KENT = "victim_withdrawal/force-kent_2024-04_2025-03"


@pytest.fixture
def out(tmp_path):
    """A folder of reports with one of each kind, its indexes, and a folder that is nobody's business."""
    out = tmp_path / "reports"
    put(out)
    with places.held(out, places.RESTRICTED):
        put(out, folder=f"restricted/{KENT}", is_restricted=True)
    index.write_index(out)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept.txt").write_text("untouched")
    return out


def plant(path):
    """Replace what stands at a path by a link to elsewhere."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.symlink_to(next(one for one in path.parents if (one / "elsewhere").is_dir()) / "elsewhere")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def untouched(out):
    """Whether nothing was done where the links lead."""
    place = out.parent / "elsewhere"
    return names(place) == ["kept.txt"] and (place / "kept.txt").read_text() == "untouched"


def built(out, folder):
    """A finished report in the staging folder, as the making leaves it."""
    staged = Staging(out).fresh("made")
    made = put(staged, folder="report/made", is_restricted=places.is_of_restricted(folder), figures="")
    return made.rename(staged / "report-made")


@pytest.mark.parametrize(
    "link", [KENT, "victim_withdrawal", f"restricted/{KENT}", "restricted/victim_withdrawal", "restricted"]
)
def test_a_report_whose_folder_is_a_link_is_not_put_there(out, link):
    folder = f"restricted/{KENT}" if link.startswith("restricted") else KENT
    made = built(out, folder)
    plant(out / link)
    with pytest.raises(Linked, match="is a link, and nothing here is written, moved or removed through one"):
        publication.put(made, out, folder)
    assert untouched(out)
    assert (made / "report.html").is_file()


def test_a_link_planted_between_stage_and_move_is_met_before_anything_is_moved(out, monkeypatch):
    made, move = built(out, KENT), Folder.move_in

    def planted(folder, *given):
        plant(out / KENT)
        move(folder, *given)

    monkeypatch.setattr(Folder, "move_in", planted)
    with pytest.raises(Linked, match=f"{KENT} is a link"):
        publication.put(made, out, KENT)
    assert untouched(out)


@pytest.mark.parametrize(
    "link", ["index.html", "feed.xml", "forces", "forces/kent.html", ".state", ".state/index.lock"]
)
@pytest.mark.parametrize("place", ["", "restricted/"])
def test_an_index_is_not_written_through_a_link(out, link, place):
    if place and link.startswith("forces"):
        pytest.skip("restricted reports have no pages of forces")
    plant(out / (place + link))
    with pytest.raises(CouldNotWrite, match=f"{link} is a link"):
        index.write_index(out)
    assert untouched(out)


def test_a_lock_that_is_a_link_empties_no_file(out):
    plant(out / ".state" / locks.BATCH)
    (out / ".state" / locks.BATCH).unlink()
    (out / ".state" / locks.BATCH).symlink_to(out.parent / "elsewhere" / "kept.txt")
    with pytest.raises(Linked), locks.held(out, locks.BATCH):
        pass
    assert untouched(out)


def test_no_record_of_a_run_is_written_or_removed_through_a_link(out):
    Run("monthly", "", 0, {}).write(out)
    plant(out / records.FOLDER)
    with pytest.raises(Linked):
        Run("monthly", "", 0, {}).write(out)
    assert untouched(out)


def test_no_report_is_removed_through_a_link(out):
    plant(out / "victim_withdrawal")
    (out.parent / "elsewhere" / "force-kent_2024-04_2025-03").mkdir()
    with pytest.raises(Linked):
        retention.remove(out, Staging(out), [KENT])
    (out.parent / "elsewhere" / "force-kent_2024-04_2025-03").rmdir()
    assert untouched(out)


def test_a_staging_folder_that_is_a_link_is_refused(out):
    shutil.rmtree(out.parent / ".reports-staging", ignore_errors=True)
    plant(out.parent / ".reports-staging")
    with pytest.raises(Linked, match=r"\.reports-staging is a link"):
        Staging(out)
    assert untouched(out)


def test_what_failed_is_not_written_down_through_a_link(out, caplog):
    from analysis.publishing.notebooks import notebooks

    plant(out / ".state")
    book = notebooks.notebook("victim_withdrawal")
    with pytest.raises(ZeroDivisionError), failures.remembered(out, book, book.values({}), is_started=True):
        _ = 1 / 0
    assert "could not be written down" in caplog.text
    assert untouched(out)


def test_the_batch_goes_on_where_one_report_meets_a_link(desk):
    shutil.rmtree(desk.restricted)
    shutil.rmtree(desk.out / "quick")
    (desk.out.parent / "elsewhere").mkdir()
    (desk.out / "quick").mkdir()
    (desk.out / "quick" / "force-kent_2024-04_2025-03").symlink_to(desk.out.parent / "elsewhere")
    said = desk.batch(status=7)
    assert "3 done, 1 failed" in said
    assert "force-kent_2024-04_2025-03 is a link, through which nothing is written." in said
    assert names(desk.out.parent / "elsewhere") == []


def test_a_download_is_not_added_to_what_a_link_leads_to(out):
    from analysis.intake.download.partial import Partial

    part = Partial(out.parent, "a.zip")
    part.path.symlink_to(out.parent / "elsewhere" / "kept.txt")
    with pytest.raises(Linked, match=r"a\.zip\.part is a link"), part.growing():
        pass
    assert untouched(out)


def test_nothing_in_publishing_writes_but_by_the_one_way():
    """Whatever else opens a file there to write it, or moves one, does not go through ``analysis.system.writing``."""
    known = {("staging.py", "rename")}  # an empty folder of its own, to find out what can be moved
    found = set()
    for path in sorted((PROJECT / "analysis" / "publishing").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                is_open = node.func.attr == "open" and any(
                    isinstance(one, ast.Constant) and str(one.value)[0] in "wax" for one in node.args
                )
                if is_open or node.func.attr in ("write_text", "write_bytes", "rename", "symlink_to"):
                    found.add((path.name, node.func.attr))
    assert found == known
