import { PinflowError } from '../../../domain/errors.ts';
import { expectAcknowledged, FakeStream, makeRecords, splitEvenly } from './fake-stream.ts';

const MIB = 1024 * 1024;

describe('the pace of a producer', () => {
  it('keeps every second of every shard within the limits of Kinesis, and uses nine tenths of them', async () => {
    const stream = new FakeStream(splitEvenly(2));
    await stream.produce(makeRecords(10_000));
    expect(stream.busiestSecond().records).toBeLessThanOrEqual(1_000);
    // The larger half of 10,000 keys at 900 a second.
    expect(stream.now).toBeGreaterThan(5_300);
    expect(stream.now).toBeLessThan(6_000);
    // In few large calls: about ten a second.
    expect(stream.calls.length).toBeLessThan(130);
  });

  it('counts bytes where they are more', async () => {
    const stream = new FakeStream(splitEvenly(1));
    await stream.produce(makeRecords(1_000, 4_000));
    expect(stream.busiestSecond().bytes).toBeLessThanOrEqual(1_000_000);
    expect(stream.now).toBeGreaterThan(4_200);
    expect(stream.now).toBeLessThan(5_000);
  });

  it('is that of the shards, however many deliveries share it', async () => {
    const stream = new FakeStream(splitEvenly(1));
    const producer = stream.createProducer();
    const signal = new AbortController().signal;
    const deliver = (first: number) =>
      producer.produce({ records: makeRecords(1_500).slice(first, first + 500), budgetMs: 60_000, signal });
    const deliveries = await Promise.all([0, 500, 1_000].map(deliver));
    expect(deliveries.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined]);
    expect(stream.stored).toHaveLength(1_500);
    expect(stream.busiestSecond().records).toBeLessThanOrEqual(1_000);
  });

  it('lets a record that is larger than what flows in at once pass alone', async () => {
    const stream = new FakeStream(splitEvenly(1));
    const { failure } = await stream.produce(makeRecords(4, MIB - 20));
    expect(failure).toBeUndefined();
    expect(stream.calls.map((call) => call.length)).toEqual([1, 1, 1, 1]);
    expect(stream.now).toBeGreaterThan(3_400);
  });

  it('follows shards that are split during the load', async () => {
    const stream = new FakeStream(splitEvenly(1));
    stream.onCall = (call) => {
      if (call === 5) stream.shards = splitEvenly(4, 'child');
    };
    const records = makeRecords(6_000);
    const { positions, failure } = await stream.produce(records);
    expect(failure).toBeUndefined();
    expectAcknowledged(stream, records, positions);
    expect(stream.listings).toBe(2);
    // One shard would take 6.6 s.
    expect(stream.now).toBeLessThan(3_000);
  });

  it('asks for the shards once a second at most', async () => {
    const stream = new FakeStream(splitEvenly(1));
    stream.onCall = (call) => {
      stream.shards = splitEvenly(1, `after-${call}`);
    };
    const { failure } = await stream.produce(makeRecords(2_000));
    expect(failure).toBeUndefined();
    expect(stream.calls.length).toBeGreaterThan(15);
    expect(stream.listings).toBeGreaterThan(1);
    expect(stream.listings).toBeLessThan(5);
  });

  it('stays that of the old shards where the new ones cannot be listed', async () => {
    const stream = new FakeStream(splitEvenly(1));
    stream.onCall = (call) => {
      if (call === 1) stream.shards = splitEvenly(2, 'child');
    };
    stream.onListing = () => {
      if (stream.listings > 1) throw new PinflowError('KINESIS_UNAVAILABLE', 'away');
    };
    const records = makeRecords(2_000);
    const { positions, failure } = await stream.produce(records);
    expect(failure).toBeUndefined();
    expectAcknowledged(stream, records, positions);
    expect(stream.listings).toBeGreaterThan(1);
  });

  it('cannot be known before the shards have been listed once', async () => {
    const stream = new FakeStream(splitEvenly(1));
    const away = new PinflowError('KINESIS_UNAVAILABLE', 'away');
    stream.onListing = () => {
      throw away;
    };
    expect(await stream.produce(makeRecords(1))).toEqual({ positions: [undefined], failure: away });
    expect(stream.calls).toEqual([]);
  });
});
