import { setTimeout as sleep } from 'node:timers/promises';
import { ListShardsCommand, MergeShardsCommand, PutRecordCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { sumShards } from '../../domain/stream.ts';
import { stopUpdate } from '../../workflows/messages.ts';
import { waitUntilActive } from '../infra/local/kinesis/kinesis-fixture.ts';
import { listBegun } from '../support/course-run.ts';
import { writeGeo } from '../support/hostile-records.ts';
import { readDelta } from '../support/read-delta.ts';
import { type FaultReport, IS_FULL, reportFault } from '../support/report-fault.ts';
import { waitUntil } from '../support/running-stack.ts';
import { type StreamHandle, StreamStack } from '../support/supervised-stream.ts';

/** One stream, with the names of the course, to which everything happens one after the other; the end counts what came of it. */
const pipeline = `stream-storm-${Date.now().toString(36)}`;
const [PIN, GEO, USER] = RECORD_KINDS.map((kind) => `streaming-0ea903d23769-${kind}`) as [string, string, string];
const shard = (number: number) => `shardId-00000000000${number}`;
/** What a client of the course puts that encodes its data, although the API does so. */
const base64 = Buffer.from('{"ind": 1}').toString('base64');
/** For so long is the half refused. */
const THROTTLED_MS = IS_FULL ? 180_000 : 5_000;
/** Records of a call that are refused: more than the emulator puts at once, so that they meet the client of the test. */
const REFUSED = [500, 499, 250, 101];

let on: StreamStack;
let handle: StreamHandle;
/** What was shown on the way, to be reported when nothing was lost in the end. */
const shown: Omit<FaultReport, 'lost' | 'duplicated'>[] = [];

beforeAll(async () => {
  on = await StreamStack.start({ PINFLOW_STREAM_NAMES: 'streaming-0ea903d23769-{kind}' });
  handle = await on.begin({ pipeline, rate: 20 });
  await on.awaitVisible(handle);
}, 300_000);
afterAll(() => on.stop());

test('a stream goes on while Kinesis refuses the half, loses answers and lets iterators expire', async () => {
  const { kinesis, proxy } = on;
  const throttled = await kinesis.addFault({ kind: 'throttle', share: 0.5 });
  const lost = await kinesis.addFault({ kind: 'lose-answer', stream: PIN });
  const failed = await kinesis.addFault({ kind: 'fail-records', count: 1, error: 'InternalFailure' });
  const expired = await kinesis.addFault({ kind: 'expire-iterators' });
  const isPut = ({ method, url }: { method: string; url: string }) => method === 'PUT' && url.includes(USER);
  const dropped = proxy.addFault({ matches: isPut, fault: { kind: 'drop-answer' } });
  await sleep(THROTTLED_MS);
  const readHits = async () => [
    ...(await Promise.all([throttled, expired, lost, failed].map((fault) => fault.readHits()))),
    dropped.hits(),
  ];
  await waitUntil('every fault was met', async () => (await readHits()).every((hits) => hits > 0));
  const [refused = 0, aged = 0, ...others] = await readHits();
  expect(others).toEqual([1, 1, 1]);
  await throttled.remove();
  const recoveryMs = [await on.awaitVisible(handle)];

  const seconds = THROTTLED_MS / 1_000;
  shown.push(
    { number: 8, fault: 'Kinesis: answers to puts lost before and behind the gateway', injected: 2, recoveryMs },
    { number: 16, fault: `Kinesis: the half of all records refused for ${seconds} s`, injected: refused, recoveryMs },
    { number: 17, fault: 'Kinesis: iterators expired', injected: aged, recoveryMs },
  );
}, 600_000);

test('a stream whose shard is split and merged under its load reads the parents before their children', async () => {
  const { client } = on.kinesis;
  const half = { StreamName: PIN, ShardToSplit: shard(0), NewStartingHashKey: String(2n ** 127n) };
  await client.send(new SplitShardCommand(half));
  await waitUntilActive(client, PIN);
  const split = await on.awaitVisible(handle);
  const children = { StreamName: PIN, ShardToMerge: shard(1), AdjacentShardToMerge: shard(2) };
  await client.send(new MergeShardsCommand(children));
  await waitUntilActive(client, PIN);
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: PIN }));
  expect(Shards.map(({ ShardId }) => ShardId)).toEqual([0, 1, 2, 3].map(shard));
  const recoveryMs = [split, await on.awaitVisible(handle)];
  shown.push({ number: 17, fault: 'Kinesis: a shard split and two merged under load', injected: 2, recoveryMs });
}, 400_000);

