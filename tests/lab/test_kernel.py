"""What a kernel answers whoever presses Tab, Shift-Tab or a question mark, and whoever misspells a name."""

import pytest
from jupyter_client.manager import start_new_kernel

import analysis
from tests.conftest import nightly

BEGUN = """
import analysis
from analysis import outcomes, read_counts
cases = read_counts("latest")
kent = outcomes.endings(cases, "victim_withdrawal", force="Kent")
"""


class Kernel:
    """A kernel, asked as JupyterLab asks it."""

    def __init__(self, client):
        self.client = client

    def run(self, source):
        """What a cell shows, in the order in which it does."""
        shown = []
        self.client.execute_interactive(source, output_hook=shown.append, timeout=120)
        return [one["content"] for one in shown if one["msg_type"] in ("error", "execute_result", "stream")]

    def completed(self, source):
        """What Tab offers at the end of a line."""
        return self.client.complete(source, len(source), reply=True, timeout=120)["content"]["matches"]

    def told(self, source):
        """What Shift-Tab shows at the end of a line."""
        found = self.client.inspect(source, len(source), reply=True, timeout=120)["content"]
        return found["data"]["text/plain"] if found["found"] else ""


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel()
    kernel = Kernel(client)
    assert kernel.run(BEGUN) == []
    yield kernel
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_tab_shows_the_public_names_alone(kernel):
    assert kernel.completed("analysis.") == sorted(analysis.__all__)
    assert set(kernel.completed("from analysis import outc")) == {"outcomes"}


def test_tab_shows_what_a_result_has(kernel):
    offered = kernel.completed("kent.")
    assert {"headline", "key_figures", "rows", "table", "tables", "quarters"} <= set(offered)
    assert not [name for name in offered if name.startswith("_")]
    assert "endings" in kernel.completed("outcomes.en")
    assert "force=" in kernel.completed("outcomes.endings(cases, fo")


@pytest.mark.parametrize("asked", ["outcomes.endings(", "outcomes.endings(cases, ", "outcomes.endings"])
def test_shift_tab_in_a_bracket_shows_what_it_takes_and_gives(kernel, asked):
    told = kernel.told(asked)
    for words in ("measure", "base", "force", "Parameters\n------", "Returns\n------", "How many cases ended"):
        assert words in told


def test_shift_tab_on_a_result_says_what_it_is(kernel):
    assert "How cases ended" in kernel.told("kent")
    assert "One of ``tables()``." in kernel.told("kent.table(")


@pytest.mark.parametrize("name", nightly(analysis.__all__, "outcomes", "rates", "read_counts", "show"))
def test_every_public_name_says_what_it_is(kernel, name):
    assert "Docstring" in kernel.told(f"analysis.{name}")


def test_a_misspelt_name_is_answered_by_one_line(kernel):
    [fault] = kernel.run("here = 'Kennt'\noutcomes.endings(cases, 'victim_withdrawal', force=here)")
    sentence = "No force is called 'Kennt'. Did you mean 'Kent'? 'attrition list forces' shows all 44."
    assert (fault["ename"], fault["evalue"]) == ("ParameterError", sentence)
    [line] = fault["traceback"]
    assert line.startswith(f"{sentence} (Cell In[")
    assert line.endswith("line 2)")


def test_a_fault_of_anything_else_keeps_its_traceback(kernel):
    [fault] = kernel.run("1 / 0")
    assert "Traceback" in "\n".join(fault["traceback"])


def test_all_of_it_can_be_asked_for(kernel):
    kernel.run("read_counts('latests')")
    [shown] = kernel.run("import sys, traceback\ntraceback.print_last(file=sys.stdout)")
    assert "counts.py" in shown["text"]
