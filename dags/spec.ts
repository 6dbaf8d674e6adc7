import { type DailySchedule, findScheduleProblems } from '../domain/daily-schedule.ts';
import { dailyRunId, isLogicalDate } from '../domain/names.ts';
import { planRun, type RunSettings } from '../domain/run.ts';

/**
 * `temporal`: Airflow starts the workflow of a date and waits for it. `databricks`: Airflow runs the notebooks of a date
 * itself, for teams without Temporal, whose records a sink of Kafka Connect lands.
 */
export const FLAVOURS = ['temporal', 'databricks'] as const;
export type Flavour = (typeof FLAVOURS)[number];

/** A daily schedule as Airflow is told of it. */
export interface DailyDag {
  readonly schedule: DailySchedule;
  /** The first logical date, a day of the zone of the schedule; Airflow runs none before it. */
  readonly startDate: string;
  /** Who is asked about it. */
  readonly owner: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** What every date is run with. */
  readonly run: Omit<RunSettings, 'pipeline'>;
  /** How often a task is tried again and how long after its first failure; each pause is twice as long, up to an hour. */
  readonly retries: { readonly count: number; readonly delaySeconds: number };
  /** Pause between two looks at what a task waits for. */
  readonly lookEverySeconds: number;
  /** How long a date may take before Airflow gives it up. */
  readonly limitHours: number;
  readonly temporal: {
    /** Id of the Airflow connection to Temporal's HTTP API: schema, host, port, and a bearer token as its password. */
    readonly connection: string;
    readonly namespace: string;
  };
  readonly databricks: {
    /** Id of the Airflow connection to the workspace. */
    readonly connection: string;
    /** Workspace folder that holds the notebooks. */
    readonly notebooks: string;
    /** Existing cluster to run on; absent: serverless. */
    readonly cluster?: string;
    /** URI under which Spark reads the bucket. */
    readonly landingRoot: string;
    /** URI below which the tables of all pipelines are. */
    readonly tablesRoot: string;
  };
}

/** One line for each bad field. `today`: clock changes are looked for from then on. */
export function findDagProblems(dag: DailyDag, today: string): string[] {
  const { schedule, startDate, run, retries, limitHours, lookEverySeconds } = dag;
  const numbers: [name: string, value: number, least: number][] = [
    ['retries', retries.count, 0],
    ['retry delay in seconds', retries.delaySeconds, 1],
    ['limit in hours', limitHours, 1],
    ['pause between looks in seconds', lookEverySeconds, 1],
  ];
  return [
    ...findScheduleProblems(schedule, today),
    ...(isLogicalDate(startDate) ? [] : [`start date: expected a day as YYYY-MM-DD, got "${startDate}"`]),
    ...findRunProblems(run),
    ...numbers
      .filter(([, value, least]) => !Number.isSafeInteger(value) || value < least)
      .map(([name, value, least]) => `${name}: expected a whole number of at least ${least}, got ${value}`),
  ];
}

/** By the rules of the run itself, which are the same for every date. */
function findRunProblems(run: DailyDag['run']): string[] {
  const [pipeline, date] = ['any', '2026-01-01'];
  const checked = planRun(dailyRunId({ pipeline, date }), { ...run, pipeline, date });
  return 'problems' in checked ? checked.problems : [];
}
