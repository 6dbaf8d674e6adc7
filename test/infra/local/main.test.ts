import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs the command as npm does, on an empty state folder and without a cache. */
function run(...args: string[]) {
  const empty = mkdtempSync(join(tmpdir(), 'pinflow-main-'));
  const env = { ...process.env, PINFLOW_STATE: join(empty, 'state'), PINFLOW_CACHE: join(empty, 'cache') };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['infra/local/main.ts', ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('bad options end with code 2, the error and the remedy, and no stack trace', () => {
  expect(run('start', '--rows', '0')).toEqual({
    status: 2,
    stdout: '',
    stderr:
      'INPUT_INVALID: --rows: expected a whole number of at least 1, got 0\ncorrect the fields named in the message and start again\n',
  });
});

test('help is no failure', () => {
  const { status, stdout } = run('start', '--help');

  expect(status).toBe(0);
  expect(stdout).toContain('Usage: npm start -- [options]');
});

test('the status of a stack that is down is a table, and a failure', () => {
  expect(run('status')).toEqual({
    status: 1,
    stdout: `engine      state  address  pid  uptime  log
temporal    down
s3          down
kafka       down
kinesis     down
databricks  down
gateway     down
`,
    stderr: '',
  });
});

test('taking down a stack that is not up is no failure', () => {
  expect(run('down')).toEqual({ status: 0, stdout: 'the stack was not running\n', stderr: '' });
});
