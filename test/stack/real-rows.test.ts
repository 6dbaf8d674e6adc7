import { pinflow, runCommand } from '../support/processes.ts';
import { readReport } from '../support/read-report.ts';
import { describeRealSamples } from '../support/real-samples.ts';
import { useStackWithWorker } from '../support/running-stack.ts';

const stack = useStackWithWorker();

const run = { pipeline: 'real', date: '2026-11-20' };

/** Ties have no order of their own, so tables are compared as sets of rows. */
function sortRows(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

test('the oracle passes its own checks', async () => {
  const { code, stderr } = await runCommand('python3', ['test/oracle/expected_results.py', '--self-test']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

describeRealSamples('the real rows', ({ directory, lines }) => {
  test('go through the whole line and give the results of an independent oracle', async () => {
    const { code, stdout, stderr } = await pinflow(
      'run',
      run.date,
      '--pipeline',
      run.pipeline,
      '--source',
      `jsonl:${directory}`,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^report: \/.*\/report\.html$/);

    const report = readReport(stack(), run);
    for (const kind of ['pin', 'geo', 'user'] as const) {
      const sent = lines[kind].length;
      expect(report.ledger[kind]).toEqual({
        intended: sent,
        acknowledged: sent,
        landed: sent,
        clean: sent,
        quarantined: 0,
        duplicate: 0,
        ...{ lost: 0, phantom: 0, repeated: 0, corrupt: 0 },
      });
    }

    const oracle = await runCommand('python3', ['test/oracle/expected_results.py', directory]);
    expect(oracle.stderr.trim()).toBe('rows left out: {"pin": 0, "geo": 0, "user": 0}');
    const expected = JSON.parse(oracle.stdout) as typeof report.queries;
    expect(Object.keys(report.queries)).toEqual(Object.keys(expected));
    for (const [name, { columns, rows }] of Object.entries(expected)) {
      expect({ name, columns: report.queries[name]?.columns }).toEqual({ name, columns });
      expect({ name, rows: sortRows(report.queries[name]?.rows ?? []) }).toEqual({ name, rows: sortRows(rows) });
    }
  });

  test('are refused for a pipeline that was made from another source', async () => {
    const { code, stdout, stderr } = await pinflow('run', '2026-11-21', '--pipeline', run.pipeline, '--rows', '10');
    expect(code).toBe(1);
    expect(stderr).toContain(
      `SOURCE_MISMATCH: pipeline "real" was made from source {"kind":"jsonl","directory":"${directory}"}`,
    );
    expect(stderr).toContain('name another pipeline with --pipeline, or empty this one with --reset');
    expect(stdout).not.toContain('report:');
  });
});
