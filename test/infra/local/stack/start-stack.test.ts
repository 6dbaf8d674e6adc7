import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../../../../infra/local/stack/process-identity.ts';
import { readStatus } from '../../../../infra/local/stack/read-status.ts';
import { readRecord, updateRecord } from '../../../../infra/local/stack/stack-record.ts';
import { type Stack, startStack } from '../../../../infra/local/stack/start-stack.ts';
import { stopStack } from '../../../../infra/local/stack/stop-stack.ts';
import { type FakeCheckout, makeFakeCheckout } from './fake-checkout.ts';
import { endSleepers, startSleeper } from './sleeper.ts';

const stacks: Stack[] = [];

/** Starts a stack of one engine and collects what it says. */
async function start(checkout: FakeCheckout, more: Partial<Parameters<typeof startStack>[0]> = {}) {
  const said: string[] = [];
  const stack = await startStack({ ...checkout, ...more, report: (line) => said.push(line) });
  stacks.push(stack);
  return { stack, said };
}

function engineOf({ stateDirectory }: FakeCheckout) {
  const [engine] = readRecord(stateDirectory).engines;
  if (engine === undefined) throw new Error('no engine is recorded');
  return engine;
}

/** Makes the stack look as a killed command leaves it: its engines run, their owner does not. */
async function loseOwner({ stateDirectory }: FakeCheckout) {
  const owner = startSleeper();
  updateRecord(stateDirectory, (record) => ({ ...record, owner: owner.identity }));
  await owner.kill();
  return owner.identity;
}

afterEach(async () => {
  endSleepers();
  for (const { stateDirectory } of stacks.splice(0)) await stopStack({ stateDirectory });
});

test('a stack comes up, says where it is, is recorded, and stops without a rest', async () => {
  const checkout = makeFakeCheckout();

  const { stack, said } = await start(checkout);

  const address = `http://127.0.0.1:${stack.ports.s3}`;
  expect(said).toEqual([expect.stringMatching(new RegExp(`^s3: ready after \\d+\\.\\d s, ${address}$`))]);
  const engine = engineOf(checkout);
  expect(engine).toMatchObject({ name: 's3', address, log: join(checkout.stateDirectory, 'logs', 's3.log') });
  expect(isRunning(engine)).toBe(true);
  expect(readFileSync(engine.log, 'utf8')).toContain('listening on');
  expect(readFileSync(join(checkout.stateDirectory, 'stack.env'), 'utf8')).toContain(
    `PINFLOW_S3_ENDPOINT='${address}'`,
  );
  expect(statSync(join(checkout.stateDirectory, 'secrets.json')).mode & 0o777).toBe(0o600);
  const states = (await readStatus(checkout)).map(({ name, state }) => `${name} ${state}`);
  expect(states).toEqual(['temporal down', 's3 up', 'kafka down', 'kinesis down', 'databricks down', 'gateway down']);

  await stack.stop();

  expect(isRunning(engine)).toBe(false);
  expect(existsSync(join(checkout.stateDirectory, 'stack.env'))).toBe(false);
  expect(readRecord(checkout.stateDirectory)).toMatchObject({
    owner: null,
    engines: [],
    ports: { s3: stack.ports.s3 },
  });
});

test('a stack that was left up is taken as it is and left up again', async () => {
  const checkout = makeFakeCheckout();
  (await start(checkout)).stack.leaveUp();
  const engine = engineOf(checkout);

  const { stack, said } = await start(checkout);

  expect(said).toEqual(['the stack is up already: s3']);
  expect(stack).toMatchObject({ reused: true, processes: [] });
  await stack.stop();
  expect(isRunning(engine)).toBe(true);
});

test('a stack that was left up and lost an engine is started anew on the same ports', async () => {
  const checkout = makeFakeCheckout();
  const { stack: first } = await start(checkout);
  first.leaveUp();
  const lost = engineOf(checkout);
  process.kill(lost.pid, 'SIGKILL');
  // As long as it is on its way out it holds the port.
  while (isRunning(lost)) await new Promise((again) => setTimeout(again, 5));

  const { stack } = await start(checkout);

  expect(stack).toMatchObject({ reused: false, ports: { s3: first.ports.s3 } });
  expect(engineOf(checkout).pid).not.toBe(lost.pid);
});

