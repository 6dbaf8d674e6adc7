import { parseProduceRequest } from '../../gateway/produce-request.ts';

function parse(text: string) {
  return parseProduceRequest(Buffer.from(text)).map(({ key, value, partition }) => ({
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
