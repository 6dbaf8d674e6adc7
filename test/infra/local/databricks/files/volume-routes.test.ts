import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { volumeRoutes } from '../../../../../infra/local/databricks/files/volume-routes.ts';
import { createServer } from '../../../../../infra/local/databricks/server.ts';

const headers = { authorization: 'Bearer t', 'content-type': 'application/octet-stream' };
let root: string;
let server: ReturnType<typeof createServer>;
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'pinflow-volumes-')), 'volumes');
  server = createServer({ token: 't', groups: [], plugins: [volumeRoutes(root)] });
});
afterEach(() => server.close());

function send(method: 'GET' | 'PUT' | 'HEAD' | 'DELETE', path: string, more: Record<string, string> = {}) {
  return server.inject({ method, url: `/api/2.0/fs/${path}`, headers: { ...headers, ...more } });
}
const put = (path: string, payload: string | Buffer = 'x') =>
  server.inject({ method: 'PUT', url: `/api/2.0/fs/files/Volumes/${path}`, payload, headers });

test('a folder is listed page by page, and what is deleted between two pages makes none be skipped', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) await put(`main/${name}`);
  const seen: string[] = [];
  let token: string | undefined = '';
  while (token !== undefined) {
    const answer = await send('GET', `directories/Volumes/main?page_size=2&page_token=${token}`);
    const page = answer.json<{ contents: { name: string }[]; next_page_token?: string }>();
    for (const { name } of page.contents) {
      seen.push(name);
      await send('DELETE', `files/Volumes/main/${name}`);
    }
    token = page.next_page_token;
  }
  expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect((await send('GET', 'directories/Volumes/main?page_token=x')).json().message).toBe(
    'page_token "x" was not given by this server',
  );
});

test('an upload that is cut off leaves nothing, and the next one works', async () => {
  await server.listen({ port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/api/2.0/fs/files/Volumes/main/a`;
  const upload = httpRequest(url, { method: 'PUT', headers: { ...headers, 'content-length': 100 } });
  const cutOff = once(upload, 'error');
  upload.write('half');
  const unfinished = () => readdirSync(`${root}.unfinished`).length;
  while (unfinished() === 0) await new Promise(setImmediate);
  expect(readdirSync(root)).toEqual([]);
  upload.destroy();
  await cutOff;
  while (unfinished() > 0) await new Promise(setImmediate);
  expect((await send('HEAD', 'files/Volumes/main/a')).statusCode).toBe(404);
  expect((await put('main/a')).statusCode).toBe(204);
});

test('of two uploads to one place at a time, one is kept and the other refused', async () => {
  const answers = await Promise.all([put('main/a', 'first'), put('main/a', 'other')]);
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 409]);
  const kept = answers[0].statusCode === 204 ? 'first' : 'other';
  expect((await send('GET', 'files/Volumes/main/a')).body).toBe(kept);
});

test('a file may be larger than any body in JSON', async () => {
  const bytes = Buffer.alloc(20 * 1024 * 1024, 'abcdefg');
  expect((await put('main/big', bytes)).statusCode).toBe(204);
  expect((await send('HEAD', 'files/Volumes/main/big')).headers['content-length']).toBe(String(bytes.length));
  expect((await send('GET', 'files/Volumes/main/big')).rawPayload.equals(bytes)).toBe(true);
});

test('a client that wants to go past the API is told to send a file in one piece, for the reason that the SDK knows', async () => {
  const ask = (path: string) => server.inject({ method: 'POST', url: `/api/2.0/fs/${path}`, payload: '{}', headers });
  const session = await ask('files/Volumes/main/big?action=initiate-upload');
  expect(session.json()).toEqual({ multipart_upload: { session_token: expect.any(String) } });
  for (const url of ['upload-part-urls', 'resumable-upload-url', 'abort-upload-url', 'download-url']) {
    const refused = await ask(`create-${url}`);
    expect([refused.statusCode, refused.json().details]).toMatchObject([
      403,
      [{ reason: 'FILES_API_API_IS_NOT_ENABLED' }],
    ]);
  }
  expect((await ask('files/Volumes/main/big?action=complete-upload')).statusCode).toBe(501);
  expect((await send('HEAD', 'files/Volumes/main/big')).statusCode).toBe(404);
  expect((await put('main/big')).statusCode).toBe(204);
});

test('the rest of a file is given only as long as it is the same file', async () => {
  await put('main/a', '0123456789');
  const since = String((await send('HEAD', 'files/Volumes/main/a')).headers['last-modified']);
  const goOn = (date: string) =>
    send('GET', 'files/Volumes/main/a', { range: 'bytes=4-', 'if-unmodified-since': date });
  expect([(await goOn(since)).statusCode, (await goOn(since)).body]).toEqual([206, '456789']);
  const before = new Date(Date.parse(since) - 1_000).toUTCString();
  expect([(await goOn(before)).statusCode, (await goOn(before)).json().error_code]).toEqual([
    412,
    'FAILED_PRECONDITION',
  ]);
});

test.each([
  ['PUT', 'files/Volumes/main/file/a', '409 ALREADY_EXISTS: A file or folder already exists: /Volumes/main/file'],
  ['PUT', 'files/Volumes/main?overwrite=true', '409 ALREADY_EXISTS: A file or folder already exists: /Volumes/main'],
  ['PUT', 'files/Volumes', '409 ALREADY_EXISTS: A file or folder already exists: /Volumes'],
  ['PUT', 'directories/Volumes/main/file', '409 ALREADY_EXISTS: A file or folder already exists: /Volumes/main/file'],
  ['PUT', 'directories/Volumes/main/file/a', '409 ALREADY_EXISTS: A file or folder already exists: /Volumes/main/file'],
  ['GET', 'files/Volumes/main', '404 NOT_FOUND: The file being accessed is not found: /Volumes/main'],
  ['GET', 'directories/Volumes/main/file', '404 NOT_FOUND: The folder being accessed is not found: /Volumes/main/file'],
  ['DELETE', 'directories/Volumes', '400 INVALID_PARAMETER_VALUE: /Volumes cannot be deleted'],
  ['DELETE', 'directories/Volumes/main', '400 DIRECTORY_NOT_EMPTY: The folder /Volumes/main is not empty.'],
  ['PUT', 'files/Volumes/..%2fa', '400 INVALID_PARAMETER_VALUE: Path (/Volumes/../a) contains a part that is no name'],
  ['GET', 'files/Volumes/out', '400 INVALID_PARAMETER_VALUE: Path (/out) leads out of its folder'],
] as const)('%s %s is refused and changes nothing', async (method, path, message) => {
  mkdirSync(join(root, 'main'), { recursive: true });
  symlinkSync(tmpdir(), join(root, 'out'));
  await put('main/file');
  const answer = await send(method, path);
  expect(`${answer.statusCode} ${answer.json().error_code}: ${answer.json().message}`).toBe(message);
  expect((await send('GET', 'directories/Volumes')).json().contents).toMatchObject([{ name: 'main' }]);
  expect((await send('GET', 'files/Volumes/main/file')).body).toBe('x');
});
