import { countJestResults, countPytestResults } from './count-results.ts';

function jestResults(counts: Record<string, number>, suites: object[] = []): string {
  const none = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numRuntimeErrorTestSuites: 0,
  };
  return JSON.stringify({ ...none, ...counts, testResults: suites });
}

function suite(name: string, status: string, message = '') {
  return { name, status, message, assertionResults: [] };
}

function junit(counts: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" ${counts} time="9.8"><testcase name="tests=&quot;7&quot;"/></testsuite></testsuites>`;
}

describe('jest', () => {
  test('passed and failed tests are counted, with the messages of the failed suites', () => {
    const suites = [suite('a.test.ts', 'passed'), suite('b.test.ts', 'failed', '  ● it breaks')];
    const results = jestResults({ numPassedTests: 5, numFailedTests: 1 }, suites);
    expect(countJestResults({ exitCode: 1, results, log: 'log' })).toEqual({
      passed: 5,
      failed: 1,
      report: 'b.test.ts\n  ● it breaks',
    });
  });

  test('a suite that could not run is one failed test', () => {
    const suites = [suite('c.test.ts', 'failed', 'cannot find module')];
    const results = jestResults({ numPassedTests: 5, numRuntimeErrorTestSuites: 1 }, suites);
    expect(countJestResults({ exitCode: 1, results, log: '' })).toMatchObject({ passed: 5, failed: 1 });
  });

  test('a skipped test is a failed test', () => {
    const results = jestResults({ numPassedTests: 5, numPendingTests: 2 });
    const outcome = countJestResults({ exitCode: 0, results, log: '' });
    expect(outcome).toEqual({ passed: 5, failed: 2, report: '2 skipped test(s), which count as failed\n' });
  });

  test('what a machine lacks the data for is told and not counted', () => {
    const assertionResults = [
      { status: 'passed', fullName: 'rows are cleaned' },
      { status: 'todo', fullName: 'real rows: not tested, because "rows" is absent' },
    ];
    const results = jestResults({ numPassedTests: 5 }, [{ ...suite('a.test.ts', 'passed'), assertionResults }]);
    expect(countJestResults({ exitCode: 0, results, log: '' })).toEqual({
      passed: 5,
      failed: 0,
      report: '',
      untested: ['real rows: not tested, because "rows" is absent'],
    });
  });

  test('a run of no tests fails', () => {
    expect(countJestResults({ exitCode: 0, results: jestResults({}), log: 'log' })).toEqual({
      passed: 0,
      failed: 1,
      report: 'no test ran\nlog',
    });
  });

  test('a bad exit fails even when no test failed', () => {
    expect(countJestResults({ exitCode: 134, results: jestResults({ numPassedTests: 5 }), log: 'log' })).toEqual({
      passed: 5,
      failed: 1,
      report: 'no test failed, but the runner ended with exit code 134\nlog',
    });
  });

  test.each([undefined, '', '{"numPassed'])('a runner that leaves %j as results has crashed', (results) => {
    expect(countJestResults({ exitCode: 1, results, log: 'log' })).toEqual({
      passed: 0,
      failed: 1,
      report: 'the runner ended with exit code 1 and left no results\nlog',
    });
  });
});

describe('pytest', () => {
  test('passed tests are counted', () => {
    const results = junit('errors="0" failures="0" skipped="0" tests="12"');
    expect(countPytestResults({ exitCode: 0, results, log: 'log' })).toEqual({ passed: 12, failed: 0, report: '' });
  });

  test('failures and errors both fail, and the log is shown from where they begin', () => {
    const log = '..F\n\n=========== FAILURES ===========\n____ test_a ____\nassert 1 == 2\n';
    const results = junit('errors="1" failures="2" skipped="0" tests="12"');
    expect(countPytestResults({ exitCode: 1, results, log })).toEqual({
      passed: 9,
      failed: 3,
      report: '=========== FAILURES ===========\n____ test_a ____\nassert 1 == 2\n',
    });
  });

  test('a skipped test is a failed test', () => {
    const results = junit('errors="0" failures="0" skipped="2" tests="12"');
    expect(countPytestResults({ exitCode: 0, results, log: '' })).toMatchObject({ passed: 10, failed: 2 });
  });

  test('no tests and no results both fail', () => {
    const results = junit('errors="0" failures="0" skipped="0" tests="0"');
    expect(countPytestResults({ exitCode: 5, results, log: '' })).toMatchObject({ passed: 0, failed: 1 });
    expect(countPytestResults({ exitCode: 4, results: undefined, log: '' })).toMatchObject({ passed: 0, failed: 1 });
  });
});