test('what a killed command left behind is removed by the next start, which says so', async () => {
  const checkout = makeFakeCheckout();
  await start(checkout);
  const left = engineOf(checkout);
  const owner = await loseOwner(checkout);

  const { said } = await start(checkout);

  expect(said).toEqual([
    `removing what process ${owner.pid} left behind: s3 (${left.pid})`,
    `s3: stopped (process ${left.pid})`,
    expect.stringMatching(/^s3: ready after/),
  ]);
  expect(isRunning(left)).toBe(false);
  expect(isRunning(engineOf(checkout))).toBe(true);
});

test('a client and a worker of a killed command are removed even where the stack stays', async () => {
  const checkout = makeFakeCheckout();
  (await start(checkout)).stack.leaveUp();
  const killed = startSleeper();
  const facts = { startedAt: 0, address: '', log: '', owner: killed.identity };
  const client = { ...startSleeper().identity, ...facts, name: 'client' as const };
  const worker = { ...startSleeper().identity, ...facts, name: 'worker' as const };
  updateRecord(checkout.stateDirectory, (record) => ({ ...record, attached: [client, worker] }));
  await killed.kill();

  const { said } = await start(checkout);

  expect(said.toSorted()).toEqual([
    `client: stopped (process ${client.pid})`,
    'the stack is up already: s3',
    `worker: stopped (process ${worker.pid})`,
  ]);
  expect([client, worker].map(isRunning)).toEqual([false, false]);
  expect(readRecord(checkout.stateDirectory).attached).toEqual([]);
});

test('a stale record whose pid belongs to another process now harms nobody', async () => {
  const checkout = makeFakeCheckout();
  await (await start(checkout)).stack.stop();
  const stranger = startSleeper();
  const stale = { ...stranger.identity, startTime: '1', name: 's3' as const, startedAt: 0, address: '', log: '' };
  updateRecord(checkout.stateDirectory, (record) => ({ ...record, engines: [stale] }));
  await loseOwner(checkout);

  const { said } = await start(checkout);

  expect(said).toEqual([expect.stringMatching(/^s3: ready after/)]);
  expect(isRunning(stranger.identity)).toBe(true);
});

test('a stack that another living command holds is neither started nor stopped', async () => {
  const checkout = makeFakeCheckout();
  const { identity } = startSleeper();
  updateRecord(checkout.stateDirectory, (record) => ({ ...record, owner: identity }));
  const refusal = {
    code: 'STACK_IN_USE',
    message: `the stack in "${checkout.stateDirectory}" is used by process ${identity.pid}`,
  };

  await expect(start(checkout)).rejects.toMatchObject(refusal);
  await expect(stopStack(checkout)).rejects.toMatchObject(refusal);
});

test('an engine that ends at once fails the start at once, with its last words', async () => {
  const checkout = makeFakeCheckout({ server: 'console.log("one\\ntwo"); console.error("no disk"); process.exit(3);' });
  const began = Date.now();

  const log = join(checkout.stateDirectory, 'logs', 's3.log');
  await expect(start(checkout)).rejects.toMatchObject({
    code: 'ENGINE_NOT_READY',
    message: `s3 ended with code 3; its log "${log}" ends with:\n    one\n    two\n    no disk`,
  });

  expect(Date.now() - began).toBeLessThan(10_000);
  expect(readRecord(checkout.stateDirectory)).toMatchObject({ owner: null, engines: [] });
});

test('an engine that is no program fails the start', async () => {
  const checkout = makeFakeCheckout();
  const toolchain = { ...checkout.toolchain, versitygw: '/no/such/program' };

  await expect(start(checkout, { toolchain })).rejects.toMatchObject({
    code: 'ENGINE_NOT_READY',
    message: 's3 could not be started: "/no/such/program" is no program',
  });
});

test('a start that is told to stop leaves nothing running', async () => {
  const checkout = makeFakeCheckout({ server: 'setInterval(() => {}, 1000);' });
  const interrupted = new AbortController();

  const starting = start(checkout, { signal: interrupted.signal });
  setTimeout(() => interrupted.abort(new Error('told to stop')), 300);
  const engine = await new Promise<ReturnType<typeof engineOf>>((resolve) => {
    setTimeout(() => resolve(engineOf(checkout)), 150);
  });

  await expect(starting).rejects.toThrow('told to stop');
  expect(isRunning(engine)).toBe(false);
});
