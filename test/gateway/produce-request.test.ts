import fc from 'fast-check';
import { parseProduceRequest, type RecordFormat } from '../../gateway/produce-request.ts';

function parse(text: string, { format = 'json', partition }: { format?: RecordFormat; partition?: number } = {}) {
  return parseProduceRequest({ body: Buffer.from(text), format, partition }).map(({ key, value, partition }) => ({
    key: key === null ? null : key.toString('utf8'),
    value: value === null ? null : value.toString('utf8'),
    partition,
  }));
}

describe('parseProduceRequest', () => {
  it('takes keys and values as JSON text, quotes included', () => {
    expect(parse('{"records":[{"key":7528,"value":{"a":1}},{"key":"k1","value":"v","partition":2}]}')).toEqual([
      { key: '7528', value: '{"a":1}', partition: undefined },
      { key: '"k1"', value: '"v"', partition: 2 },
    ]);
  });

  it('takes null and absence for a null key, a tombstone and no partition', () => {
    const nothing = { key: null, value: null, partition: undefined };
    expect(parse('{"records":[{"key":null,"value":null,"partition":null},{}]}')).toEqual([nothing, nothing]);
  });

  it('takes the partition of the route for a record that names none', () => {
    const records = parse('{"records":[{"partition":0},{},{"partition":null}]}', { partition: 2 });
    expect(records.map(({ partition }) => partition)).toEqual([0, 2, 2]);
  });

  it('takes keys and values of the binary format as the bytes behind base64', () => {
    const [record] = parse('{"records":[{"key":"azE=","value":"w6kgIPCfmIA\\u003d"}]}', { format: 'binary' });
    expect(record).toEqual({ key: 'k1', value: 'é  😀', partition: undefined });
    expect(parse('{"records":[{"key":"","value":null}]}', { format: 'binary' })).toEqual([
      { key: '', value: null, partition: undefined },
    ]);
  });

  it('takes any bytes in the binary format', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const body = Buffer.from(JSON.stringify({ records: [{ value: Buffer.from(bytes).toString('base64') }] }));
        const [record] = parseProduceRequest({ body, format: 'binary', partition: undefined });
        expect(record?.value).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each(['"a"', '"azE"', '"az E="', '"azE=="', '"azF="', '"-_8="', '1', '{}', '[]', 'true'])(
    'refuses %s in the binary format',
    (value) => {
      expect(() => parse(`{"records":[{},{"value":${value}}]}`, { format: 'binary' })).toThrow(
        expect.objectContaining({ status: 400, message: 'the value of record 1 is not a string of base64' }),
      );
    },
  );

  it.each([
    ['{}', 422, '"records" is absent or empty'],
    ['{"records":[]}', 422, '"records" is absent or empty'],
    ['{"records":[{"valeu":1}]}', 400, 'record 0 has the unknown member "valeu"'],
    ['{"records":[{"__proto__":1}]}', 400, 'record 0 has the unknown member "__proto__"'],
    ['{"records":[{},{"partition":-1}]}', 422, 'record 1 has a partition that is not a whole number of 0 or more'],
    ['{"records":[{"partition":"1"}]}', 422, 'record 0 has a partition that is not a whole number of 0 or more'],
    ['{"records":[{"partition":1.5}]}', 422, 'record 0 has a partition that is not a whole number of 0 or more'],
  ])('refuses %s', (body, status, message) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ status, message }));
  });

  it('refuses more than 10,000 records', () => {
    const body = (count: number) => `{"records":[${'{},'.repeat(count - 1)}{}]}`;
    expect(parse(body(10_000))).toHaveLength(10_000);
    expect(() => parse(body(10_001))).toThrow(
      expect.objectContaining({ status: 413, message: 'request has 10001 records, at most 10000 are accepted' }),
    );
  });
});
