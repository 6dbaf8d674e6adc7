import { FaultyServer, until } from './faulty-server.ts';

let server: FaultyServer;
beforeEach(async () => {
  server = await FaultyServer.start();
});
afterEach(() => server.close());

describe('an answer of its own', () => {
  test.each([
    [{ body: '<html>', headers: { 'content-type': 'text/html' } }, '<html>', 'text/html'],
    [{ body: 'bad' }, 'bad', 'text/plain'],
    [{ body: { error_code: 'X' } }, '{"error_code":"X"}', 'application/json; charset=utf-8'],
    [{}, '{}', 'application/json; charset=utf-8'],
  ])('with %j is %s of type %s', async (more, body, type) => {
    await server.add({ kind: 'status', path: '/api/x', status: 502, ...more });
    expect(await server.send('POST', '/api/x')).toMatchObject({ status: 502, body, headers: { 'content-type': type } });
    expect([await server.readHits(), server.effects]).toEqual([[1], []]);
    expect((await server.send('POST', '/api/x')).status).toBe(200);
  });
});

describe('a hanging request', () => {
  test('is let go when its client gives up', async () => {
    const client = new AbortController();
    await server.add({ kind: 'hang', path: '/api/x' });
    const hanging = server.send('POST', '/api/x', client.signal);
    await until(async () => (await server.readHits())[0] === 1);
    expect(await server.countConnections()).toBe(1);
    client.abort();
    expect((await hanging).error).toBe('The operation was aborted');
    await until(async () => (await server.countConnections()) === 0);
    expect((await server.send('POST', '/api/x')).status).toBe(200);
    expect(server.effects).toEqual(['write']);
  });
});

describe('a file', () => {
  test('that is truncated arrives by half, with the headers of all of it', async () => {
    await server.add({ kind: 'truncate', path: '/file' });
    const seen = await server.send('GET', '/file');
    expect([seen.status, seen.error, seen.body]).toEqual([200, 'aborted', 'a'.repeat(1000)]);
    expect(seen.headers).toMatchObject({
      ...{ 'content-length': '2000', 'content-type': 'application/octet-stream', 'last-modified': 'then' },
    });
    expect((await server.send('GET', '/file')).body).toHaveLength(2000);
    expect([await server.readHits(), server.openFiles]).toEqual([[1], 0]);
  });

  test.each([
    ['garbage', '<html>this is no JSON'],
    ['effect-then-drop', ''],
  ])('behind %s is not left open', async (kind, body) => {
    await server.add({ kind, path: '/file' });
    expect((await server.send('GET', '/file')).body).toBe(body);
    await until(() => server.openFiles === 0);
    expect([await server.readHits(), (await server.send('GET', '/file')).body.length]).toEqual([[1], 2000]);
  });

  test('that was put has an empty answer, of which no half can arrive', async () => {
    await server.add({ kind: 'truncate', path: '/file', method: 'PUT' });
    expect((await server.send('PUT', '/file')).error).toBe('socket hang up');
    expect([await server.readHits(), server.effects]).toEqual([[1], ['put']]);
    expect((await server.send('PUT', '/file')).status).toBe(204);
  });
});

describe('a stale read', () => {
  test.each([
    ['/api/2.2/jobs/runs/get?run_id=5&include_history=true', 'Run 5 does not exist.'],
    ['/api/2.2/jobs/get?job_id=6', 'Job 6 does not exist.'],
    ['/api/2.1/clusters/get?cluster_id=local', 'Cluster local does not exist.'],
    ['/api/2.0/workspace/get-status?path=/a', '/api/2.0/workspace/get-status?path=/a does not exist.'],
  ])('of %s says "%s", by which SDKs know that it is not there', async (path, message) => {
    await server.add({ kind: 'stale', path: '/api/*' });
    expect((await server.send('POST', path)).status).toBe(200);
    const { status, body } = await server.send('GET', path);
    expect([status, JSON.parse(body).message, server.effects]).toEqual([400, message, ['write']]);
    expect([await server.readHits(), (await server.send('GET', path)).status]).toEqual([[1], 200]);
  });

  test('tells what a client has seen, however late, and nothing that none has', async () => {
    await server.add({ kind: 'delay', path: '/api/x', delayMs: 1 });
    await server.add({ kind: 'garbage', path: '/api/x' });
    await server.add({ kind: 'stale', path: '/api/x' });
    const late = await server.send('GET', '/api/x');
    expect([late.body, (await server.send('GET', '/api/x')).body]).toEqual(['{"count":1}', '<html>this is no JSON']);
    expect((await server.send('GET', '/api/x')).body).toBe(late.body);
    expect([await server.readHits(), server.effects]).toEqual([
      [1, 1, 1],
      ['read', 'read'],
    ]);
    expect((await server.send('GET', '/api/x')).body).toBe('{"count":3}');
  });
});
