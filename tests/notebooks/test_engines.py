"""The warm engine answers as a kernel does: bundled notebooks, awkward cells, and every way to end early."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import nbformat
import papermill
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.exceptions import PapermillExecutionError
from traitlets import CaselessStrEnum

from analysis.errors import NotebookFailed, ParameterError
from analysis.publishing.notebooks import notebooks
from analysis.publishing.running import ahead, children, engine, warm
from tests.conftest import PROJECT, nightly

pytestmark = pytest.mark.skipif(not children.is_possible(), reason="this system cannot fork a prepared process")

AWKWARD = {
    "streams": "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\nsys.stdout.write('d')",
    "warning": "import warnings\nwarnings.warn('mind', stacklevel=1)\n1",
    "logging": "import logging\nlogging.warning('mind')",
    "order": "from IPython.display import display\ndisplay(1)\nprint('between')\ndisplay(2)\n3",
    "update": "handle = display('old', display_id=True)\nhandle.update('new')",
    "clear": "from IPython.display import clear_output\nprint('gone')\nclear_output()\nprint('kept')",
    "clear_later": "print('gone')\nclear_output(wait=True)\nprint('kept')",
    "nothing": "",
    "semicolon": "5;",
    "none": "None",
    "last": "_ = 7\n_",
    "table": "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "figure": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('t')",
    "assigned": "x = 1\nx + 1",
    "await": "import asyncio\nawait asyncio.sleep(0)\n'woken'",
    "html": "from IPython.display import HTML\nHTML('<b>x</b>')",
    "main": "__name__",
    "where": "import os\nos.path.basename(os.getcwd())",
    "suite": "from analysis import show\nshow.headline('An answer.', 'A sentence.')",
}


def written(tmp_path, *sources):
    cells = [new_markdown_cell("# Words"), *(new_code_cell(source) for source in sources)]
    held = new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "", "language": ""}})
    path = tmp_path / "awkward.ipynb"
    nbformat.write(held, path)
    return path


class OfSockets(AsyncKernelManager):
    """A kernel as papermill starts one, but for its ports, which that of another test can choose at the same time."""

    transport = CaselessStrEnum(["ipc"], default_value="ipc")


def run(path, name, **settings):
    out = path.with_name(f"{name}.ipynb")
    given = {"progress_bar": False, "kernel_name": "python3", "language": "python", "cwd": path.parent, **settings}
    warm.register()
    own = {"engine_name": warm.NAME} if name == "warm" else {"kernel_manager_class": OfSockets}
    papermill.execute_notebook(path, out, **own, **given)
    return nbformat.read(out, 4)


CELL = rf"{re.escape(gettempdir())}/ipykernel_\d+/\d+\.py"


def outputs(document):
    """The outputs of each cell; places in memory, which differ at each run, taken out."""
    told = [[dict(output) for output in cell.get("outputs", [])] for cell in document.cells if cell.cell_type == "code"]
    return [
        [
            {
                key: re.sub(rf"0x[0-9a-f]+|{CELL}|<ipython-input-[^>]*>", "#", str(value))
                for key, value in output.items()
            }
            for output in cell
        ]
        for cell in told
    ]


def test_awkward_cells_answer_alike(tmp_path):
    path = written(tmp_path, *AWKWARD.values())
    plain, forked = run(path, "plain"), run(path, "warm")
    for name, one, other in zip(AWKWARD, outputs(plain), outputs(forked), strict=True):
        if name == "figure":
            assert [list(output) for output in one] == [list(output) for output in other]
        else:
            assert one == other, name
    one, other = ([cell.get("execution_count") for cell in document.cells] for document in (plain, forked))
    assert one == other


def test_a_process_that_began_ahead_answers_alike(tmp_path):
    path = written(
        tmp_path, "from analysis import show", *(AWKWARD[one] for one in ("main", "where", "logging", "clear"))
    )
    done = []
    with ahead.begun(path, (done.append(step) for step in ("loads", "more"))):
        first = outputs(run(path, "warm"))
    assert first == outputs(run(path, "warm"))
    assert done[0] == "loads"  # while the cells ran
    path = written(tmp_path, "from analysis import nothing_of_this_name", "1")
    with ahead.begun(path), pytest.raises(PapermillExecutionError) as caught:
        run(path, "warm")
    assert caught.value.ename == "ImportError"


def test_a_process_that_began_ahead_and_has_ended_is_not_waited_for(tmp_path):
    path = written(tmp_path, "1 + 1")
    with ahead.begun(path):
        ahead._waiting[0].child.kill()
        ahead._waiting[0].child.join()
        assert outputs(run(path, "warm"))[0][0]["data"] == "{'text/plain': '2'}"
    with ahead.begun(path):
        unused = ahead._waiting[0].child
    assert unused.exitcode == -signal.SIGKILL
    assert not ahead._waiting


@pytest.mark.nightly
@pytest.mark.parametrize("name", notebooks.names())
def test_a_bundled_notebook_answers_alike(tmp_path, name):
    book = notebooks.notebook(name)
    found = [
        outputs(engine.execute(book, book.values({}), tmp_path / f"{one}.ipynb", engine=one)) for one in engine.ENGINES
    ]
    assert found[0] == found[1]


def test_seeds_differ_from_run_to_run(tmp_path):
    path = written(tmp_path, "import random\nimport numpy as np\n(random.random(), float(np.random.rand()))")
    first, second = (outputs(run(path, "warm"))[0][0]["data"] for _ in range(2))
    assert first != second


def test_an_error_ends_the_run_and_is_kept(tmp_path):
    path = written(tmp_path, "1", "raise ValueError('no')", "2")
    kept = []
    for name in ("plain", "warm"):
        with pytest.raises(PapermillExecutionError) as caught:
            run(path, name)
        assert (caught.value.ename, caught.value.evalue) == ("ValueError", "no")
        document = nbformat.read(path.with_name(f"{name}.ipynb"), 4)
        # papermill puts a note above the failed cell
        kept.append([(cell.source[:9], len(cell.get("outputs", []))) for cell in document.cells])
    assert kept[0] == kept[1]


@pytest.mark.parametrize("name", engine.ENGINES)
def test_what_an_error_of_anothers_making_quotes_stays_in_the_notebook(tmp_path, name, monkeypatch):
    """It may quote a value: nothing of it is in what records keep, all of it beside the line that raised."""
    monkeypatch.setattr(engine.rules, "faults", lambda *_: [])  # which refuse such a cell, and with it the warm engine
    path = written(tmp_path, "1", "held = ['a', 'value']\nraise ValueError(' '.join(held))")
    book, out = notebooks.Notebook(str(path), path, "", ()), tmp_path / "out.ipynb"
    with pytest.raises(NotebookFailed, match="ValueError: a value") as caught:
        engine.execute(book, {}, out, engine=name)
    assert caught.value.in_short.endswith("line 2 “raise ValueError(' '.join(held))”: ValueError.")
    assert "a value" not in caught.value.in_short
    (kept,) = [
        output for cell in nbformat.read(out, 4).cells for output in cell.get("outputs", []) if "ename" in output
    ]
    lines = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(kept.traceback)).splitlines()
    assert "----> 2 raise ValueError(' '.join(held))" in lines
    assert lines[-1] == "ValueError: a value"


def test_the_file_by_which_a_kernel_is_reached_stands_in_the_folder_of_the_run(tmp_path):
    """That of temporary files keeps it where a command is killed."""
    path = written(tmp_path, "from ipykernel.connect import get_connection_file\nget_connection_file()")
    book = notebooks.Notebook(str(path), path, "", ())
    done = engine.execute(book, {}, tmp_path / "out.ipynb", engine="plain")
    (place,) = [output["data"]["text/plain"].strip("'") for cell in done.cells for output in cell.get("outputs", [])]
    assert Path(place).parent.parent == tmp_path
    assert not Path(place).exists()


@pytest.mark.parametrize(("deep", "transport"), [("", "ipc"), ("d" * 90, "tcp")])
def test_a_kernel_has_sockets_of_its_own_and_ports_only_where_their_names_would_be_too_long(deep, transport):
    """Of ports two kernels that start at once can choose the same, and then neither runs."""
    with TemporaryDirectory() as short:
        folder = Path(short) / deep
        folder.mkdir(exist_ok=True)
        asked = "from ipykernel.connect import get_connection_info\nget_connection_info(unpack=True)"
        path = written(folder, f"{asked}['transport']")
        done = engine.execute(notebooks.Notebook(str(path), path, "", ()), {}, folder / "out.ipynb", engine="plain")
        (told,) = [output["data"]["text/plain"] for cell in done.cells for output in cell.get("outputs", [])]
        assert told == repr(transport)
        assert {place.name for place in folder.iterdir()} == {path.name, "out.ipynb"}


def test_a_notebook_that_runs_is_saved_whole_or_not_at_all(tmp_path):
    """A later state takes the place of an earlier one, which is not written over: a link to it shows it still."""
    out, earlier = tmp_path / "out.ipynb", tmp_path / "earlier.ipynb"
    path = written(tmp_path, f"import os\nos.link({str(out)!r}, {str(earlier)!r})", "6 * 7")
    engine.execute(notebooks.Notebook(str(path), path, "", ()), {}, out, engine="plain")
    told = [[bool(cell.get("outputs")) for cell in nbformat.read(file, 4).cells][-1] for file in (earlier, out)]
    assert told == [False, True]
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([path.name, out.name, earlier.name])


def test_a_place_is_where_the_command_is_given_and_not_where_the_notebook_stands(tmp_path, monkeypatch):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "ours").mkdir()
    path = written(tmp_path / "theirs", "6 * 7")
    monkeypatch.chdir(tmp_path / "ours")
    engine.execute(notebooks.Notebook(str(path), path, "", ()), {}, Path("out.ipynb"), engine="plain")
    assert [file.name for file in tmp_path.glob("*/*")] == [path.name, "out.ipynb"]


def test_a_notebook_that_never_ends_is_stopped(tmp_path):
    path = written(tmp_path, "while True: pass")
    with pytest.raises(CellTimeoutError):
        run(path, "warm", execution_timeout=1)


DIES = "import os\nos.kill(os.getpid(), 9)"


@pytest.mark.parametrize("source", nightly(["import os\nos._exit(3)", DIES], DIES))
def test_a_process_that_dies_is_noticed(tmp_path, source):
    with pytest.raises(DeadKernelError):
        run(written(tmp_path, "1", source, "2"), "warm")


def test_a_notebook_that_breaks_the_rules_gets_a_kernel(tmp_path, monkeypatch):
    asked = []

    def executed(*_, **given):
        asked.append(given["engine_name"])
        return new_notebook()

    monkeypatch.setattr(engine.papermill, "execute_notebook", executed)
    for name in ("victim_withdrawal", str(written(tmp_path, "import os\nos.system('true')"))):
        book = notebooks.Notebook(name, notebooks.path_of(name), "", ())
        engine.execute(book, {}, tmp_path / "out.ipynb")
    assert asked == [warm.NAME, None]


def test_an_engine_that_is_not_there_is_refused(tmp_path):
    book = notebooks.notebook("victim_withdrawal")
    with pytest.raises(ParameterError, match="engine"):
        engine.execute(book, book.values({}), tmp_path / "out.ipynb", engine="warn")


@pytest.mark.parametrize(
    "first",
    nightly(["papermill", "analysis.publishing.running.warm", "analysis.publishing.running.entry"], "papermill"),
)
def test_papermill_finds_the_engine_whichever_is_loaded_first(tmp_path, first):
    program = (
        f"import sys, {first}, papermill\n"
        "papermill.execute_notebook(sys.argv[1], sys.argv[2], engine_name='attrition', progress_bar=False)\n"
    )
    path = written(tmp_path, "6 * 7")
    (tmp_path / "program.py").write_text(program)  # without a guard: it must not be run again in the child
    words = [sys.executable, str(tmp_path / "program.py"), str(path), str(tmp_path / "out.ipynb")]
    subprocess.run(words, check=True, capture_output=True, cwd=PROJECT)
    assert outputs(nbformat.read(tmp_path / "out.ipynb", 4))[0][0]["data"] == "{'text/plain': '42'}"
