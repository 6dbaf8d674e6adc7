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
# Airflow 3.3 takes a task for failed when it is resumed before its executor has told that it was deferred. So what is
# deferred lasts a while and is looked at rarely, and may be tried again: a token then finds the same run.
DEFERRED = {"deferrable": True, "polling_period_seconds": 5}
RETURNS = {
    "notebook_path": "/Shared/pinflow/returns",
    "base_parameters": {"given": "{{ ds_nodash | default('none') }}"},
}


def submit(task_id: str, notebook: str = "returns", **more: object) -> DatabricksSubmitRunOperator:
    task = {
        "task_key": "only",
        "existing_cluster_id": CLUSTER,
        "notebook_task": {"notebook_path": f"/Shared/pinflow/{notebook}"},
    }
    options = {"polling_period_seconds": 1, **more}
    return DatabricksSubmitRunOperator(task_id=task_id, tasks=[task], idempotency_token=f"airflow-{task_id}", **options)


def notebook(task_id: str, name: str = "returns", **more: object) -> DatabricksNotebookOperator:
    options = {"polling_period_seconds": 1, **more}
    return DatabricksNotebookOperator(
        task_id=task_id,
        notebook_path=f"/Shared/pinflow/{name}",
        source="WORKSPACE",
        existing_cluster_id=CLUSTER,
        **options,
    )


with DAG("databricks_operators", schedule=None, start_date=datetime(2026, 1, 1), catchup=False):
    submit("submit_sync")
    submit("submit_deferred", "naps", retries=2, retry_delay=timedelta(seconds=1), **DEFERRED)
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
        idempotency_token="airflow-run-now-deferred",
        retries=2,
        retry_delay=timedelta(seconds=1),
        **DEFERRED,
    )
    notebook("notebook_sync")
    notebook("notebook_deferred", "naps", **DEFERRED)
    submit("failing", "fail", retries=0)
    # The time is up while the notebook sleeps, and Airflow kills the task.
    submit("killed", "sleeps", retries=0, execution_timeout=timedelta(seconds=15))
    with DatabricksWorkflowTaskGroup(group_id="group", databricks_conn_id="databricks_default"):
        notebook("first") >> notebook("second")
