import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { notebook, ServerFixture, TOKEN } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(() => fixture.close());

async function inject(request: object) {
  const authorization = `Bearer ${TOKEN}`;
  return fixture.application.server.inject({
    ...request,
    headers: { authorization, ...(request as { headers?: object }).headers },
  });
}
const base64 = (content: string | Buffer) => Buffer.from(content).toString('base64');

describe('workspace', () => {
  test('an imported notebook is told, listed, exported and run', async () => {
    await fixture.post('2.0/workspace/mkdirs', { path: '/Users/ann' });
    const content = base64('print(1)\n');
    const path = '/Users/ann/hello';
    await fixture.post('2.0/workspace/import', { path, format: 'SOURCE', language: 'PYTHON', content });
    const status = await fixture.get('2.0/workspace/get-status', { path: '//Users/ann//hello' });
    expect(status).toMatchObject({ path, object_type: 'NOTEBOOK', language: 'PYTHON', object_id: expect.any(Number) });
    expect(status.resource_id).toBe(String(status.object_id));
    expect((await fixture.get('2.0/workspace/list', { path: '/Users/ann' })).objects).toEqual([status]);
    const exported = await fixture.get('2.0/workspace/export', { path });
    expect(exported).toEqual({ content: base64('# Databricks notebook source\nprint(1)\n'), file_type: 'py' });
    const direct = await inject({ url: `/api/2.0/workspace/export?path=${path}&direct_download=true` });
    expect(direct.body).toBe('# Databricks notebook source\nprint(1)\n');
    await fixture.submit([notebook('a', { notebook_task: { notebook_path: path } })]);
    expect(fixture.compute.find('hello').call.work).toMatchObject({ kind: 'notebook' });
  });

  test('an upload as a form is the same as one in JSON', async () => {
    const form = new FormData();
    form.set('path', '/query');
    form.set('format', 'SOURCE');
    form.set('language', 'SQL');
    form.set('overwrite', 'true');
    form.set('content', new Blob(['select 1\r\n--\r\n']), 'query.sql');
    const request = new Request('http://x', { method: 'POST', body: form });
    const payload = Buffer.from(await request.arrayBuffer());
    const headers = { 'content-type': request.headers.get('content-type') };
    const answer = await inject({ method: 'POST', url: '/api/2.0/workspace/import', payload, headers });
    expect([answer.statusCode, answer.json()]).toEqual([200, {}]);
    const { content } = await fixture.get('2.0/workspace/export', { path: '/query' });
    expect(Buffer.from(content, 'base64').toString()).toBe('-- Databricks notebook source\nselect 1\r\n--\r\n');
  });

  test.each([
    ['application/octet-stream', Buffer.from([0, 255, 10, 13])],
    ['application/json', Buffer.from('{ "a":  1 }\n')],
    ['application/json', Buffer.from('no JSON')],
    ['multipart/form-data; boundary=x', Buffer.from('no form')],
    ['application/octet-stream', Buffer.alloc(0)],
  ])('a file that the bundle tools send as %s comes back byte by byte (%#)', async (type, payload) => {
    const headers = { 'content-type': type };
    const url = '/api/2.0/workspace-files/import-file/state.bin?overwrite=true';
    expect((await inject({ method: 'POST', url, payload, headers })).statusCode).toBe(200);
    expect((await inject({ url: '/api/2.0/workspace-files/state.bin' })).rawPayload).toEqual(payload);
  });

  test('an export tells the ending of the file and nothing of the disk, and a folder has no content', async () => {
    await fixture.post('2.0/workspace/import', { path: '/plain', format: 'AUTO', content: base64('x') });
    expect(await fixture.get('2.0/workspace/export', { path: '/plain' })).toEqual({
      content: base64('x'),
      file_type: '',
    });
    const message = '400 INVALID_PARAMETER_VALUE: Path (/Shared) is a folder, which cannot be exported here';
    expect(await fixture.refuse('GET', '2.0/workspace/export', { path: '/Shared' })).toBe(message);
    expect(await fixture.refuse('GET', '2.0/workspace-files/Shared')).toBe(message);
  });

  test.each([
    [{ format: 'SOURCE' }, 'language: format SOURCE needs one'],
    [{ format: 'SOURCE', language: 'R' }, 'language R is not served by this local server, only PYTHON and SQL'],
    [
      { format: 'SOURCE', language: 'constructor' },
      'language constructor is not served by this local server, only PYTHON and SQL',
    ],
    ...['DBC', 'JUPYTER', 'HTML', 'R_MARKDOWN'].map((format): [object, string] => [
      { format },
      `format ${format} is not served by this local server`,
    ]),
    [{ format: 'AUTO', content: '%%%' }, 'content: is not base64'],
  ])('an import of %j is refused by name', async (more, message) => {
    const body = { path: '/x', content: base64('x'), ...more };
    expect(await fixture.refuse('POST', '2.0/workspace/import', body)).toBe(`400 INVALID_PARAMETER_VALUE: ${message}`);
  });
});

