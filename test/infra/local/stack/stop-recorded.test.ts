import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineName } from '../../../../infra/local/stack/engine.ts';
import { isRunning } from '../../../../infra/local/stack/process-identity.ts';
import { readRecord, updateRecord } from '../../../../infra/local/stack/stack-record.ts';
import { stopEngines, stopAttached } from '../../../../infra/local/stack/stop-recorded.ts';
import { endSleepers, startSleeper } from './sleeper.ts';
import { makeFolder } from './temporary-folder.ts';

const NAMES: readonly EngineName[] = ['temporal', 's3', 'kafka', 'kinesis', 'databricks', 'gateway'];

/** A record of processes that only sleep. */
function recordSleepers(stateDirectory: string) {
  const facts = { startedAt: 0, address: '', log: '/log' };
  const engines = NAMES.map((name) => ({ ...startSleeper().identity, ...facts, name }));
  const workers = [1, 2].map(() => ({ ...startSleeper().identity, ...facts, name: 'worker' as const, owner: null }));
  updateRecord(stateDirectory, (record) => ({ ...record, engines, attached: workers }));
  return { engines, workers };
}

afterEach(endSleepers);

test('engines end after those that use them, Temporal last', async () => {
  const state = makeFolder();
  writeFileSync(join(state, 'stack.env'), '');
  const { engines } = recordSleepers(state);
  const said: { readonly line: string; readonly running: readonly string[] }[] = [];

  await stopEngines(state, (line) => said.push({ line, running: engines.filter(isRunning).map(({ name }) => name) }));

  expect(said.map(({ line }) => line).toSorted()).toEqual(
    engines.map(({ name, pid }) => `${name}: stopped (process ${pid})`).toSorted(),
  );
  expect(said[0]).toMatchObject({
    line: expect.stringMatching(/^gateway/),
    running: ['temporal', 's3', 'kafka', 'kinesis', 'databricks'],
  });
  expect(said.at(-2)?.running).toContain('temporal');
  expect(said.at(-1)).toMatchObject({ line: expect.stringMatching(/^temporal/), running: [] });
  expect(readRecord(state).engines).toEqual([]);
  expect(existsSync(join(state, 'stack.env'))).toBe(false);
});

test('a worker is stopped and struck off, the others stay', async () => {
  const state = makeFolder();
  const { workers } = recordSleepers(state);
  const [first, second] = workers;
  if (first === undefined) throw new Error('there is no worker');
  const said: string[] = [];

  await stopAttached(state, [first], (line) => said.push(line));

  expect(said).toEqual([`worker: stopped (process ${first.pid})`]);
  expect(workers.map(isRunning)).toEqual([false, true]);
  expect(readRecord(state).attached).toEqual([second]);
});
