"""Sets of counts that cannot be made, added to or written: what stands is left as it is."""

import errno
import os
import shutil
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from analysis.counts import ledger, private_store
from analysis.intake import files
from analysis.intake.scratch import Scratch
from tests.broken.desk import check_reduced, check_refused

MADE = ["broken.ledger.json", "broken.parquet", "broken_features.parquet", "broken_lags.parquet"]


def standing(desk):
    """Every file of the folder of counts with its bytes."""
    return {path.name: path.read_bytes() for path in desk.counts.iterdir()}


def test_a_refusal_comes_whole_out_of_another_process(desk):
    path = desk.table(desk.rows(row_7={"Recorded": desk.secret}))
    says = ["unreadable_date", "cases.csv, 1 row (row 7), column 'Recorded'"]
    check_refused(desk, desk.reduce(path, words=["--workers", "2"]), says=says)


@pytest.mark.parametrize("name", ["Broken", "1broken", "../broken", "a b", "", "x" * 61])
def test_a_bad_name_of_a_set_is_refused(desk, name):
    result = desk.reduce(desk.table(), name=name)
    check_refused(desk, result, says=["cannot name a set of counts", "small letters, digits"], status=2)


def test_an_unknown_format_is_refused(desk):
    result = desk.reduce(desk.table(), words=["--format", "case"])
    check_refused(desk, result, says=["No format is called 'case'. Did you mean 'cases'?"], status=2)


def test_there_must_be_a_set_to_add_to(desk):
    result = desk.reduce(desk.table(), words=["--append"])
    check_refused(desk, result, says=["There is no set 'broken' to add to", "Leave out --append"], status=2)


def test_the_same_file_is_not_added_twice(desk):
    path = desk.table()
    check_reduced(desk, desk.reduce(path))
    before = standing(desk)
    says = ["cases.csv is already in set 'broken'", "byte for byte", "Leave it out"]
    check_refused(desk, desk.reduce(path, words=["--append"]), says=says, leaves=MADE)
    assert standing(desk) == before


def test_a_month_that_is_there_is_not_added_again(desk):
    check_reduced(desk, desk.reduce(desk.table()))
    before = standing(desk)
    later = desk.table(desk.rows(start=40), "later.csv")
    says = ["force-periods are already in set 'broken'", "the first of them Gwent, January 2024", "count cases twice"]
    says += ["first_month to last_month"]  # as whoever adds a month with the mapping of those before it needs to know
    check_refused(desk, desk.reduce(later, words=["--append"]), says=says, leaves=MADE)
    assert standing(desk) == before


def test_a_set_of_another_format_is_not_added_to(desk):
    check_reduced(desk, desk.reduce(desk.table()))
    account = desk.counts / "broken.ledger.json"
    account.write_text(account.read_text().replace('"form": "cases"', '"form": "home-office"'))
    result = desk.reduce(desk.table(desk.rows(start=40)), words=["--append"])
    check_refused(desk, result, says=["was made from home-office files; these are cases"], status=2, leaves=MADE)


def test_made_up_cases_are_not_added_to_real_ones(desk):
    check_reduced(desk, desk.reduce(desk.table()))
    mapping = desk.mapping(("[columns]", 'sensitivity = "synthetic"\n[columns]'))
    result = desk.reduce(desk.table(desk.rows(2, start=31), "b.csv"), mapping=mapping, words=["--append"])
    check_refused(desk, result, says=["is restricted and these files are synthetic", "never added"], leaves=MADE)


def test_a_set_that_reduce_did_not_make_is_not_replaced(desk):
    check_reduced(desk, desk.reduce(desk.table()))
    (desk.counts / "broken.ledger.json").unlink()
    result = desk.reduce(desk.table())
    check_refused(desk, result, says=["was not made by 'attrition reduce'", "--as"], status=2, leaves=MADE[1:])


