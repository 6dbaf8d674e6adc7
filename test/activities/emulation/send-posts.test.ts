import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createEmulationActivities } from '../../../activities/emulation/activities.ts';
import { readSent } from '../../../activities/emulation/chunk-manifests.ts';
import type { RowPost } from '../../../activities/ports.ts';
import { drawTurns } from '../../../domain/course-turns.ts';
import { RECORD_KINDS } from '../../../domain/kinds.ts';
import type { RunPlan } from '../../../domain/run.ts';
import { MemoryGateway, MemoryKafka } from '../../support/memory-kafka.ts';
import { makeSource } from '../../support/memory-source.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { makePlan } from '../../support/run-plans.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const plan = makePlan({ pace: 'course', rows: 25 });
const pauses = drawTurns(plan.seed, 25).map(({ pauseSeconds }) => pauseSeconds);

/** An emulator at the pace of the course: each request with the second at which it came. */
class CourseEmulation {
  readonly kafka = new MemoryKafka();
  readonly store = new MemoryStore();
  readonly requests: { second: number; topic: string; rows: number; sequence: number }[] = [];
  readonly #gateway = new MemoryGateway(this.kafka);
  /** Sees each request before it goes. */
  onRequest: (request: number) => void = () => undefined;

  begin(of: RunPlan = plan) {
    const begun = Date.now();
    const gateway = {
      postRows: async (post: RowPost) => {
        this.onRequest(this.requests.length);
        const { topic, rows, sequence } = post;
        // To the tenth of a second: a pause of 0 s is one of 1 ms.
        const second = Math.floor((Date.now() - begun) / 100) / 10;
        this.requests.push({ second, topic, rows: rows.length, sequence });
        return this.#gateway.postRows(post);
      },
    };
    const { kafka, store } = this;
    const activities = createEmulationActivities({ kafka, store, gateway, openSource: async () => makeSource(50) });
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
    const beats: unknown[] = [];
    environment.on('heartbeat', (details: unknown) => beats.push(details));
    const ended = environment.run(() => activities.emulatePosts(of)).catch((error: unknown) => error);
    return { ended, beats, cancel: () => environment.cancel('CANCELLED') };
  }

  /** Records of a kind that Kafka holds. */
  stored(kind = 'pin'): number {
    return this.kafka.topics.get(`pinterest.${kind}`)?.[0]?.length ?? 0;
  }
}

test('posts go one row at a time, pin, geo and user, after the pauses of the course', async () => {
  const emulation = new CourseEmulation();
  const { ended } = emulation.begin();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(await ended).toEqual({
    pin: { intended: 25, acknowledged: 25 },
    geo: { intended: 25, acknowledged: 25 },
    user: { intended: 25, acknowledged: 25 },
  });
  let second = 0;
  const expected = pauses.flatMap((pause, sequence) => {
    second += pause;
    return RECORD_KINDS.map((kind) => ({ second, topic: `pinterest.${kind}`, rows: 1, sequence }));
  });
  expect(emulation.requests).toEqual(expected);
});

test('what was sent is kept in the same manifests as in any other pace', async () => {
  const emulation = new CourseEmulation();
  const { ended } = emulation.begin();
  await jest.advanceTimersByTimeAsync(60_000);
  await ended;
  for (const kind of RECORD_KINDS) {
    const sent = await readSent(plan, kind, emulation.store);
    const upTo25 = pauses.map((_, i) => i);
    expect(sent.map(({ sequence }) => sequence)).toEqual(upTo25);
    expect(sent.map(({ offset }) => offset)).toEqual(upTo25);
  }
  // Three groups of three kinds.
  expect(emulation.store.objects.size).toBe(9);
});

test('beats tell how many rows Kafka has, of how many', async () => {
  const { ended, beats } = new CourseEmulation().begin({ ...plan, rate: 20 });
  await jest.advanceTimersByTimeAsync(60_000);
  await ended;
  expect(beats.at(0)).toEqual({ label: 'post one by one (at most 20/s)', done: 0, total: 75 });
  expect(beats.at(40)).toMatchObject({ done: 40 });
  expect(beats.at(-1)).toMatchObject({ done: 75, total: 75 });
});

test('a worker that dies within a group sends nothing twice', async () => {
  const emulation = new CourseEmulation();
  const dies = new Error('killed');
  // In the middle of the second group, after the pin of its fourth post.
  emulation.onRequest = (request) => {
    if (request === 40) throw dies;
  };
  const first = emulation.begin();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(await first.ended).toBe(dies);
  expect([emulation.stored('pin'), emulation.stored('geo')]).toEqual([14, 13]);

  emulation.onRequest = () => undefined;
  const second = emulation.begin();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(await second.ended).toMatchObject({ user: { intended: 25, acknowledged: 25 } });
  expect(RECORD_KINDS.map((kind) => emulation.stored(kind))).toEqual([25, 25, 25]);
  // The first group was not even asked for again.
  expect(emulation.requests.filter(({ sequence }) => sequence < 10)).toHaveLength(30);
  expect(emulation.requests.length).toBeGreaterThan(75);
});

test('a cancellation ends the pause it comes in, and sends nothing more', async () => {
  const emulation = new CourseEmulation();
  const { ended, cancel } = emulation.begin();
  // The pause before the second post is from 0 to 1 s.
  await jest.advanceTimersByTimeAsync(500);
  expect(emulation.requests).toHaveLength(3);
  cancel();
  await jest.advanceTimersByTimeAsync(0);
  expect(await ended).toMatchObject({ message: 'CANCELLED' });
  await jest.advanceTimersByTimeAsync(60_000);
  expect(emulation.requests).toHaveLength(3);
});

test('a rate holds posts back that the pauses would let go', async () => {
  const emulation = new CourseEmulation();
  const { ended } = emulation.begin({ ...plan, rate: 0.5 });
  await jest.advanceTimersByTimeAsync(60_000);
  await ended;
  const pins = emulation.requests.filter(({ topic }) => topic === 'pinterest.pin').map(({ second }) => second);
  const gaps = pins.slice(1).map((second, i) => second - (pins[i] ?? NaN));
  expect(Math.min(...gaps)).toBeGreaterThan(1.85);
  expect(Math.max(...gaps)).toBeLessThan(2.15);
});
