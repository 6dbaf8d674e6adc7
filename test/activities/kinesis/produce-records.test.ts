import fc from 'fast-check';
import { PinflowError } from '../../../domain/errors.ts';
import {
  expectAcknowledged,
  FakeStream,
  type Fate,
  makeRecords,
  sizeOf,
  splitEvenly,
  THROTTLED,
} from './fake-stream.ts';

const MIB = 1024 * 1024;

/** The first copies of each key's records, in the order in which they were stored. */
function firstDeliveries(stream: FakeStream): Map<string, string[]> {
  const firsts = new Map<string, string[]>();
  for (const { record } of stream.stored) {
    const seen = firsts.get(record.partitionKey) ?? [];
    if (!seen.includes(record.data)) firsts.set(record.partitionKey, [...seen, record.data]);
  }
  return firsts;
}

function expectLimitsKept(stream: FakeStream): void {
  for (const call of stream.calls) {
    expect(call.length).toBeLessThanOrEqual(500);
    expect(call.reduce((sum, record) => sum + sizeOf(record), 0)).toBeLessThanOrEqual(5 * MIB);
    expect(new Set(call.map(({ partitionKey }) => partitionKey)).size).toBe(call.length);
  }
}

describe('a delivery', () => {
  it('gives the position of every record, in the order of the records', async () => {
    const stream = new FakeStream(splitEvenly(3));
    const records = makeRecords(700);
    const { positions, failure } = await stream.produce(records);
    expect(failure).toBeUndefined();
    expectAcknowledged(stream, records, positions);
    expect(stream.stored).toHaveLength(700);
    expect(new Set(stream.stored.map(({ shardId }) => shardId)).size).toBe(3);
  });

  it('of nothing makes no call', async () => {
    const stream = new FakeStream(splitEvenly(1));
    expect(await stream.produce([])).toEqual({ positions: [], failure: undefined });
    expect(stream.calls).toEqual([]);
  });

  it('ends complete, in order and within every limit, whatever fails on the way', async () => {
    const fates = fc.array(fc.constantFrom<Fate>('answered', 'answered', 'lost before', 'lost after', 'late'));
    const record = fc.record({
      key: fc.nat({ max: 8 }),
      bytes: fc.oneof(fc.nat({ max: 900 }), fc.constantFrom(90_000, 400_000, MIB - 1)),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          drawn: fc.array(record, { minLength: 1, maxLength: 60 }),
          shards: fc.integer({ min: 1, max: 4 }),
          fates,
          refusals: fc.array(fc.boolean(), { maxLength: 200 }),
          latencyMs: fc.integer({ min: 1, max: 3_000 }),
          random: fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        }),
        async ({ drawn, shards, fates: drawnFates, refusals, latencyMs, random }) => {
          const stream = new FakeStream(splitEvenly(shards));
          stream.latencyMs = latencyMs;
          stream.fateOf = (call) => drawnFates[call] ?? 'answered';
          let refusal = 0;
          stream.refuses = () => refusals[refusal++] ?? false;
          const records = drawn.map(({ key, bytes }, i) => ({
            id: `${i}`,
            partitionKey: `k${key}`,
            data: `${i}`.padEnd(bytes - 2, ' '),
          }));
          const producer = stream.createProducer(() => random.next().value);
          const signal = new AbortController().signal;
          const { positions, failure } = await producer.produce({ records, budgetMs: 3_600_000, signal });

          expect(failure).toBeUndefined();
          expectAcknowledged(stream, records, positions);
          const wanted = Map.groupBy(records, ({ partitionKey }) => partitionKey);
          expect(firstDeliveries(stream)).toEqual(
            new Map([...firstDeliveries(stream).keys()].map((key) => [key, wanted.get(key)?.map(({ data }) => data)])),
          );
          expectLimitsKept(stream);
          const busiest = stream.busiestSecond();
          expect(busiest.records).toBeLessThanOrEqual(1_000);
          expect(busiest.bytes).toBeLessThanOrEqual(1_000_000 + MIB);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('failed records', () => {
  it('are sent again alone', async () => {
    const stream = new FakeStream(splitEvenly(1));
    stream.refuses = ({ call, record }) => call === 0 && Number(record.data) % 10 === 0;
    const { failure } = await stream.produce(makeRecords(100));
    expect(failure).toBeUndefined();
    expect(stream.calls.map((call) => call.length)).toEqual([100, 10]);
    expect(stream.calls[1]?.map(({ data }) => data)).toEqual([
      '0',
      '10',
      '20',
      '30',
      '40',
      '50',
      '60',
      '70',
      '80',
      '90',
    ]);
    expect(stream.stored).toHaveLength(100);
  });

  it('hold back what has their key, and nothing else', async () => {
    const stream = new FakeStream(splitEvenly(1));
    stream.refuses = ({ call, record }) => call < 3 && record.data === 'a1';
    const records = ['a1', 'b1', 'a2', 'b2', 'a3'].map((id) => ({ id, partitionKey: id.slice(0, 1), data: id }));
    await stream.produce(records);
    expect(stream.calls.map((call) => call.map(({ data }) => data).join(' '))).toEqual([
      'a1 b1',
      'a1 b2',
      'a1',
      'a1',
      'a2',
      'a3',
    ]);
  });

  it.each([1, 250, 499, 500])('get through when %i of 500 fail three times', async (failing) => {
    const stream = new FakeStream(splitEvenly(8));
    const tries = new Map<string, number>();
    stream.refuses = ({ record: { data } }) => {
      const tried = (tries.get(data) ?? 0) + 1;
      tries.set(data, tried);
      return Number(data) < failing && tried <= 3;
    };
    const records = makeRecords(500);
    const { positions, failure } = await stream.produce(records);
    expect(failure).toBeUndefined();
    expectAcknowledged(stream, records, positions);
    expect(stream.puts).toHaveLength(500 + 3 * failing);
    expect(stream.stored).toHaveLength(500);
  });

  it('do not slow down a shard that takes half of what it gets', async () => {
    const stream = new FakeStream(splitEvenly(2));
    let turn = 0;
    stream.refuses = () => turn++ % 2 === 0;
    const { failure } = await stream.produce(makeRecords(10_000));
    expect(failure).toBeUndefined();
    expect(stream.puts.length).toBeGreaterThan(19_000);
    // Two shards at 900 a second, of which half is refused: 11 s, were nothing ever waited for.
    expect(stream.now).toBeLessThan(20_000);
    expect(stream.busiestSecond().records).toBeLessThanOrEqual(1_000);
  });

  it('leave a shard that takes nothing alone for longer and longer, and the others not at all', async () => {
    const stream = new FakeStream(splitEvenly(2));
    const isBlocked = () => stream.now < 60_000;
    stream.refuses = ({ shardId }) => shardId === 'shard-0' && isBlocked();
    const { failure } = await stream.produce(makeRecords(150));
    expect(failure).toBeUndefined();
    const tries = new Set(stream.puts.filter(({ shardId }) => shardId === 'shard-0').map(({ at }) => at));
    // Bounds of 0.1, 0.2, 0.4 … 5 s, of which the half is waited.
    expect(tries.size).toBeGreaterThan(20);
    expect(tries.size).toBeLessThan(35);
    const others = stream.stored.filter(({ shardId }) => shardId === 'shard-1').map(({ at }) => at);
    expect(Math.max(...others)).toBeLessThan(1_000);
  });
});

describe('a call without an answer', () => {
  it.each<[Fate, number]>([
    ['lost before', 50],
    ['lost after', 100],
    ['late', 100],
  ])('that was %s is sent again, and leaves %i copies of 50 records', async (fate, copies) => {
    const stream = new FakeStream(splitEvenly(1));
    stream.fateOf = (call) => (call === 0 ? fate : 'answered');
    const records = makeRecords(50);
    const { positions, failure } = await stream.produce(records);
    expect(failure).toBeUndefined();
    expectAcknowledged(stream, records, positions);
    expect(stream.stored).toHaveLength(copies);
    expect(stream.calls).toHaveLength(2);
  });
});

describe('a delivery that fails', () => {
  it('names what is stranded when its time is over, and keeps what is acknowledged', async () => {
    const stream = new FakeStream(splitEvenly(2));
    stream.refuses = ({ shardId }) => shardId === 'shard-0';
    const records = makeRecords(100);
    const { positions, failure } = await stream.produce(records, { budgetMs: 10_000 });
    const stranded = records.filter((_, i) => positions[i] === undefined).map(({ id }) => `"${id}"`);
    expect(stranded.length).toBeGreaterThan(20);
    expect(stream.stored).toHaveLength(100 - stranded.length);
    expect(positions.filter((position) => position !== undefined)).toHaveLength(stream.stored.length);
    expect(failure).toMatchObject({
      code: 'RECORDS_STRANDED',
      retryable: true,
      message:
        `${stranded.length} of 100 records for stream "s" were not acknowledged within 10 s: ` +
        `${stranded.slice(0, 10).join(', ')} and ${stranded.length - 10} more; ` +
        `the last failure was: ${THROTTLED.errorCode} Rate exceeded`,
    });
    expect(stream.now).toBeGreaterThanOrEqual(10_000);
    expect(stream.now).toBeLessThan(10_100);
  });

  it('ends with its signal and keeps what is acknowledged', async () => {
    const stream = new FakeStream(splitEvenly(1));
    const cancelling = new AbortController();
    stream.onCall = (call) => {
      if (call === 2) cancelling.abort(new Error('cancelled'));
    };
    const { positions, failure } = await stream.produce(makeRecords(1_000), { signal: cancelling.signal });
    expect(failure).toEqual(new Error('cancelled'));
    expect(stream.calls).toHaveLength(3);
    expect(positions.filter((position) => position !== undefined)).toHaveLength(stream.stored.length);
    expect(stream.stored.length).toBeGreaterThan(200);
  });

  it('ends with a refusal that is final, after one call', async () => {
    const stream = new FakeStream(splitEvenly(1));
    const refused = new PinflowError('GATEWAY_REFUSED', 'no such stream');
    stream.onCall = () => {
      throw refused;
    };
    const { positions, failure } = await stream.produce(makeRecords(2));
    expect(failure).toBe(refused);
    expect(positions).toEqual([undefined, undefined]);
    expect(stream.calls).toHaveLength(1);
  });

  it('sends nothing where a record is larger than a stream takes', async () => {
    const stream = new FakeStream(splitEvenly(1));
    const large = makeRecords(1, MIB);
    const { failure } = await stream.produce([...makeRecords(3), ...large]);
    expect(failure).toMatchObject({
      code: 'INPUT_INVALID',
      message: '1 of 4 records have more than 1048576 bytes, which no stream takes: "id-0"',
    });
    expect(stream.calls).toEqual([]);
  });
});
