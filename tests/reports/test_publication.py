"""A report appears whole or not at all."""

import json
import os
import shutil
import sys
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.counts import counts
from analysis.errors import CouldNotWrite, DisclosureRefused, NotebookFailed, ParameterError
from analysis.presentation import wording
from analysis.publishing.index import index
from analysis.publishing.notebooks import jobs, notebooks
from analysis.publishing.report import exporters, publication
from analysis.publishing.running import engine
from analysis.publishing.running.engine import ENGINES
from analysis.system import writing
from tests.conftest import EVERY, PROJECT, nightly
from tests.notebooks.test_rules import written
from tests.reports.page import check_page, check_report
from tests.reports.people import released

SHOWN = 'show.headline("An answer.", "A sentence.")'


def report(tmp_path, *cells, is_draft=False, **settings):
    path = written(tmp_path, new_code_cell(SHOWN), *cells, **settings)
    return publication.publish(notebooks.notebook(str(path)), {}, out=tmp_path / "reports", is_draft=is_draft)


def everything_below(folder: Path) -> dict:
    """Every file but the records of failed runs."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.parent.name != ".state"]
    return {path.relative_to(folder): path.read_bytes() for path in files}


def test_a_small_notebook_becomes_a_report_and_replaces_it(tmp_path):
    folder = report(tmp_path)
    first = (folder / "report.html").read_text()
    assert "An answer." in first
    assert report(tmp_path, new_markdown_cell("## More\n\nAnother part.")) == folder
    assert "Another part." in (folder / "report.html").read_text()
    assert len(list(folder.parent.iterdir())) == 1


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(
    ("source", "told"),
    nightly(
        [
            ("cases.nothing", "NoSuchName: Counts has no .nothing."),
            ("import sys\nsys.exit(0)", "the run ended here, before the last cell"),
            ("import os\nos._exit(1)", "its kernel died"),
        ],
        ("import sys\nsys.exit(0)", "the run ended here, before the last cell"),
    ),
)
def test_a_failed_run_leaves_what_was_there_and_says_where_the_notebook_lies(tmp_path, source, told):
    report(tmp_path)
    before = everything_below(tmp_path / "reports")
    with pytest.raises(NotebookFailed, match=told) as failed:
        report(tmp_path, new_markdown_cell("## A part"), new_code_cell(source), is_draft=True)
    assert everything_below(tmp_path / "reports") == before
    kept = Path(str(failed.value).rsplit("as far as it ran: ", 1)[1])
    assert kept.is_file()
    assert tmp_path / ".reports-staging" in kept.parents
    assert failed.value.exit_status == 5


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("cases.table", r"shows a table that is not of this suite. show.table\(rows, "),
        ("__import__('matplotlib').figure.Figure()", r"shows something that is not .* A semicolon at the end"),
        (
            "from IPython.display import Image, display\ndisplay(Image(b'\\x89PNG'))",
            r"shows a picture. .*show.figure\(",
        ),
    ],
)
def test_what_no_report_can_carry_is_refused_with_what_to_use_instead(tmp_path, source, told):
    with pytest.raises(NotebookFailed, match=told):
        report(tmp_path, new_markdown_cell("## A part"), new_code_cell(source), is_draft=True)


@pytest.mark.usefixtures("no_kernel")
def test_print_is_left_out_and_said(tmp_path, caplog):
    folder = report(tmp_path, new_markdown_cell("## A part"), new_code_cell("print('a stray line')"), is_draft=True)
    assert "a stray line" not in (folder / "report.html").read_text()
    assert "wrote to stdout" in caplog.text


def test_a_folder_that_cannot_be_written_is_said_before_anything_runs(tmp_path):
    (tmp_path / "file").write_text("")
    path = written(tmp_path)
    with pytest.raises(CouldNotWrite, match="could not be written .Not a directory"):
        publication.publish(notebooks.notebook(str(path)), {}, out=tmp_path / "file" / "reports")
    with pytest.raises(CouldNotWrite, match="could not be written"):
        index.write_index(tmp_path / "file")


def test_a_move_that_fails_puts_the_old_report_back(tmp_path, monkeypatch):
    folder = report(tmp_path)
    before = everything_below(folder)
    rename = os.rename

    def refuse(source, target, **named):
        if Path(source).name == "report":
            raise OSError(28, "No space left on device")
        rename(source, target, **named)

    monkeypatch.setattr(os, "rename", refuse)
    monkeypatch.setattr(writing, "_exchanged", lambda *_: False)
    with pytest.raises(CouldNotWrite, match="No space left on device"):
        report(tmp_path)
    assert everything_below(folder) == before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges two folders in one step")
def test_a_reader_never_finds_a_report_missing(tmp_path):
    place, missing, seen = tmp_path / "place", [], set()
    stop = threading.Event()

    def read():
        while not stop.is_set():
            try:
                seen.add((place / "report.html").read_text())
            except FileNotFoundError:
                missing.append(True)

    for name in ("place", "built"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.html").write_text(name)
    reader = threading.Thread(target=read)
    reader.start()
    for number in range(100_000):
        if number > (2000 if EVERY else 300) and len(seen) == 2:  # the reader may begin after the first of them
            break
        with writing.held(tmp_path) as folder:
            folder.move_in(tmp_path / "built", "place")
    stop.set()
    reader.join()
    assert not missing
    assert seen == {"place", "built"}


def test_without_an_exchange_the_new_report_still_takes_the_place(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "_exchanged", lambda *_: False)
    for name in ("place", "built"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.html").write_text(name)
    with writing.held(tmp_path) as folder:
        folder.move_in(tmp_path / "built", "place")
    assert (tmp_path / "place" / "report.html").read_text() == "built"
    assert (tmp_path / "old" / "report.html").read_text() == "place"


@pytest.mark.nightly
def test_the_same_inputs_give_the_same_bytes_by_either_engine(tmp_path):
    made = [
        publication.publish(notebooks.notebook("victim_withdrawal"), {}, out=tmp_path / by, by=by) for by in ENGINES
    ]
    one, other = (
        {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in made
    )
    manifests = [json.loads(files.pop("manifest.json")) for files in (one, other)]
    assert {"report.html", "report.pdf", "results.json", "tables.xlsx", "data/csv-metadata.json"} < set(one)
    assert one == other
    moments = ("made_at", "first_made_at", "changed_at")
    assert [{name: one for name, one in told.items() if name not in moments} for told in manifests] == [
        {name: one for name, one in manifests[0].items() if name not in moments}
    ] * 2


def test_a_report_is_whole_and_names_the_counts_that_it_read_where_it_shows_no_number(tmp_path):
    folder = report(tmp_path, new_markdown_cell("## A part\n\n- Much."))
    check_report(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    read = PROJECT / "data" / "counts" / "stalking_2024_25.parquet"
    assert manifest["inputs"]["data/counts/stalking_2024_25.parquet"] == sha256(read.read_bytes()).hexdigest()


@pytest.mark.usefixtures("no_kernel")
def test_synthetic_cases_are_named_on_every_page(tmp_path, monkeypatch):
    """Whatever a notebook shows of synthetic counts, its page says that they are made up."""
    monkeypatch.setattr(counts, "FOLDER", tmp_path)
    some = released([("Kent", "2024-04-01", "16", 400), ("Kent", "2024-04-01", "1", 600)], sensitivity="synthetic")
    counts.write(some, tmp_path / "made_up.parquet")
    read = f'cases = read_file(Path("{tmp_path}/made_up.parquet"))'
    cells = [
        new_code_cell(
            "from pathlib import Path\nfrom analysis import rates\n"
            f"from analysis.counts.counts import read_file\n{read}"
        ),
        new_code_cell('rates(cases, "charged").table("Charged")'),
    ]
    folder = report(tmp_path, new_markdown_cell("## A part"), *cells, is_draft=True)
    html = (folder / "report.html").read_text()
    assert "Synthetic cases: made up" in html
    assert wording.DRAFT in html
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["is_synthetic"]
    assert manifest["inputs"]["tests/conftest.py"] == sha256((PROJECT / "tests/conftest.py").read_bytes()).hexdigest()
    made_up = sha256((tmp_path / "made_up.parquet").read_bytes()).hexdigest()
    assert manifest["inputs"]["data/counts/made_up.parquet"] == made_up
    assert folder.name not in index.write_index(tmp_path / "reports").read_text()


@pytest.mark.usefixtures("no_kernel")
def test_a_refusal_inside_a_cell_keeps_its_kind(tmp_path):
    for source, kind in (
        ('none = read_counts("nothing")', ParameterError),
        (
            (
                "from analysis.presentation import tables as shown\nfrom analysis.shares import rates as counted\n"
                'shown.table(counted.rates(cases, "charged"), title="No")'
            ),
            DisclosureRefused,
        ),
    ):
        with pytest.raises(kind, match=r"book, code cell \[\d+\].*: .*The notebook as far as it ran"):
            report(tmp_path, new_markdown_cell("## A part"), new_code_cell(source), is_draft=True)


def test_restricted_counts_are_guarded_through_every_notebook(tmp_path, monkeypatch):
    """A report from a force's own cases holds no exact count where it is set beside the press."""
    from analysis.disclosure import protect
    from analysis.questions.findings import charts
    from analysis.questions.findings import words as reasons
    from analysis.questions.findings.verdicts import verdicts
    from analysis.questions.outcomes import words as labels_beside
    from analysis.questions.outcomes.labelled import beside_together
    from analysis.reference import findings
    from analysis.shares.definitions import definitions

    monkeypatch.setattr(counts, "FOLDER", tmp_path)
    for name in ("stalking_charged_2015_2020", "stalking_recorded", "stalking_2024_25"):
        shutil.copy(PROJECT / "data" / "counts" / f"{name}.parquet", tmp_path)
    rows = [
        ("Metropolitan Police", "2024-04-01", code, n)
        for code, n in (("16", 109), ("15", 83), ("18", 29), ("1", 7), ("0", 619))
    ]
    own = released(rows)
    counts.write(own, tmp_path / "own.parquet")
    grid = protect(definitions(own, "victim_withdrawal"))
    chart = charts.definitions(grid, line=reasons.line(findings.finding("london-withdrew")))
    beside = protect(beside_together(own, "victim_withdrawal"))
    told = f"{chart.html} {chart.record} {labels_beside.parted(beside)} {beside.table.to_dict()}"
    for exact in ("109", "192", "847", "228"):
        assert f"{exact} of" not in told
        assert f": {exact}," not in told
    [line] = beside.table[["events", "cases"]].astype(int).to_dict("records")
    assert [number % 5 for number in line.values()] == [0, 0]
    assert max(abs(line["events"] - 109), abs(line["cases"] - 847)) <= 4
    judged = protect(verdicts(findings.findings().values()))
    assert judged.about.sensitivity == "published", "what was printed is judged by published figures alone"


