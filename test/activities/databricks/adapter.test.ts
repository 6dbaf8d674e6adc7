import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { createDatabricksJobs, toState } from '../../../activities/databricks/adapter.ts';

/** A workspace that answers every call with the same status and body, and keeps what it was asked. */
async function withWorkspace(
  answer: { status: number; body: unknown },
  use: (host: string, requests: { url: string; authorization: string; body: string }[]) => Promise<void>,
): Promise<void> {
  const requests: { url: string; authorization: string; body: string }[] = [];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { url = '', headers } = request;
      requests.push({ url, authorization: headers.authorization ?? '', body: Buffer.concat(parts).toString() });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const connect = (host: string) => createDatabricksJobs({ host, token: 'secret', cluster: 'local' });

describe('databricks adapter', () => {
  test('submits notebook tasks with token, cluster and parameters', async () => {
    await withWorkspace({ status: 200, body: { run_id: 7 } }, async (host, requests) => {
      const submitted = await connect(host).submitRun({
        runName: 'daily-pinterest-2026-11-22/run-job',
        idempotencyToken: 'abc',
        tasks: [{ key: 'queries', notebook: '/Shared/pinflow/queries', parameters: { a: 'b' }, dependsOn: ['clean'] }],
      });
      expect(submitted).toEqual({ runId: 7 });
      expect(requests).toHaveLength(1);
      expect(requests[0]).toMatchObject({ url: '/api/2.2/jobs/runs/submit', authorization: 'Bearer secret' });
      expect(JSON.parse(String(requests[0]?.body))).toEqual({
        run_name: 'daily-pinterest-2026-11-22/run-job',
        idempotency_token: 'abc',
        tasks: [
          {
            task_key: 'queries',
            notebook_task: {
              notebook_path: '/Shared/pinflow/queries',
              base_parameters: { a: 'b' },
              source: 'WORKSPACE',
            },
            depends_on: [{ task_key: 'clean' }],
            existing_cluster_id: 'local',
          },
        ],
      });
    });
  });

  test.each([
    [503, 'TEMPORARILY_UNAVAILABLE', 'DATABRICKS_UNAVAILABLE'],
    [500, 'INTERNAL_ERROR', 'DATABRICKS_UNAVAILABLE'],
    [429, 'REQUEST_LIMIT_EXCEEDED', 'DATABRICKS_UNAVAILABLE'],
    [400, 'INVALID_PARAMETER_VALUE', 'DATABRICKS_REFUSED'],
    [401, 'UNAUTHENTICATED', 'DATABRICKS_REFUSED'],
    [403, 'PERMISSION_DENIED', 'DATABRICKS_REFUSED'],
  ])('takes %i %s for %s', async (status, error_code, code) => {
    await withWorkspace({ status, body: { error_code, message: 'because' } }, async (host, requests) => {
      await expect(connect(host).readRun(7)).rejects.toMatchObject({ code });
      expect(requests.length).toBeGreaterThan(0);
    });
  });

  test('takes a refused connection for one that may work later', async () => {
    let closed = '';
    await withWorkspace({ status: 200, body: {} }, async (host) => void (closed = host));
    await expect(connect(closed).readRun(7)).rejects.toMatchObject({
      code: 'DATABRICKS_UNAVAILABLE',
      message: expect.stringContaining('could not read run 7: '),
    });
  });

  test.each([
    ['CLIENT_ERROR', 'failed'],
    ['INTERNAL_ERROR', 'lost'],
    ['CLOUD_FAILURE', 'lost'],
    [undefined, 'failed'],
  ] as const)('takes a failed run with termination type %s for %s', (type, expected) => {
    const state = {
      life_cycle_state: 'INTERNAL_ERROR',
      result_state: 'FAILED',
      state_message: 'task clean failed',
    } as const;
    const status = type === undefined ? {} : { termination_details: { type } };
    expect(toState({ state, status })).toEqual({ state: expected, reason: 'INTERNAL_ERROR/FAILED: task clean failed' });
  });

  test('takes nothing for a success but TERMINATED with SUCCESS', () => {
    expect(toState({ state: { life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' } })).toEqual({
      state: 'succeeded',
    });
    expect(toState({ state: { life_cycle_state: 'TERMINATED', result_state: 'CANCELED' } })).toEqual({
      state: 'cancelled',
    });
    expect(toState({})).toEqual({ state: 'active', lifeCycle: 'UNKNOWN' });
    fc.assert(
      fc.property(fc.string(), fc.string(), (life_cycle_state, result_state) => {
        const { state } = toState({ state: { life_cycle_state, result_state } } as never);
        expect(state === 'succeeded').toBe(life_cycle_state === 'TERMINATED' && result_state === 'SUCCESS');
      }),
    );
  });
});
