"""The DAG: parsed by Airflow as it is printed, and run by it as it would be put in place here, all tasks of it."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.scheduling import programs

#: By day the commands and the callback of the file are held to what there is (test_commands.py).
pytestmark = pytest.mark.nightly
SMALL = 'formats = ["page"]\n[[reports]]\nnotebook = "victim_withdrawal"\nforce = "Gwent"\nperiod = "2024/25"\n'
NOTHING = "^$"
PRINTED, RUNNING, FAILING = "attrition_monthly", "attrition_running", "attrition_failing"


def environment(folder, dags):
    """Airflow's own settings, data and kernels, all of them below a folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    jupyter = folder / "share" / "jupyter"
    own = {"AIRFLOW_HOME": folder / "airflow", "AIRFLOW__CORE__DAGS_FOLDER": dags, "JUPYTER_PATH": jupyter}
    return {**kept, "AIRFLOW__CORE__LOAD_EXAMPLES": "False", **{name: str(value) for name, value in own.items()}}


def airflow(folder, dags, *words):
    """What Airflow says of a folder of DAGs."""
    told = folder / "told.json"
    script = Path(__file__).with_name("run_dag.py")
    own = environment(folder, dags)
    run = programs.run(programs.scheduler("python"), script, dags, told, *words, env=own, cwd=folder)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    return json.loads(told.read_text())


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder in which Airflow, its kernel and what the suite makes are at home."""
    return tmp_path_factory.mktemp("airflow")


@pytest.fixture(scope="module")
def found(place):
    """What Airflow makes of the file, and of a run of it here: once as it is, once with a batch that fails."""
    home = programs.clone(place / "opt")
    (place / "small.toml").write_text(SMALL)
    (place / "dags").mkdir()
    (place / "dags" / "printed.py").write_text(programs.text("airflow_dag.py"))
    changes = {"/opt/attrition": str(home), "/srv/attrition": str(place)}
    changes |= {"update monthly --out": f"batch {place}/small.toml --out"}  # where nothing can be fetched
    (place / "dags" / "running.py").write_text(programs.text("airflow_dag.py", **changes, **{PRINTED: RUNNING}))
    failing = {**changes, PRINTED: FAILING, "{HOME}/.venv/bin/attrition batch": "exit 6;"}
    (place / "dags" / "failing.py").write_text(programs.text("airflow_dag.py", **failing))
    kernel = programs.run(sys.executable, "-m", "ipykernel", "install", "--prefix", place, "--name", "attrition")
    assert kernel.returncode == 0, kernel.stderr
    own = environment(place, place / "dags")
    migrated = programs.run(programs.scheduler("airflow"), "db", "migrate", env=own, cwd=place)
    assert migrated.returncode == 0, migrated.stderr
    return airflow(place, place / "dags", f"{RUNNING}={NOTHING}", f"{FAILING}=notebook|page")


def test_airflow_parses_it(found):
    assert (found["errors"], found["warnings"]) == ({}, {})
    assert set(found["dags"]) == {PRINTED, RUNNING, FAILING}
    dag = found["dags"][PRINTED]
    assert (dag["schedule"], dag["catchup"], dag["max_active_runs"]) == ("17 5 3 * *", False, 1)
    assert dag["tasks"] == {"update": "BashOperator", "notebook": "PapermillOperator", "page": "BashOperator"}
    assert dag["after"] == {"update": [], "notebook": ["page"], "page": []}
    assert set(dag["retries"].values()) == {0}


def test_airflow_runs_it_and_a_batch_that_fails_is_a_task_that_fails(place, found):
    ran, failed = found["dags"][RUNNING], found["dags"][FAILING]
    assert ran["states"] == dict.fromkeys(["update", "notebook", "page"], "success")
    assert ran["said"]["done"] == 1  # the summary, which the command wrote last
    assert (place / "reports" / "victim_withdrawal").is_dir()
    [executed] = place.glob("victim_withdrawal_*.ipynb")
    assert '"Kent"' in json.dumps(json.loads(executed.read_text()))
    assert "Kent" in executed.with_suffix(".html").read_text()
    assert failed["states"]["update"] == "failed"
    assert failed["run"] == "failed"
