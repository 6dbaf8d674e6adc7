# Made by Pinflow's DAG generator from a schedule with the SHA-256
# db9399990bc8793c001726d1e30f4cd86c361791b54ab5947bd7f3aca82deb84.
# Do not edit: change dags/schedules.ts, then "npm run dags" writes this file anew.

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import requests
from airflow import __version__ as airflow_version
from airflow.timetables.trigger import CronTriggerTimetable

if airflow_version.startswith("2."):
    from airflow import DAG
    from airflow.decorators import task
    from airflow.models.connection import Connection
    from airflow.models.param import Param
    from airflow.sensors.base import PokeReturnValue

    get_connection = Connection.get_connection_from_secrets
else:
    from airflow.sdk import DAG, Connection, Param, PokeReturnValue, task

    get_connection = Connection.get

TEMPORAL_CONNECTION = "temporal_http"
NAMESPACE = "default"
WORKFLOW_TYPE = "runPipeline"
TASK_QUEUE = "pinflow"
REUSE_POLICY = "WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY"
CONFLICT_POLICY = "WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING"
RUN = {"pipeline": "pinterest"}
TIME_ZONE = "UTC"


def read_date(context):
    """The logical date, and when it was due: None for a date that a person has named."""
    named = context["params"]["date"]
    if named:
        return named, None
    # A run that was asked for without a time has none in Airflow 3.
    due = context.get("logical_date") or context["dag_run"].run_after
    return due.astimezone(ZoneInfo(TIME_ZONE)).date().isoformat(), due


def ask(method, path, **request):
    """One call to the HTTP API of Temporal, about a workflow."""
    to = get_connection(TEMPORAL_CONNECTION)
    address = f"{to.schema or 'http'}://{to.host}:{to.port or 7243}"
    url = f"{address}/api/v1/namespaces/{NAMESPACE}/workflows/{path}"
    headers = {"Authorization": f"Bearer {to.password}"} if to.password else {}
    return requests.request(method, url, headers=headers, timeout=60, **request)


def expect(answer):
    if not answer.ok:
        raise RuntimeError(f"Temporal answered {answer.status_code}: {answer.text}")
    return answer.json()


LIMIT = timedelta(hours=14)

with DAG(
    dag_id="pinterest_daily",
    description="Posts of a day: sent, landed, cleaned, queried",
    doc_md="Posts of a day: sent, landed, cleaned, queried\n\nTemporal does the work; this DAG starts it, or joins it, and waits for its end.\n",
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
        "execution_timeout": timedelta(minutes=5),
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
):

    @task(multiple_outputs=False)
    def start(**context):
        """Starts the date, joins its run, or finds that it has succeeded."""
        date, due = read_date(context)
        run = {**RUN, "date": date}
        if due is not None:
            deadline = (due + timedelta(minutes=240)).astimezone(ZoneInfo("UTC"))
            run["deadline"] = deadline.strftime("%Y-%m-%dT%H:%M:%SZ")
        workflow_id = f"daily-pinterest-{date}"
        # No requestId: a fixed one would lead to a failed run again.
        request = {
            "workflowType": {"name": WORKFLOW_TYPE},
            "taskQueue": {"name": TASK_QUEUE},
            "input": [run],
            "workflowIdReusePolicy": REUSE_POLICY,
            "workflowIdConflictPolicy": CONFLICT_POLICY,
        }
        answer = ask("POST", workflow_id, json=request)
        # Refused is a date that has succeeded.
        is_done = answer.status_code == 409
        run_id = (answer.json()["details"][0] if is_done else expect(answer))["runId"]
        print(f"run {run_id} of {workflow_id}")
        return {"workflow_id": workflow_id, "run_id": run_id}

    # Airflow 3.3 may take a sensor for lost that comes back soon; it is then tried again.
    @task.sensor(mode="reschedule", poke_interval=60, timeout=LIMIT.total_seconds())
    def wait(run):
        """Looks for the end of the run; at each look the server waits 20 s for it."""
        query = {
            "execution.runId": run["run_id"],
            "waitNewEvent": "true",
            "historyEventFilterType": 2,  # only the end
        }
        answer = ask("GET", f"{run['workflow_id']}/history", params=query)
        events = expect(answer)["history"].get("events", [])
        return PokeReturnValue(bool(events), xcom_value=events[-1] if events else None)

    @task(retries=0)
    def tell_result(end):
        """Succeeds with the result of the run, or fails with what it failed with."""
        how = end["eventType"].removeprefix("EVENT_TYPE_WORKFLOW_EXECUTION_").lower()
        if how == "completed":
            return end["workflowExecutionCompletedEventAttributes"]["result"][0]
        about = end.get("workflowExecutionFailedEventAttributes", {})
        failure = about.get("failure", {"message": "no reason is given"})
        while "cause" in failure:
            failure = failure["cause"]
        raise RuntimeError(f"the run has ended as {how}: {failure['message']}")

    @task
    def cancel_abandoned(run):
        """Cancels a run that nobody here waits for any more."""
        workflow_id, run_id = run["workflow_id"], run["run_id"]
        answer = ask("GET", workflow_id, params={"execution.runId": run_id})
        status = expect(answer)["workflowExecutionInfo"]["status"]
        if status != "WORKFLOW_EXECUTION_STATUS_RUNNING":
            return
        print(f"run {run_id} of {workflow_id} still runs: it is cancelled")
        request = {
            "workflowExecution": {"workflowId": workflow_id, "runId": run_id},
            "reason": "given up by Airflow",
        }
        expect(ask("POST", f"{workflow_id}/cancel", json=request))

    started = start()
    told = tell_result(wait(started))
    # A teardown also runs when the whole run of the DAG is marked as failed.
    told >> cancel_abandoned(started).as_teardown(setups=started)
