import { createRequire } from 'node:module';
import fc from 'fast-check';
import { encodeProduce, type ProduceInput } from '../../gateway/encode-produce.ts';

const encodeWithKafkajs = createRequire(import.meta.url)('kafkajs/src/protocol/requests/produce/v7/request') as (
  input: ProduceInput,
) => { encode: () => Promise<{ buffer: Buffer }> };

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const nullable = fc.option(bytes, { freq: 5 });
const text = fc.string({ unit: 'binary', maxLength: 200 });
const record = fc.oneof(
  fc.record({ key: nullable, value: nullable }),
  fc.record({ key: nullable, value: nullable, headers: fc.dictionary(text, text, { maxKeys: 4 }) }),
);
const partition = fc.record({
  partition: fc.nat({ max: 2 ** 31 - 1 }),
  firstSequence: fc.nat({ max: 2 ** 31 - 1 }),
  // Enough for places in the batch that take two bytes.
  messages: fc.array(record, { minLength: 1, maxLength: 150, size: 'max' }),
});
const input: fc.Arbitrary<ProduceInput> = fc.record({
  acks: fc.constantFrom(-1, 1),
  timeout: fc.nat({ max: 60_000 }),
  producerId: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }).map(String),
  producerEpoch: fc.nat({ max: 2 ** 15 - 1 }),
  topicData: fc.array(fc.record({ topic: text, partitions: fc.array(partition, { minLength: 1, maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 2,
  }),
});

async function expectSame(request: ProduceInput): Promise<void> {
  const { buffer } = await encodeWithKafkajs(request).encode();
  expect(encodeProduce(request).equals(buffer)).toBe(true);
}

function requestOf(...messages: { key: Buffer | null; value: Buffer | null }[]): ProduceInput {
  const producer = { producerId: '7', producerEpoch: 0 };
  const partitions = [{ partition: 0, firstSequence: 0, messages }];
  return { acks: -1, timeout: 4_000, ...producer, topicData: [{ topic: 'a.pin', partitions }] };
}

describe('encodeProduce', () => {
  beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(1_764_000_000_123));
  afterEach(() => jest.restoreAllMocks());

  it('writes what kafkajs writes, byte for byte', async () => {
    await fc.assert(fc.asyncProperty(input, expectSame), { numRuns: 200 });
  });

  it.each([0, 1, 63, 64, 8_191, 8_192, 900_000])('does so for a value of %i bytes', async (length) => {
    await expectSame(requestOf({ key: null, value: Buffer.alloc(length, 'x') }));
  });

  it('does so for a thousand records', async () => {
    await expectSame(
      requestOf(...Array.from({ length: 1_000 }, (_, i) => ({ key: Buffer.from(`${i}`), value: null }))),
    );
  });
});
