import { RECORD_KINDS } from '../../domain/kinds.ts';
import { sumShards } from '../../domain/stream.ts';
import { writeGeo } from '../support/hostile-records.ts';
import { readDelta } from '../support/read-delta.ts';
import { reportFault } from '../support/report-fault.ts';
import { waitUntil } from '../support/running-stack.ts';
import { StreamStack } from '../support/supervised-stream.ts';

/** The course's other topology, by configuration alone. Streams of its own names for each kind are in stream-storm.test.ts. */
const STREAM = 'Kinesis-Prod-Stream';
const pipeline = `stream-shared-${Date.now().toString(36)}`;
const POSTS = 100;

let on: StreamStack;
beforeAll(async () => {
  on = await StreamStack.start({ PINFLOW_STREAM_NAMES: STREAM, PINFLOW_STREAM_SHARDS: '2' });
});
afterAll(() => on.stop());

test('one stream of two shards carries all kinds, and a record of no kind is in the quarantine', async () => {
  const handle = await on.begin({ pipeline, rate: 20, rows: POSTS });
  // It is there a moment before it takes records.
  await waitUntil('the stream is active', async () => {
    const answer = await fetch(`${on.gateway.url}/streams/${STREAM}`);
    return (await answer.text()).includes('"StreamStatus":"ACTIVE"');
  });
  await on.put(`${STREAM}/record`, { StreamName: STREAM, Data: { index: 7 }, PartitionKey: 'partition-1' });
  // The course's own scripts use the kind as the whole key.
  await on.put(`${STREAM}/records`, {
    records: [{ data: writeGeo({ ind: '8000000' }), 'partition-key': 'geo' }],
  });
  const beganAt = Date.now();
  const result = await handle.result();
  const recoveryMs = [Date.now() - beganAt];

  for (const kind of RECORD_KINDS) {
    const exact = { put: POSTS, rows: POSTS, quarantined: 0, duplicates: 0, missing: 0 };
    expect([kind, sumShards(result.ledger, kind)]).toEqual([kind, exact]);
    const shards = Object.keys(result.ledger[kind]).toSorted();
    expect(shards).toEqual([`${STREAM}/shardId-000000000000`, `${STREAM}/shardId-000000000001`]);
  }
  const counts = await Promise.all(RECORD_KINDS.map(async (kind) => (await on.readIds(pipeline, kind)).length));
  expect(counts).toEqual([POSTS, POSTS + 1, POSTS]);
  const refused = await readDelta(`${on.root(pipeline)}/pin_quarantine`, ['raw', 'reasons']);
  expect(refused).toEqual([{ raw: '{"index":7}', reasons: ['kind_unknown'] }]);
  reportFault({
    ...{ number: 29, fault: 'Kinesis: a record of no kind in a stream of all kinds', injected: refused.length },
    ...(await on.compare(result)),
    recoveryMs,
  });
}, 300_000);
