import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadGatewayFiles } from '../../config/gateway-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'pinflow-keys-'));
let files = 0;

function write(content: unknown): string {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const KEY = { id: 'etl', sha256: 'ab'.repeat(32), topics: ['pinterest.*'], streams: [] };

test('without a file everybody may ask', () => {
  expect(loadGatewayFiles({ keys: undefined })).toEqual({ keys: undefined });
});

test('the entries are read as they are', () => {
  const keys = [KEY, { ...KEY, id: 'course', requestsPerSecond: 0.5, bytesPerSecond: 1_000 }];
  expect(loadGatewayFiles({ keys: write(keys) }).keys).toEqual(keys);
});

test.each([
  [[], ': expected at least one key'],
  ['[{"id": "private text', ': Invalid input: expected array, received undefined'],
  [[KEY, { ...KEY }], ', entry 1.id: "etl" is there twice'],
  [[{ ...KEY, secret: 'x' }], ', entry 0: Unrecognized key: "secret"'],
  [[{ ...KEY, topics: ['a/b'] }], ', entry 0.topics.0: expected a name in which * stands for any characters'],
])('%j is refused with the file and the entry', (content, problem) => {
  const path = write(content);
  const message = `configuration has 1 problem(s): PINFLOW_GATEWAY_KEYS: "${path}"${problem}`;
  expect(() => loadGatewayFiles({ keys: path })).toThrow(message);
});

test('all that is wrong is named at once, and what a file holds is not', () => {
  const path = write([
    { ...KEY, id: 'E T L' },
    { ...KEY, sha256: 'private', requestsPerSecond: 0 },
  ]);
  expect(() => loadGatewayFiles({ keys: path })).toThrow(
    /^configuration has 3 problem\(s\): .*entry 0\.id: expected.*entry 1\.sha256: expected 64.*entry 1\.requestsPerSecond: Too small/,
  );
  expect(() => loadGatewayFiles({ keys: path })).not.toThrow(/private/);
});

test('a file that is not there is named', () => {
  const path = join(folder, 'none.json');
  expect(() => loadGatewayFiles({ keys: path })).toThrow(`PINFLOW_GATEWAY_KEYS: "${path}" cannot be read: ENOENT`);
});
