"""Cells of any kind: reading them never fails, and one without a fault holds only calls of the suite and words."""

import ast
import json
from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from analysis.errors import NotebookFailed
from analysis.publishing.notebooks import notebooks, rules
from analysis.publishing.notebooks.expressions import Reader
from tests.conftest import examples

#: Pieces of cells, those of an honest one and those of an attack, in any order.
PIECES = st.sampled_from(
    [
        *("cases", "shares", "force", "outcomes", "rates", "show", "show.headline", "shares.sentence", "told", "x"),
        *("(", ")", "(", ")", ",", ", ", " = ", "=", ":=", "*", "**", ".", ".place", ".about", ".table", ".select"),
        *("'word'", '"charged"', "f'{cases}'", "4711", "True", "None", "b''", "...", "[", "]", "{", "}", ":"),
        *("\n", "\n    ", " if ", " else ", "lambda: ", "lambda x: ", " for x in ", "await ", "yield ", "@", "->"),
        *("def f():\n    ", "class A:\n    ", "with ", "try:\n    ", "import os", "del ", "assert ", "match cases:"),
        *(
            "str",
            "repr",
            "getattr",
            "open",
            "__class__",
            "_",
            "print",
            "help",
            "not ",
            "-",
            "+",
            " % ",
            " == ",
            " and ",
        ),
    ]
)
#: All that a cell may be made of.
ALLOWED = (
    *(ast.Module, ast.Assign, ast.Expr, ast.Call, ast.keyword, ast.Name, ast.Attribute, ast.Constant, ast.Tuple),
    *(ast.Starred, ast.Load, ast.Store),
)
IMPORTS = "from analysis import outcomes, rates, read_counts, show, split"
BEFORE = 'cases = read_counts("stalking_2024_25")\nshares = rates(cases, "charged")\ntold = "A", "B"'
KNOWN = {"outcomes", "rates", "read_counts", "show", "split", "cases", "shares", "told", "force"}


def read(source):
    """The syntax tree of a cell and its faults, where it is Python."""
    tree = notebooks.syntax(source)
    reader = Reader({"force": "str"})
    assert reader.cell(ast.parse(IMPORTS)) == reader.cell(ast.parse(BEFORE)) == []
    return tree, reader.cell(tree)


@examples(120, 1500)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_a_cell_without_a_fault_holds_what_is_listed_and_no_more(source):
    try:
        tree, faults = read(source)
    except SyntaxError:
        return
    if faults:
        return
    nodes = list(ast.walk(tree))
    assert all(isinstance(node, ALLOWED) for node in nodes), source
    assert all(isinstance(node.value, (str, bool, type(None))) for node in nodes if isinstance(node, ast.Constant))
    given_here = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    assert not given_here & {"outcomes", "rates", "read_counts", "show", "split", "force"}
    assert {node.id for node in nodes if isinstance(node, ast.Name)} <= KNOWN | given_here, source
    assert not any(node.attr.startswith("_") for node in nodes if isinstance(node, ast.Attribute))


def test_the_search_can_find_cells_without_a_fault():
    for source in ("show.headline('word', *told, force)", "x = shares.sentence()", "", "x = told, cases.select"):
        _, faults = read(source)
        assert (faults == []) == (source != "x = told, cases.select"), source


@given(st.text(max_size=200))
def test_any_text_is_read(source):
    try:
        read(source)
    except SyntaxError:
        return


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda one: st.one_of(
        st.lists(one, max_size=4),
        st.dictionaries(st.sampled_from(["cells", "metadata", "source", "cell_type", "tags", "x"]), one, max_size=5),
    ),
    max_leaves=20,
)


@examples(25, 200)
@given(st.one_of(st.binary(max_size=60), JSON.map(lambda told: json.dumps(told).encode())))
@example(b'{"cells":[{"cell_type":null}]}')
def test_any_file_is_a_notebook_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.ipynb"
    path.write_bytes(content)
    assert rules.faults(path)
    with suppress(NotebookFailed):
        notebooks.notebook(str(path))
