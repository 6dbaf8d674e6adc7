import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENGINE_NAMES } from '../../infra/local/stack/engines.ts';
import { isRunning } from '../../infra/local/stack/process-identity.ts';
import { listGroup } from '../../infra/local/stack/process-table.ts';
import { readStatus } from '../../infra/local/stack/read-status.ts';
import { readRecord } from '../../infra/local/stack/stack-record.ts';
import { stopStack } from '../../infra/local/stack/stop-stack.ts';
import { ROOT } from '../support/processes.ts';
import { readToolchain } from '../support/read-toolchain.ts';

/** The supervisor on real engines, in a state folder beside the lane's own stack. */
const stateDirectory = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-supervisor-')));

/** A command of its own that brings Temporal, Kafka and the S3 server up and holds them until it is ended. */
const OWNER = `
  const { startStack } = await import(${JSON.stringify(join(ROOT, 'infra/local/stack/start-stack.ts'))});
  const options = JSON.parse(process.argv[1]);
  await startStack({ ...options, report: (line) => console.log(line) });
  console.log('all ready');
  setInterval(() => {}, 1000);`;

const owners: ChildProcess[] = [];

async function startOwner(variables: Readonly<Record<string, string>> = {}) {
  const options = {
    toolchain: readToolchain(),
    checkout: ROOT,
    stateDirectory,
    cacheDirectory: String(process.env['PINFLOW_CACHE']),
    engines: ['temporal', 's3', 'kafka'],
    ports: Object.keys(variables).length === 0 ? 'free' : 'usual',
    environment: { ...process.env, ...variables },
  };
  const owner = spawn(process.execPath, ['--input-type=module', '-e', OWNER, JSON.stringify(options)]);
  owners.push(owner);
  let output = '';
  const ended = once(owner, 'exit');
  const ready = new Promise<void>((resolve) => {
    for (const stream of [owner.stdout, owner.stderr]) {
      stream.on('data', (text: Buffer) => {
        output += text.toString();
        if (output.includes('all ready')) resolve();
      });
    }
  });
  await Promise.race([ready, ended]);
  return { owner, ended, read: () => output };
}

const statesOf = async () =>
  (await readStatus({ stateDirectory })).filter(({ state }) => state === 'up').map(({ name }) => name);

afterAll(async () => {
  for (const owner of owners) owner.kill('SIGKILL');
  await stopStack({ stateDirectory });
  rmSync(stateDirectory, { recursive: true, force: true });
});

test('what a killed command leaves behind is removed by the next, which comes up on the same ports and data', async () => {
  const first = await startOwner();
  expect(await statesOf()).toEqual(['temporal', 's3', 'kafka']);
  const before = readRecord(stateDirectory);

  first.owner.kill('SIGKILL');
  await first.ended;
  expect(before.engines.map(isRunning)).toEqual([true, true, true]);

  const second = await startOwner();
  expect(second.read()).toContain(`removing what process ${first.owner.pid} left behind: `);
  for (const { name, pid } of before.engines) expect(second.read()).toContain(`${name}: stopped (process ${pid})`);
  expect(before.engines.map(isRunning)).toEqual([false, false, false]);
  expect(await statesOf()).toEqual(['temporal', 's3', 'kafka']);
  expect(readRecord(stateDirectory).ports).toEqual(before.ports);
});

test('a stack that a living command holds is not stopped; once that has ended, nothing of it is left', async () => {
  const { owner, engines } = readRecord(stateDirectory);
  await expect(stopStack({ stateDirectory })).rejects.toThrow(`is used by process ${owner?.pid}`);
  expect(engines.map(isRunning)).toEqual([true, true, true]);

  const last = owners.at(-1);
  last?.kill('SIGKILL');
  await once(last as ChildProcess, 'exit');
  const began = Date.now();
  await stopStack({ stateDirectory });

  // Kafka may be writing its class archive for the first time on this machine.
  expect(Date.now() - began).toBeLessThan(30_000);
  expect(engines.flatMap(({ pid }) => listGroup(pid))).toEqual([]);
  expect(await statesOf()).toEqual([]);
});

test('ports asked for that are taken end the start before anything runs', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = String(typeof address === 'object' && address !== null ? address.port : 0);

  const { owner, read } = await startOwner({ PINFLOW_S3_PORT: port, PINFLOW_KAFKA_PORT: port });
  server.close();

  expect(owner.exitCode).toBe(1);
  expect(read()).toContain(`PINFLOW_S3_PORT=${port} is used by process ${process.pid}`);
  expect(read()).toContain(`PINFLOW_KAFKA_PORT=${port} is used by process ${process.pid}`);
  expect((await readStatus({ stateDirectory })).map(({ state }) => state)).toEqual(ENGINE_NAMES.map(() => 'down'));
});
