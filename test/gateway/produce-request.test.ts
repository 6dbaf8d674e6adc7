import fc from 'fast-check';
import { parseProduceRequest, type RecordFormat } from '../../gateway/produce-request.ts';

async function parse(text: string, options: { format?: RecordFormat; partition?: number } = {}) {
  const { format = 'json' } = options;
  const { partition } = options;
  const records = await parseProduceRequest({ body: Buffer.from(text), format, partition, mark: undefined });
  return records.map(({ key, value, partition }) => ({
    key: key === null ? null : key.toString('utf8'),
    value: value === null ? null : value.toString('utf8'),
    partition,
  }));
}

describe('parseProduceRequest', () => {
  it('takes keys and values as JSON text, quotes included', async () => {
    expect(await parse('{"records":[{"key":7528,"value":{"a":1}},{"key":"k1","value":"v","partition":2}]}')).toEqual([
      { key: '7528', value: '{"a":1}', partition: undefined },
      { key: '"k1"', value: '"v"', partition: 2 },
    ]);
  });

  it('takes null and absence for a null key, a tombstone and no partition', async () => {
    const nothing = { key: null, value: null, partition: undefined };
    expect(await parse('{"records":[{"key":null,"value":null,"partition":null},{}]}')).toEqual([nothing, nothing]);
  });

  it('takes the partition of the route for a record that names none', async () => {
    const records = await parse('{"records":[{"partition":0},{},{"partition":null}]}', { partition: 2 });
    expect(records.map(({ partition }) => partition)).toEqual([0, 2, 2]);
  });

  it('gives records a mark where the request has one, by the bytes that are stored', async () => {
    const body = Buffer.from('{"records":[{"value":"w6k="},{}]}');
    const mark = { run: 'run', sequence: 7 };
    const records = await parseProduceRequest({ body, format: 'binary', partition: undefined, mark });
    expect(records.map(({ headers }) => headers)).toEqual([
      { 'pinflow-run': 'run', 'pinflow-sequence': '7', 'pinflow-sha256': '4a99557e4033c353' },
      { 'pinflow-run': 'run', 'pinflow-sequence': '8', 'pinflow-sha256': 'e3b0c44298fc1c14' },
    ]);
  });

  it('takes keys and values of the binary format as the bytes behind base64', async () => {
    const [record] = await parse('{"records":[{"key":"azE=","value":"w6kgIPCfmIA\\u003d"}]}', { format: 'binary' });
    expect(record).toEqual({ key: 'k1', value: 'é  😀', partition: undefined });
    expect(await parse('{"records":[{"key":"","value":null}]}', { format: 'binary' })).toEqual([
      { key: '', value: null, partition: undefined },
    ]);
  });

  it('takes any bytes in the binary format', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        const body = Buffer.from(JSON.stringify({ records: [{ value: Buffer.from(bytes).toString('base64') }] }));
        const [record] = await parseProduceRequest({ body, format: 'binary', partition: undefined, mark: undefined });
        expect(record?.value).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each(['"a"', '"azE"', '"az E="', '"azE=="', '"azF="', '"-_8="', '1', '{}', '[]', 'true'])(
    'refuses %s in the binary format',
    async (value) => {
      await expect(parse(`{"records":[{},{"value":${value}}]}`, { format: 'binary' })).rejects.toThrow(
        expect.objectContaining({ status: 400, message: 'the value of record 1 is not a string of base64' }),
      );
    },
  );

  it.each([
    ['{}', 422, '"records" is absent or empty'],
    ['{"records":[]}', 422, '"records" is absent or empty'],
    [
      '{"records":[{"valeu":1}]}',
      400,
      'record 0 has the unknown member "valeu" at byte 13, known are key, value, partition',
    ],
    ['{"records":[{},{"partition":-1}]}', 422, 'record 1 has a partition that is not a whole number of 0 or more'],
    ['{"records":[{"partition":"1"}]}', 422, 'record 0 has a partition that is not a whole number of 0 or more'],
    ['{"records":[{"partition":1.5}]}', 422, 'record 0 has a partition that is not a whole number of 0 or more'],
  ])('refuses %s', async (body, status, message) => {
    await expect(parse(body)).rejects.toThrow(expect.objectContaining({ status, message }));
  });

  it('refuses more than 10,000 records', async () => {
    const body = (count: number) => `{"records":[${'{},'.repeat(count - 1)}{}]}`;
    expect(await parse(body(10_000))).toHaveLength(10_000);
    await expect(parse(body(10_001))).rejects.toThrow(
      expect.objectContaining({ status: 413, message: 'request has more than 10000 records' }),
    );
  });
});
