import { closeSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs';
import { logPath, openLog, quoteLastLines } from '../../../../infra/local/stack/log-file.ts';
import { makeFolder } from './temporary-folder.ts';

function append(path: string, text: string): number {
  const { descriptor, start } = openLog(path);
  writeSync(descriptor, text);
  closeSync(descriptor);
  return start;
}

test('a log is continued, and only the part of the last start is quoted', () => {
  const path = logPath(makeFolder(), 'kafka');
  append(path, 'before\n');

  const start = append(path, 'now\nand then\n');

  expect(readFileSync(path, 'utf8')).toBe('before\nnow\nand then\n');
  expect(quoteLastLines(path, start)).toBe('    now\n    and then');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('of a long part the last twelve lines are quoted', () => {
  const path = logPath(makeFolder(), 'kafka');
  const lines = [...Array(2_000).keys()].map((line) => `line ${line}`);

  const start = append(path, `${lines.join('\n')}\n`);

  expect(quoteLastLines(path, start).split('\n')).toEqual(lines.slice(-12).map((line) => `    ${line}`));
});

test('a log without a new line says that it is empty', () => {
  const path = logPath(makeFolder(), 'kafka');
  append(path, 'before\n');

  expect(quoteLastLines(path, append(path, ''))).toBe('    (the log is empty)');
  expect(quoteLastLines('/no/such/log', 0)).toBe('    (the log is empty)');
});

test('a log that has grown large is set aside at the next start', () => {
  const path = logPath(makeFolder(), 'kafka');
  append(path, 'old\n');
  truncateSync(path, 17 * 1024 * 1024);

  expect(append(path, 'new\n')).toBe(0);

  expect(readFileSync(path, 'utf8')).toBe('new\n');
  expect(readFileSync(`${path}.old`, 'utf8')).toMatch(/^old\n/);
});
