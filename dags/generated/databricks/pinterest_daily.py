# Made by Pinflow's DAG generator from a schedule with the SHA-256
# 7b2dd675a32d79cf82987b70d4dd50930586f44c8c64dd596824d83cda7cf576.
# Do not edit: change dags/schedules.ts, then "npm run dags" writes this file anew.

from datetime import datetime, timedelta, timezone
from hashlib import sha256
from json import dumps
from zoneinfo import ZoneInfo

from airflow import __version__ as airflow_version
from airflow.providers.databricks.hooks.databricks import (
    SUBMIT_RUN_ENDPOINT,
    DatabricksHook,
)
from airflow.providers.databricks.operators.databricks import (
    DatabricksSubmitRunOperator,
)
from airflow.timetables.trigger import CronTriggerTimetable
from jinja2 import pass_context

if airflow_version.startswith("2."):
    from airflow import DAG
    from airflow.models.param import Param
else:
    from airflow.sdk import DAG, Param

DATABRICKS_CONNECTION = "databricks_default"
STEP = "run-job"
ENDED = ["TERMINATED", "SKIPPED", "INTERNAL_ERROR"]
SUCCEEDED = ["SUCCESS", "SUCCESS_WITH_FAILURES"]
TIME_ZONE = "UTC"


def read_date(context):
    """The logical date, and when it was due: None for a date that a person has named."""
    named = context["params"]["date"]
    if named:
        return named, None
    # A run that was asked for without a time has none in Airflow 3.
    due = context.get("logical_date") or context["dag_run"].run_after
    return due.astimezone(ZoneInfo(TIME_ZONE)).date().isoformat(), due


@pass_context
def name_workflow(context):
    """The id of the workflow that would run the date."""
    date, _ = read_date(context)
    return f"daily-pinterest-{date}"


def list_runs(hook, since):
    """Every submitted run since then; versions of the provider differ in the path."""
    endpoint = ("GET", SUBMIT_RUN_ENDPOINT[1].replace("submit", "list"))
    query = {"run_type": "SUBMIT_RUN", "start_time_from": since, "limit": 25}
    while True:
        page = hook._do_api_call(endpoint, query)
        yield from page.get("runs", [])
        if not page.get("next_page_token"):
            return
        query["page_token"] = page["next_page_token"]


def has_failed(run):
    state = run["state"]
    has_ended = state["life_cycle_state"] in ENDED
    return has_ended and state.get("result_state") not in SUCCEEDED


@pass_context
def make_token(context):
    """Another one only after a run of the date has failed: a lost task finds its run."""
    workflow_id = name_workflow(context)
    begin = datetime.fromisoformat(read_date(context)[0]).replace(tzinfo=timezone.utc)
    # No date is run before it begins somewhere.
    since = int((begin - timedelta(days=1)).timestamp() * 1000)
    runs = list_runs(DatabricksHook(DATABRICKS_CONNECTION), since)
    name = f"{workflow_id}/{STEP}"
    failed = sum(run["run_name"] == name and has_failed(run) for run in runs)
    parts = dumps([workflow_id, STEP, failed + 1], separators=(",", ":"))
    return sha256(parts.encode()).hexdigest()


LIMIT = timedelta(hours=14)

with DAG(
    dag_id="pinterest_daily",
    description="Posts of a day: sent, landed, cleaned, queried",
    doc_md="Posts of a day: sent, landed, cleaned, queried\n\nAirflow runs the notebooks itself, on what a sink of Kafka Connect has landed.\n",
    schedule=CronTriggerTimetable("17 2 * * *", timezone=TIME_ZONE),
    start_date=datetime(2026, 11, 1, tzinfo=ZoneInfo(TIME_ZONE)),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=LIMIT + timedelta(hours=7),
    default_args={
        "owner": "data-engineering",
        "retries": 3,
        "retry_delay": timedelta(seconds=300),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(hours=1),
        "execution_timeout": LIMIT,
    },
    params={
        "date": Param(
            None,
            type=["null", "string"],
            format="date",
            description="Logical date of a run by hand; else the day it is asked for",
        )
    },
    tags=["pinflow", "daily"],
    user_defined_macros={"name_workflow": name_workflow, "make_token": make_token},
):
    DatabricksSubmitRunOperator(
        task_id="clean_and_query",
        databricks_conn_id="databricks_default",
        run_name="{{ name_workflow() }}/run-job",
        idempotency_token="{{ make_token() }}",
        timeout_seconds=50400,
        polling_period_seconds=60,
        tasks=[
            {
                "task_key": "clean",
                "notebook_task": {
                    "notebook_path": "/Shared/pinflow/clean",
                    "base_parameters": {
                        "landing_root": "s3://pinflow",
                        "pipeline": "pinterest",
                        "tables_root": "s3://pinflow/tables/pinterest",
                        "run_id": "{{ name_workflow() }}",
                    },
                },
            },
            {
                "task_key": "queries",
                "depends_on": [{"task_key": "clean"}],
                "notebook_task": {
                    "notebook_path": "/Shared/pinflow/queries",
                    "base_parameters": {"tables_root": "s3://pinflow/tables/pinterest"},
                },
            },
        ],
    )