def test_every_sentence_holds_where_nothing_may_be_shown():
    """A force with a handful of restricted cases: symbols and words, no number, no fault, no "nan"."""
    from analysis.disclosure import protect
    from analysis.questions.findings import charts
    from analysis.questions.findings import words as reasons
    from analysis.questions.outcomes import words as labels_beside
    from analysis.questions.outcomes.labelled import beside_together
    from analysis.reference import findings
    from analysis.shares.definitions import definitions

    for cases in (3, 0):
        rows = [("Metropolitan Police", "2024-04-01", code, cases) for code in ("16", "15", "1", "0")]
        own = released(rows)
        grid = protect(definitions(own, "no_further_action"))
        chart = charts.definitions(grid, line=reasons.line(findings.finding("london-no-action")))
        told = labels_beside.parted(protect(beside_together(own, "victim_withdrawal")), force="Metropolitan Police")
        assert told == "There is no force for which both shares can be shown."
        assert "nan" not in f"{told} {chart.text}"
        assert "No way of counting has a share that can be shown." in chart.text


def test_staging_goes_inside_where_nothing_can_be_made_beside(tmp_path, monkeypatch):
    mkdir = Path.mkdir

    def refuse(self, *words, **named):
        if self.name == ".reports-staging":
            raise PermissionError(13, "Permission denied")
        mkdir(self, *words, **named)

    monkeypatch.setattr(Path, "mkdir", refuse)
    folder = report(tmp_path)
    assert (folder / "report.html").is_file()
    assert not list((tmp_path / "reports" / ".staging").iterdir())


