"""Reducing case files ends in a release: data/counts/ then tells nothing exact and names nothing of the files."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.counts import counts, ledger, private_store
from analysis.counts.ledger import Entry, FileRead, Ledger, Released, Warned
from analysis.errors import DataRefused, DisclosureRefused
from analysis.intake import public_account, reduction
from analysis.intake.case_files import faults
from analysis.intake.reading import Request
from tests.broken.desk import MAPPING, check_reduced, check_refused
from tests.conftest import PROJECT

MADE_UP = MAPPING.replace("[columns]", 'sensitivity = "synthetic"\n[columns]').replace(
    "[outcomes]", '[forces]\n"Kent" = "Exampleshire"\n"Gwent" = "Exampleshire"\n[outcomes]'
)
#: The command as a program of its own, in a project folder of the test's own.
COMMAND = (
    "import sys, tempfile; from pathlib import Path; from analysis.counts import counts\n"
    "from analysis.cli.main import main\n"
    "from tests import releasing; releasing.install(); counts.FOLDER = Path(sys.argv.pop(1)); main()"
)


def command(desk, path, name, **settings):
    words = ["reduce", str(path), "--as", name, "--format", "cases", "--mapping", str(desk.mapping()), "--workers", "1"]
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(desk.counts), *words],
        cwd=PROJECT,
        env={**os.environ, "TMPDIR": str(desk.scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **settings,
    )


def released(desk):
    """Everything that stands in the folder of counts, by name."""
    return {path.name: path.read_bytes() for path in sorted(desk.counts.iterdir())}


def rows_released(desk):
    """The tables that stand in the folder of counts."""
    return {path.name: pq.read_table(path).to_pydict() for path in desk.counts.glob("*.parquet")}


def told(desk):
    """Every word and number in the folder of counts: ledgers, and the metadata, cells and categories of tables."""
    found = []
    for path in desk.counts.iterdir():
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            found += [str(table.schema.metadata), json.dumps(table.to_pydict(), default=str)]
            kinds = [column for column in table.columns if pa.types.is_dictionary(column.type)]
            found += [str(chunk.dictionary.to_pylist()) for column in kinds for chunk in column.chunks]
        else:
            found.append(path.read_text())
    return "\n".join(found)


def test_nothing_of_the_files_is_in_what_is_released(desk):
    path = desk.table(desk.rows(400), "canary-of-files.csv")
    rows = [*desk.rows(400), *desk.rows(37), {**desk.row(1), "Case ref": ""}]
    path = desk.table(rows, "canary-of-files.csv")
    mapping = desk.mapping(("Victim", "Canary of columns"))
    path.write_text(path.read_text().replace("Victim", "Canary of columns", 1))
    said = check_reduced(desk, desk.reduce(path, mapping=mapping, words=["--allow", "blank_case"]))
    public = told(desk)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    private = [one for one in private_store.folder().rglob("*") if one.is_file()]
    assert (
        "canary-of-files"
        in (private_store.folder() / "broken")
        .joinpath((private_store.folder() / "broken" / "current").read_text(), "broken.ledger.json")
        .read_text()
    )
    hidden = [
        "canary",
        "Case ref",
        digest,
        str(path.stat().st_size),
        str(desk.files),
        "437",
        "438",
        "no case identifier",
    ]
    hidden += [hashlib.sha256(one.read_bytes()).hexdigest() for one in private if one.stat().st_size]
    for word in hidden:
        assert word.casefold() not in public.casefold(), word
    for line in ("canary-of-files.csv: 438 rows", "438 rows read, 400 counted", "exact copy of another row: 37"):
        assert line in said  # to whoever reduced them, all of it is told


def test_what_is_dropped_is_drawn_and_the_rest_is_not_told(desk):
    rows = [*desk.rows(60), *desk.rows(22), {**desk.row(1), "Case ref": ""}]
    check_reduced(desk, desk.reduce(desk.table(rows), words=["--allow", "blank_case"]))
    held = ledger.read_public(desk.counts / "broken.ledger.json")
    assert isinstance(held, Released)
    assert held.dropped in ({"exact copy of another row": 20}, {"exact copy of another row": 25})
    assert held.files == ("Case file 1",)
    assert json.loads((desk.counts / "broken.ledger.json").read_text()).keys() == {
        "released", "name", "form", "sensitivity", "sets", "taken", "number", "dropped", "warnings",
    }  # fmt: skip


def test_a_set_names_the_released_ledger_and_no_other_file(desk):
    check_reduced(desk, desk.reduce(desk.table(desk.rows(200))))
    digest = hashlib.sha256((desk.counts / "broken.ledger.json").read_bytes()).hexdigest()
    for name in ("broken", "broken_lags", "broken_features"):
        about = json.loads(pq.read_schema(desk.counts / f"{name}.parquet").metadata[b"attrition"])
        assert about["source"]["files"] == {"data/counts/broken.ledger.json": digest}


def test_the_same_files_give_the_same_numbers_whatever_they_are_called(desk):
    check_reduced(desk, desk.reduce(desk.table(desk.rows(200), "a.csv")))
    account, before = (desk.counts / "broken.ledger.json").read_bytes(), rows_released(desk)
    check_reduced(desk, desk.reduce(desk.table(desk.rows(200), "another.csv")))
    assert (desk.counts / "broken.ledger.json").read_bytes() == account
    assert rows_released(desk) == before
    assert sorted(before) == ["broken.parquet", "broken_features.parquet", "broken_lags.parquet"]


def test_a_fresh_project_makes_the_same_bytes_of_made_up_cases(desk):
    path = desk.table(desk.rows(200))
    check_reduced(desk, desk.reduce(path, mapping=desk.mapping(text=MADE_UP)))
    first = released(desk)
    shutil.rmtree(private_store.folder())
    check_reduced(desk, desk.reduce(path, mapping=desk.mapping(text=MADE_UP)))
    assert released(desk) == first
    shutil.rmtree(private_store.folder())
    shutil.rmtree(desk.counts)
    check_reduced(desk, desk.reduce(path, mapping=desk.mapping(text=MADE_UP)))
    assert released(desk) == first


def test_real_cases_are_not_released_again_under_another_secret(desk):
    path = desk.table(desk.rows(200))
    check_reduced(desk, desk.reduce(path))
    before = released(desk)
    shutil.rmtree(private_store.folder())
    says = ["was released from another copy of the project", "under another secret", str(private_store.folder())]
    check_refused(desk, desk.reduce(path), says=says, leaves=sorted(before))
    assert released(desk) == before


def test_what_is_not_in_the_store_is_not_added_to(desk):
    check_reduced(desk, desk.reduce(desk.table(desk.rows(200))))
    before = released(desk)
    shutil.rmtree(private_store.folder() / "broken")
    more = desk.table([desk.row(1) | {"Recorded": "01/06/2024", "Outcome": "", "Outcome date": ""}], "june.csv")
    says = ["The exact counts of set 'broken' are not in", "Add to it where it was made"]
    check_refused(desk, desk.reduce(more, words=["--append"]), says=says, leaves=sorted(before))
    assert released(desk) == before


def test_reducing_again_replaces_and_what_was_released_stays_in_the_history(desk):
    check_reduced(desk, desk.reduce(desk.table(desk.rows(200))))
    history = private_store.Store("broken", "restricted").history()
    assert history
    check_reduced(desk, desk.reduce(desk.table(desk.rows(260))))
    assert desk.exact()["broken"].total == 260
    assert private_store._lost(history, private_store.Store("broken", "restricted").history()) == 0
    versions = [path for path in (private_store.folder() / "broken").iterdir() if path.is_dir()]
    assert len(versions) == 1


def test_a_set_made_before_there_was_a_release_is_refused_with_what_to_do(desk):
    check_reduced(desk, desk.reduce(desk.table(desk.rows(200))))
    for one in desk.exact().values():
        counts.write(one, desk.counts / f"{one.name}.parquet")
    (desk.counts / "broken.ledger.json").write_text(ledger.written(desk.account()))
    shutil.rmtree(private_store.folder())
    before = released(desk)
    with pytest.raises(
        DataRefused, match="made before counts of people were kept apart.*Reduce all of its files again"
    ):
        ledger.read_public(desk.counts / "broken.ledger.json")
    more = desk.table([desk.row(1) | {"Recorded": "01/06/2024", "Outcome": "", "Outcome date": ""}], "june.csv")
    result = desk.reduce(more, words=["--append"])
    check_refused(desk, result, says=["Reduce all of its files again, without --append"], leaves=sorted(before))
    check_reduced(desk, desk.reduce(desk.table(desk.rows(200))))
    assert isinstance(ledger.read_public(desk.counts / "broken.ledger.json"), Released)


def test_exact_counts_of_people_are_not_written_anywhere_else(desk):
    check_reduced(desk, desk.reduce(desk.table(desk.rows(200))))
    request = Request(name="broken", form="cases", mapping=desk.mapping())
    made = reduction.added(reduction.read_files([desk.files / "cases.csv"], request, spread=map), request)
    before = released(desk)
    with pytest.raises(DisclosureRefused, match="its exact counts are released, not written"):
        reduction.write(made)
    assert released(desk) == before


@pytest.mark.skipif(os.name != "posix", reason="umask")
def test_with_no_umask_at_all_the_store_is_closed_and_the_release_is_whole(desk):
    running = command(desk, desk.table(desk.rows(200)), "broken", umask=0)
    assert running.wait() == 0, running.stderr.read()
    running.stdout.close(), running.stderr.close()
    private = [private_store.folder(), *private_store.folder().rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in private} == {0o700, 0o600}
    assert desk.exact()["broken"].total == 200


def test_two_reductions_at_once_are_both_released_and_remembered(desk):
    one, other = desk.table(desk.rows(200), "one.csv"), desk.table(desk.rows(200), "other.csv")
    with private_store.locked():
        running = [command(desk, path, name) for path, name in ((one, "first"), (other, "second"))]
        for process in running:
            assert process.stderr.readline() == "Another release is at work here; waiting for it.\n"
        assert not desk.counts.exists()
    for process in running:
        assert process.wait() == 0
        process.stdout.close(), process.stderr.close()
    assert desk.exact("first")["first"].total == desk.exact("second")["second"].total == 200
    assert sorted(path.name for path in desk.counts.glob("*.ledger.json")) == [
        "first.ledger.json",
        "second.ledger.json",
    ]
    for name in ("first", "second"):
        assert ledger.read_public(desk.counts / f"{name}.ledger.json").name == name


def full_ledger(*warnings, sets=("kent",), dropped=None):
    file = FileRead("kent.csv", "0" * 64, 1234, 56)
    entry = Entry(
        "2024-06-30", (file,), 56, 50, dropped or {}, {"force": {"Kent": 50}}, {"Kent": ("2024-04",)}, warnings
    )
    return Ledger("kent", "cases", "restricted", sets, (entry,))


def test_a_warning_reaches_others_in_words_that_hold_nothing_of_the_files(desk):
    kinds = {
        "sheets": "secret.xlsx: the sheets Secret, Other were not read.",
        "table of counts": "A table of counts: each row stands for as many cases as 'Secret' says, not for one.",
        "rows added": "Some rows agree in every mapped column but the number of cases, and were added.",
        "spellings": "Words of 'Secret' that differ in capitals or spaces alone are one category.",
        "months without cases": "3 months between its first and its last have no case",
        "outcomes without date": "About 45 decided cases have no date of outcome",
        "finely divided": "The set by features has nearly a combination a case (93%)",
        "a kind that nobody has thought of": "Secret",
    }
    full = full_ledger(*(Warned("", kind, text) for kind, text in kinds.items()))
    found = public_account.public_account(full, lambda *_: None)
    assert [warned.kind for warned in found.warnings] == ["sheets", "table of counts"]
    assert "secret" not in ledger.written(found).casefold()
    assert not set("0123456789") & set("".join(warned.text for warned in found.warnings))


def test_whether_an_outcome_lacks_its_date_is_told_of_no_set(desk):
    for warnings in ((), (Warned("", "outcomes without date", "About 45 decided cases"),)):
        found = public_account.public_account(full_ledger(*warnings, sets=("kent", "kent_lags")), lambda *_: None)
        assert [warned.kind for warned in found.warnings] == ["outcomes without date"]


def test_a_number_is_drawn_under_its_forces_and_its_reason_whatever_the_set_is_called():
    names = []

    def draw(name, count):
        names.append((name, count))
        return 40 if count > 30 else None

    found = public_account.public_account(full_ledger(dropped={"no force": 41, "no offence": 2}), draw)
    assert names == [("ledger|Kent|dropped|no force", 41), ("ledger|Kent|dropped|no offence", 2)]
    assert found.dropped == {"no force": 40}


def test_reasons_are_words_of_the_suite():
    """What may stand in a released ledger as a reason: no reason is made of a cell, a column or a file."""
    for fault in faults.FAULTS.values():
        assert "{" not in fault.description
        assert "'" not in fault.description


def test_a_set_and_a_ledger_of_two_readings_are_not_read_together(made, tmp_path, monkeypatch):
    monkeypatch.setattr(counts, "FOLDER", tmp_path)
    account = tmp_path / "ours.ledger.json"
    account.write_text("one")
    source = counts.Source("", "", "", "", {"data/counts/ours.ledger.json": hashlib.sha256(b"one").hexdigest()})
    counts.write(made([("Kent", "2024-04-01", "16", 40)], source=source, name="ours"), tmp_path / "ours.parquet")
    assert counts.read("ours").total == 40
    account.write_text("another")
    with pytest.raises(DataRefused, match="are of two readings.*it first puts in place what is left"):
        counts.read("ours")
