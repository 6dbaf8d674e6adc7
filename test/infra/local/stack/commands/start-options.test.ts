import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStartOptions } from '../../../../../infra/local/stack/commands/start-options.ts';
import { makeFolder } from '../temporary-folder.ts';

const now = new Date('2026-11-23T00:30:00Z');
const read = (args: readonly string[], directory = '/somewhere') => readStartOptions(args, { directory, now });

const KNOWN =
  '--date, --stream, --rate, --rows, --seed, --source, --order, --pace, --pipeline, --keep, --reset, --help';

function problemOf(...args: string[]) {
  try {
    read(args);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
  throw new Error('the options were accepted');
}

test('without options, yesterday’s date runs on synthetic rows', () => {
  expect(read([])).toEqual({
    work: {
      kind: 'run',
      plan: {
        workflowId: 'daily-pinterest-2026-11-22',
        pipeline: 'pinterest',
        date: '2026-11-22',
        rows: undefined,
        seed: 100,
        source: { kind: 'synthetic' },
        order: 'sweep',
        pace: 'batch',
        rate: undefined,
      },
    },
    keep: false,
    reset: false,
  });
});

test('every option is taken', () => {
  const given =
    '--date 2024-02-29 --rows 50 --seed 0 --source mysql --order course --pace course --rate 2 --pipeline demo --keep --reset';

  expect(read(given.split(' '))).toEqual({
    work: {
      kind: 'run',
      plan: {
        workflowId: 'daily-demo-2024-02-29',
        ...{ pipeline: 'demo', date: '2024-02-29', rows: 50, seed: 0, source: { kind: 'mysql' }, order: 'course' },
        ...{ pace: 'course', rate: 2 },
      },
    },
    keep: true,
    reset: true,
  });
});

test('a stream is asked for in place of a day', () => {
  expect(read('--stream --rate 50 --rows 300 --pipeline demo'.split(' ')).work).toEqual({
    kind: 'stream',
    plan: { pipeline: 'demo', rate: 50, rows: 300, seed: 100, source: { kind: 'synthetic' }, order: 'sweep' },
  });
  expect(read(['--stream']).work).toMatchObject({ kind: 'stream', plan: { rate: 20, rows: undefined } });
});

test('a folder of rows is found from where the user is', () => {
  const directory = makeFolder();
  mkdirSync(join(directory, 'rows'));
  for (const kind of ['pin', 'geo', 'user']) writeFileSync(join(directory, 'rows', `${kind}.jsonl`), '');

  const { work } = read(['--source', 'jsonl:rows'], directory);

  expect(work.plan.source).toEqual({ kind: 'jsonl', directory: join(directory, 'rows') });
});

test.each([
  [['--foo'], `INPUT_INVALID: unknown option "--foo"; known are ${KNOWN}`],
  [['--foo=1'], `INPUT_INVALID: unknown option "--foo=1"; known are ${KNOWN}`],
  [['--date', '2026-02-30'], 'INPUT_INVALID: --date: expected a day as YYYY-MM-DD, got "2026-02-30"'],
  [['--rows', '0'], 'INPUT_INVALID: --rows: expected a whole number of at least 1, got 0'],
  [['--rows', '-3'], 'INPUT_INVALID: --rows: expected a whole number of at least 1, got -3'],
  [['--rows', 'many'], 'INPUT_INVALID: --rows: expected a whole number of at least 1, got "many"'],
  [['--rows', ''], 'INPUT_INVALID: --rows: expected a whole number of at least 1, got ""'],
  [['--rows'], "INPUT_INVALID: option '--rows <n>' argument missing"],
  [['--seed', '1.5'], 'INPUT_INVALID: --seed: expected a whole number of at least 0, got 1.5'],
  [['--order', 'random'], 'INPUT_INVALID: --order: expected one of sweep, course, got "random"'],
  [
    ['--pipeline', 'My Pipeline'],
    'INPUT_INVALID: --pipeline: expected a lower-case letter, then up to 39 lower-case letters, digits or hyphens, for example "pinterest", got "My Pipeline"',
  ],
  [['--stream', '--date', '2026-11-22'], 'INPUT_INVALID: --date: a stream belongs to no date'],
  [['--stream', '--rate', '0'], 'INPUT_INVALID: --rate: expected posts in a second from 0.1 to 5000, got 0'],
  [['--rate', '9000'], 'INPUT_INVALID: --rate: expected posts in a second from 0.1 to 5000, got 9000'],
  [['--pace', 'fast'], 'INPUT_INVALID: --pace: expected one of batch, course, got "fast"'],
  [['--stream', '--pace', 'course'], 'INPUT_INVALID: --pace: a stream has only its rate'],
  [['--source', 'csv'], 'INPUT_INVALID: --source: expected synthetic, jsonl:<folder> or mysql, got "csv"'],
  [['--source', 'jsonl:gone'], 'SOURCE_MISSING: --source: there is no folder "/somewhere/gone"'],
  [['2026-11-22'], 'INPUT_INVALID: unexpected "2026-11-22"; options come after two hyphens: npm start -- --rows 500'],
])('%j is refused', (args, message) => {
  expect(problemOf(...args)).toBe(message);
});

test('a folder that lacks files is refused with their names', () => {
  const directory = makeFolder();
  writeFileSync(join(directory, 'geo.jsonl'), '');

  expect(problemOf('--source', `jsonl:${directory}`)).toBe(
    `SOURCE_MISSING: --source: "${directory}" lacks "pin.jsonl" and "user.jsonl"`,
  );
});

test('everything that is wrong is told at once', () => {
  expect(problemOf('--date', 'today', '--rows', '0', '--fast', '--source', 'jsonl:gone'))
    .toBe(`INPUT_INVALID: 4 problems:
  unknown option "--fast"; known are ${KNOWN}
  --date: expected a day as YYYY-MM-DD, got "today"
  --rows: expected a whole number of at least 1, got 0
  --source: there is no folder "/somewhere/gone"`);
});
