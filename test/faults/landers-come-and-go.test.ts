import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { createLandingActivities } from '../../activities/landing/activities.ts';
import { landRanges } from '../../activities/landing/land-ranges.ts';
import { listLandedObjects } from '../../activities/landing/landed-objects.ts';
import { splitLines } from '../../activities/landing/record-line.ts';
import { PinflowError } from '../../domain/errors.ts';
import { topicName } from '../../domain/names.ts';
import { findOverlaps, type OffsetRange } from '../../domain/offsets.ts';
import { SeededRandom } from '../../domain/seeded-random.ts';
import { IS_FULL, reportFault } from '../support/report-fault.ts';
import { makePlan } from '../support/run-plans.ts';
import { connectStack, type RunningStack, waitUntil } from '../support/running-stack.ts';
import { readNumbers, SteadyProducer } from '../support/steady-producer.ts';

/** One to four landers of one topic, started and stopped at random while it is written to and grows by two partitions. */

const [ROUNDS, ROUND_MS] = IS_FULL ? [20, 3_000] : [10, 600];
const SEED = 'landers';
const PARTITIONS = 3;

const plan = makePlan({ pipeline: `landers-${randomUUID().slice(0, 8)}` });
const topic = topicName(plan.pipeline, 'pin');

let stack: RunningStack;
let producer: SteadyProducer | undefined;
const landers: Lander[] = [];

beforeAll(async () => {
  stack = await connectStack();
});

// What a test that has failed leaves would keep the lane from its end.
afterAll(async () => {
  await Promise.allSettled([producer?.stop(), ...landers.map((lander) => lander.stop())]);
  await stack.close();
});

/** Plans and lands what is in the topic, again and again, as one run after the other would. */
class Lander {
  readonly #log = createKafkaLog({ ...stack.config.kafka, partitions: PARTITIONS, clientId: 'test-lander' });
  readonly #settings = { kafka: this.#log, store: stack.store, maxRecords: 20, maxAgeMs: 30_000 };
  readonly #stopped = new AbortController();
  readonly #done = this.#work();

  /** Gives whether it was told so in the middle of a landing. */
  async stop(): Promise<boolean> {
    this.#stopped.abort(new Error('the lander was stopped'));
    return this.#done.finally(() => this.#log.close());
  }

  /** What is in the topic and in no object. */
  plan(): Promise<OffsetRange[]> {
    return createLandingActivities(this.#settings).planRanges({ plan, kind: 'pin' });
  }

  async #work(): Promise<boolean> {
    const { signal } = this.#stopped;
    const writer = plan.workflowId;
    while (!signal.aborted) {
      try {
        const ranges = await this.plan();
        await landRanges({ topic, ranges, writer, signal, onProgress: () => undefined }, this.#settings);
      } catch (error) {
        if (error === signal.reason) return true;
        // As an activity is tried again: a partition has no leader in the moment in which it is made.
        if (!(error instanceof PinflowError && error.retryable)) throw error;
      }
      await sleep(20);
    }
    return false;
  }
}

async function addPartitions(): Promise<void> {
  const admin = new Kafka({ brokers: [...stack.config.kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createPartitions({ topicPartitions: [{ topic, count: PARTITIONS + 2 }] });
  await admin.disconnect();
  // The gateway asks Kafka for all topics when it is asked for one that it does not know, and every half minute.
  await fetch(`${stack.config.gateway.url}/topics/not-there-${randomUUID()}.pin`, {
    ...{ method: 'POST', body: '{"records":[{"value":1}]}' },
    headers: { 'content-type': 'application/vnd.kafka.json.v2+json' },
  });
}

/** What landed: the number at every place, and places that are in no object or in two. */
async function readLanded(log: ReturnType<typeof createKafkaLog>) {
  const numbers = new Map<string, number>();
  let [missing, overlaps] = [0, 0];
  for (const { partition, high } of await log.readOffsets(topic)) {
    const objects = await listLandedObjects(stack.store, { topic, partition }, 0);
    overlaps += findOverlaps(objects).length;
    let next = 0;
    for (const { key, start, end } of objects) {
      missing += Math.max(0, start - next);
      next = end;
      const body = (await stack.store.readObject(key)) ?? Buffer.alloc(0);
      for (const [i, line] of [...splitLines(body)].entries())
        numbers.set(`${partition}/${start + i}`, Number(String(line)));
    }
    missing += Math.abs(high - next);
  }
  return { numbers, missing, overlaps };
}

test('landers that come and go land every record once, in objects without gap or overlap', async () => {
  const log = createKafkaLog({ ...stack.config.kafka, partitions: PARTITIONS, clientId: 'test-landers' });
  await log.ensureTopics([topic]);
  await sleep(300);
  const steady = new SteadyProducer(stack.config.gateway.url, topic);
  producer = steady;
  steady.start();
  const random = new SeededRandom(SEED);
  let stoppedInWork = 0;

  for (let round = 0; round < ROUNDS; round++) {
    const wanted = 1 + random.below(4);
    while (landers.length < wanted) landers.push(new Lander());
    if (round === ROUNDS / 2) await addPartitions();
    await sleep(ROUND_MS);
    const leaving = landers.splice(0, 1 + random.below(landers.length));
    const wereBusy = await Promise.all(leaving.map((lander) => lander.stop()));
    stoppedInWork += wereBusy.filter(Boolean).length;
  }
  await waitUntil('records are in the new partitions', async () =>
    [...steady.acknowledged.values()].some((place) => place.startsWith(`${PARTITIONS}/`)),
  );
  await steady.stop();
  await Promise.all(landers.map((lander) => lander.stop()));

  const begun = Date.now();
  const last = new Lander();
  await waitUntil('all is landed', async () => (await last.plan()).length === 0);
  const recoveryMs = [Date.now() - begun];
  await last.stop();

  const { numbers, missing, overlaps } = await readLanded(log);
  const stored = await readNumbers(stack.config.kafka, topic);
  const lost = [...steady.acknowledged].filter(([number, place]) => numbers.get(place) !== number);
  expect(missing).toBe(0);
  // Place by place what the topic holds, with whatever the producer had to send twice while the topic grew.
  expect(numbers).toEqual(stored);
  reportFault({
    number: 10,
    fault: `1 to 4 landers of a topic that grows started and stopped every ${ROUND_MS / 1_000} s, seed "${SEED}"`,
    injected: stoppedInWork,
    lost: lost.length,
    duplicated: overlaps,
    recoveryMs,
  });
  await log.deleteTopics([topic]);
  await log.close();
});
