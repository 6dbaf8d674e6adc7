import { createRequire } from 'node:module';
import { replaceKafkajsEncoder } from '../../gateway/kafkajs-encoder.ts';

interface Produce {
  protocol: (input: { version: number }) => (input: object) => {
    request: { encode: () => Promise<{ buf: Buffer; buffer: Buffer }> };
  };
}

const produce = createRequire(import.meta.url)('kafkajs/src/protocol/requests/produce') as Produce;
const value = Buffer.from('x');
const input = {
  ...{ acks: -1, timeout: 4_000, producerId: '7', producerEpoch: 0, transactionalId: null },
  topicData: [{ topic: 'a.pin', partitions: [{ partition: 0, firstSequence: 0, messages: [{ key: null, value }] }] }],
};

describe('replaceKafkajsEncoder', () => {
  it('replaces how a request is encoded and leaves the rest of it, once however often it is called', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(1_764_000_000_123);
    const before = produce.protocol({ version: 7 })(input).request;
    replaceKafkajsEncoder();
    const { protocol } = produce;
    replaceKafkajsEncoder();
    expect(produce.protocol).toBe(protocol);
    const { encode, ...rest } = produce.protocol({ version: 7 })(input).request;
    expect(rest).toMatchObject({ apiVersion: 7, apiName: 'Produce', expectResponse: expect.any(Function) });
    const encoded = await encode();
    expect(encoded.buf).toBe(encoded.buffer);
    expect(encoded.buffer.equals((await before.encode()).buffer)).toBe(true);
    jest.restoreAllMocks();
  });

  it.each([
    ['version 2, which has no record batches', 2, {}],
    ['compression', 7, { compression: 1 }],
    ['a transaction', 7, { transactionalId: 't' }],
  ])("leaves %s to kafkajs's own", async (_what, version, change) => {
    replaceKafkajsEncoder();
    const { buf, buffer } = await produce
      .protocol({ version })({ ...input, ...change })
      .request.encode();
    expect(buf.length).toBeGreaterThan(buffer.length);
  });
});
