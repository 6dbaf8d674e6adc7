import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { type StreamResult, sumShards } from '../../domain/stream.ts';
import { stopUpdate } from '../../workflows/messages.ts';
import { killBetween } from '../support/kill-between.ts';
import { reportFault } from '../support/report-fault.ts';
import { readProgress, StreamStack } from '../support/supervised-stream.ts';

/** Streams of one pipeline, one after the other: each finds the tables, the checkpoints and the records of those before. */
const pipeline = `stream-restarts-${Date.now().toString(36)}`;
const ROWS_PER_SECOND = 10;
const MORE = 50;
const STREAM = `streaming-${pipeline}-pin`;

let on: StreamStack;
let first: StreamResult;
let second: StreamResult;

beforeAll(async () => {
  on = await StreamStack.start();
});
afterAll(() => on.stop());

function countKinds({ ledger }: StreamResult) {
  return RECORD_KINDS.map((kind) => sumShards(ledger, kind));
}

function removeCheckpoint(kind: string): void {
  rmSync(join(fileURLToPath(on.root(pipeline)), '_checkpoints', kind), { recursive: true });
}

test('a Spark that is killed between the table and the checkpoint is replaced, and its batch is written once', async () => {
  const handle = await on.begin({ pipeline, rate: ROWS_PER_SECOND });
  await on.awaitVisible(handle);
  const { moment, pids } = await killBetween({ tablesRoot: on.root(pipeline), kind: 'pin' });
  const killedAt = Date.now();
  expect(moment).toMatchObject({ isInTable: true, isInCheckpoint: false });
  expect(pids.length).toBeGreaterThan(1);
  const recovery = await on.awaitVisible(handle, killedAt);
  expect(await readProgress(handle)).toMatchObject({
    ...{ epoch: 2, lastFailure: expect.stringContaining('The process of the cluster ended under its work') },
  });
  await handle.executeUpdate(stopUpdate);
  first = await handle.result();

  const { posts } = first;
  const exact = { put: posts, rows: posts, quarantined: 0, duplicates: 0, missing: 0 };
  expect(countKinds(first)).toEqual(RECORD_KINDS.map(() => exact));
  for (const kind of RECORD_KINDS) expect(await on.readIds(pipeline, kind)).toHaveLength(posts);
  reportFault({
    ...{ number: 40, fault: 'Spark killed with SIGKILL between a batch in the table and its checkpoint', injected: 1 },
    ...(await on.compare(first)),
    recoveryMs: [recovery],
  });
}, 600_000);

test('a stream whose checkpoints were deleted reads all that is retained again and doubles nothing', async () => {
  for (const kind of RECORD_KINDS) removeCheckpoint(kind);
  const beganAt = Date.now();
  // The same posts once more, and then some.
  const handle = await on.begin({ pipeline, rate: 100, rows: first.posts + MORE });
  second = await handle.result();
  const recoveryMs = [Date.now() - beganAt];

  expect(second).toMatchObject({ posts: first.posts + MORE, epochs: 1 });
  const exact = { put: second.posts, rows: MORE, quarantined: 0, duplicates: first.posts, missing: 0 };
  expect(countKinds(second)).toEqual(RECORD_KINDS.map(() => exact));
  const { kinds } = await readProgress(handle);
  for (const kind of RECORD_KINDS) {
    const { rows, duplicates } = kinds[kind];
    expect([kind, rows, duplicates]).toEqual([kind, first.posts + MORE, first.posts]);
    expect(await on.readIds(pipeline, kind)).toHaveLength(second.posts);
  }
  const fault = 'checkpoints of all kinds deleted between two streams';
  reportFault({ number: 40, fault, injected: RECORD_KINDS.length, ...(await on.compare(second)), recoveryMs });
}, 600_000);

test('records that expired before they were read fail the stream, which names them, and the remedy goes on', async () => {
  const unread = { StreamName: STREAM, Data: { index: 9_000_000 }, PartitionKey: '9000000' };
  const { ShardId } = await on.put(`${STREAM}/record`, unread);
  const trim = await on.kinesis.addFault({
    kind: 'trim',
    stream: STREAM,
    before: new Date(Date.now() + 1_000).toISOString(),
  });
  const injected = await trim.readHits();
  // Those of both streams were read, and the one behind them was not.
  expect(injected).toBe(first.posts + second.posts + 1);

  const failing = await on.begin({ pipeline, rate: ROWS_PER_SECOND });
  const failure: unknown = await failing.result().catch((error: Error) => error.cause);
  const failedAt = Date.now();
  expect(failure).toMatchObject({ type: 'STREAM_FAILED' });
  for (const part of ['"pin"', `shard "${String(ShardId)}" of stream "${STREAM}"`, 'are lost', 'new checkpoint'])
    expect(failure).toMatchObject({ message: expect.stringContaining(part) });

  removeCheckpoint('pin');
  const handle = await on.begin({ pipeline, rate: 100, rows: second.posts + MORE });
  const result = await handle.result();
  const recoveryMs = [Date.now() - failedAt];
  expect(countKinds(result)).toEqual(
    RECORD_KINDS.map(() => expect.objectContaining({ put: second.posts + MORE, quarantined: 0, missing: 0 })),
  );
  const ids = await on.readIds(pipeline, 'pin');
  expect(ids).toHaveLength(second.posts + MORE);
  const fault = 'Kinesis: records expired that had not been read; checkpoint deleted after the failure';
  reportFault({ number: 40, fault, injected, ...(await on.compare(result)), recoveryMs });
}, 600_000);
