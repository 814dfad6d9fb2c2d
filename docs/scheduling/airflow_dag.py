"""Every month by Airflow 3: what is new and all reports by the command, and one notebook by the papermill provider.

Airflow runs in an environment of its own, which need not hold the suite; the suite stands in HOME.
"""

import subprocess
from datetime import timedelta

import pendulum
from airflow.providers.papermill.operators.papermill import PapermillOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

HOME = "/opt/attrition"  # the clone, set up by 'make report'
PLACE = "/srv/attrition"  # a folder of Airflow's user; the reports stand below it


def tell(context: dict) -> None:
    """Have those told whom the batch file names for failures: of a task that is not the batch, which tells itself."""
    words = f"Airflow: the task {context['task_instance'].task_id} failed."
    subprocess.run([f"{HOME}/.venv/bin/attrition", "notify", "monthly", "--ended", words], check=False)  # noqa: S603


with DAG(
    "attrition_monthly",
    description="Stalking attrition: England and Wales and every police force",
    schedule="17 5 3 * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="Europe/London"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 0},  # what failed would fail again; cleared by hand, a task makes only what is missing
    tags=["attrition"],
):
    # The last line, which Airflow keeps as the task's XCom, is the summary of the run as JSON.
    update = BashOperator(
        task_id="update",
        bash_command=(
            f"{HOME}/.venv/bin/attrition update monthly --out {PLACE}/reports --keep 24 --wait --log-format json"
        ),
        execution_timeout=timedelta(hours=6),
    )

    # One notebook as Airflow runs any other. Its kernel, 'attrition', is the suite's own Python.
    executed = f"{PLACE}/victim_withdrawal_{{{{ dag_run.run_after | ds }}}}.ipynb"
    notebook = PapermillOperator(
        task_id="notebook",
        input_nb=f"{HOME}/notebooks/victim_withdrawal.ipynb",
        output_nb=executed,
        parameters={"force": "Kent"},  # in the newest year that is held
        kernel_name="attrition",
        execution_timeout=timedelta(minutes=30),
        on_failure_callback=tell,
    )
    page = BashOperator(
        task_id="page",
        bash_command=f"{HOME}/.venv/bin/jupyter nbconvert --to attrition_report_page {executed}",
        on_failure_callback=tell,
    )
    notebook >> page