def test_sets_of_an_earlier_reduction_do_not_outlive_it(desk):
    check_reduced(desk, desk.reduce(desk.table()))
    assert sorted(standing(desk)) == MADE
    mapping = desk.mapping(text=desk.mapping().read_text().partition("[features")[0])
    check_reduced(desk, desk.reduce(desk.table(), mapping=mapping))
    assert sorted(standing(desk)) == [name for name in MADE if "features" not in name]


def test_a_refusal_leaves_the_set_that_stands(desk):
    check_reduced(desk, desk.reduce(desk.table()))
    before = standing(desk)
    result = desk.reduce(desk.table(desk.rows(row_7={"Recorded": desk.secret})))
    check_refused(desk, result, says=["row 7"], leaves=MADE)
    assert standing(desk) == before


def test_a_file_that_is_named_twice_is_read_once(desk):
    path = desk.table()
    link = desk.files / "link.csv"
    link.symlink_to(path)
    assert "1 file, 30 rows read, 30 counted" in check_reduced(desk, desk.reduce(path, path, link))


def test_two_copies_of_a_file_are_refused(desk):
    paths = desk.table(name="april.csv"), desk.table(name="april (1).csv")
    says = ["april.csv", "april (1).csv", "the same file, byte for byte", "Leave one out"]
    check_refused(desk, desk.reduce(*paths), says=says)


def test_two_copies_of_one_name_in_two_folders_are_refused(desk):
    (desk.files / "a").mkdir()
    (desk.files / "b").mkdir()
    paths = desk.table(name="a/april.csv"), desk.table(name="b/april.csv")
    check_refused(desk, desk.reduce(*paths), says=["april.csv", "the same file, byte for byte", "Leave one out"])


def full(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_file_too_large_to_be_unpacked_is_no_file_that_cannot_be_read(desk, monkeypatch):
    def limited(*_):
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))

    monkeypatch.setattr(Scratch, "file", limited)
    path = desk.table(name="cases.zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cases.csv", desk.text())
    says = ["cases.zip", "larger file than may be written", "ulimit -f", "TMPDIR", "Nothing was written"]
    check_refused(desk, desk.reduce(path), says=says, status=7)


@pytest.mark.parametrize("closed", ["", "april"])
def test_a_folder_that_may_not_be_listed_hides_no_file(desk, monkeypatch, closed):
    (desk.files / "april").mkdir()
    desk.table(name="cases.csv")
    desk.table(desk.rows(start=30), name="april/more.csv")
    plain = os.scandir

    def scandir(path="."):
        if Path(path) == desk.files / closed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return plain(path)

    monkeypatch.setattr(os, "scandir", scandir)
    says = [f"{desk.files / closed} cannot be read (Permission denied). Ask whoever owns it"]
    check_refused(desk, desk.reduce(desk.files), says=says)


def test_each_folder_of_case_files_is_listed_once(desk, monkeypatch):
    (desk.files / "april" / "late").mkdir(parents=True)
    (desk.files / ".older").mkdir()
    for place, name in enumerate(["b.csv", "april/a.csv", "april/late/c.csv", ".older/d.csv", "april/.e.csv"]):
        desk.table(desk.rows(start=30 * place), name=name)
    (desk.files / "april" / "notes.md").write_text("no table")
    asked, plain = [], os.scandir
    monkeypatch.setattr(os, "scandir", lambda path=".": asked.append(Path(path)) or plain(path))
    found = files.listed([desk.files], (".csv",), what="case files")
    assert [path.relative_to(desk.files).as_posix() for path in found] == ["april/a.csv", "april/late/c.csv", "b.csv"]
    assert sorted(asked) == [desk.files, desk.files / "april", desk.files / "april" / "late"]


def test_a_file_that_may_not_be_read_is_refused_by_what_reads_it(desk, monkeypatch):
    path, plain = desk.table(), os.access
    monkeypatch.setattr(os, "access", lambda file, mode, **more: Path(file) != path and plain(file, mode, **more))
    check_reduced(desk, desk.reduce(path))  # and not by the reading of the command line, which says no next step


