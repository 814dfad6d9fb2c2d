"""A draft with a chart and a table of its author: the same numbers in every form, under the words that they have."""

import json

import openpyxl
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from analysis.errors import NotebookFailed
from analysis.publishing.checks import page_rules
from analysis.publishing.notebooks import notebooks, rules
from analysis.publishing.report import publication
from tests.notebooks.test_rules import written
from tests.reports.data_files import check_data
from tests.reports.tagged import Tagged

CHART, TABLE = "More cases, no more charges", "The five largest forces"
SEEN = "Dots of 44 police forces: from 30 cases to 11,831, and a share charged between 4% and 20% at any size."
WORK = """
import matplotlib.pyplot as plt
from analysis import rates

rows = rates(cases, "charged", by="force").rows()[["force", "cases", "share"]]
figure, axes = plt.subplots()
points = axes.scatter(rows["cases"], rows["share"])
"""
CELLS = (
    new_markdown_cell("## Mine"),
    new_code_cell(f'{WORK}show.figure(figure, title="{CHART}", words="{SEEN}", rows=rows)'),
    new_code_cell(
        'largest = rows.nlargest(5, "cases").assign(odds=lambda rows: rows["share"] / (1 - rows["share"]))\n'
        f'show.table(largest, title="{TABLE}", words="Five forces.", units={{"odds": "ratio"}})'
    ),
)


def draft(folder, *cells):
    book = written(folder, *cells)
    return publication.publish(notebooks.notebook(str(book)), {}, out=folder / "drafts", is_draft=True)


LOOKED = (
    new_markdown_cell("## Looked round"),
    new_code_cell('from analysis import explore, sortable\nexplore(cases, "charged")'),
    new_code_cell('sortable(rates(cases, "charged", by="quarter").table("By quarter"))'),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = draft(tmp_path_factory.mktemp("own"), *CELLS, *LOOKED)
    return folder, json.loads((folder / "results.json").read_text("utf-8"))


def test_they_are_on_the_page_with_their_words_and_break_none_of_its_rules(made):
    folder, results = made
    html = (folder / "report.html").read_text("utf-8")
    assert page_rules.broken(html) == []
    assert '<figure class="figure own" id="figure-more-cases-no-more-charges"' in html
    assert f'aria-label="{SEEN}"' in html
    assert "own calculation" in html
    assert "image/png" not in html  # what pyplot would have shown below the cell
    chart, table, *_ = (block for block in results["blocks"] if block["kind"] in ("figure", "table"))
    assert (len(chart["records"]), len(table["records"])) == (44, 5)
    assert chart["records"][0].keys() == {"force", "cases", "share", "state"}


def test_data_files_and_workbook_hold_their_rows(made):
    folder, results = made
    check_data(folder, results)
    book = openpyxl.load_workbook(folder / "tables.xlsx", read_only=True)
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {CHART, TABLE, "Odds (ratio)"} <= cells


def test_print_has_the_drawing_with_its_description(made):
    pictures = Tagged(made[0] / "report.pdf").root.all("Figure")
    assert pictures[0].alternative == SEEN


def test_what_is_explored_stands_still(made):
    folder, results = made
    html = (folder / "report.html").read_text("utf-8")
    *_, figure, table = (block for block in results["blocks"] if block["kind"] in ("figure", "table"))
    assert "ended in a charge or summons." in figure["text"]
    assert f'id="{figure["id"]}"' in html
    assert [record["quarter"] for record in table["records"]] == [f"2024/25 Q{quarter}" for quarter in range(1, 5)]
    assert "<select" not in html
    assert "<script" not in html


@pytest.mark.usefixtures("no_kernel")
def test_a_second_one_of_the_same_title_is_refused(tmp_path):
    with pytest.raises(NotebookFailed, match=f"shows a second table called '{TABLE}'. Give each a title of its own"):
        draft(tmp_path, *CELLS, new_markdown_cell("## Again"), new_code_cell(CELLS[-1].source))


def test_a_table_of_the_suites_rows_may_stand_in_a_report_and_a_drawing_in_drafts_alone(tmp_path):
    shown = 'show.table(rates(cases, "charged", by="force").rows(), title="Charged", words="A share for each force.")'
    imports = new_code_cell("from analysis import rates")
    allowed = written(tmp_path, imports, new_markdown_cell("## A part"), new_code_cell(shown))
    assert rules.faults(allowed) == []
    told = [fault.rule for fault in rules.faults(written(tmp_path, imports, *CELLS))]
    assert "imports a module; use 'from analysis import …'" in told
