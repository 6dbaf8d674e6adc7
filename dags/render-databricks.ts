import { dailyRunId, databricksRunName } from '../domain/names.ts';
import { escapeJinja, type PythonValue, toPython } from './python-text.ts';
import { renderConstants, renderDagHead, renderDateFunction } from './render-parts.ts';
import type { DailyDag } from './spec.ts';

/** The step in run names and tokens; that of the workflow, so that both lead to the same Databricks run (I4). */
const STEP = 'run-job';

const IMPORTS = `from datetime import datetime, timedelta, timezone
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
`;

/** Tries that must lead to one run have one token (I4, I6). */
const TOKEN = `def list_runs(hook, since):
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
`;

/** The DAG that runs the notebooks of a date on what a sink has landed. */
export function renderDatabricks(dag: DailyDag, header: string): string {
  const { schedule, databricks, limitHours, lookEverySeconds } = dag;
  const constants = renderConstants({
    DATABRICKS_CONNECTION: databricks.connection,
    STEP,
    ENDED: ['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR'],
    SUCCEEDED: ['SUCCESS', 'SUCCESS_WITH_FAILURES'],
  });
  const workflowId = dailyRunId({ pipeline: schedule.pipeline, date: '{date}' });
  return `${header}
${IMPORTS}
${renderDateFunction(schedule, constants)}


@pass_context
def name_workflow(context):
    """The id of the workflow that would run the date."""
    date, _ = read_date(context)
    return f"${workflowId}"


${TOKEN}

${renderDagHead(dag, {
  about: 'Airflow runs the notebooks itself, on what a sink of Kafka Connect has landed.',
  extra: 'user_defined_macros={"name_workflow": name_workflow, "make_token": make_token},',
  taskLimit: 'LIMIT',
})}
    DatabricksSubmitRunOperator(
        task_id="clean_and_query",
        databricks_conn_id=${toPython(escapeJinja(databricks.connection))},
        run_name=${toPython(databricksRunName('{{ name_workflow() }}', STEP))},
        idempotency_token="{{ make_token() }}",
        timeout_seconds=${limitHours * 3600},
        polling_period_seconds=${lookEverySeconds},
        tasks=${toPython(describeTasks(dag), { indent: 8, used: 6 })},
    )
`;
}

/** As the workflow submits them, but for the manifest: nobody else writes one. */
function describeTasks({ schedule, databricks }: DailyDag): PythonValue {
  const { cluster, notebooks, landingRoot, tablesRoot } = databricks;
  const compute = cluster === undefined ? {} : { existing_cluster_id: escapeJinja(cluster) };
  const tables = { tables_root: escapeJinja(`${tablesRoot}/${schedule.pipeline}`) };
  const landed = { landing_root: escapeJinja(landingRoot), pipeline: schedule.pipeline };
  const notebook = (name: string, base_parameters: PythonValue) => ({
    notebook_path: escapeJinja(`${notebooks}/${name}`),
    base_parameters,
  });
  return [
    {
      task_key: 'clean',
      notebook_task: notebook('clean', { ...landed, ...tables, run_id: '{{ name_workflow() }}' }),
      ...compute,
    },
    {
      task_key: 'queries',
      depends_on: [{ task_key: 'clean' }],
      notebook_task: notebook('queries', tables),
      ...compute,
    },
  ];
}
