import { dailyRunId } from '../domain/names.ts';
import { describeDailyStart } from '../domain/daily-start.ts';
import { CALL_LIMIT, renderConstants, renderDagHead, renderDateFunction } from './render-parts.ts';
import type { DailyDag } from './spec.ts';

const IMPORTS = `from datetime import datetime, timedelta
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
`;

const CALLS = `def ask(method, path, **request):
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
`;

/** What is done once the run has ended, or is waited for no longer. */
const END = `    @task(retries=0)
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
`;

/** The DAG that starts the workflow of a date by Temporal's HTTP API, waits for its end and tells it. */
export function renderTemporal(dag: DailyDag, header: string): string {
  const { schedule, run, temporal } = dag;
  // Of any date; only what is the same for all of them is used.
  const start = describeDailyStart({ pipeline: schedule.pipeline, date: '2026-01-01' });
  const constants = renderConstants({
    TEMPORAL_CONNECTION: temporal.connection,
    NAMESPACE: temporal.namespace,
    WORKFLOW_TYPE: start.workflowType,
    TASK_QUEUE: start.taskQueue,
    REUSE_POLICY: `WORKFLOW_ID_REUSE_POLICY_${start.workflowIdReusePolicy}`,
    CONFLICT_POLICY: `WORKFLOW_ID_CONFLICT_POLICY_${start.workflowIdConflictPolicy}`,
    RUN: { pipeline: schedule.pipeline, ...run },
  });
  return `${header}
${IMPORTS}
${renderDateFunction(schedule, constants)}


${CALLS}

${renderDagHead(dag, {
  about: 'Temporal does the work; this DAG starts it, or joins it, and waits for its end.',
  taskLimit: CALL_LIMIT,
})}

    @task(multiple_outputs=False)
    def start(**context):
        """Starts the date, joins its run, or finds that it has succeeded."""
        date, due = read_date(context)
        run = {**RUN, "date": date}${renderDeadline(schedule.lateAfterMinutes)}
        workflow_id = f"${dailyRunId({ pipeline: schedule.pipeline, date: '{date}' })}"
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
    @task.sensor(mode="reschedule", poke_interval=${dag.lookEverySeconds}, timeout=LIMIT.total_seconds())
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

${END}`;
}

function renderDeadline(minutes: number | undefined): string {
  if (minutes === undefined) return '';
  return `
        if due is not None:
            deadline = (due + timedelta(minutes=${minutes})).astimezone(ZoneInfo("UTC"))
            run["deadline"] = deadline.strftime("%Y-%m-%dT%H:%M:%SZ")`;
}