test('a client of the gateway learns which of its records were refused, and what nobody can read does no harm', async () => {
  for (const count of REFUSED)
    await on.kinesis.addFault({
      kind: 'fail-records',
      stream: GEO,
      count,
      error: 'ProvisionedThroughputExceededException',
    });
  let records = Array.from({ length: 500 }, (_, i) => ({
    data: writeGeo({ ind: String(5_000_000 + i) }),
    'partition-key': `${i}`,
  }));
  const failed = [];
  for (; records.length > 0; failed.push(records.length)) {
    const answer = await on.put(`${GEO}/records`, { records });
    const outcomes = answer['Records'] as { ErrorCode?: string }[];
    records = records.filter((_, i) => outcomes[i]?.ErrorCode !== undefined);
  }
  expect(failed).toEqual([...REFUSED, 0]);

  await on.put(`${USER}/record`, { StreamName: USER, Data: base64, PartitionKey: 'poison' });
  await on.put(`${USER}/records`, { records: [{ data: 'hello', 'partition-key': 'poison' }] });
  const bytes = { StreamName: USER, PartitionKey: 'poison', Data: Buffer.from('{"ind": "\xff"}', 'latin1') };
  await on.kinesis.client.send(new PutRecordCommand(bytes));
  const recoveryMs = [await on.awaitVisible(handle)];
  shown.push(
    {
      number: 16,
      fault: 'Kinesis: 1 to all of the 500 records of a call refused',
      injected: REFUSED.length + 1,
      recoveryMs,
    },
    { number: 29, fault: 'Kinesis: base64 in base64, no JSON and no UTF-8 in a stream', injected: 3, recoveryMs },
  );
}, 400_000);

test('a stream outlives a Kinesis that is killed and comes back', async () => {
  const unavailable = () => on.answers.filter((status) => status === 503).length;
  const before = unavailable();
  await on.kinesis.end('SIGKILL');
  await waitUntil('puts are refused', async () => unavailable() > before);
  await on.kinesis.start();
  const injected = unavailable() - before;
  expect(injected).toBeGreaterThan(0);
  const recoveryMs = [await on.awaitVisible(handle)];
  shown.push({ number: 17, fault: 'Kinesis killed with SIGKILL and restarted', injected, recoveryMs });
}, 400_000);

test('a stream outlives its worker', async () => {
  const begun = await listBegun(handle, on.workerPid);
  await on.endWorker('SIGKILL');
  const killedAt = Date.now();
  expect(begun.length).toBeGreaterThan(0);
  await on.startWorker();
  const recoveryMs = [await on.awaitVisible(handle, killedAt)];
  const fault = 'worker killed while it posts to a stream and watches who reads it';
  shown.push({ number: 1, fault, injected: begun.length, recoveryMs });
}, 400_000);

test('a stream that has lived through all this ends with every record in its table once', async () => {
  await handle.executeUpdate(stopUpdate);
  const result = await handle.result();
  expect(result.epochs).toBe(1);
  const sums = RECORD_KINDS.map((kind) => sumShards(result.ledger, kind));
  expect(sums.map(({ put, missing, quarantined }) => ({ put, missing, quarantined }))).toEqual(
    RECORD_KINDS.map(() => ({ put: result.posts, missing: 0, quarantined: 0 })),
  );
  // What was stored and not heard of was put twice.
  for (const { duplicates } of [sums[0], sums[2]] as typeof sums) expect(duplicates).toBeGreaterThan(0);
  expect(Object.keys(result.ledger.pin).toSorted()).toEqual([0, 1, 2, 3].map((number) => `${PIN}/${shard(number)}`));

  const counts = RECORD_KINDS.map(async (kind) => new Set(await on.readIds(pipeline, kind)).size);
  expect(await Promise.all(counts)).toEqual([result.posts, result.posts + 500, result.posts]);
  const refused = await readDelta(`${on.root(pipeline)}/user_quarantine`, ['raw', 'reasons']);
  expect(refused.map(({ raw, reasons }) => `${String(raw)} ${String(reasons)}`).toSorted()).toEqual([
    `"${base64}" not_an_object`,
    'hello not_json',
    '{"ind": "\ufffd"} not_utf8',
  ]);
  const compared = await on.compare(result);
  for (const report of shown) reportFault({ ...report, ...compared });
}, 400_000);
