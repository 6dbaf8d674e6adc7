import { once } from 'node:events';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { readJson, writeJson } from '../../../activities/databricks/transport.ts';
import { withFailures } from '../../../activities/failure.ts';
import { makeSelfSigned } from '../../support/self-signed.ts';
import { listFiles, readText } from '../../source-tree.ts';
import { connect, readRequest, type SeenRequest, withWorkspace } from './workspace.ts';

const submit = { runName: 'a', idempotencyToken: 'b', tasks: [] };

/** One for each defect of the SDK that is known: what it does by itself must not come back. */
describe('a workspace with a certificate that nobody vouches for', () => {
  test('is refused before the token is sent', async () => {
    const requests: SeenRequest[] = [];
    const server = createServer(makeSelfSigned(), (incoming, response) => {
      void readRequest(incoming).then((seen) => requests.push(seen));
      response.end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      await expect(connect(`https://127.0.0.1:${port}`).readRun('7')).rejects.toMatchObject({
        code: 'DATABRICKS_UNAVAILABLE',
        message: expect.stringContaining('self-signed certificate'),
      });
      expect(requests).toEqual([]);

      const careless = request({ port, host: '127.0.0.1', path: '/careless', rejectUnauthorized: false });
      const [answer] = (await once(careless.end(), 'response')) as [{ statusCode: number; resume(): void }];
      answer.resume();
      expect(answer.statusCode).toBe(200);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('a call without an answer', () => {
  test('ends at its deadline and may be tried again', async () => {
    await withWorkspace(
      () => undefined,
      async (host, requests) => {
        await expect(connect(host, undefined, 100).submitRun(submit)).rejects.toMatchObject({
          code: 'DATABRICKS_UNAVAILABLE',
          message: 'could not submit run "a": no answer within 100 ms',
        });
        expect(requests).toHaveLength(1);
      },
    );
  });

  test('ends as soon as its activity is cancelled, and that is no error of Databricks', async () => {
    const stop = new AbortController();
    await withWorkspace(
      () => {
        setImmediate(() => stop.abort());
        return undefined;
      },
      async (host, requests) => {
        const error: unknown = await connect(host, stop.signal, 60_000)
          .readRun('7')
          .catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ name: 'AbortError' });
        expect(requests).toHaveLength(1);
      },
    );
  });

  test('is an answer that breaks off, is no JSON, or is no answer at all', async () => {
    for (const body of ['{"run_id": 7', '<html>sign in</html>']) {
      await withWorkspace({ body }, async (host) => {
        await expect(connect(host).readRun('7')).rejects.toMatchObject({ code: 'DATABRICKS_UNAVAILABLE' });
      });
    }
    await withWorkspace({ headers: { 'content-length': '100' }, body: '{"run_id"' }, async (host) => {
      await expect(connect(host, undefined, 300).readRun('7')).rejects.toMatchObject({
        code: 'DATABRICKS_UNAVAILABLE',
      });
    });
    let closed = '';
    await withWorkspace({}, async (host) => void (closed = host));
    await expect(connect(closed).readRun('7')).rejects.toMatchObject({
      code: 'DATABRICKS_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('a workspace that asks to come back later', () => {
  test.each([
    [429, '7', 7_000],
    [503, '0', 0],
    [503, '86400', 300_000],
    [429, 'soon', undefined],
    [429, undefined, undefined],
  ])('with %i and Retry-After %s is asked once and again after %s ms', async (status, retryAfter, expected) => {
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    const body = { error_code: 'REQUEST_LIMIT_EXCEEDED', message: 'slow down' };
    await withWorkspace({ status, headers, body }, async (host, requests) => {
      const { submitRun } = withFailures({ submitRun: () => connect(host).submitRun(submit) });
      const failure: unknown = await submitRun().catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({ type: 'DATABRICKS_UNAVAILABLE', nonRetryable: false });
      expect((failure as { nextRetryDelay?: number }).nextRetryDelay).toBe(expected);
      expect(requests).toHaveLength(1);
    });
  });

  test('with a date is asked again at that date', async () => {
    const headers = { 'retry-after': new Date(Date.now() + 60_000).toUTCString() };
    await withWorkspace({ status: 503, headers }, async (host) => {
      const error: unknown = await connect(host)
        .readRun('7')
        .catch((thrown: unknown) => thrown);
      const { retryAfterMs = 0 } = error as { retryAfterMs?: number };
      expect(retryAfterMs).toBeGreaterThan(55_000);
      expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    });
  });
});

describe('an id above 2^53', () => {
  const large = '9007199254740993';
  const task = '1234567890123456789';

  test('check 37: is the same id in every answer and in every request', async () => {
    const run = {
      text: `{"run_id": ${large}, "tasks": [{"task_key": "clean", "run_id": ${task}}],
        "repair_history": [{"type": "REPAIR", "id": ${large}}], "runs": [{"run_id": ${large}, "run_name": "a"}]}`,
    };
    await withWorkspace({ body: run.text }, async (host, requests) => {
      const api = connect(host);
      expect(await api.submitRun(submit)).toBe(large);
      expect(await api.readRun(large)).toMatchObject({ tasks: { clean: { runId: task } }, repairs: [large] });
      expect(await api.listActiveRuns()).toEqual([{ runId: large, name: 'a' }]);
      await api.readOutput(task);
      await api.cancelRun(large);
      await api.repairRun({ runId: large, latestRepair: large, tasks: 'failed' });
      const sent = requests.map(({ url, body }) => `${url} ${body}`);
      expect(sent[1]).toContain(`run_id=${large}`);
      expect(sent[3]).toContain(`run_id=${task}`);
      expect(sent[4]).toContain(`{"run_id":${large}}`);
      expect(sent[5]).toContain(`"latest_repair_id":${large}`);
      expect(sent[5]).toContain(`"run_id":${large}`);
    });
  });

  test('is read and written digit by digit, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), fc.string(), fc.double(), (id, text, number) => {
        const json = writeJson({ id, nested: [{ id }], text, number });
        expect(json).toContain(`"id":${id}`);
        const read = readJson(json) as { id: number | bigint; text: string };
        expect(String(read.id)).toBe(String(id));
        expect(read.text).toBe(text);
      }),
    );
  });
});

describe('the shell of a developer', () => {
  const ambient = {
    DATABRICKS_HOST: 'https://elsewhere.invalid',
    DATABRICKS_TOKEN: 'ambient',
    DATABRICKS_CLIENT_ID: 'id',
    DATABRICKS_CLIENT_SECRET: 'ambient secret',
    DATABRICKS_CONFIG_PROFILE: 'none',
  };

  afterEach(() => {
    for (const name of Object.keys(ambient)) delete process.env[name];
  });

  test('names other hosts and a second way to sign in, which changes nothing', async () => {
    Object.assign(process.env, ambient);
    await withWorkspace({ body: { run_id: 7 } }, async (host, requests) => {
      expect(await connect(host).submitRun(submit)).toBe('7');
      expect(requests.map(({ authorization }) => authorization)).toEqual(['Bearer secret']);
    });
  });
});

describe('a token', () => {
  test('follows no redirect', async () => {
    await withWorkspace({}, async (elsewhere, strayed) => {
      await withWorkspace({ status: 307, headers: { location: `${elsewhere}/` } }, async (host) => {
        await expect(connect(host).readRun('7')).rejects.toMatchObject({ code: 'DATABRICKS_REFUSED' });
      });
      expect(strayed).toEqual([]);
    });
  });

  test('is in no error', async () => {
    await withWorkspace({ status: 401, body: { error_code: 'UNAUTHENTICATED', message: 'no' } }, async (host) => {
      const error: unknown = await connect(host)
        .readRun('7')
        .catch((thrown: unknown) => thrown);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret');
    });
  });
});

test('PATCH, whose body the SDK forgets, is called nowhere', () => {
  const sdk = readText('node_modules/@databricks/sdk/dist/apis/jobs/api.js');
  const patching = [...sdk.matchAll(/async _(\w+)\(request, context\) \{(?:(?!async _)[^])*?method: "(\w+)"/g)]
    .filter(([, , method]) => method === 'PATCH')
    .map(([, name = '']) => name);
  expect(patching.length).toBeGreaterThan(0);
  const ours = listFiles().filter((path) => /^(activities|client|worker|workflows)\/.*\.ts$/.test(path));
  const used = ours.filter((path) => patching.some((name) => readText(path).includes(`.${name}(`)));
  expect(used).toEqual([]);
  expect(ours.filter((path) => /['"]PATCH['"]/.test(readText(path)))).toEqual([]);
});
