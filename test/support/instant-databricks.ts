import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { QUERY_COLUMNS } from '../../activities/report/query-tables.ts';
import type { LandingManifest } from '../../activities/landing/landing-manifest.ts';
import { mapKinds, type RecordKind } from '../../domain/kinds.ts';
import { countOffsets } from '../../domain/offsets.ts';

interface Submit {
  readonly run_name: string;
  readonly idempotency_token: string;
  readonly tasks: readonly { task_key: string; notebook_task: { base_parameters: Record<string, string> } }[];
}

/**
 * As much of the Jobs API as a run needs, with jobs that are done at once: for tests of everything before the job. It
 * reads the landing manifest as the notebook would and takes every record that is listed there for a clean one.
 */
export class InstantDatabricks {
  readonly #server = createServer((request, response) => {
    this.#answer(request).then(
      (answer) => response.end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(500).end(JSON.stringify({ message: String(error) })),
    );
  });
  /** Token → what was submitted under it, in the order of the run ids, which count from 1. */
  readonly #runs = new Map<string, Submit>();

  /** Called once a run is submitted, before that is answered. */
  onSubmit: (() => void) | undefined;

  static async start(): Promise<InstantDatabricks> {
    const databricks = new InstantDatabricks();
    databricks.#server.listen(0, '127.0.0.1');
    await once(databricks.#server, 'listening');
    return databricks;
  }

  /** For the environment of a worker. */
  get variables(): Record<string, string> {
    return { DATABRICKS_HOST: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}` };
  }

  /** How many runs of this name were started. */
  countRuns(runName: string): number {
    return [...this.#runs.values()].filter(({ run_name }) => run_name === runName).length;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage): Promise<unknown> {
    const url = new URL(request.url ?? '/', 'http://databricks.invalid');
    const id = url.searchParams.get('run_id') ?? '';
    switch (url.pathname.split('/').at(-1)) {
      case 'submit': {
        const submit = (await json(request)) as Submit;
        if (!this.#runs.has(submit.idempotency_token)) this.#runs.set(submit.idempotency_token, submit);
        this.onSubmit?.();
        return { run_id: [...this.#runs.keys()].indexOf(submit.idempotency_token) + 1 };
      }
      case 'get':
        return this.#describeRun(Number(id));
      case 'get-output':
        return { notebook_output: { result: JSON.stringify(this.#readOutput(Number(id))) } };
      default:
        return {};
    }
  }

  /** Ids of task runs end with the number of the task. */
  #describeRun(runId: number) {
    const { run_name, tasks } = this.#find(runId);
    const state = { life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' };
    const taskRuns = tasks.map((task, i) => ({ ...task, run_id: 100 * runId + i, state }));
    return { run_id: runId, run_name, state, end_time: Date.now(), tasks: taskRuns };
  }

  #readOutput(taskRunId: number): unknown {
    const task = this.#find(Math.floor(taskRunId / 100)).tasks[taskRunId % 100];
    if (task?.task_key === 'clean') return clean(task.notebook_task.base_parameters);
    return Object.fromEntries(Object.entries(QUERY_COLUMNS).map(([name, columns]) => [name, { columns, rows: [] }]));
  }

  #find(runId: number): Submit {
    const found = [...this.#runs.values()][runId - 1];
    if (found === undefined) throw new Error(`there is no run ${runId}`);
    return found;
  }
}

function clean({ landing_root, manifest }: Record<string, string>) {
  const text = readFileSync(fileURLToPath(`${landing_root}/${manifest}`), 'utf8');
  const { objects, acknowledged } = JSON.parse(text) as LandingManifest;
  const toCleaning = (count: number) => ({ clean: count, quarantined: 0, duplicate: 0 });
  const recordsOf = (kind: RecordKind) =>
    objects.filter((object) => object.kind === kind).reduce((sum, { records }) => sum + records, 0);
  return {
    own: mapKinds((kind) => toCleaning(countOffsets(acknowledged[kind]))),
    carriedOver: mapKinds((kind) => toCleaning(recordsOf(kind) - countOffsets(acknowledged[kind]))),
  };
}
