import { spawn } from 'node:child_process';
import { makeFakeCheckout } from './fake-checkout.ts';
import { awaitReady, expectStatus } from '../../../../infra/local/stack/readiness.ts';
import { type StartedProcess, startProcess } from '../../../../infra/local/stack/start-process.ts';
import { stopProcess } from '../../../../infra/local/stack/stop-process.ts';

const signal = new AbortController().signal;
const running: { readonly started: StartedProcess; readonly stateDirectory: string }[] = [];

function startScript(script: string): StartedProcess {
  const { stateDirectory } = makeFakeCheckout();
  const plan = {
    name: 's3',
    command: '/bin/sh',
    args: ['-c', script],
    env: process.env,
    cwd: '/',
    address: '',
  } as const;
  const started = startProcess(plan, stateDirectory);
  running.push({ started, stateDirectory });
  return started;
}

afterEach(async () => {
  for (const { started, stateDirectory } of running.splice(0)) {
    await stopProcess(started.record, { stateDirectory, graceMs: 1_000 });
  }
});

test('an engine is ready with its first real answer, not before', async () => {
  const started = startScript('sleep 60');
  let asked = 0;
  const ready = async () => {
    asked += 1;
    if (asked < 3) throw new Error('not yet');
  };

  await awaitReady({ ready }, started, { signal });

  expect(asked).toBe(3);
});

test('an engine that never answers fails with the last reason and the end of its log', async () => {
  const started = startScript('echo waiting for a disk; exec sleep 60');
  const ready = () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }));

  await expect(awaitReady({ ready }, started, { signal, limitMs: 200 })).rejects.toMatchObject({
    code: 'ENGINE_NOT_READY',
    message: `s3 did not answer within 0.2 s (connect ECONNREFUSED); its log "${started.record.log}" ends with:\n    waiting for a disk`,
  });
});

test('an answer from another process on the port of an engine that has ended does not count', async () => {
  const started = startScript('exit 7');
  await started.ended;

  await expect(awaitReady({ ready: () => Promise.resolve() }, started, { signal })).rejects.toThrow(
    's3 ended with code 7',
  );
});

test('only the part of the log since the start is quoted', async () => {
  const { stateDirectory } = makeFakeCheckout();
  const start = (script: string) => {
    const plan = {
      name: 's3',
      command: '/bin/sh',
      args: ['-c', script],
      env: process.env,
      cwd: '/',
      address: '',
    } as const;
    return startProcess(plan, stateDirectory);
  };
  await start('echo from before').ended;
  const second = start('echo from now');
  await second.ended;

  expect(second.quoteLog()).toBe('    from now');
});

test('an HTTP answer counts only with a status that is expected', async () => {
  const server = spawn(process.execPath, [
    '-e',
    `require('node:http').createServer((_, r) => r.writeHead(503).end()).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`,
  ]);
  const port = await new Promise<string>((resolve) =>
    server.stdout.once('data', (data) => resolve(String(data).trim())),
  );
  const url = `http://127.0.0.1:${port}/readyz`;

  await expect(expectStatus(url, [200])).rejects.toThrow(`GET ${url} was answered with 503`);
  await expect(expectStatus(url, [200, 503])).resolves.toMatchObject({ status: 503 });
  server.kill();
});
