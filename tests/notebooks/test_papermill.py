"""papermill by its own command: asked for this suite's engine, it refuses parameters as ``attrition run`` does."""

from types import SimpleNamespace

import IPython
import nbformat
import papermill
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_notebook
from papermill.cli import papermill as command
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import load_notebook_node

from analysis import read_counts
from analysis.errors import ParameterError
from analysis.publishing.running import children, entry
from tests.conftest import PROJECT

DECLARED = 'force: str = "all"  # one force\ntimes: int = 1  # how often\nshown: bool = False  # whether it is seen'
OFFER = "No parameter of small is called 'fource'. Did you mean 'force'? 'attrition run small --help' shows all 3."


@pytest.fixture
def notebook(tmp_path):
    cells = [new_code_cell(DECLARED, metadata={"tags": ["parameters"]}), new_code_cell("[force, times, shown]")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), tmp_path / "small.ipynb")
    return tmp_path / "small.ipynb"


def asked(notebook, *words):
    out = notebook.with_name("out.ipynb")
    return CliRunner().invoke(
        command, ["--engine", "attrition", "--no-progress-bar", *words, str(notebook), str(out)]
    ), out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-p", "fource", "Kent"], OFFER),
        (["-p", "force", "5"], "--force takes text, not '5'"),
        (["-p", "times", "often"], "--times takes a whole number, not 'often'"),
        (["-p", "shown", "5"], "--shown takes true or false, not '5'"),
    ],
)
def test_what_is_no_parameter_is_refused_before_a_cell_runs(notebook, words, said):
    ended, out = asked(notebook, *words)
    assert (ended.exit_code, out.exists()) == (ParameterError.exit_status, False)
    assert said in ended.output


def test_from_python_it_is_the_error_of_the_suite(notebook):
    with pytest.raises(ParameterError, match="Did you mean 'force'"):
        papermill.execute_notebook(notebook, None, {"fource": "Kent"}, engine_name="attrition", progress_bar=False)


def test_texts_become_the_types_that_are_declared(notebook):
    document = load_notebook_node(str(notebook))
    document.metadata.papermill["parameters"] = {"force": "Kent", "times": "3"}
    checked = entry._checked(document, notebook)
    assert checked.cells[1].source.splitlines()[1:] == ['force = "Kent"', "times = 3"]


@pytest.mark.nightly
@pytest.mark.skipif(not children.is_possible(), reason="this system cannot fork a prepared process")
def test_what_is_one_is_given_as_the_type_that_is_declared(notebook):
    ended, out = asked(notebook, "-p", "force", "Kent", "-r", "times", "3", "-p", "shown", "true")
    assert ended.exit_code == 0, ended.output
    assert nbformat.read(out, 4).cells[-1].outputs[0]["data"]["text/plain"] == "['Kent', 3, True]"


INJECTED = '# Parameters\nfource = "Kent"\n'
RIGHT = '# Parameters\nforce = "Kent"\ntimes = 2\n'
REFUSAL = "This notebook has no parameter 'fource'. Did you mean 'force'? It has: force, times, shown."


def run_before(monkeypatch, *cells):
    """Have a kernel that has run these cells."""
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(user_ns={"In": ["", *cells]}))


@pytest.mark.parametrize(
    "cells",
    [
        [DECLARED, INJECTED],
        [DECLARED, INJECTED, "from analysis import read_counts"],
        ["import os", DECLARED, INJECTED, "%matplotlib inline", "print(fource)"],
        [DECLARED, RIGHT, INJECTED],  # as one would mend it, the wrong way round
    ],
)
def test_reading_counts_refuses_a_parameter_that_a_plain_papermill_was_given(monkeypatch, cells):
    run_before(monkeypatch, *cells)
    with pytest.raises(ParameterError) as refused:
        read_counts("stalking_example")
    assert str(refused.value).startswith(REFUSAL)


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [DECLARED],
        [DECLARED, RIGHT],
        [DECLARED, INJECTED, "read_counts('latest')", RIGHT],  # mended and run again
        [DECLARED, INJECTED, DECLARED],  # taken out and run again
        [DECLARED, 'fource = "Kent"'],  # a variable of one's own
        [DECLARED, "# Parameters\nprint(force)"],
        ["# Parameters\nfource = 3", "import os"],  # of a notebook that declares none
        ["not Python (", INJECTED],
    ],
)
def test_any_other_cell_is_let_be(monkeypatch, cells):
    run_before(monkeypatch, *cells)
    assert read_counts("stalking_example").name == "stalking_example"


@pytest.mark.nightly
def test_a_plain_papermill_stops_at_the_cell_that_reads_counts(notebook):
    document = nbformat.read(notebook, 4)
    document.cells.insert(1, new_code_cell("from analysis import read_counts\nread_counts('stalking_example')"))
    nbformat.write(document, notebook)
    with pytest.raises(PapermillExecutionError) as refused:
        papermill.execute_notebook(notebook, None, {"fource": "Kent"}, progress_bar=False)
    assert refused.value.evalue.startswith(REFUSAL)
    done = papermill.execute_notebook(notebook, None, {"force": "Kent"}, progress_bar=False)
    assert done.cells[-1].outputs[0]["data"]["text/plain"] == "['Kent', 1, False]"


def test_the_document_that_says_so_has_the_words_of_the_refusal():
    text = " ".join((PROJECT / "docs" / "how_to" / "papermill.md").read_text().split())
    assert REFUSAL.partition("It has")[0] in text
