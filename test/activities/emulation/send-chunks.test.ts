import { cutIntoChunks } from '../../../activities/emulation/chunks.ts';
import { readSent } from '../../../activities/emulation/chunk-manifests.ts';
import { sendChunks } from '../../../activities/emulation/send-chunks.ts';
import { PinflowError } from '../../../domain/errors.ts';
import { chunkRows } from '../../../domain/pace.ts';
import type { RowPost } from '../../../activities/ports.ts';
import { HeldGateway } from '../../support/held-gateway.ts';
import { runInActivity } from '../../support/in-activity.ts';
import { MemoryGateway, MemoryKafka } from '../../support/memory-kafka.ts';
import { makeSource } from '../../support/memory-source.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { makePlan } from '../../support/run-plans.ts';

const [plan, kind] = [makePlan(), 'pin'] as const;

/** Posts of so many pins each, whose rows have the positions from 0 on. */
function makePosts(sizes: readonly number[]) {
  let next = 0;
  return sizes.map((size) => ({ pin: Array.from({ length: size }, () => next++), geo: [], user: [] }));
}

/** Chunks of ten rows each, on their way to a gateway that holds them back. */
function makeSending(sizes = Array<number>(60).fill(1)) {
  const [gateway, store, stop] = [new HeldGateway(), new MemoryStore(), new AbortController()];
  const chunks = cutIntoChunks({ plan, kind, posts: makePosts(sizes) }, 10);
  let acknowledged = 0;
  const context = { source: makeSource(100), gateway, store, signal: stop.signal };
  const send = () =>
    runInActivity(() =>
      sendChunks(chunks, { ...context, onAcknowledged: (records) => void (acknowledged += records) }),
    );
  const listKept = async () => (await readSent(plan, kind, store)).map(({ sequence }) => sequence);
  return { gateway, stop, send, listKept, acknowledged: () => acknowledged };
}

const upTo = (end: number, first = 0) => Array.from({ length: end - first }, (_, i) => first + i);

test('chunks go three at a time, the next one as soon as any has ended', async () => {
  const { gateway, send, acknowledged } = makeSending();
  const sending = send();
  expect(await gateway.waiting()).toEqual([0, 10, 20]);
  gateway.letGo(10);
  expect(await gateway.waiting()).toEqual([0, 20, 30]);
  expect(acknowledged()).toBe(10);
  for (const sequence of [0, 20, 30]) gateway.letGo(sequence);
  expect(await gateway.waiting()).toEqual([40, 50]);
  for (const sequence of [50, 40]) gateway.letGo(sequence);
  await sending;
  expect(acknowledged()).toBe(60);
});

test('a chunk that fails begins no further one, and those under way keep what they have come to', async () => {
  const { gateway, send, listKept } = makeSending();
  const failure = send().catch((error: unknown) => error);
  expect(await gateway.waiting()).toEqual([0, 10, 20]);
  gateway.fail(0, new PinflowError('GATEWAY_UNAVAILABLE', 'gateway is away'));
  expect(await gateway.waiting()).toEqual([10, 20]);
  for (const sequence of [20, 10]) gateway.letGo(sequence);
  expect(await failure).toMatchObject({ code: 'GATEWAY_UNAVAILABLE' });
  expect(await listKept()).toEqual(upTo(30, 10));
});

test('a second attempt sends the chunks that the first one did not end, wherever they are', async () => {
  const { gateway, send, listKept, acknowledged } = makeSending();
  const failure = send().catch((error: unknown) => error);
  await gateway.waiting();
  gateway.letGo(10);
  await gateway.waiting();
  gateway.fail(20, new PinflowError('GATEWAY_UNAVAILABLE', 'gateway is away'));
  for (const sequence of [0, 30]) gateway.letGo(sequence);
  expect(await failure).toMatchObject({ code: 'GATEWAY_UNAVAILABLE' });
  expect(await listKept()).toEqual([...upTo(20), ...upTo(40, 30)]);

  const second = send();
  expect(await gateway.waiting()).toEqual([20, 40, 50]);
  for (const sequence of [20, 40, 50]) gateway.letGo(sequence);
  await second;
  expect(await listKept()).toEqual(upTo(60));
  expect(gateway.kafka.topics.get('pinterest.pin')?.[0]).toHaveLength(60);
  expect(acknowledged()).toBe(30 + 60);
});

test('after a cancellation no chunk is begun, and those under way keep what they have come to', async () => {
  const { gateway, stop, send, listKept } = makeSending();
  const failure = send().catch((error: unknown) => error);
  expect(await gateway.waiting()).toEqual([0, 10, 20]);
  stop.abort(new Error('enough'));
  gateway.letGo(10);
  expect(await gateway.waiting()).toEqual([0, 20]);
  for (const sequence of [0, 20]) gateway.letGo(sequence);
  expect(await failure).toEqual(new Error('enough'));
  expect(await listKept()).toEqual(upTo(30));
});

test('a chunk that begins within a post waits for the other rows of it', async () => {
  // The third post has the rows 9 to 11, the last two of which are in the second chunk.
  const { gateway, send } = makeSending([4, 5, 3, 18]);
  const sending = send();
  expect(await gateway.waiting()).toEqual([0]);
  gateway.letGo(0);
  expect(await gateway.waiting()).toEqual([10]);
  gateway.letGo(10);
  // So has the fourth post the whole third chunk.
  expect(await gateway.waiting()).toEqual([20]);
  gateway.letGo(20);
  await sending;
});

describe('with a rate', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** The milliseconds at which the rows of a plan came to a gateway, each as often as it had rows. */
  async function listArrivals(rate: number, rows: number): Promise<number[]> {
    const [memory, arrivals, begun] = [new MemoryGateway(new MemoryKafka()), [] as number[], Date.now()];
    const gateway = {
      postRows: async (post: RowPost) => {
        arrivals.push(...post.rows.map(() => Date.now() - begun));
        return memory.postRows(post);
      },
    };
    const posts = makePosts(Array<number>(rows).fill(1));
    const chunks = cutIntoChunks({ plan: makePlan({ rate }), kind, posts }, chunkRows(rate));
    const context = { source: makeSource(rows), gateway, store: new MemoryStore(), onAcknowledged: () => undefined };
    const sent = runInActivity(() => sendChunks(chunks, { ...context, signal: new AbortController().signal }));
    await jest.advanceTimersByTimeAsync(60_000);
    await sent;
    return arrivals;
  }

  test.each([
    [50, 500, 9],
    [2.5, 50, 19],
    [2_500, 12_000, 4],
    [0.5, 10, 18],
  ])('of %d no second has more rows than that and one request, and %i rows take %i s', async (rate, rows, seconds) => {
    const arrivals = await listArrivals(rate, rows);
    expect(arrivals).toHaveLength(rows);
    const busiest = Math.max(
      ...arrivals.map((begin) => arrivals.filter((at) => at >= begin && at < begin + 995).length),
    );
    expect(busiest).toBeLessThanOrEqual(rate + chunkRows(rate));
    expect(Math.round((arrivals.at(-1) ?? NaN) / 1_000)).toBe(seconds);
  });
});
