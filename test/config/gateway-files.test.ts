import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadGatewayFiles } from '../../config/gateway-files.ts';
import { makeSelfSigned } from '../support/self-signed.ts';

const folder = mkdtempSync(join(tmpdir(), 'pinflow-keys-'));
let files = 0;

function write(content: unknown): string {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const KEY = { id: 'etl', sha256: 'ab'.repeat(32), topics: ['pinterest.*'], streams: [] };

test('without files everybody may ask, in plain HTTP', () => {
  expect(loadGatewayFiles({ keys: undefined, tls: undefined })).toEqual({ keys: undefined, tls: undefined });
});

test('the entries are read as they are', () => {
  const keys = [KEY, { ...KEY, id: 'course', requestsPerSecond: 0.5, bytesPerSecond: 1_000 }];
  expect(loadGatewayFiles({ keys: write(keys), tls: undefined }).keys).toEqual(keys);
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
  expect(() => loadGatewayFiles({ keys: path, tls: undefined })).toThrow(message);
});

test('all that is wrong is named at once, and what a file holds is not', () => {
  const path = write([
    { ...KEY, id: 'E T L' },
    { ...KEY, sha256: 'private', requestsPerSecond: 0 },
  ]);
  expect(() => loadGatewayFiles({ keys: path, tls: undefined })).toThrow(
    /^configuration has 3 problem\(s\): .*entry 0\.id: expected.*entry 1\.sha256: expected 64.*entry 1\.requestsPerSecond: Too small/,
  );
  expect(() => loadGatewayFiles({ keys: path, tls: undefined })).not.toThrow(/private/);
});

test('a file that is not there is named', () => {
  const path = join(folder, 'none.json');
  expect(() => loadGatewayFiles({ keys: path, tls: undefined })).toThrow(
    `PINFLOW_GATEWAY_KEYS: "${path}" cannot be read: ENOENT`,
  );
});

test('a certificate and its private key are read', () => {
  const pair = makeSelfSigned();
  const tls = { cert: write(pair.cert), key: write(pair.key) };
  expect(loadGatewayFiles({ keys: undefined, tls }).tls).toEqual(pair);
});

test('a certificate with the private key of another is refused with both files, beside keys that are wrong', () => {
  const tls = { cert: write(makeSelfSigned().cert), key: write(makeSelfSigned().key) };
  expect(() => loadGatewayFiles({ keys: write([]), tls })).toThrow(
    new RegExp(
      `has 2 problem.*at least one key; PINFLOW_GATEWAY_TLS_CERT and .*"${tls.cert}" and "${tls.key}" are no pair`,
    ),
  );
  const missing = { cert: join(folder, 'none.pem'), key: join(folder, 'none.key') };
  expect(() => loadGatewayFiles({ keys: undefined, tls: missing })).toThrow(
    /has 2 problem.*TLS_CERT: .*none\.pem" cannot be read: ENOENT; .*TLS_KEY: .*none\.key" cannot be read: ENOENT/,
  );
});
