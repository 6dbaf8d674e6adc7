import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { countJestResults, countPytestResults } from './count-results.ts';
import { type Lane, LIMIT_MINUTES, type Outcome } from './lanes.ts';
import { type LoggedCommand, runLogged } from './run-logged.ts';
import { writeReliability } from './write-reliability.ts';

export type Variables = Readonly<Record<string, string>>;

export interface LaneRun {
  /** Folder of the checkout. */
  readonly root: string;
  /** Absolute paths of what the lanes need; `deltaJars` is a folder, the others are executables. */
  readonly toolchain: {
    readonly python: string;
    readonly temporal: string;
    readonly temporalTestServer: string;
    readonly deltaJars: string;
  };
  readonly cache: string;
  /** Logs and result files go below it, into `test/`. */
  readonly stateDirectory: string;
  /** Brings the local stack up, calls `run` with the variables that tell tests where it is, and takes it down again. */
  readonly withStack: (run: (env: Variables) => Promise<number>) => Promise<number>;
  readonly print: (line: string) => void;
  /** Ends the lane that is running. */
  readonly signal?: AbortSignal;
}

/** Runs one lane and counts what it did. */
export function runLane(lane: Lane, run: LaneRun): Promise<Outcome> {
  switch (lane) {
    case 'checks':
      return runChecks(run);
    case 'unit':
      return runJest('unit', run, {});
    case 'workflow':
      return runJest('workflow', run, {
        PINFLOW_TEST_TEMPORAL_SERVER: run.toolchain.temporalTestServer,
        PINFLOW_TEST_TEMPORAL: run.toolchain.temporal,
      });
    case 'notebooks':
      return runNotebooks(run);
    case 'stack':
      return runStack(run, { lane, args: ['--testPathPatterns', 'test/(stack|conformance)/'], env: {} });
    case 'airflow':
      return runStack(run, { lane, args: ['--testPathPatterns', 'test/airflow/'], env: {} });
    case 'faults':
      return runStack(run, { lane, args: ['--testPathPatterns', FAULTS], env: {} });
    case 'reliability':
      return runReliability(run);
    case 'chaos':
      return runStack(run, {
        lane,
        args: ['--testPathPatterns', 'faults/kill-loop'],
        env: { PINFLOW_TEST_SIZE: 'full' },
      });
  }
}

/** Format, lint and types, as in `package.json`; each is one check. */
const CHECKS = {
  format: ['node_modules/prettier/bin/prettier.cjs', '--check', '.'],
  lint: ['node_modules/eslint/bin/eslint.js', '.'],
  types: ['node_modules/typescript/bin/tsc', '--noEmit'],
};

async function runChecks(run: LaneRun): Promise<Outcome> {
  const reports: string[] = [];
  for (const [name, args] of Object.entries(CHECKS)) {
    const { exitCode, log } = await runLogged({
      ...nodeCommand('checks', run, args),
      log: logFile(run, `checks-${name}`),
    });
    if (exitCode !== 0) reports.push(`${name} failed\n${log}`);
  }
  const failed = reports.length;
  return { passed: Object.keys(CHECKS).length - failed, failed, report: reports.join('\n') };
}

async function runJest(lane: 'unit' | 'workflow', run: LaneRun, env: Variables): Promise<Outcome> {
  return runProject(run, { lane, args: ['--selectProjects', lane], env });
}

interface JestRun {
  readonly lane: Lane;
  readonly args: readonly string[];
  readonly env: Variables;
}

async function runProject(run: LaneRun, { lane, args: own, env }: JestRun): Promise<Outcome> {
  const results = freshFile(run, `${lane}.json`);
  const args = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${results}`, ...own];
  const command = nodeCommand(lane, run, args);
  const end = await runLogged({ ...command, env: { ...command.env, ...env }, log: logFile(run, lane) });
  return countJestResults({ ...end, results: readIfThere(results) });
}

/** The folder of the tests that make engines and workers fail. */
const FAULTS = 'test/faults/';

/** Every fault in full, and the table of what came of it. */
async function runReliability(run: LaneRun): Promise<Outcome> {
  const reports = freshFile(run, 'reliability.jsonl');
  const outcome = await runStack(run, {
    lane: 'reliability',
    args: ['--testPathPatterns', FAULTS],
    env: { PINFLOW_TEST_SIZE: 'full', PINFLOW_TEST_RELIABILITY: reports },
  });
  const document = 'docs/reliability.md';
  writeReliability({ document: join(run.root, document), reports });
  const format = nodeCommand('reliability', run, ['node_modules/prettier/bin/prettier.cjs', '--write', document]);
  await runLogged({ ...format, log: logFile(run, 'reliability-format') });
  return outcome;
}

async function runStack(run: LaneRun, { lane, args, env: own }: JestRun): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const exitCode = await run.withStack(async (env) => {
    const variables = { PINFLOW_STATE: run.stateDirectory, ...env, ...own };
    // Tests of the stack share one set of engines; tests of the other lanes share nothing.
    const project = ['--selectProjects', 'stack', '--runInBand'];
    outcome = await runProject(run, { lane, args: [...project, ...args], env: variables });
    return outcome.failed > 0 ? 1 : 0;
  });
  if (outcome === undefined) return { passed: 0, failed: 1, report: 'the local stack ended before a test ran' };
  if (outcome.failed > 0 || exitCode === 0) return outcome;
  return { ...outcome, failed: 1, report: `no test failed, but the local stack ended with exit code ${exitCode}` };
}

async function runNotebooks(run: LaneRun): Promise<Outcome> {
  const results = freshFile(run, 'notebooks.xml');
  const end = await runLogged({
    ...nodeCommand('notebooks', run, ['-m', 'pytest', '-q', `--junitxml=${results}`]),
    file: run.toolchain.python,
    directory: join(run.root, 'notebooks'),
    env: { PINFLOW_DELTA_JARS: run.toolchain.deltaJars },
    log: logFile(run, 'notebooks'),
  });
  return countPytestResults({ ...end, results: readIfThere(results) });
}

function nodeCommand(lane: Lane, run: LaneRun, args: readonly string[]): Omit<LoggedCommand, 'log'> {
  return {
    label: lane,
    file: process.execPath,
    args,
    directory: run.root,
    env: { PINFLOW_CACHE: run.cache },
    limitMinutes: LIMIT_MINUTES[lane],
    print: run.print,
    signal: run.signal,
  };
}

function logFile(run: LaneRun, name: string): string {
  return join(run.stateDirectory, 'test', `${name}.log`);
}

/** Path of a result file that does not exist, so that a crashed runner is not judged by what an earlier one left. */
function freshFile(run: LaneRun, name: string): string {
  const path = join(run.stateDirectory, 'test', name);
  rmSync(path, { force: true });
  return path;
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
