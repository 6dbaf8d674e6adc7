import {
  type Kafka,
  KafkaJSConnectionError,
  KafkaJSProtocolError,
  type ProducerBatch,
  type RecordMetadata,
} from 'kafkajs';
import { KafkaSender } from '../../gateway/kafka-sender.ts';
import type { PartitionBatch } from '../../gateway/partition-batch.ts';

function brokerAnswer(type: string): Error {
  return new KafkaJSProtocolError(Object.assign(new Error('text'), { type, code: 0, retriable: false }));
}

/** Stands in for the client: `answers` decides each send by producer number and partitions. */
function createSender(
  answers: (send: { producer: number; partitions: number[] }) => Error | Promise<never> | undefined,
) {
  const sends: { producer: number; partitions: number[] }[] = [];
  const closed: number[] = [];
  const topics = new Set(['t', 'u', 'v']);
  let known = new Set(topics);
  const refresh = async () => void (known = new Set(topics));
  let producers = 0;
  const kafka: Pick<Kafka, 'producer'> = {
    producer: (options) => {
      expect(options).toMatchObject({ idempotent: true, maxInFlightRequests: 1 });
      const producer = ++producers;
      const fake = {
        connect: () => Promise.resolve(),
        disconnect: async () => void closed.push(producer),
        sendBatch: async ({ acks, topicMessages }: ProducerBatch): Promise<RecordMetadata[]> => {
          expect(acks).toBe(-1);
          const placed = (topicMessages ?? []).map(({ topic, messages }) => ({
            topicName: topic,
            partition: messages[0]?.partition ?? -1,
            errorCode: 0,
            baseOffset: `${100 * producer}`,
          }));
          const send = { producer, partitions: placed.map(({ partition }) => partition) };
          sends.push(send);
          const error = await answers(send);
          if (error !== undefined) throw error;
          return placed;
        },
      };
      return fake as unknown as ReturnType<Kafka['producer']>;
    },
  };
  const sender = new KafkaSender({ kafka: kafka as Kafka, directory: { has: (topic) => known.has(topic), refresh } });
  return { sender, sends, closed, topics };
}

function batch(partition: number, topic = 't'): PartitionBatch {
  return { topic, partition, records: [{ key: null, value: Buffer.from('1') }] };
}

describe('KafkaSender', () => {
  it('sends all batches at once and reads their offsets', async () => {
    const { sender, sends } = createSender(() => undefined);
    expect(await sender.sendBatches([batch(0), batch(2)])).toEqual([{ baseOffset: 100 }, { baseOffset: 100 }]);
    expect(sends).toEqual([{ producer: 1, partitions: [0, 2] }]);
  });

  it('finds out, with the same producer, which partition Kafka refuses', async () => {
    const { sender, sends, closed } = createSender(({ partitions }) =>
      partitions.includes(1) ? brokerAnswer('MESSAGE_TOO_LARGE') : undefined,
    );
    const outcomes = await sender.sendBatches([batch(0), batch(1), batch(2)]);
    expect(outcomes).toEqual([
      { baseOffset: 100 },
      { failure: { kind: 'refused', code: 50002, message: 'MESSAGE_TOO_LARGE: text' } },
      { baseOffset: 100 },
    ]);
    expect(sends.map(({ producer, partitions }) => `${producer}: ${partitions.join()}`)).toEqual([
      '1: 0,1,2',
      '1: 0',
      '1: 1',
      '1: 2',
    ]);
    expect(closed).toEqual([]);
  });

  it.each(['UNKNOWN_PRODUCER_ID', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'INVALID_PRODUCER_EPOCH'])(
    'sends again with a new producer what is not stored because of %s, and only that',
    async (type) => {
      const { sender, sends, closed } = createSender(({ producer, partitions }) =>
        producer === 1 && partitions.includes(1) ? brokerAnswer(type) : undefined,
      );
      expect(await sender.sendBatches([batch(0), batch(1)])).toEqual([{ baseOffset: 100 }, { baseOffset: 200 }]);
      expect(sends.at(-1)).toEqual({ producer: 2, partitions: [1] });
      expect(closed).toEqual([1]);
    },
  );

  it('gives up a producer after a send whose outcome is not known, and works with the next', async () => {
    const { sender, sends, closed } = createSender(({ producer }) =>
      producer === 1 ? new KafkaJSConnectionError('connect ECONNREFUSED') : undefined,
    );
    const message = 'not confirmed by Kafka: connect ECONNREFUSED';
    const failure = { kind: 'unavailable', code: 50003, message };
    expect(await sender.sendBatches([batch(0), batch(1)])).toEqual([{ failure }, { failure }]);
    expect(sends).toHaveLength(1);
    expect(await sender.sendBatches([batch(0)])).toEqual([{ baseOffset: 200 }]);
    expect(closed).toEqual([1]);
  });

  it('gives up after a minute although the client does not', async () => {
    jest.useFakeTimers();
    try {
      const { sender } = createSender(({ producer }) =>
        producer === 1 ? new Promise<never>(() => undefined) : undefined,
      );
      const hanging = sender.sendBatches([batch(0)]);
      await jest.advanceTimersByTimeAsync(60_000);
      const message = 'not confirmed by Kafka: sending to Kafka took longer than 60 s';
      expect(await hanging).toEqual([{ failure: { kind: 'unavailable', code: 50003, message } }]);
      expect(await sender.sendBatches([batch(0)])).toEqual([{ baseOffset: 200 }]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('replaces a producer that has sent to a topic which is gone, since it would fail for every topic', async () => {
    const { sender, topics, closed } = createSender(() => undefined);
    await sender.sendBatches([batch(0, 't')]);
    await sender.sendBatches([batch(0, 'u')]);
    expect(closed).toEqual([]);
    topics.delete('t');
    expect(await sender.sendBatches([batch(0, 'u')])).toEqual([{ baseOffset: 100 }]);
    expect(await sender.sendBatches([batch(0, 'v')])).toEqual([{ baseOffset: 200 }]);
    expect(await sender.sendBatches([batch(0, 'u')])).toEqual([{ baseOffset: 200 }]);
    expect(closed).toEqual([1]);
  });
});