def test_where_a_report_belongs():
    book = notebooks.notebook("victim_withdrawal")

    def place(**given):
        return jobs.folder_of(book, jobs.checked(book, given)).as_posix()

    assert place() == "victim_withdrawal/force-all_2024-04_2025-03"
    assert place(force="london, city of") == "victim_withdrawal/force-city-of-london_2024-04_2025-03"
    assert place(force="Kent", period="2024/25 Q2", offence="8l", base="with_outcome") == (
        "victim_withdrawal/force-kent_2024-07_2024-09_offence-8l_base-with-outcome"
    )
    assert place(period="all") == place()


def test_what_is_not_there_is_refused_before_anything_runs():
    book = notebooks.notebook("victim_withdrawal")
    for given in ({"force": "Kentt"}, {"offence": "99Z"}, {"period": "2019/20"}, {"base": "x"}, {"counts": "x"}):
        with pytest.raises(ParameterError):
            jobs.checked(book, given)


def test_the_exporter_is_registered_and_renders_an_executed_notebook(tmp_path):
    from nbconvert.exporters import get_exporter

    exporter = get_exporter("attrition_report_page")
    assert exporter is exporters.PageExporter
    assert exporter.export_from_notebook == "Stalking attrition report"  # without it JupyterLab's menu passes it over
    book = notebooks.read(written(tmp_path, new_code_cell(SHOWN)))
    html, resources = exporter().from_notebook_node(book, {"metadata": {"name": "book"}})
    assert "An answer." in check_page(html).text
    assert wording.DRAFT in html  # nobody saw what was run
    assert (resources["output_extension"], exporter().output_mimetype) == (".html", "text/html")


