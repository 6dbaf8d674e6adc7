import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { dailyRunId, topicName } from '../../domain/names.ts';
import type { RunPipelineResult } from '../../domain/run.ts';
import { ConnectSink } from '../support/connect-sink.ts';
import { pinflow, startWorker, type WorkerProcess } from '../support/processes.ts';
import { connectStack, type RunningStack } from '../support/running-stack.ts';

const ROWS = 300;
const run = { pipeline: 'connected', date: '2026-11-20' };

let stack: RunningStack;
let worker: WorkerProcess;

beforeAll(async () => {
  [stack, worker] = await Promise.all([connectStack(), startWorker({ PINFLOW_LANDING_MODE: 'connect' })]);
});

afterAll(async () => {
  await worker.stop();
  await stack.close();
});

test('a date whose records a Kafka Connect sink lands goes all the way, and no worker writes an object', async () => {
  const { config, store } = stack;
  const kafka = createKafkaLog({ ...config.kafka, clientId: 'test-connect' });
  const topics = RECORD_KINDS.map((kind) => topicName(run.pipeline, kind));
  await kafka.ensureTopics(topics);
  const stop = new AbortController();
  const sinks = topics.map((topic) =>
    new ConnectSink({ kafka, store, topic }).run({ flushSize: 40, rotates: true }, stop.signal),
  );

  const started = await pinflow('start', run.date, '--pipeline', run.pipeline, '--rows', String(ROWS));
  expect({ code: started.code, stderr: started.stderr }).toEqual({ code: 0, stderr: '' });
  const { ledger } = (await stack.client.workflow.getHandle(dailyRunId(run)).result()) as RunPipelineResult;
  stop.abort();
  await Promise.all(sinks);
  await kafka.close();

  for (const kind of RECORD_KINDS) {
    expect({ kind, ...ledger[kind] }).toEqual({
      ...{ kind, intended: ROWS, acknowledged: ROWS, landed: ROWS, clean: ROWS, quarantined: 0, duplicate: 0 },
      ...{ lost: 0, phantom: 0, repeated: 0, corrupt: 0 },
    });
  }
  const keys = await store.listKeys(`topics/${run.pipeline}.`);
  const metadata = await Promise.all(keys.map((key) => store.readMetadata(key)));
  expect(metadata.filter((each) => each?.['end-offset'] !== undefined)).toEqual([]);
  expect(keys.length).toBeGreaterThanOrEqual(3 * config.kafka.partitions);
});
