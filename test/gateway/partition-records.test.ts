import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { PARTITION_BYTES } from '../../gateway/partition-batch.ts';
import { partitionOfKey, partitionRecords } from '../../gateway/partition-records.ts';
import type { ProduceRecord } from '../../gateway/produce-request.ts';

function record(fields: { key?: string; value?: string; partition?: number }): ProduceRecord {
  return {
    key: fields.key === undefined ? null : Buffer.from(fields.key),
    value: Buffer.from(fields.value ?? '1'),
    partition: fields.partition,
  };
}

function partitionAsKafkajs(key: Buffer, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 1,
    replicas: [1],
    isr: [1],
  }));
  return Partitioners.DefaultPartitioner()({ topic: 't', partitionMetadata, message: { key, value: null } });
}

describe('partitionOfKey', () => {
  it('gives every key the partition that kafkajs and the Java client give it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 1_000 }), (bytes, partitions) => {
        const key = Buffer.from(bytes);
        expect(partitionOfKey(key, partitions)).toBe(partitionAsKafkajs(key, partitions));
      }),
      { numRuns: 500 },
    );
  });

  // Hashes of Kafka's own test of murmur2 (UtilsTest), made positive.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('agrees with the hash of the Java client for %s', (key, hash) => {
    const partitions = 2 ** 31 - 1;
    expect(partitionOfKey(Buffer.from(key), partitions)).toBe((hash & 0x7fffffff) % partitions);
  });
});

describe('partitionRecords', () => {
  it('puts records by their own partition, then by key, then where the request without keys goes', () => {
    const records = [
      record({ key: '7528' }),
      record({ key: '7528', partition: 2 }),
      record({}),
      record({ key: '7528' }),
      record({}),
    ];
    const { portions, failures } = partitionRecords({
      topic: 't',
      records,
      partitions: 3,
      keyless: 0,
      isTaken: () => false,
    });
    const byKey = partitionOfKey(Buffer.from('7528'), 3);
    expect(byKey).toBe(1);
    expect(portions.map(({ partition, positions }) => ({ partition, positions }))).toEqual([
      { partition: 1, positions: [0, 3] },
      { partition: 2, positions: [1] },
      { partition: 0, positions: [2, 4] },
    ]);
    expect(failures).toEqual([]);
  });

  it('fails only the records whose partition the topic does not have', () => {
    const records = [record({ partition: 3 }), record({ partition: 2 })];
    const { portions, failures } = partitionRecords({
      topic: 'a.pin',
      records,
      partitions: 3,
      keyless: 0,
      isTaken: () => false,
    });
    expect(portions.map(({ positions }) => positions)).toEqual([[1]]);
    expect(failures).toEqual([
      {
        position: 0,
        failure: { kind: 'refused', code: 40402, message: 'topic "a.pin" has 3 partitions, no partition 3' },
      },
    ]);
  });

  it('splits what Kafka would not take as one batch, in order', () => {
    const records = Array.from({ length: 5 }, (_, i) => record({ value: `"${String(i).repeat(400_000)}"` }));
    const { portions } = partitionRecords({ topic: 't', records, partitions: 1, keyless: 0, isTaken: () => false });
    expect(portions.map(({ positions }) => positions)).toEqual([[0, 1], [2, 3], [4]]);
    expect(Math.max(...portions.map(({ bytes }) => bytes))).toBeLessThanOrEqual(PARTITION_BYTES);
  });
});
