import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installAll } from '../../../../infra/local/setup/install-all.ts';
import type { Installation, TaskReport } from '../../../../infra/local/setup/setup-work.ts';
import { type FakeMachine, makeFakeMachine } from './fake-machine.ts';

let machine: FakeMachine;
let reports: TaskReport[];
let stop: AbortController;
beforeEach(() => {
  machine = makeFakeMachine();
  reports = [];
  stop = new AbortController();
});
afterEach(() => machine.remove());

const run = (installations: readonly Installation[]) =>
  installAll(installations, { env: machine.env, report: (report) => reports.push(report), stop, pauses: [] });
const states = () => reports.map(({ task, state, note }) => [task, state, note].filter(Boolean).join(' '));

function plan(task: Installation['task'], install: Installation['install'], needs?: Installation): Installation {
  return { task, folder: join(machine.cache, task), install, ...(needs && { needs }) };
}

const untilStopped: Installation['install'] = (_, { signal }) =>
  sleep(60_000, undefined, { signal }).then(() => undefined);
const writeTool: Installation['install'] = async ({ target }, { note }) => {
  note('writing');
  writeFileSync(join(target, 'tool'), 'whole');
};

test('every task is announced first, and one that needs another waits for it', async () => {
  const python = plan('python', writeTool);
  const kafka = plan(
    'kafka',
    async ({ target }) => writeFileSync(join(target, 'seen'), String(existsSync(python.folder))),
    python,
  );
  await run([python, kafka]);
  expect(states()).toEqual([
    'python waiting',
    'kafka waiting needs python',
    'python running',
    'python running writing',
    'python done',
    'kafka running',
    'kafka done',
  ]);
  expect(existsSync(join(kafka.folder, 'seen'))).toBe(true);
});

test('what is there is kept, and what needs it begins at once', async () => {
  const python = plan('python', () => Promise.reject(new Error('installed again')));
  mkdirSync(python.folder);
  await run([python, plan('kafka', writeTool, python)]);
  expect(states()).toEqual([
    'python kept',
    'kafka waiting needs python',
    'kafka running',
    'kafka running writing',
    'kafka done',
  ]);
});

test('what is there does not wait for what it once needed', async () => {
  const python = plan('python', writeTool);
  const kafka = plan('kafka', writeTool, python);
  mkdirSync(kafka.folder);
  await run([python, kafka]);
  expect(states()).toContain('kafka kept');
  expect(states()).toContain('python done');
});

test('the first failure stops the rest and is the one that is thrown', async () => {
  const python = plan('python', () => Promise.reject(new Error('no room')));
  const all = run([python, plan('versitygw', untilStopped), plan('kafka', writeTool, python)]);
  await expect(all).rejects.toThrow('no room');
  expect(states().slice(3)).toEqual([
    'python running',
    'versitygw running',
    'python failed',
    'versitygw failed stopped',
  ]);
  expect(existsSync(join(machine.cache, 'kafka'))).toBe(false);
});

test('an abort from outside stops everything and its reason is thrown', async () => {
  const all = run([plan('python', untilStopped), plan('versitygw', untilStopped)]);
  stop.abort(new Error('interrupted'));
  await expect(all).rejects.toThrow('interrupted');
  expect(existsSync(join(machine.cache, 'python'))).toBe(false);
});

test('seconds are counted from when a task began to run', async () => {
  const slow = plan('python', async () => {
    await sleep(100);
  });
  await run([slow, plan('kafka', async () => void (await sleep(100)), slow)]);
  const seconds = (task: string) => reports.findLast((report) => report.task === task)?.seconds ?? 0;
  expect(seconds('python')).toBeGreaterThanOrEqual(0.099);
  expect(seconds('kafka')).toBeGreaterThanOrEqual(0.099);
  expect(reports.find(({ task, state }) => task === 'kafka' && state === 'running')?.seconds).toBeLessThan(0.09);
});