describe('dbfs', () => {
  test('check 32: 2.5 MB go in by blocks, appear when they are closed, and come out by pages', async () => {
    const bytes = Buffer.alloc(2.5 * 1024 * 1024, 'abcdefg');
    const { handle } = await fixture.post('2.0/dbfs/create', { path: '/big' });
    for (let at = 0; at < bytes.length; at += 1024 * 1024) {
      await fixture.post('2.0/dbfs/add-block', { handle, data: base64(bytes.subarray(at, at + 1024 * 1024)) });
    }
    expect(await fixture.refuse('GET', '2.0/dbfs/get-status', { path: '/big' })).toBe(
      '404 RESOURCE_DOES_NOT_EXIST: No file or directory exists on path /big.',
    );
    await fixture.post('2.0/dbfs/close', { handle });
    expect(await fixture.get('2.0/dbfs/get-status', { path: 'dbfs:/big' })).toMatchObject({ file_size: bytes.length });
    const pages: Buffer[] = [];
    for (let offset = 0; offset < bytes.length;) {
      const page = await fixture.get('2.0/dbfs/read', { path: '/big', offset, length: 10_000_000 });
      expect(page.bytes_read).toBeLessThanOrEqual(1024 * 1024);
      pages.push(Buffer.from(page.data, 'base64'));
      offset += page.bytes_read;
    }
    expect(Buffer.concat(pages).equals(bytes)).toBe(true);
  });

  test('a block and a put of more than 1 MB are refused, and nothing is written', async () => {
    const data = base64(Buffer.alloc(1024 * 1024 + 1));
    const { handle } = await fixture.post('2.0/dbfs/create', { path: '/big' });
    expect(await fixture.refuse('POST', '2.0/dbfs/add-block', { handle, data })).toMatch(
      /^400 MAX_BLOCK_SIZE_EXCEEDED/,
    );
    expect(await fixture.refuse('POST', '2.0/dbfs/put', { path: '/put', contents: data })).toMatch(
      /^400 MAX_BLOCK_SIZE_EXCEEDED/,
    );
    expect((await fixture.get('2.0/dbfs/list', { path: '/' })).files).toEqual([]);
  });

  test('files are put, listed, moved and deleted, and nothing is overwritten by mistake', async () => {
    await fixture.post('2.0/dbfs/put', { path: '/a/one', contents: base64('1') });
    expect(await fixture.refuse('POST', '2.0/dbfs/put', { path: '/a/one', contents: base64('2') })).toBe(
      '400 RESOURCE_ALREADY_EXISTS: A file or directory already exists at the path /a/one.',
    );
    await fixture.post('2.0/dbfs/move', { source_path: '/a/one', destination_path: '/b/two' });
    await fixture.post('2.0/dbfs/mkdirs', { path: '/b/c' });
    const list = async (path: string) =>
      (await fixture.get('2.0/dbfs/list', { path })).files.map((file: { path: string; is_dir: boolean }) => [
        file.path,
        file.is_dir,
      ]);
    expect(await list('/b')).toEqual([
      ['/b/c', true],
      ['/b/two', false],
    ]);
    expect(await fixture.refuse('POST', '2.0/dbfs/delete', { path: '/b' })).toMatch(/^400 IO_ERROR/);
    await fixture.post('2.0/dbfs/delete', { path: '/b', recursive: true });
    await fixture.post('2.0/dbfs/delete', { path: '/b' });
    expect(await list('/')).toEqual([['/a', true]]);
  });
});