def test_a_link_that_leads_nowhere_is_called_one(desk):
    link = desk.files / "cases.csv"
    link.symlink_to(desk.files / "gone.csv")
    check_refused(desk, desk.reduce(link), says=["cases.csv is a link that leads nowhere"], status=2)


def test_a_full_disk_under_the_store_leaves_nothing(desk, monkeypatch):
    def half_written(table, out, **_):
        out.write(b"PAR1")
        full()

    monkeypatch.setattr(pq, "write_table", half_written)
    says = [str(private_store.folder()), "could not be written or read (No space left on device)", "Free some room"]
    check_refused(desk, desk.reduce(desk.table()), says=says, status=7)
    assert private_store.exact("broken") is None
    assert [path.name for path in (private_store.folder() / "broken").iterdir()] == []


def test_a_full_disk_under_the_second_set_leaves_what_stood(desk, monkeypatch):
    check_reduced(desk, desk.reduce(desk.table()))
    before, real, written = standing(desk), pq.write_table, []

    def first_only(table, out, **words):
        written.append(out)
        return full() if len(written) == 2 else real(table, out, **words)

    monkeypatch.setattr(pq, "write_table", first_only)
    result = desk.reduce(desk.table(desk.rows(60)))
    check_refused(desk, result, says=["what was there stands"], status=7, leaves=MADE)
    assert standing(desk) == before


def test_a_full_disk_under_the_ledger_leaves_nothing(desk, monkeypatch):
    monkeypatch.setattr(ledger, "written", full)
    check_refused(desk, desk.reduce(desk.table()), says=["No space left on device"], status=7)


def test_a_full_scratch_folder_says_so(desk, monkeypatch):
    monkeypatch.setattr(shutil, "copyfileobj", full)
    path = desk.file(desk.text().encode("utf-16"))
    says = ["No room left", "cases.csv", str(desk.scratch), "TMPDIR", "Nothing was written"]
    check_refused(desk, desk.reduce(path), says=says, status=7)


def test_a_file_where_the_folder_of_counts_belongs_is_refused(desk):
    desk.counts.write_text("no folder")
    check_refused(desk, desk.reduce(desk.table()), says=[str(desk.counts), "could not be written"], status=7)
    assert desk.counts.read_text() == "no folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_counts_that_may_not_be_written_is_refused(desk):
    desk.counts.mkdir(mode=0o500)
    check_refused(desk, desk.reduce(desk.table()), says=[str(desk.counts), "mend its permissions"], status=7)


def test_a_folder_of_counts_that_may_not_be_made_is_refused(desk, monkeypatch):
    def forbidden(path, *_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    table, mapping = desk.table(), desk.mapping()
    real = Path.mkdir
    monkeypatch.setattr(
        Path, "mkdir", lambda path, *a, **b: (forbidden if path == desk.counts else real)(path, *a, **b)
    )
    result = desk.reduce(table, mapping=mapping)
    check_refused(desk, result, says=["could not be written (Permission denied)", "mend its permissions"], status=7)


def test_a_damaged_ledger_does_not_stand_in_the_way_of_a_new_one(desk):
    check_reduced(desk, desk.reduce(desk.table()))
    before = standing(desk)
    (desk.counts / "broken.ledger.json").write_text("{")
    check_refused(desk, desk.reduce(desk.table(), words=["--append"]), says=["Reduce the files again"], leaves=MADE)
    check_reduced(desk, desk.reduce(desk.table()))
    assert standing(desk) == before


def test_a_set_of_another_name_is_not_written_over(desk):
    check_reduced(desk, desk.reduce(desk.table(), name="broken_lags"))
    made = [f"broken_lags{end}" for end in (".ledger.json", ".parquet", "_features.parquet", "_lags.parquet")]
    says = ["Set 'broken_lags' is there and was not made with 'broken'", "Choose another name with --as"]
    check_refused(desk, desk.reduce(desk.table()), says=says, leaves=sorted(made), status=2)
