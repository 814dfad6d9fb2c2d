"""A result that shows itself: a draft and an export carry all of it where it stands, a report is told its parts."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from analysis.errors import NotebookFailed
from analysis.publishing.checks import page_rules
from analysis.publishing.notebooks import notebooks, rules
from analysis.publishing.report import publication, rendering
from analysis.publishing.report.exporters import PageExporter, PrintExporter
from tests.notebooks.test_rules import written
from tests.reports.data_files import check_data

RESULTS = "\n".join(
    [
        "from analysis import between, outcomes, rates",
        "from IPython.display import display",
        'display(outcomes.endings(cases, "victim_withdrawal", force="Kent"))',
        'display(rates(cases, "charged", by="force"))',
        'display(rates(cases, "charged", by="quarter"))',
        'between(cases, "charged", "Kent", "Essex")',
    ]
)
TITLES = [
    "How the cases ended, by outcome type",
    "all 44 forces, 2024/25",
    "all 44 forces, 2024/25 (2)",
    "From 8.5% in Kent to 10.3% in Essex",
    "Kent less Essex",
    "Two places side by side",
]


@pytest.mark.usefixtures("no_kernel")
def test_a_draft_has_each_table_with_its_sentence_where_the_cell_stands(tmp_path):
    book = notebooks.notebook(str(written(tmp_path, new_markdown_cell("## Mine"), new_code_cell(RESULTS))))
    made = publication.publish(book, {}, out=tmp_path / "drafts", is_draft=True)
    html, results = ((made / name).read_text("utf-8") for name in ("report.html", "results.json"))
    blocks = json.loads(results)["blocks"]
    assert [block["title"] for block in blocks if "title" in block] == TITLES
    assert [block["kind"] for block in blocks[:2]] == ["words", "table"]
    for block in blocks:
        if "id" in block:
            assert html.count(f'id="{block["id"]}"') == 1
    section = html[html.index('<h2 id="mine">') :]
    assert "ended because the victim withdrew." in section
    assert page_rules.broken(html) == []
    check_data(made, json.loads(results))


def test_each_of_two_figures_of_one_name_is_drawn_under_its_own(tmp_path):
    again = 'from analysis import rates\nshown = rates(cases, "charged", by="quarter")\n'
    book = written(
        tmp_path, new_markdown_cell("## Mine"), *(new_code_cell(f"{again}shown.quarters()") for _ in range(2))
    )
    made = publication.publish(notebooks.notebook(str(book)), {}, out=tmp_path / "drafts", is_draft=True)
    html = (made / "report.html").read_text("utf-8")
    assert page_rules.broken(html) == []
    assert html.count('<figure class="figure" id="charged-by-quarter"') == 1
    assert html.count('<figure class="figure" id="charged-by-quarter-2"') == 1


@pytest.mark.parametrize("exporter", [PageExporter, PrintExporter])
def test_an_export_carries_what_was_run(exporter, tmp_path):
    executed = written(tmp_path, new_markdown_cell("## Mine"), new_code_cell(RESULTS))
    document = nbformat.read(executed, 4)
    document.cells[5].outputs = [nbformat.v4.new_output("display_data", data=data) for data in shown_by_themselves()]
    exported, _ = exporter().from_notebook_node(document, {"metadata": {"name": "book"}})
    assert len(exported) > 10_000
    assert [block.record.get("title") for block in rendering._blocks(document) if "title" in block.record] == TITLES[
        -3:
    ]


def shown_by_themselves():
    from analysis import between, read_counts

    yield between(read_counts("stalking_2024_25"), "charged", "Kent", "Essex")._repr_mimebundle_()


@pytest.mark.parametrize("exporter", [PageExporter, PrintExporter])
def test_a_server_is_given_a_page_that_says_why_nothing_was_exported_and_a_command_the_error(exporter):
    frame = nbformat.v4.new_output("execute_result", data={"text/html": "<table></table>"})
    book = nbformat.v4.new_notebook(cells=[new_code_cell("rows", outputs=[frame])])
    asked = {"metadata": {"name": "my_book"}, "config_dir": "there"}
    made = exporter()
    page, resources = made.from_notebook_node(book, asked)
    assert "<h1" in page
    assert "my_book could not be exported" in page
    assert "Code cell [1] shows a table that is not of this suite. show.table(rows, title=…, words=…)" in page
    assert (made.output_mimetype, resources["output_extension"]) == ("text/html", ".not_exported.html")
    with pytest.raises(NotebookFailed, match="is not of this suite"):
        exporter().from_notebook_node(book, {**asked, "unique_key": "my_book"})


def test_a_report_is_told_which_parts_it_may_show(tmp_path):
    shown = 'outcomes.endings(cases, "victim_withdrawal")'
    book = written(
        tmp_path, new_markdown_cell("## Mine"), new_code_cell("from analysis import outcomes"), new_code_cell(shown)
    )
    told = [fault.rule for fault in rules.faults(book) if "by itself" in fault.rule]
    assert len(told) == 1
    assert "Endings by itself, which only a draft may" in told[0]
    assert all(part in told[0] for part in (".headline()", ".types()", ".table(…)"))
    with pytest.raises(NotebookFailed, match="shows Endings by itself"):
        rules.enforce(book, book.read_bytes())
