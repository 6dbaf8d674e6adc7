"""One DAG with the operators of the Databricks provider, each waiting in the task and, where it can, in the triggerer."""

from datetime import datetime, timedelta

from airflow.providers.databricks.operators.databricks import (
    DatabricksNotebookOperator,
    DatabricksRunNowOperator,
    DatabricksSubmitRunOperator,
)
from airflow.providers.databricks.operators.databricks_workflow import DatabricksWorkflowTaskGroup
from airflow.sdk import DAG

CLUSTER = "local"
RETURNS = {"notebook_path": "/Shared/pinflow/returns", "base_parameters": {"given": "{{ ds_nodash | default('none') }}"}}


def submit(task_id: str, notebook: str = "returns", **more: object) -> DatabricksSubmitRunOperator:
    task = {
        "task_key": "only",
        "existing_cluster_id": CLUSTER,
        "notebook_task": {"notebook_path": f"/Shared/pinflow/{notebook}"},
    }
    return DatabricksSubmitRunOperator(
        task_id=task_id, tasks=[task], idempotency_token=f"airflow-{task_id}", polling_period_seconds=1, **more
    )


def notebook(task_id: str, **more: object) -> DatabricksNotebookOperator:
    return DatabricksNotebookOperator(
        task_id=task_id,
        notebook_path="/Shared/pinflow/returns",
        source="WORKSPACE",
        existing_cluster_id=CLUSTER,
        polling_period_seconds=1,
        **more,
    )


with DAG("databricks_operators", schedule=None, start_date=datetime(2026, 1, 1), catchup=False):
    submit("submit_sync")
    submit("submit_deferred", deferrable=True)
    DatabricksSubmitRunOperator(
        task_id="submit_single", notebook_task=RETURNS, existing_cluster_id=CLUSTER, polling_period_seconds=1
    )
    DatabricksRunNowOperator(
        task_id="run_now_sync", job_name="for-airflow", job_parameters={"given": "sync"}, polling_period_seconds=1
    )
    DatabricksRunNowOperator(
        task_id="run_now_deferred",
        job_name="for-airflow",
        job_parameters={"given": "deferred"},
        polling_period_seconds=1,
        deferrable=True,
    )
    notebook("notebook_sync")
    notebook("notebook_deferred", deferrable=True)
    submit("failing", "fail", retries=0)
    # The time is up while the notebook sleeps, and Airflow kills the task.
    submit("killed", "sleeps", retries=0, execution_timeout=timedelta(seconds=15))
    with DatabricksWorkflowTaskGroup(group_id="group", databricks_conn_id="databricks_default"):
        notebook("first") >> notebook("second")
