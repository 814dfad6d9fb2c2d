"""Run by Airflow's own Python: what it makes of a folder of DAGs, and, where asked, a run of each of them, as JSON."""

import json
import re
import sys
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag

folder, told, *passed_over = sys.argv[1:]
bag = DagBag(folder, safe_mode=False)
found = {"errors": bag.import_errors, "warnings": bag.captured_warnings, "dags": {}}
for name, dag in bag.dags.items():
    held = found["dags"][name] = {
        "schedule": dag.schedule,
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "tasks": {task.task_id: type(task).__name__ for task in dag.tasks},
        "retries": {task.task_id: task.retries for task in dag.tasks},
        "after": {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks},
    }
    if passed_over:
        run = dag.test(mark_success_pattern=re.compile(passed_over[0]))
        held["run"] = str(run.state)
        held["states"] = {one.task_id: str(one.state) for one in run.get_task_instances()}
        held["said"] = next(one.xcom_pull("batch") for one in run.get_task_instances() if one.task_id == "batch")
Path(told).write_text(json.dumps(found, default=str))