describe('volumes', () => {
  const url = '/api/2.0/fs/files/Volumes/main/raw/data.bin';
  const put = (payload: Buffer, query = '') =>
    inject({ method: 'PUT', url: `${url}${query}`, payload, headers: { 'content-type': 'application/octet-stream' } });

  test('a file goes in and out as it is, in whole or in part', async () => {
    const bytes = Buffer.from('0123456789');
    expect((await put(bytes)).statusCode).toBe(204);
    const whole = await inject({ url });
    expect([whole.rawPayload, whole.headers['content-length']]).toEqual([bytes, '10']);
    const part = await inject({ url, headers: { range: 'bytes=2-4' } });
    expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
    expect((await inject({ method: 'HEAD', url })).headers['content-length']).toBe('10');
    expect((await put(bytes)).json()).toMatchObject({ error_code: 'ALREADY_EXISTS' });
    expect((await put(Buffer.alloc(0), '?overwrite=true')).statusCode).toBe(204);
    expect((await inject({ url })).rawPayload).toHaveLength(0);
    expect(readdirSync(join(fixture.folder, 'volumes/main/raw'))).toEqual(['data.bin']);
  });

  test('folders are made, listed and deleted when they are empty', async () => {
    const folder = '/api/2.0/fs/directories/Volumes/main/raw';
    expect((await inject({ method: 'PUT', url: folder })).statusCode).toBe(204);
    await put(Buffer.from('x'));
    expect((await inject({ url: folder })).json().contents).toMatchObject([
      { path: '/Volumes/main/raw/data.bin', name: 'data.bin', is_directory: false, file_size: 1 },
    ]);
    expect((await inject({ method: 'DELETE', url: folder })).json().error_code).toBe('DIRECTORY_NOT_EMPTY');
    await inject({ method: 'DELETE', url });
    expect((await inject({ method: 'DELETE', url: folder })).statusCode).toBe(204);
    expect((await inject({ url: folder })).json().error_code).toBe('NOT_FOUND');
  });

  test('a path that is not below /Volumes is refused', async () => {
    const answer = await inject({ url: '/api/2.0/fs/files/etc/passwd' });
    expect([answer.statusCode, answer.json().message]).toEqual([400, 'Path (/etc/passwd) is not below /Volumes']);
  });
});

describe('secrets', () => {
  test('secrets are kept in scopes, survive the server, and go to the work of clusters', async () => {
    await fixture.post('2.0/secrets/scopes/create', { scope: 'db' });
    await fixture.post('2.0/secrets/put', { scope: 'db', key: 'password', string_value: 'geheim' });
    await fixture.post('2.0/secrets/put', { scope: 'db', key: 'bytes', bytes_value: base64('geheim2') });
    await fixture.restart();
    expect((await fixture.get('2.0/secrets/list', { scope: 'db' })).secrets).toMatchObject([
      { key: 'bytes', last_updated_timestamp: expect.any(Number) },
      { key: 'password' },
    ]);
    expect(await fixture.get('2.0/secrets/get', { scope: 'db', key: 'password' })).toEqual({
      key: 'password',
      value: base64('geheim'),
    });
    await fixture.submit([notebook('a')]);
    expect(fixture.compute.find('a').call.secrets).toEqual({ db: { bytes: 'geheim2', password: 'geheim' } });
    await fixture.post('2.0/secrets/delete', { scope: 'db', key: 'bytes' });
    await fixture.post('2.0/secrets/scopes/delete', { scope: 'db' });
    expect((await fixture.get('2.0/secrets/scopes/list')).scopes).toEqual([]);
  });

  test.each([
    [
      'secrets/put',
      { scope: 'no', key: 'k', string_value: 'v' },
      '404 RESOURCE_DOES_NOT_EXIST: Scope no does not exist!',
    ],
    [
      'secrets/scopes/create',
      { scope: 'a b' },
      '400 INVALID_PARAMETER_VALUE: scope "a b" is not 1 to 128 letters, digits, _ - . @ /',
    ],
    [
      'secrets/scopes/create',
      { scope: 'az', scope_backend_type: 'AZURE_KEYVAULT' },
      '400 INVALID_PARAMETER_VALUE: backend AZURE_KEYVAULT is not served by this local server',
    ],
    ['secrets/scopes/create', { scope: 'db' }, '400 RESOURCE_ALREADY_EXISTS: Scope db already exists!'],
    [
      'secrets/put',
      { scope: 'db', key: 'k' },
      '400 INVALID_PARAMETER_VALUE: give exactly one of string_value and bytes_value',
    ],
    [
      'secrets/put',
      { scope: 'db', key: 'k', string_value: 'x'.repeat(128 * 1024 + 1) },
      '400 INVALID_PARAMETER_VALUE: the value of k has more than 131072 bytes',
    ],
    [
      'secrets/delete',
      { scope: 'db', key: 'k' },
      '404 RESOURCE_DOES_NOT_EXIST: Secret does not exist with scope: db and key: k',
    ],
  ])('%s with something wrong is refused (%#)', async (path, body, message) => {
    await fixture.post('2.0/secrets/scopes/create', { scope: 'db' });
    expect(await fixture.refuse('POST', `2.0/${path}`, body)).toBe(message);
  });
});
