"""Of what is not held a report says so once, and leaves out whatever would introduce it."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.presentation import blocks
from analysis.publishing.report import prose, rendering
from analysis.questions.trends import years
from tests.conftest import nightly
from tests.reports import made_once

SOMETHING = blocks.said("table", "Something")


def shown(one):
    """A cell that shows this."""
    return new_code_cell("show", outputs=[new_output("display_data", data=one._repr_mimebundle_())])


def told(*cells):
    """The sections of a report, each with its title and what stands in it in words."""
    title = new_markdown_cell("# How many?\n\nFor a test.")
    report = rendering.assembled(new_notebook(cells=[title, *cells]))
    assert all(block.kind != "nothing" for block in report.blocks)
    return {
        one.title: [part.source.strip() if isinstance(part, prose.Prose) else part.record["text"] for part in one.body]
        for one in report.sections
    }


def test_the_text_before_nothing_is_left_out_and_what_is_told_stands_in_its_place():
    cells = [
        new_markdown_cell("## First\n\nWhat you will see."),
        shown(blocks.nothing("Not held.")),
        new_markdown_cell("The same in numbers."),
        shown(blocks.nothing()),
        new_markdown_cell("Something else."),
        shown(SOMETHING),
    ]
    assert told(*cells) == {"First": ["Not held.", "Something else.", "Something"]}


def test_a_section_of_which_nothing_is_left_goes_with_its_heading_and_one_of_text_alone_stays():
    cells = [
        new_markdown_cell("## First\n\nWhat you will see."),
        shown(blocks.nothing()),
        new_markdown_cell("## Second\n\nOnly words."),
        new_markdown_cell("## Third"),
        shown(SOMETHING),
    ]
    assert told(*cells) == {"Second": ["Only words."], "Third": ["", "Something"]}


@pytest.mark.parametrize(
    "given",
    nightly(
        [
            {"counts": "offences_2024_25", "offence": "8L", "force": "Kent"},
            {"counts": "gwent_2022_2025", "measure": "withdrew_or_evidential"},
            {"counts": "stalking_example"},
        ],
        {"counts": "offences_2024_25", "offence": "8L", "force": "Kent"},
    ),
)
def test_what_is_held_of_stalking_alone_is_said_once_in_a_report_of_another_crime(tmp_path_factory, given):
    page = (made_once.folder_of(tmp_path_factory, "trends", given) / "report.html").read_text()
    assert page.count(years.NOT_HELD) == 1
    for gone in (
        "Withdrawal, or a change of label?",
        "Wales against England",
        "nothing to show",
        "The dot is the share",
    ):
        assert gone not in page
    stalking = (made_once.folder_of(tmp_path_factory, "trends", {}) / "report.html").read_text()
    assert years.NOT_HELD not in stalking
    assert "Withdrawal, or a change of label?" in stalking
