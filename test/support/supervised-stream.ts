import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { parseHealth } from '../../activities/stream/parse-notebook.ts';
import { runPrefix, streamSupervisorId } from '../../domain/names.ts';
import { RECORD_KINDS, type RecordKind } from '../../domain/kinds.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import { type StreamInput, type StreamProgress, type StreamResult, sumShards } from '../../domain/stream.ts';
import { type HttpFaultProxy, startHttpFaultProxy } from '../../infra/local/faults/http-proxy.ts';
import { streamProgressQuery } from '../../workflows/messages.ts';
import type { superviseStream } from '../../workflows/supervise-stream.ts';
import { KinesisDouble } from './kinesis-double.ts';
import { type GatewayProcess, startGateway, startWorker, type WorkerProcess } from './processes.ts';
import { readDelta } from './read-delta.ts';
import { connectStack, type RunningStack, waitUntil } from './running-stack.ts';

export type StreamHandle = WorkflowHandleWithFirstExecutionRunId<typeof superviseStream>;

/**
 * The stack of the lane with a Kinesis, a gateway and a worker of the test's own, which it may kill. Streams are read by the
 * cluster that is warm already.
 */
export class StreamStack {
  readonly stack: RunningStack;
  readonly kinesis: KinesisDouble;
  readonly gateway: GatewayProcess;
  /** Between the worker and the gateway. */
  readonly proxy: HttpFaultProxy;
  /** Statuses with which the gateway has answered the worker. */
  readonly answers: readonly number[];
  readonly #variables: Readonly<Record<string, string>>;
  readonly #begun: StreamHandle[] = [];
  #worker: WorkerProcess | undefined;

  /** `variables` are of the worker and the gateway. */
  static async start(variables: Readonly<Record<string, string>> = {}): Promise<StreamStack> {
    const [stack, kinesis] = await Promise.all([connectStack(), KinesisDouble.start()]);
    const gateway = await startGateway({ PINFLOW_KINESIS_ENDPOINT: kinesis.endpoint, ...variables });
    const answers: number[] = [];
    const onAnswer = (_: unknown, status: number) => void answers.push(status);
    const proxy = await startHttpFaultProxy({ target: gateway.url, onAnswer });
    const started = new StreamStack({ stack, kinesis, gateway, proxy, answers }, variables);
    await started.startWorker();
    return started;
  }

  private constructor(
    of: Pick<StreamStack, 'stack' | 'kinesis' | 'gateway' | 'proxy' | 'answers'>,
    variables: Readonly<Record<string, string>>,
  ) {
    ({
      stack: this.stack,
      kinesis: this.kinesis,
      gateway: this.gateway,
      proxy: this.proxy,
      answers: this.answers,
    } = of);
    this.#variables = {
      PINFLOW_KINESIS_ENDPOINT: of.kinesis.endpoint,
      PINFLOW_GATEWAY_URL: of.proxy.url,
      PINFLOW_DATABRICKS_STREAM_CLUSTER: String(of.stack.config.databricks.cluster),
      ...variables,
    };
  }

  async startWorker(): Promise<void> {
    this.#worker = await startWorker(this.#variables);
  }

  /** Ends the worker by the signal and returns when it is gone. */
  async endWorker(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#worker?.stop(signal);
  }

  get workerPid(): number | undefined {
    return this.#worker?.child.pid;
  }

  /** A stream that a failed test has left ends with its Databricks run, which would keep the cluster from other tests. */
  async stop(): Promise<void> {
    for (const handle of this.#begun) {
      await handle.cancel().catch(() => undefined);
      await handle.result().catch(() => undefined);
    }
    await this.endWorker('SIGTERM');
    this.proxy.close();
    await this.gateway.stop();
    await this.kinesis.remove();
    await this.stack.close();
  }

  async begin(input: StreamInput & { readonly pipeline: string }): Promise<StreamHandle> {
    const workflowId = streamSupervisorId(input.pipeline);
    const handle = await this.stack.client.workflow.start<typeof superviseStream>('superviseStream', {
      ...{ workflowId, taskQueue: TASK_QUEUE, args: [input] },
    });
    this.#begun.push(handle);
    return handle;
  }

  /** Waits until a record of every kind that was put from now on can be queried; gives how long that took. */
  async awaitVisible(handle: StreamHandle, since = Date.now()): Promise<number> {
    await waitUntil(
      'new records of all kinds can be queried',
      async () => {
        const health = await this.#readHealth(handle);
        return RECORD_KINDS.every((kind) => Date.parse(health[kind]?.newest ?? '') > since);
      },
      240,
    );
    return Date.now() - since;
  }

  /** What the Databricks run that was begun last says of itself: sooner than the workflow looks. */
  async #readHealth({ workflowId, firstExecutionRunId: chain }: StreamHandle) {
    const { store } = this.stack;
    const keys = await store.listKeys(`${runPrefix(workflowId)}${chain}/epoch-`);
    const latest = keys
      .filter((key) => key.endsWith('/progress.json'))
      .toSorted()
      .at(-1);
    return parseHealth(latest === undefined ? undefined : (await store.readObject(latest))?.toString('utf8'));
  }

  /** Asks the gateway as a client of the course does. */
  async put(path: string, body: object): Promise<Record<string, unknown>> {
    const headers = { 'content-type': 'application/json' };
    const url = `${this.gateway.url}/streams/${path}`;
    const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`PUT ${url}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  }

  /** Folder of the stream's tables. */
  root(pipeline: string): string {
    return `${this.stack.config.landing.tablesRoot}/${pipeline}/stream`;
  }

  /** The ids in the clean table of a kind, as they stand there. */
  async readIds(pipeline: string, kind: RecordKind): Promise<number[]> {
    const rows = await readDelta(`${this.root(pipeline)}/${kind}`, ['ind']);
    return rows.map(({ ind }) => Number(ind));
  }

  /** What the tables have, against what the stream says of itself: what is missing, and rows that are there twice. */
  async compare(result: StreamResult): Promise<{ lost: number; duplicated: number }> {
    let [lost, duplicated] = [0, 0];
    for (const kind of RECORD_KINDS) {
      const ids = await this.readIds(result.pipeline, kind);
      lost += sumShards(result.ledger, kind).missing;
      duplicated += ids.length - new Set(ids).size;
    }
    return { lost, duplicated };
  }
}

export function readProgress(handle: StreamHandle): Promise<StreamProgress> {
  return handle.query(streamProgressQuery);
}
