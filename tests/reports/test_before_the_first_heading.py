"""What a notebook shows before its first heading stands on the page and in print, in order, in every form."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis.presentation import blocks, content
from analysis.publishing.report import rendering, typesetting
from analysis.publishing.report.exporters import PageExporter, PrintExporter
from tests.reports.tagged import Tagged
from tests.reports.test_typesetting import DESCRIPTION, MANIFEST, figure, shown

TITLE = new_markdown_cell("# How many?\n\nFor a test.")
TABLE = content.table("A table of forces", ["Force", "Cases"], [["Kent", "40"]], numbers=[1])
#: In their order, one word of each thing that is shown before the heading.
SAID = ("A table of forces", "Words between", "Of cases.")


def cells(*after):
    answer = blocks.headline("Half did.", "Of 40 cases 20 did.")
    return [
        shown(TABLE),
        shown(*answer.parts, kind="headline", **answer.record),
        new_markdown_cell("Words between."),
        shown(figure(), kind="figure"),
        *after,
    ]


SECTION = (new_markdown_cell("## A part\n\nWords below."),)


def in_order(text, *words):
    places = [text.index(word) for word in words]
    return places == sorted(places)


@pytest.mark.parametrize("after", [SECTION, ()], ids=["a section", "no section"])
def test_the_page_has_it_under_the_answer_and_before_the_sections(after):
    report = rendering.assembled(new_notebook(cells=[TITLE, *cells(*after)]))
    html = rendering.page(report, MANIFEST)
    below = ['<h2 id="a-part">', "Words below."] if after else []
    assert in_order(html, "Half did.", "For a test.", *SAID, *below)
    assert not re.search(r"<ul>\s*</ul>", html)


@pytest.mark.parametrize("layout", ["report", "sheet"])
def test_print_has_it_too(tmp_path, layout):
    metadata = {"attrition": {"layout": layout}}
    report = rendering.assembled(new_notebook(cells=[TITLE, *cells(*SECTION)], metadata=metadata))
    path = tmp_path / "report.pdf"
    path.write_bytes(typesetting.typeset(report, MANIFEST))
    printed = Tagged(path)
    assert in_order(" ".join(printed.pages), "Half did.", *SAID, "Words below.")
    assert [picture.alternative for picture in printed.root.all("Figure")] == [DESCRIPTION]


@pytest.mark.parametrize("exporter", [PageExporter, PrintExporter])
def test_so_has_what_jupyterlab_exports(tmp_path, exporter):
    made, _ = exporter().from_notebook_node(
        new_notebook(cells=[TITLE, *cells(*SECTION)]), {"metadata": {"name": "book"}}
    )
    if exporter is PrintExporter:
        path = tmp_path / "report.pdf"
        path.write_bytes(made)
        made = " ".join(Tagged(path).pages)
    assert in_order(made, *SAID, "Words below.")


def test_the_text_before_nothing_is_left_out_there_too():
    cell = new_code_cell("show", outputs=shown_nothing())
    report = rendering.assembled(new_notebook(cells=[TITLE, new_markdown_cell("What you will see."), cell]))
    assert [part.source for part in report.unheaded] == ["Not held."]


def shown_nothing():
    return shown(*blocks.nothing("Not held.").parts, kind="nothing", text="Not held.").outputs
