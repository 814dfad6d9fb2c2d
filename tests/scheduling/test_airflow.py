"""The DAG: parsed by Airflow, and run by it, both tasks of it."""

import json
import os
import sys
from pathlib import Path

from tests.scheduling import programs

SMALL = 'formats = ["page"]\n[[reports]]\nnotebook = "victim_withdrawal"\nforce = "Gwent"\nperiod = "2024/25"\n'
NOTHING = "^$"


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


def test_airflow_parses_it(tmp_path):
    found = airflow(tmp_path, programs.FOLDER)
    assert (found["errors"], found["warnings"]) == ({}, {})
    assert list(found["dags"]) == ["attrition_monthly"]
    dag = found["dags"]["attrition_monthly"]
    assert (dag["schedule"], dag["catchup"], dag["max_active_runs"]) == ("17 5 3 * *", False, 1)
    assert dag["tasks"] == {"batch": "BashOperator", "notebook": "PapermillOperator", "page": "BashOperator"}
    assert dag["after"] == {"batch": [], "notebook": ["page"], "page": []}
    assert set(dag["retries"].values()) == {0}


def test_airflow_runs_it_and_a_batch_that_fails_is_a_task_that_fails(tmp_path):
    home = programs.clone(tmp_path / "opt")
    (tmp_path / "small.toml").write_text(SMALL)
    (tmp_path / "dags").mkdir()
    changes = {
        "/opt/attrition": str(home),
        "/srv/attrition": str(tmp_path),
        "batch monthly": f"batch {tmp_path}/small.toml",
    }
    (tmp_path / "dags" / "right.py").write_text(programs.text("airflow_dag.py", **changes))
    failing = {**changes, "attrition_monthly": "attrition_failing", "{HOME}/.venv/bin/attrition batch": "exit 6;"}
    (tmp_path / "dags" / "failing.py").write_text(programs.text("airflow_dag.py", **failing))
    kernel = programs.run(sys.executable, "-m", "ipykernel", "install", "--prefix", tmp_path, "--name", "attrition")
    assert kernel.returncode == 0, kernel.stderr
    own = environment(tmp_path, tmp_path / "dags")
    migrated = programs.run(programs.scheduler("airflow"), "db", "migrate", env=own, cwd=tmp_path)
    assert migrated.returncode == 0, migrated.stderr

    found = airflow(tmp_path, tmp_path / "dags", NOTHING)["dags"]
    assert found["attrition_monthly"]["states"] == dict.fromkeys(["batch", "notebook", "page"], "success")
    assert found["attrition_monthly"]["said"]["done"] == 1  # the summary, which the command wrote last
    assert (tmp_path / "reports" / "victim_withdrawal").is_dir()
    [executed] = tmp_path.glob("victim_withdrawal_*.ipynb")
    assert '"Kent"' in json.dumps(json.loads(executed.read_text()))
    assert "Kent" in executed.with_suffix(".html").read_text()
    assert found["attrition_failing"]["states"]["batch"] == "failed"
    assert found["attrition_failing"]["run"] == "failed"
