import { KafkaTrouble } from '../../gateway/kafka-trouble.ts';
import type { BatchOutcome, PartitionBatch, Portion } from '../../gateway/partition-batch.ts';
import { ProducerQueue, type QueueLimits } from '../../gateway/producer-queue.ts';

/** A Kafka that answers when it is told to, and notes what it was sent. */
class FakeKafka {
  readonly sent: string[][] = [];
  readonly #next: Record<string, number> = {};
  #answer: (() => void) | undefined;

  readonly send = (batches: readonly PartitionBatch[]): Promise<BatchOutcome[]> => {
    expect(this.#answer).toBeUndefined();
    this.sent.push(
      batches.map(
        ({ topic, partition, records }) =>
          `${topic}/${partition}: ${records.map((r) => r.value?.toString('utf8')).join(' ')}`,
      ),
    );
    return new Promise((resolve) => {
      this.#answer = () => resolve(batches.map((batch) => this.#store(batch)));
    });
  };

  /** Answers the send that is under way, with a failure when one is given. */
  async answer(outcome?: BatchOutcome): Promise<void> {
    const answer = this.#answer;
    this.#outcome = outcome;
    this.#answer = undefined;
    answer?.();
    await settle();
  }

  #outcome: BatchOutcome | undefined;

  #store({ topic, partition, records }: PartitionBatch): BatchOutcome {
    if (this.#outcome !== undefined) return this.#outcome;
    const name = `${topic}/${partition}`;
    const baseOffset = this.#next[name] ?? 0;
    this.#next[name] = baseOffset + records.length;
    return { baseOffset };
  }
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function portion(values: string, place: { topic?: string; partition?: number; bytes?: number } = {}): Portion {
  const records = values.split(' ').map((value) => ({ key: null, value: Buffer.from(value) }));
  return { topic: place.topic ?? 't', partition: place.partition ?? 0, records, bytes: place.bytes ?? 100 };
}

function createQueue(options: { limits?: QueueLimits; leaderOf?: (topic: string, partition: number) => number } = {}) {
  const kafka = new FakeKafka();
  const trouble = new KafkaTrouble();
  const queue = new ProducerQueue({
    send: kafka.send,
    trouble,
    leaderOf: options.leaderOf ?? (() => 1),
    ...(options.limits && { limits: options.limits }),
  });
  return { kafka, queue, trouble };
}

describe('ProducerQueue', () => {
  it('sends at once when idle and gathers while a send is under way', async () => {
    const { kafka, queue } = createQueue();
    const first = queue.enqueue([portion('a b')]);
    expect(kafka.sent).toEqual([['t/0: a b']]);
    const second = queue.enqueue([portion('c')]);
    const third = queue.enqueue([portion('d', { partition: 1 }), portion('e f')]);
    expect(kafka.sent).toHaveLength(1);

    await kafka.answer();
    expect(kafka.sent[1]).toEqual(['t/0: c e f', 't/1: d']);
    await kafka.answer();

    expect(await first).toEqual([{ baseOffset: 0 }]);
    expect(await second).toEqual([{ baseOffset: 2 }]);
    expect(await third).toEqual([{ baseOffset: 0 }, { baseOffset: 3 }]);
    expect(kafka.sent).toHaveLength(2);
  });

  it('answers the records of a failed round with the failure and goes on with the next', async () => {
    const { kafka, queue } = createQueue();
    const failure = { kind: 'unavailable', code: 50003, message: 'away' } as const;
    const first = queue.enqueue([portion('a')]);
    const second = queue.enqueue([portion('b')]);
    await kafka.answer({ failure });
    await kafka.answer();
    expect(await first).toEqual([{ failure }]);
    expect(await second).toEqual([{ baseOffset: 0 }]);
  });

  it('holds back what would make a batch too large, without letting later records of the partition pass', async () => {
    const { kafka, queue } = createQueue();
    void queue.enqueue([portion('first')]);
    void queue.enqueue([portion('a', { bytes: 500_000 })]);
    void queue.enqueue([portion('b', { bytes: 500_000 })]);
    void queue.enqueue([portion('c', { bytes: 1 })]);
    void queue.enqueue([portion('x', { partition: 1, bytes: 500_000 })]);
    await kafka.answer();
    await kafka.answer();
    expect(kafka.sent.slice(1)).toEqual([['t/0: a', 't/1: x'], ['t/0: b c']]);
    await kafka.answer();
  });

  it('sends a record that is too large on its own, so that only it is refused', async () => {
    const { kafka, queue } = createQueue();
    void queue.enqueue([portion('small'), portion('large', { bytes: 5_000_000 }), portion('next')]);
    await kafka.answer();
    await kafka.answer();
    await kafka.answer();
    expect(kafka.sent).toEqual([['t/0: small'], ['t/0: large'], ['t/0: next']]);
  });

  it('sends at most 1,000 records at a time', async () => {
    const { kafka, queue } = createQueue();
    void queue.enqueue([portion('first')]);
    for (let i = 0; i < 5; i++) void queue.enqueue([portion(Array(300).fill('r').join(' '), { partition: i })]);
    await kafka.answer();
    expect(kafka.sent[1]).toHaveLength(3);
    await kafka.answer();
    expect(kafka.sent[2]).toHaveLength(2);
    await kafka.answer();
  });

  it('sends to one broker at a time', async () => {
    const { kafka, queue } = createQueue({ leaderOf: (_topic, partition) => partition % 2 });
    void queue.enqueue([portion('first')]);
    void queue.enqueue([0, 1, 2, 3].map((partition) => portion('r', { partition })));
    await kafka.answer();
    await kafka.answer();
    expect(kafka.sent.slice(1)).toEqual([
      ['t/0: r', 't/2: r'],
      ['t/1: r', 't/3: r'],
    ]);
    await kafka.answer();
  });

  it.each([
    ['records', { records: 4, bytes: 1_000 }],
    ['bytes', { records: 100, bytes: 250 }],
  ])(
    'takes a request whole or not at all once its limit of %s is reached, and takes more later',
    async (_what, limits) => {
      const { kafka, queue } = createQueue({ limits });
      const taken = queue.enqueue([portion('a b')]);
      expect(queue.enqueue([portion('c d'), portion('e')])).toBeUndefined();
      await kafka.answer();
      expect(await taken).toEqual([{ baseOffset: 0 }]);
      const later = queue.enqueue([portion('c'), portion('d')]);
      await kafka.answer();
      expect(await later).toEqual([{ baseOffset: 2 }, { baseOffset: 3 }]);
      expect(kafka.sent).toEqual([['t/0: a b'], ['t/0: c d']]);
    },
  );

  it('answers for records that waited more than 6 s and does not send them', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const { kafka, queue, trouble } = createQueue();
      trouble.note('Disk error');
      void queue.enqueue([portion('a')]);
      const late = queue.enqueue([portion('b')]);
      jest.advanceTimersByTime(5_000);
      const inTime = queue.enqueue([portion('c')]);
      jest.advanceTimersByTime(1_500);
      const message = 'not sent: Kafka was busy for more than 6 s (heard of Kafka: Disk error)';
      // The first send has not ended yet.
      expect(await late).toEqual([{ failure: { kind: 'unavailable', code: 50003, message } }]);
      await kafka.answer();
      await kafka.answer();
      expect(await inTime).toEqual([{ baseOffset: 1 }]);
      expect(kafka.sent).toEqual([['t/0: a'], ['t/0: c']]);
    } finally {
      jest.useRealTimers();
    }
  });
});
