"""A cell is named as its author counts: as JupyterLab numbers it when all are run, whatever was put between since."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from analysis.publishing.notebooks import cell_names

CELLS = [
    new_markdown_cell("# How many?\n\nFor whom."),
    new_code_cell('force: str = "all"  # a force', metadata={"tags": ["parameters"]}),
    new_code_cell('force = "a value"', metadata={"tags": ["injected-parameters"]}, execution_count=2),
    new_code_cell("from analysis import rates", execution_count=3),
    new_markdown_cell("## A part\n\nWords. # no heading"),
    new_code_cell("  \n"),
    new_code_cell("one = 1\ntwo = one / 0", execution_count=4),
    new_markdown_cell("Words alone."),
]


@pytest.mark.parametrize(
    ("place", "named"),
    [
        (1, "the text under “How many?”"),
        (2, "code cell [1] under “How many?”"),
        (3, "the cell of the parameters that were given"),
        (4, "code cell [2] under “How many?”"),
        (7, "code cell [3] under “A part”"),
        (8, "the text under “A part”"),
    ],
)
def test_a_cell_is_named_by_the_number_beside_it_and_the_heading_above_it(place, named):
    assert cell_names.named(CELLS, place) == named


def test_a_notebook_without_a_heading_has_numbers_alone():
    assert cell_names.named([new_code_cell("1"), new_code_cell("2")], 2) == "code cell [2]"


@pytest.mark.parametrize(
    ("traceback", "told"),
    [
        (
            ["\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[4]\x1b[39m\x1b[32m, line 2\x1b[39m"],
            ", line 2 “two = one / 0”",
        ),
        (["Cell In[1], line 1", "Cell In[4], line 2", "Cell In[4], line 1"], ", line 2 “two = one / 0”"),
        (["File elsewhere.py:3"], ""),
        (["Cell In[4], line 9"], ""),
        ([], ""),
    ],
)
def test_the_line_is_the_first_of_that_cell_in_the_traceback(traceback, told):
    assert cell_names.line(CELLS[6], traceback) == told


def test_no_value_of_a_parameter_is_told():
    assert cell_names.line(CELLS[2], ["Cell In[2], line 1"]) == ", line 1"


def test_what_stands_in_a_line_is_one_safe_line_and_no_longer_than_anybody_reads():
    cell = new_code_cell("x = '\x1b[2J\u202e'" + " + 1" * 60, execution_count=1)
    told = cell_names.line(cell, ["Cell In[1], line 1"])
    assert len(told) < 100
    assert told.isprintable()
    assert told.endswith("…”")
