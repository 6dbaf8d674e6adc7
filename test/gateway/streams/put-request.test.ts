import fc from 'fast-check';
import { parsePutRecord, parsePutRecords } from '../../../gateway/streams/put-request.ts';

const parseOne = async (text: string) => {
  const { Data, PartitionKey } = await parsePutRecord(Buffer.from(text));
  return [Data.toString('utf8'), PartitionKey];
};
const parseMany = async (text: string) =>
  (await parsePutRecords(Buffer.from(text))).map(({ Data, PartitionKey }) => [Data.toString('utf8'), PartitionKey]);

const refused = (message: string) => expect.objectContaining({ status: 400, message }) as Error;

describe('parsePutRecord', () => {
  it.each(['{ "a" : 1e400,  "b":9223372036854775807, "a":2 }', '"eyJhIjoxfQ=="', 'null', '[ ]', '-0', '"\\u00e9"'])(
    'takes %s byte for byte',
    async (data) => {
      expect(await parseOne(`{"Data" : ${data} , "PartitionKey":"k"}`)).toEqual([data, 'k']);
    },
  );

  it('takes a number as partition key by its own text', async () => {
    expect(await parseOne('{"StreamName":"x","PartitionKey": 7528 ,"Data":1}')).toEqual(['1', '7528']);
    expect(await parseOne('{"PartitionKey":"\\u006b","Data":1}')).toEqual(['1', 'k']);
  });

  it('takes a key of 256 characters, whatever their bytes', async () => {
    const [, key] = await parseOne(`{"Data":1,"PartitionKey":"${'😀'.repeat(256)}"}`);
    expect(key).toHaveLength(512);
  });

  it.each([
    ['{"PartitionKey":"k"}', '"Data" is absent'],
    ['{"Data":1}', '"PartitionKey" is absent'],
    [
      '{"data":1,"PartitionKey":"k"}',
      'body has the unknown member "data" at byte 1, known are Data, PartitionKey, StreamName',
    ],
    ['{"Data":1,"PartitionKey":["k"]}', '"PartitionKey" is neither a string nor a number'],
    ['{"Data":1,"PartitionKey":null}', '"PartitionKey" is neither a string nor a number'],
    ['{"Data":1,"PartitionKey":""}', '"PartitionKey" has 0 characters, Kinesis takes 1 to 256'],
    ['{"Data":1,"PartitionKey":"\\ud83d"}', '"PartitionKey" holds half of a surrogate pair, which is no text'],
    ['{"Data":1,"Data":2,"PartitionKey":"k"}', 'body has the member "Data" twice at byte 10'],
    ['{"Data":1 "PartitionKey":"k"}', 'body is not valid JSON at byte 10'],
  ])('refuses %s', async (body, message) => {
    await expect(parseOne(body)).rejects.toThrow(refused(message));
  });
});

describe('parsePutRecords', () => {
  it('takes what the text of each record says, whatever it is', async () => {
    const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 256 });
    const record = fc.record({ data: fc.string({ unit: 'binary' }), 'partition-key': key });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 20 }), async (records) => {
        expect(await parseMany(JSON.stringify({ records }))).toEqual(
          records.map((written) => [written.data, written['partition-key']]),
        );
      }),
    );
  });

  it('takes 500 records and 5 MiB of data and keys', async () => {
    const body = (count: number, bytes: number) =>
      JSON.stringify({ records: Array(count).fill({ data: 'x'.repeat(bytes), 'partition-key': 'k' }) });
    const limit = 5 * 1024 * 1024;
    expect(await parseMany(body(1, limit - 1))).toHaveLength(1);
    await expect(parseMany(body(1, limit))).rejects.toThrow(
      refused(`data and keys are ${limit + 1} bytes, Kinesis takes at most ${limit} at once`),
    );
    expect(await parseMany(body(500, 0))).toHaveLength(500);
    await expect(parseMany(body(501, 0))).rejects.toThrow(
      refused('request has more than 500 records, which is the most that Kinesis takes at once'),
    );
  });

  const noText = (index: number) => `"data" of record ${index} is not a string that holds the JSON text of the record`;
  it.each([
    ['{"records":[]}', '"records" is absent or empty'],
    ['{"Records":[{"Data":"1","PartitionKey":"k"}]}', '"records" is absent or empty'],
    ['{"records":[{"data":"1","partition-key":"k"},{"data":{"a":1},"partition-key":"k"}]}', noText(1)],
    ['{"records":[{"data":1,"partition-key":"k"}]}', noText(0)],
    ['{"records":[{"data":"1","partition-key":"k"},{"partition-key":"k"}]}', '"data" of record 1 is absent'],
    ['{"records":[{"data":"1"}]}', '"partition-key" of record 0 is absent'],
    ['{"records":[{"data":"1","partition-key":{}}]}', '"partition-key" of record 0 is neither a string nor a number'],
    [
      '{"records":[{"data":"\\udc00","partition-key":"k"}]}',
      '"data" of record 0 holds half of a surrogate pair, which is no text',
    ],
    [
      '{"records":[{"data":"1","PartitionKey":"k"}]}',
      'record 0 has the unknown member "PartitionKey" at byte 24, known are data, partition-key',
    ],
    ['{"records":["1"]}', 'record 0 is not a JSON object at byte 12'],
    ['{"records":[{"data":"1","partition-key":"k"}]', 'body is not valid JSON at byte 45'],
  ])('refuses %s', async (body, message) => {
    await expect(parseMany(body)).rejects.toThrow(refused(message));
  });
});
