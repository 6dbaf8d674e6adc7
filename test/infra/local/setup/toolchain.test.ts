import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskReport } from '../../../../infra/local/setup/setup-work.ts';
import { prepareToolchain } from '../../../../infra/local/setup/toolchain.ts';
import { FAKE_GO, type FakeMachine, fakePython, isAlive, makeFakeMachine } from './fake-machine.ts';

let machine: FakeMachine;
let reports: TaskReport[];
const { PATH, JAVA_HOME } = process.env;
beforeEach(() => {
  machine = makeFakeMachine();
  reports = [];
  process.env['PATH'] = machine.bin;
  delete process.env['JAVA_HOME'];
});
afterEach(() => {
  process.env['PATH'] = PATH;
  if (JAVA_HOME !== undefined) process.env['JAVA_HOME'] = JAVA_HOME;
  machine.remove();
});

const GO_VERSION = FAKE_GO.trim().split('\n')[0];
const prepare = () =>
  prepareToolchain({ cache: machine.cache, checkout: machine.checkout, report: (report) => reports.push(report) });
const last = () => Object.fromEntries(reports.map(({ task, state }) => [task, state]));

test('an empty cache is filled and every program is where the toolchain says', async () => {
  const toolchain = await prepare();
  expect(last()).toEqual({ python: 'done', temporal: 'done', kafka: 'done', delta: 'done', versitygw: 'done' });
  expect(toolchain.java).toBe(join(machine.bin, 'java'));
  const { temporalTestServer, airflow, ...others } = toolchain;
  expect(airflow).toEqual({});
  for (const path of Object.values(others)) expect([path, existsSync(path)]).toEqual([path, true]);
  expect(temporalTestServer).toBe(toolchain.temporal.replace(/temporal$/, 'temporal-test-server'));
  expect(readdirSync(toolchain.kafkaJars)).toEqual(['kafka_2.13-4.3.1.jar']);
  expect(readdirSync(toolchain.deltaJars)).toEqual(['delta-spark_4.2_2.13-4.4.0.jar']);
});

test('those versions of Airflow are installed that are asked for, each in an environment of its own', async () => {
  const { cache, checkout } = machine;
  const { airflow } = await prepareToolchain({ cache, checkout, report: () => {}, withAirflow: ['3.3', '2.11'] });
  expect(Object.keys(airflow)).toEqual(['3.3', '2.11']);
  expect(Object.values(airflow).map((python) => existsSync(python))).toEqual([true, true]);
  expect(new Set(Object.values(airflow)).size).toBe(2);
});

test('Airflow 2 is refused on a Python that it does not know', async () => {
  const { cache, checkout } = machine;
  machine.addProgram('python3', fakePython(machine.root, { version: '3 13' }));
  const prepared = prepareToolchain({ cache, checkout, report: () => {}, withAirflow: ['3.3', '2.11'] });
  await expect(prepared).rejects.toThrow(/^python 3\.10 to 3\.12 for Airflow 2\.11: ".*python3" is version 3\.13$/);
});

test('a second time nothing is installed and only versions are asked for', async () => {
  const first = await prepare();
  const calls = machine.calls().length;
  expect(await prepare()).toEqual(first);
  expect(last()).toEqual({ python: 'kept', temporal: 'kept', kafka: 'kept', delta: 'kept', versitygw: 'kept' });
  const programs = machine
    .calls()
    .slice(calls)
    .join('\n')
    .match(/^(java|python3|go|temporal) -\S+( -c)?/gm);
  expect(programs?.toSorted()).toEqual(['java -version', 'python3 -I -c']);
});

test('a half-finished installation is not used and is removed', async () => {
  const first = await prepare();
  const attempt = `${first.kafkaJars}.attempt-${hostname()}-2000000000-0123abcd`;
  mkdirSync(join(attempt, 'target'), { recursive: true });
  rmSync(first.kafkaJars, { recursive: true });
  await prepare();
  expect(last()['kafka']).toBe('done');
  expect(existsSync(attempt)).toBe(false);
});

test('two set-ups at once both end with the same toolchain and leave nothing beside it', async () => {
  const [one, other] = await Promise.all([prepare(), prepare()]);
  expect(one).toEqual(other);
  expect(readdirSync(machine.cache)).toHaveLength(5);
});

test("the user's own Temporal is used when its version fits, the test server never is", async () => {
  const own = machine.addProgram('temporal', 'echo "temporal version 1.9.3 (Server 1.32.0, UI 2.54.1)"');
  machine.addProgram('temporal-test-server', '');
  const { temporal, temporalTestServer } = await prepare();
  expect(temporal).toBe(own);
  expect(temporalTestServer.startsWith(machine.cache)).toBe(true);
});

test('a failure of one tool is thrown and what is whole is kept for the next time', async () => {
  machine.addProgram(
    'go',
    `${GO_VERSION}\nwhile [ -z "$(cat '${machine.cache}'/kafka-*/* 2> /dev/null)" ]; do sleep 0.05; done; echo 'undefined: x'; exit 1`,
  );
  await expect(prepare()).rejects.toMatchObject({
    code: 'SETUP_FAILED',
    message: expect.stringContaining('"versitygw" could not be installed') as string,
  });
  machine.addProgram('go', FAKE_GO);
  await prepare();
  expect(last()).toMatchObject({ python: 'kept', kafka: 'kept', versitygw: 'done' });
});

test('a signal stops the installers and set-up fails with its name', async () => {
  const pid = join(machine.root, 'go.pid');
  machine.addProgram('go', `${GO_VERSION}\necho $$ > '${pid}'\nsleep 60`);
  const { child, ended } = startSetUp();
  while (!existsSync(pid)) await sleep(20);
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect([code, stderr.split('\n')[0]]).toEqual([1, 'SETUP_FAILED: set-up was interrupted by SIGINT']);
  expect(isAlive(Number(readFileSync(pid, 'utf8')))).toBe(false);
  expect(attempts()).toEqual([]);
});

test('set-up killed outright is made good by the next one', async () => {
  machine.addProgram('go', `${GO_VERSION}\necho $$ > '${machine.root}/go.pid'\nsleep 60`);
  const { child, ended } = startSetUp();
  while (!existsSync(join(machine.root, 'go.pid'))) await sleep(20);
  child.kill('SIGKILL');
  await ended;
  process.kill(-Number(readFileSync(join(machine.root, 'go.pid'), 'utf8')), 'SIGKILL');
  expect(attempts().filter((name) => name.startsWith('versitygw'))).toHaveLength(1);
  machine.addProgram('go', FAKE_GO);
  await prepare();
  expect(last()['versitygw']).toBe('done');
  expect(attempts()).toEqual([]);
});

/** The set-up as a process of its own, as a signal reaches it. */
function startSetUp() {
  const main = join(__dirname, '../../../../infra/local/setup/main.ts');
  const child = spawn(process.execPath, [main], {
    cwd: machine.checkout,
    env: { ...machine.env, PINFLOW_CACHE: machine.cache },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
  return { child, ended };
}

const attempts = () => readdirSync(machine.cache).filter((name) => name.includes('.attempt-'));
