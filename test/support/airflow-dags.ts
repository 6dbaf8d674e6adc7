import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { renderDag } from '../../dags/render.ts';
import type { DailyDag, Flavour } from '../../dags/spec.ts';
import { dagId, dailyRunId } from '../../domain/names.ts';
import type { AirflowMajor } from '../../infra/local/mwaa/airflow/airflow-settings.ts';
import { makeDag } from '../dags/make-dag.ts';
import { Airflow } from '../airflow/strangers/airflow.ts';
import { connectStack, type RunningStack } from './running-stack.ts';

/** The time of day at which the dates of these tests are due. */
export const DUE = '23:59';
/** The last date that was due: what Airflow starts by itself as soon as it knows a DAG. */
export const DATE = new Date(Date.now() - 86_399_000).toISOString().slice(0, 10);

interface TaskInstance {
  readonly state: string;
  readonly try_number: number;
  readonly pid: number | null;
}

/** Generated DAGs in a real Airflow, whose connections lead to the stack. */
export class AirflowDags {
  readonly stack: RunningStack;
  readonly airflow: Airflow;
  readonly #folder: string;
  readonly #major: AirflowMajor;

  static async start(major: AirflowMajor): Promise<AirflowDags> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-airflow-')));
    const stack = await connectStack();
    const locate = (url: string) => {
      const { hostname, port } = new URL(url);
      return { host: hostname, schema: 'http', port: Number(port) };
    };
    const temporal = locate(String(process.env['PINFLOW_TEST_TEMPORAL_HTTP']));
    const { host, token } = stack.config.databricks;
    const connections = {
      temporal_http: { conn_type: 'http', ...temporal },
      databricks_default: { conn_type: 'databricks', ...locate(host), password: token },
    };
    const airflow = await Airflow.start({ major, home: join(folder, 'airflow'), dags: [], connections });
    return new AirflowDags({ stack, airflow, folder, major });
  }

  private constructor(parts: { stack: RunningStack; airflow: Airflow; folder: string; major: AirflowMajor }) {
    this.stack = parts.stack;
    this.airflow = parts.airflow;
    this.#folder = parts.folder;
    this.#major = parts.major;
  }

  async stop(): Promise<void> {
    await this.airflow.stop();
    await this.stack.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Puts the DAG of a pipeline where Airflow finds it, and waits for the run that the scheduler then makes. */
  async deploy(pipeline: string, flavour: Flavour, changes: Partial<DailyDag> = {}): Promise<DagRun> {
    const { config } = this.stack;
    const dag = makeDag({
      ...{ schedule: { pipeline, at: DUE, timeZone: 'UTC' }, startDate: DATE },
      ...{ run: { rows: 3 }, retries: { count: 3, delaySeconds: 1 } },
      databricks: {
        ...{ connection: 'databricks_default', notebooks: config.databricks.notebooks, cluster: 'local' },
        ...{ landingRoot: config.landing.root, tablesRoot: config.landing.tablesRoot },
      },
      ...changes,
    });
    const id = flavour === 'temporal' ? dagId(pipeline) : `${pipeline}_databricks`;
    // Both flavours have the name of the pipeline's DAG, of which a team has one.
    const text = renderDag(dag, flavour).replace(`dag_id="${dagId(pipeline)}"`, `dag_id="${id}"`);
    writeFileSync(join(this.airflow.server.dags, `${id}.py`), text);
    await this.airflow.untilKnown(id);
    const runId = await this.airflow.until(`${id} is scheduled`, async () => {
      const { dag_runs: runs } = await this.airflow.call<DagRuns>('GET', `/dags/${id}/dagRuns`);
      return runs.find(({ run_type: type }) => type === 'scheduled')?.dag_run_id;
    });
    return new DagRun(this, id, runId, dailyRunId({ pipeline, date: DATE }));
  }

  /** The workflow of a run's date. */
  handleOf({ workflowId }: DagRun): WorkflowHandle {
    return this.stack.client.workflow.getHandle(workflowId);
  }

  /** How often the date of a run has begun. */
  async countRuns({ workflowId }: DagRun): Promise<number> {
    return (await this.stack.client.workflow.count(`WorkflowId = "${workflowId}"`)).count;
  }

  /** Starts another date of a DAG by hand. */
  async startDate({ dagId: id, workflowId }: DagRun, date: string): Promise<DagRun> {
    const body = { dag_run_id: date, conf: { date }, ...(this.#major === 3 && { logical_date: null }) };
    await this.airflow.call('POST', `/dags/${id}/dagRuns`, body);
    return new DagRun(this, id, date, workflowId.replace(DATE, date));
  }
}

interface DagRuns {
  readonly dag_runs: readonly { readonly dag_run_id: string; readonly run_type: string }[];
}

/** One run of a DAG. */
export class DagRun {
  readonly #dags: AirflowDags;
  readonly dagId: string;
  readonly runId: string;
  /** Of the date's workflow. */
  readonly workflowId: string;

  constructor(dags: AirflowDags, id: string, runId: string, workflowId: string) {
    this.#dags = dags;
    this.dagId = id;
    this.runId = runId;
    this.workflowId = workflowId;
  }

  get #path(): string {
    return `/dags/${this.dagId}/dagRuns/${encodeURIComponent(this.runId)}`;
  }

  readTask(task: string): Promise<TaskInstance> {
    return this.#dags.airflow.call('GET', `${this.#path}/taskInstances/${task}`);
  }

  untilTask(task: string, holds: (found: TaskInstance) => boolean): Promise<TaskInstance> {
    return this.#dags.airflow.until(`${task} of ${this.dagId} has come so far`, async () => {
      const found = await this.readTask(task);
      return holds(found) && found;
    });
  }

  untilEnded(): Promise<string> {
    return this.#dags.airflow.untilEnded(this.dagId, this.runId);
  }

  /** What a task has handed on: an object in Airflow 3, its text in Airflow 2. */
  async readHandedOn(task: string): Promise<unknown> {
    const path = `${this.#path}/taskInstances/${task}/xcomEntries/return_value`;
    return (await this.#dags.airflow.call<{ value: unknown }>('GET', path)).value;
  }

  markTask(task: string, state: 'failed'): Promise<unknown> {
    return this.#dags.airflow.call('PATCH', `${this.#path}/taskInstances/${task}`, { new_state: state });
  }

  mark(state: 'failed'): Promise<unknown> {
    return this.#dags.airflow.call('PATCH', this.#path, { state });
  }

  /** Has all tasks done again, as a person does who has mended the cause. */
  clear(): Promise<unknown> {
    return this.#dags.airflow.call('POST', `${this.#path}/clear`, { dry_run: false, only_failed: false });
  }
}
