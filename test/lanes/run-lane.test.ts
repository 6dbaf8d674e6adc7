import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type LaneRun, runLane } from './run-lane.ts';

/** A checkout whose tools are small scripts of ours, so that a lane takes milliseconds. */
function checkoutWith(scripts: Readonly<Record<string, string>>): LaneRun {
  const root = mkdtempSync(join(tmpdir(), 'pinflow-checkout-'));
  mkdirSync(join(root, 'notebooks'));
  for (const [path, script] of Object.entries(scripts)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), script);
    chmodSync(join(root, path), 0o755);
  }
  const tool = (name: string) => join(root, name);
  return {
    root,
    toolchain: {
      python: tool('python'),
      temporal: tool('temporal'),
      temporalTestServer: tool('server'),
      deltaJars: tool('jars'),
    },
    cache: tool('cache'),
    stateDirectory: tool('state'),
    withStack: (run) => run({ PINFLOW_STACK_ONLY: 'yes' }),
    print: () => undefined,
  };
}

/** A jest that passes once for each named variable that is set and writes down its arguments. */
function jestThatNeeds(...variables: string[]): string {
  return `
    const results = process.argv.find((arg) => arg.startsWith('--outputFile=')).slice(13);
    const set = ${JSON.stringify(variables)}.filter((name) => process.env[name]);
    require('node:fs').writeFileSync(results, JSON.stringify({
      numPassedTests: set.length, numFailedTests: 0, numPendingTests: 0, numRuntimeErrorTestSuites: 0, testResults: [],
    }));
    console.log(process.argv.slice(2).join(' '));`;
}

const JEST = 'node_modules/jest/bin/jest.js';

test('each check that fails counts and shows its output', async () => {
  const run = checkoutWith({
    'node_modules/prettier/bin/prettier.cjs': 'process.exitCode = 0',
    'node_modules/eslint/bin/eslint.js': 'console.log("unused variable"); process.exitCode = 1',
    'node_modules/typescript/bin/tsc': 'process.exitCode = 0',
  });
  expect(await runLane('checks', run)).toEqual({ passed: 2, failed: 1, report: 'lint failed\nunused variable\n' });
});

test('the workflow lane is told where the Temporal binaries are', async () => {
  const run = checkoutWith({
    [JEST]: jestThatNeeds('PINFLOW_TEST_TEMPORAL_SERVER', 'PINFLOW_TEST_TEMPORAL', 'PINFLOW_CACHE'),
  });
  expect(await runLane('workflow', run)).toEqual({ passed: 3, failed: 0, report: '' });
});

test('the stack lane runs while the stack is up and knows its variables', async () => {
  const variables = ['PINFLOW_STATE', 'PINFLOW_STACK_ONLY'];
  const run = checkoutWith({ [JEST]: jestThatNeeds(...variables) });
  const timeline: string[] = [];
  const outcome = await runLane('stack', {
    ...run,
    withStack: async (body) => {
      timeline.push('up');
      timeline.push(`exit code ${await body({ PINFLOW_STACK_ONLY: 'yes' })}`);
      timeline.push('down');
      return 0;
    },
  });
  expect(outcome).toEqual({ passed: 2, failed: 0, report: '' });
  expect(timeline).toEqual(['up', 'exit code 0', 'down']);
});

test('a stack that ends before a test ran, or ends badly, is a failure', async () => {
  const run = checkoutWith({ [JEST]: jestThatNeeds('PATH') });
  expect(await runLane('stack', { ...run, withStack: async () => 0 })).toMatchObject({ passed: 0, failed: 1 });
  const ended = await runLane('stack', { ...run, withStack: (body) => body({}).then(() => 7) });
  expect(ended).toEqual({ passed: 1, failed: 1, report: 'no test failed, but the local stack ended with exit code 7' });
});

test('notebooks are tested in their folder by the interpreter of the toolchain', async () => {
  const run = checkoutWith({
    python: `#!/bin/sh
[ "$(basename "$PWD")" = notebooks ] && [ -n "$PINFLOW_DELTA_JARS" ] || exit 3
echo '<testsuite name="pytest" errors="0" failures="0" skipped="0" tests="5">' > "\${4#--junitxml=}"
`,
  });
  expect(await runLane('notebooks', run)).toEqual({ passed: 5, failed: 0, report: '' });
});

test('results of an earlier run are never counted', async () => {
  const run = checkoutWith({ [JEST]: jestThatNeeds('PATH') });
  expect(await runLane('unit', run)).toMatchObject({ passed: 1, failed: 0 });
  writeFileSync(join(run.root, JEST), 'process.exitCode = 1');
  expect(await runLane('unit', run)).toMatchObject({ passed: 0, failed: 1 });
});

test('the reliability lane runs every fault in full and writes what came of it into the document', async () => {
  const report = { number: 7, fault: 'broker killed', injected: 1, lost: 0, duplicated: 0, recoveryMs: [2_500] };
  const run = checkoutWith({
    [JEST]: `${jestThatNeeds('PINFLOW_TEST_SIZE', 'PINFLOW_STACK_ONLY')}
    require('node:fs').writeFileSync(process.env.PINFLOW_TEST_RELIABILITY, ${JSON.stringify(JSON.stringify(report))} + '\\n');`,
    'node_modules/prettier/bin/prettier.cjs': '',
    'docs/reliability.md': 'Measured on\n\n<!-- cases -->\n<!-- /cases -->\n',
  });

  expect(await runLane('reliability', run)).toEqual({ passed: 2, failed: 0, report: '' });

  const document = readFileSync(join(run.root, 'docs/reliability.md'), 'utf8');
  expect(document).toMatch(/^Measured on \d{4}-\d\d-\d\d, \d+ cores\.$/m);
  expect(document).toContain('| broker killed | 1 × | 0 | 0 | 2.5 s | 2.5 s |');
});

test.each([
  ['stack', 'test/(stack|conformance)/'],
  ['airflow', 'test/airflow/'],
  ['faults', 'test/faults/'],
] as const)('the %s lane runs the tests of %s', async (lane, folder) => {
  const run = checkoutWith({ [JEST]: jestThatNeeds('PINFLOW_STACK_ONLY') });
  expect(await runLane(lane, run)).toEqual({ passed: 1, failed: 0, report: '' });
  expect(readFileSync(join(run.stateDirectory, `test/${lane}.log`), 'utf8')).toContain(`--testPathPatterns ${folder}`);
});

test('the chaos lane runs the kill loop alone, in full', async () => {
  const run = checkoutWith({ [JEST]: jestThatNeeds('PINFLOW_TEST_SIZE') });
  expect(await runLane('chaos', run)).toEqual({ passed: 1, failed: 0, report: '' });
  expect(readFileSync(join(run.stateDirectory, 'test/chaos.log'), 'utf8')).toContain(
    '--testPathPatterns faults/kill-loop',
  );
});
