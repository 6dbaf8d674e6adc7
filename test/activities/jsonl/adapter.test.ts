import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJsonlSource } from '../../../activities/jsonl/adapter.ts';
import { RECORD_KINDS } from '../../../domain/kinds.ts';
import { describeRealSamples } from '../../support/real-samples.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pinflow-jsonl-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** Writes the three files; kinds not named get one plain row. */
async function writeFiles(files: {
  pin?: string | Buffer;
  geo?: string | Buffer;
  user?: string | Buffer;
}): Promise<void> {
  await writeFile(join(directory, 'pin.jsonl'), files.pin ?? '{"index":1}\n');
  await writeFile(join(directory, 'geo.jsonl'), files.geo ?? '{"ind":1}\n');
  await writeFile(join(directory, 'user.jsonl'), files.user ?? '{"ind":1}\n');
}

const failure = (code: string, message: string) => expect.objectContaining({ code, message }) as unknown;

test('rows are read at their positions in the order asked for, byte for byte', async () => {
  const odd = '{ "index":2,  "title" : "caf\\u00e9 \u00a0\u200b\u{1F384} \\"x\\"", "n": 1.50, "index":2}';
  await writeFiles({ pin: `{"index":1}\n${odd}\n {"index": 3}\t\n` });
  const source = await openJsonlSource(directory);
  expect(await source.listKeys('pin')).toEqual([1, 2, 3]);
  expect(await source.readRows('pin', [2, 1, 1])).toEqual([
    { key: 3, json: ' {"index": 3}\t' },
    { key: 2, json: odd },
    { key: 2, json: odd },
  ]);
  await source.close();
});

test('line endings of both kinds are cut, blank lines do not count, a last line needs no ending', async () => {
  await writeFiles({ pin: '\n{"index":1}\r\n\r\n  \n{"index":2}\n\n{"index":3}' });
  const source = await openJsonlSource(directory);
  expect(await source.readRows('pin', [0, 1, 2])).toEqual([
    { key: 1, json: '{"index":1}' },
    { key: 2, json: '{"index":2}' },
    { key: 3, json: '{"index":3}' },
  ]);
  await source.close();
});

test('lines longer than what is read at once stay whole', async () => {
  const long = (key: number) => JSON.stringify({ index: key, title: `\u00e9${'x'.repeat(700_000)}\u{1F384}` });
  await writeFiles({ pin: [1, 2, 3, 4].map(long).join('\n') });
  const source = await openJsonlSource(directory);
  const rows = await source.readRows('pin', [0, 1, 2, 3]);
  expect(rows.map(({ json }) => json)).toEqual([1, 2, 3, 4].map(long));
  await source.close();
});

test('a key may be called index or ind; what is no whole number is no key', async () => {
  await writeFiles({
    pin: '{"ind":5}\n{"ind":6,"index":7}\n{"index":"8"}\n{"index":1.5}\n{"index":null}\n{}\n{"index":1e3}\n',
    user: '{"index":5}\n{"ind":6,"index":7}\n',
  });
  const source = await openJsonlSource(directory);
  expect(await source.listKeys('pin')).toEqual([5, 7, null, null, null, null, 1_000]);
  expect(await source.listKeys('user')).toEqual([5, 6]);
  await source.close();
});

test('an empty file is a kind without rows', async () => {
  await writeFiles({ user: '' });
  const source = await openJsonlSource(directory);
  expect(await source.listKeys('user')).toEqual([]);
  await source.close();
});

test('every missing file is named at once', async () => {
  await writeFile(join(directory, 'geo.jsonl'), '');
  await expect(openJsonlSource(directory)).rejects.toEqual(
    failure('SOURCE_MISSING', `cannot open "${directory}/pin.jsonl" (ENOENT), "${directory}/user.jsonl" (ENOENT)`),
  );
});

test.each([
  ['{"index":1}\nnonsense\n', ':2: expected a JSON object, got "nonsense"'],
  ['{"index":1,}\n', ':1: expected a JSON object, got "{\\"index\\":1,}", which breaks at column 12'],
  ['\n{"index":1\n', ':2: expected a JSON object, got "{\\"index\\":1", which breaks at column 11'],
  ['[1]\n', ':1: expected a JSON object, got "[1]"'],
  ['"text"\n', ':1: expected a JSON object, got "\\"text\\""'],
  ['null\n', ':1: expected a JSON object, got "null"'],
  ['\ufeff{"index":1}\n', ':1: expected a JSON object, got "\ufeff{\\"index\\":1}"'],
])('the malformed line of %j is named with its first characters', async (pin, message) => {
  await writeFiles({ pin });
  await expect(openJsonlSource(directory)).rejects.toEqual(
    failure('SOURCE_MALFORMED', `${directory}/pin.jsonl${message}`),
  );
});

test('a long malformed line is shown by its beginning only', async () => {
  await writeFiles({ user: `{"ind":1}\n${'y'.repeat(500)}\n` });
  await expect(openJsonlSource(directory)).rejects.toThrow(`got "${'y'.repeat(60)}"`);
});

test('bytes that are no UTF-8 are refused and never replaced', async () => {
  await writeFiles({
    geo: Buffer.from([...Buffer.from('{"ind":1}\n{"ind":2,"country":"'), 0xe9, ...Buffer.from('"}\n')]),
  });
  await expect(openJsonlSource(directory)).rejects.toEqual(
    failure('SOURCE_MALFORMED', `${directory}/geo.jsonl:2: expected UTF-8, but byte 21 of the line is not`),
  );
});

test('a file that changes while it is open is not read on, and can be opened again', async () => {
  await writeFiles({});
  const source = await openJsonlSource(directory);
  expect(await source.readRows('pin', [0])).toHaveLength(1);
  await appendFile(join(directory, 'pin.jsonl'), '{"index":2}\n');
  await expect(source.readRows('pin', [0])).rejects.toEqual(
    failure('SOURCE_UNAVAILABLE', `"${directory}/pin.jsonl" was changed while a run was reading it`),
  );
  await source.close();
  const again = await openJsonlSource(directory);
  expect(await again.listKeys('pin')).toEqual([1, 2]);
  await again.close();
});

test('a position outside is refused', async () => {
  await writeFiles({});
  const source = await openJsonlSource(directory);
  await expect(source.readRows('geo', [1])).rejects.toThrow('expected a position from 0 to 0, got 1');
  await source.close();
});

describeRealSamples('the real samples', (samples) => {
  test.each(RECORD_KINDS)('pass byte for byte, kind %s', async (kind) => {
    const source = await openJsonlSource(samples.directory);
    const keys = await source.listKeys(kind);
    const rows = await source.readRows(kind, [...keys.keys()]);
    await source.close();
    expect(rows.map(({ json }) => json)).toEqual(samples.lines[kind]);
    expect(keys.filter((key) => key === null)).toEqual([]);
  });
});