@pytest.mark.nightly
def test_a_cell_that_fails_while_it_is_exported_is_told_of(tmp_path):
    book = notebooks.read(written(tmp_path, new_code_cell('show.read(read_counts("latests"))')))
    with pytest.raises(NotebookFailed, match=r"stopped half-way: No .* Did you mean 'latest'"):
        exporters.PageExporter().from_notebook_node(book)


def test_only_what_keeps_the_rules_is_run_to_be_exported(tmp_path, monkeypatch):
    book = notebooks.read(written(tmp_path, new_code_cell('show.read(read_counts("latests"))')))
    fails(monkeypatch, CellExecutionError("", "ParameterError", "No set of counts."))  # as at night a kernel does
    with pytest.raises(NotebookFailed, match=r"stopped half-way: No set of counts\."):
        exporters.PageExporter().from_notebook_node(book)
    harmful = new_notebook(cells=[new_code_cell(f"open({str(tmp_path / 'made')!r}, 'w')")])
    with pytest.raises(NotebookFailed, match="Run the notebook, save it, then export it"):
        exporters.PageExporter().from_notebook_node(harmful)
    assert not (tmp_path / "made").exists()


def fails(monkeypatch, *faults):
    """Have the runs of cells fail so, one after another."""
    left = iter(faults)

    def started(_):
        raise next(left)

    monkeypatch.setattr(NotebookClient, "execute", started)


@pytest.mark.parametrize("told", ["Kernel died before replying to kernel_info", "Kernel didn't respond in 60 seconds"])
def test_a_kernel_that_does_not_start_is_started_once_more_and_then_told_of(tmp_path, monkeypatch, told):
    book = notebooks.read(written(tmp_path, new_code_cell('show.read(read_counts("latests"))')))
    fails(monkeypatch, RuntimeError(told), CellExecutionError("", "ParameterError", "No set of counts."))
    with pytest.raises(NotebookFailed, match="stopped half-way"):  # of the second start, where the cell is run
        exporters.PageExporter().from_notebook_node(book)
    fails(monkeypatch, RuntimeError(told), RuntimeError(told))
    with pytest.raises(NotebookFailed, match="kernel did not start, twice"):
        exporters.PageExporter().from_notebook_node(book)


def test_another_error_of_a_run_is_not_taken_for_a_kernel_that_did_not_start():
    def run():
        raise RuntimeError("Another")

    with pytest.raises(RuntimeError, match="Another"):
        engine._begun("book", run)
