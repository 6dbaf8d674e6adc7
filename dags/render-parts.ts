import type { DailySchedule } from '../domain/daily-schedule.ts';
import { dagId } from '../domain/names.ts';
import { type PythonValue, toPython } from './python-text.ts';
import type { DailyDag } from './spec.ts';

/** `NAME = value`, one a line. */
export function renderConstants(values: Readonly<Record<string, PythonValue>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${toPython(value, { used: name.length + 3 })}\n`)
    .join('');
}

/** The constants, and how a run of the DAG tells its date. */
export function renderDateFunction({ timeZone }: DailySchedule, constants: string): string {
  return `${constants}TIME_ZONE = ${toPython(timeZone)}


def read_date(context):
    """The logical date, and when it was due: None for a date that a person has named."""
    named = context["params"]["date"]
    if named:
        return named, None
    # A run that was asked for without a time has none in Airflow 3.
    due = context.get("logical_date") or context["dag_run"].run_after
    return due.astimezone(ZoneInfo(TIME_ZONE)).date().isoformat(), due`;
}

interface DagHead {
  /** Who does the work. */
  readonly about: string;
  /** How long one try of a task may take. */
  readonly taskLimit: string;
  /** One more argument. */
  readonly extra?: string;
}

const LONGEST_PAUSE_HOURS = 1;
/** How long one try of a task may take that only asks something. */
const CALL_MINUTES = 5;
export const CALL_LIMIT = `timedelta(minutes=${CALL_MINUTES})`;

/** What the two tasks may take that come before and after the waiting: a teardown is skipped when the time of a run is up. */
function hoursOfTries(retries: number): number {
  return Math.ceil(2 * (retries * LONGEST_PAUSE_HOURS + ((retries + 1) * CALL_MINUTES) / 60));
}

/** From the limit to the line that opens the DAG. */
export function renderDagHead(dag: DailyDag, { about, taskLimit, extra }: DagHead): string {
  const { schedule, startDate, owner, description, tags, retries, limitHours } = dag;
  const [hour, minute] = schedule.at.split(':').map(Number);
  const [year, month, day] = startDate.split('-').map(Number);
  return `LIMIT = timedelta(hours=${limitHours})

with DAG(
    dag_id=${toPython(dagId(schedule.pipeline))},
    description=${toPython(description)},
    doc_md=${toPython(`${description}\n\n${about}\n`)},
    schedule=CronTriggerTimetable("${minute} ${hour} * * *", timezone=TIME_ZONE),
    start_date=datetime(${year}, ${month}, ${day}, tzinfo=ZoneInfo(TIME_ZONE)),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=LIMIT + timedelta(hours=${hoursOfTries(retries.count)}),
    default_args={
        "owner": ${toPython(owner)},
        "retries": ${retries.count},
        "retry_delay": timedelta(seconds=${retries.delaySeconds}),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(hours=${LONGEST_PAUSE_HOURS}),
        "execution_timeout": ${taskLimit},
    },
    params={
        "date": Param(
            None,
            type=["null", "string"],
            format="date",
            description="Logical date of a run by hand; else the day it is asked for",
        )
    },
    tags=${toPython(tags, { indent: 4, used: 5 })},${extra === undefined ? '' : `\n    ${extra}`}
):`;
}
