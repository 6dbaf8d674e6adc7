import { setTimeout as sleep } from 'node:timers/promises';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { mapKinds, RECORD_KINDS } from '../../domain/kinds.ts';
import { dailyRunId, topicName } from '../../domain/names.ts';
import { ledgerQuery, progressQuery } from '../../workflows/messages.ts';
import { awaitResumed, listBegun, waitUntilDone } from '../support/course-run.ts';
import { pinflow, startWorker, type WorkerProcess } from '../support/processes.ts';
import { connectStack, type RunningStack, waitUntil } from '../support/running-stack.ts';

const date = '2026-11-20';
/** With seed 100 the pauses of the course are 8 s or so; acknowledgements are kept after the tenth and the last. */
const POSTS = 20;

let stack: RunningStack;
let kafka: ReturnType<typeof createKafkaLog>;
let worker: WorkerProcess;

beforeAll(async () => {
  [stack, worker] = await Promise.all([connectStack(), startWorker()]);
  kafka = createKafkaLog({ ...stack.config.kafka, clientId: 'test-paced' });
});

afterAll(async () => {
  await worker.stop();
  await kafka.close();
  await stack.close();
});

async function start(pipeline: string, ...options: readonly string[]) {
  const { code, stderr } = await pinflow('start', date, '--pipeline', pipeline, ...options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stack.client.workflow.getHandle(dailyRunId({ pipeline, date }));
}

/** Records of each kind that Kafka holds. */
async function countStored(pipeline: string): Promise<number[]> {
  const count = async (topic: string) =>
    (await kafka.readOffsets(topic).catch(() => [])).reduce((sum, { low, high }) => sum + high - low, 0);
  return Promise.all(RECORD_KINDS.map((kind) => count(topicName(pipeline, kind))));
}

test('a worker killed between two posts at the pace of the course sends none of them twice', async () => {
  const pipeline = 'paced-killed';
  const handle = await start(pipeline, '--pace', 'course', '--rows', String(POSTS));
  // Behind the first group of ten, within the second: of what is sent there only the gateway knows.
  await waitUntil('the second ten are under way', async () => ((await countStored(pipeline))[0] ?? 0) >= 13);
  const killedAt = Date.now();
  await worker.stop('SIGKILL');
  const begun = await listBegun(handle, worker.child.pid);
  expect(begun).toHaveLength(1);
  expect((await countStored(pipeline))[2]).toBeLessThan(POSTS);

  worker = await startWorker();
  await awaitResumed(begun, killedAt);
  await waitUntilDone(handle, 'prove');
  expect(await countStored(pipeline)).toEqual([POSTS, POSTS, POSTS]);
  const counts = { intended: POSTS, acknowledged: POSTS, landed: POSTS, lost: 0, phantom: 0, repeated: 0 };
  expect((await handle.query(ledgerQuery)).counts).toMatchObject(mapKinds(() => counts));
  // A step of twenty posts is one activity, whatever its pauses.
  const { events } = await handle.fetchHistory();
  const sending = (events ?? []).filter(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'emulatePosts',
  );
  expect(sending).toHaveLength(1);
  await pinflow('cancel', date, '--pipeline', pipeline);
});

test('a run that waits for its rate shows what it has sent, and ends at once when it is cancelled', async () => {
  const pipeline = 'paced-cancelled';
  const handle = await start(pipeline, '--rate', '0.1', '--rows', '50');
  await waitUntil('each kind has sent its first row', async () => (await countStored(pipeline)).every((n) => n === 1));
  const hasTold = async () =>
    (await pinflow('status', date, '--pipeline', pipeline)).stdout.includes('post pin (at most 0.1/s) 1/50');
  // Beats come every six seconds.
  await waitUntil('the run tells so', hasTold);

  const cancelledAt = Date.now();
  expect(await pinflow('cancel', date, '--pipeline', pipeline)).toMatchObject({ code: 0 });
  // Each row is due 10 s after the one before.
  expect(Date.now() - cancelledAt).toBeLessThan(9_000);
  expect((await handle.describe()).status.name).toBe('CANCELLED');
  expect((await handle.query(progressQuery)).steps[0]).toMatchObject({ name: 'emulate', state: 'failed' });
  const stored = await countStored(pipeline);
  await sleep(11_000);
  expect(await countStored(pipeline)).toEqual(stored);
});
