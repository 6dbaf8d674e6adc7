import { createEmulationActivities } from '../../../activities/emulation/activities.ts';
import { markOf, readSent } from '../../../activities/emulation/chunk-manifests.ts';
import { sourceClaimKey, topicName } from '../../../domain/names.ts';
import { runInActivity } from '../../support/in-activity.ts';
import { MemoryGateway, MemoryKafka } from '../../support/memory-kafka.ts';
import { makeSource } from '../../support/memory-source.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { makePlan } from '../../support/run-plans.ts';

function makeEmulation(rows = 2_500) {
  const kafka = new MemoryKafka();
  const store = new MemoryStore();
  const gateway = new MemoryGateway(kafka);
  const activities = createEmulationActivities({ kafka, store, gateway, openSource: async () => makeSource(rows) });
  const emulate = (plan = makePlan()) => runInActivity(() => activities.emulateKind({ plan, kind: 'pin' }));
  return { kafka, store, gateway, activities, emulate };
}

const topic = topicName('pinterest', 'pin');

describe('emulation', () => {
  test('posts every planned row once and keeps the acknowledgements', async () => {
    const { emulate, kafka, store } = makeEmulation();
    expect(await emulate()).toEqual({ intended: 2_500, acknowledged: 2_500 });
    const records = kafka.topics.get(topic)?.[0] ?? [];
    expect(new Set(records.map(({ value }) => JSON.parse(String(value)).index)).size).toBe(2_500);
    const sent = await readSent(makePlan(), 'pin', store);
    expect(sent.map(({ sequence, offset }) => [sequence, offset])).toEqual(records.map((_, i) => [i, i]));
  });

  test('marks every record with its run, its sequence and the hash of its bytes, as the manifests have them', async () => {
    const { emulate, kafka, store } = makeEmulation();
    await emulate();
    const marks = (kafka.topics.get(topic)?.[0] ?? []).map(({ readMark }) => readMark());
    const sent = await readSent(makePlan(), 'pin', store);
    expect(marks.map((mark) => mark?.hash)).toEqual(sent.map((record) => record.hash));
    expect(marks[1_234]).toMatchObject({
      run: expect.stringMatching(/^daily-pinterest-2026-11-22\/[0-9a-f]{12}$/),
      sequence: 1_234,
    });
  });

  test('does not send a chunk again whose acknowledgements are kept', async () => {
    const { emulate, gateway } = makeEmulation();
    await emulate();
    expect(gateway.produced).toBe(3);
    expect(await emulate()).toEqual({ intended: 2_500, acknowledged: 2_500 });
    expect(gateway.produced).toBe(3);
  });

  test('repeats a request whose acknowledgements were lost under the same idempotency key', async () => {
    const { emulate, gateway, store, kafka } = makeEmulation();
    await emulate();
    const [first] = await store.listKeys('_pinflow/');
    await store.deleteObjects([String(first)]);
    expect(await emulate()).toEqual({ intended: 2_500, acknowledged: 2_500 });
    expect(gateway.produced).toBe(3);
    expect(kafka.topics.get(topic)?.[0]).toHaveLength(2_500);
  });

  test('sends anew what a first try of the date planned differently', async () => {
    const { emulate, store } = makeEmulation();
    await emulate(makePlan({ rows: 10 }));
    expect(await emulate(makePlan({ rows: 20 }))).toEqual({ intended: 20, acknowledged: 20 });
    expect(await readSent(makePlan({ rows: 20 }), 'pin', store)).toHaveLength(20);
  });

  test('does not take chunks of another size for its own', async () => {
    const { emulate, kafka } = makeEmulation(20);
    expect(await emulate(makePlan({ rate: 1_500 }))).toEqual({ intended: 20, acknowledged: 20 });
    // As large as without a rate.
    await emulate();
    expect(kafka.topics.get(topic)?.[0]).toHaveLength(20);
    const [first, slower] = [makePlan({ rate: 5_000 }), makePlan({ rate: 900 })];
    await emulate(slower);
    expect(kafka.topics.get(topic)?.[0]).toHaveLength(40);
    expect(markOf(slower)).not.toBe(markOf(first));
    expect(markOf({ ...slower, pace: 'course' })).not.toBe(markOf(slower));
  });

  test('finds out before anything is claimed that a rate stretches the date beyond a day', async () => {
    const { activities, store } = makeEmulation(10_000);
    await expect(activities.prepareRun(makePlan({ rate: 0.1 }))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(/^rate: 10000 posts at 0.1 a second take 27.8 hours/) as string,
    });
    expect(store.objects.size).toBe(0);
  });

  test('claims the pipeline for its source and refuses another one', async () => {
    const { activities, store } = makeEmulation();
    await activities.prepareRun(makePlan());
    await activities.prepareRun(makePlan({ date: '2026-11-23' }));
    expect(String(await store.readObject(sourceClaimKey('pinterest')))).toBe('{"kind":"synthetic"}');
    const other = makePlan({ source: { kind: 'jsonl', directory: '/rows' } });
    await expect(activities.prepareRun(other)).rejects.toMatchObject({
      code: 'SOURCE_MISMATCH',
      message:
        'pipeline "pinterest" was made from source {"kind":"synthetic"}, not from {"kind":"jsonl","directory":"/rows"}',
    });
  });

  test('finds out before anything is claimed that more rows are asked for than there are', async () => {
    const { activities, store } = makeEmulation(5);
    await expect(activities.prepareRun(makePlan({ rows: 6 }))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(store.objects.size).toBe(0);
  });
});
