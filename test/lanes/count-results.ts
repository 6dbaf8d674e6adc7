import type { Outcome } from './lanes.ts';

/** How a test runner ended: its exit code and the result file it left, if any. */
export interface RunnerEnd {
  readonly exitCode: number;
  readonly results: string | undefined;
  readonly log: string;
}

interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly JestSuite[];
}

interface JestSuite {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
}

/**
 * Counts what jest wrote with `--json`. A suite that could not run counts as one failed test; a "todo" is how a suite
 * says that this machine lacks the data it needs, and is told but not counted.
 */
export function countJestResults(end: RunnerEnd): Outcome {
  const results = parseJestResults(end.results);
  if (results === undefined) return withoutResults(end);
  const untested = results.testResults
    .flatMap((suite) => suite.assertionResults)
    .filter(({ status }) => status === 'todo')
    .map(({ fullName }) => fullName);
  const outcome = judge(end, {
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: results.numPendingTests,
    report: results.testResults
      .filter((suite) => suite.status === 'failed')
      .map((suite) => `${suite.name}\n${suite.message}`)
      .join('\n'),
  });
  return untested.length === 0 ? outcome : { ...outcome, untested };
}

function parseJestResults(text: string | undefined): JestResults | undefined {
  try {
    return JSON.parse(text ?? '') as JestResults;
  } catch {
    return undefined;
  }
}

/** Counts what pytest wrote with `--junitxml`. A test that failed and then broke in its teardown counts once for each. */
export function countPytestResults(end: RunnerEnd): Outcome {
  const suites = [...(end.results ?? '').matchAll(/<testsuite\s[^>]*>/g)].map(([tag]) => tag);
  if (suites.length === 0) return withoutResults(end);
  const sum = (name: string) =>
    suites.reduce((total, tag) => total + Number(new RegExp(`\\s${name}="(\\d+)"`).exec(tag)?.[1] ?? 0), 0);
  const [failed, skipped] = [sum('failures') + sum('errors'), sum('skipped')];
  const from = end.log.search(/^=+ (FAILURES|ERRORS) =+$/m);
  return judge(end, {
    passed: Math.max(0, sum('tests') - failed - skipped),
    failed,
    skipped,
    report: from === -1 ? '' : end.log.slice(from),
  });
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly report: string;
}

/** A lane is only as good as what it ran: skipped tests, no tests and a bad exit all count against it. */
function judge({ exitCode, log }: RunnerEnd, { passed, failed, skipped, report }: Counts): Outcome {
  if (skipped > 0) {
    return { passed, failed: failed + skipped, report: `${skipped} skipped test(s), which count as failed\n${report}` };
  }
  if (failed > 0) return { passed, failed, report };
  if (passed === 0) return { passed: 0, failed: 1, report: `no test ran\n${log}` };
  if (exitCode !== 0) {
    return { passed, failed: 1, report: `no test failed, but the runner ended with exit code ${exitCode}\n${log}` };
  }
  return { passed, failed: 0, report: '' };
}

function withoutResults({ exitCode, log }: RunnerEnd): Outcome {
  return { passed: 0, failed: 1, report: `the runner ended with exit code ${exitCode} and left no results\n${log}` };
}
