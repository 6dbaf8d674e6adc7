import { join } from 'node:path';
import { formatTable, formatTotal } from './lanes/format-summary.ts';
import { type LaneResult, type Outcome, selectLanes } from './lanes/lanes.ts';
import { type LaneRun, runLane } from './lanes/run-lane.ts';

export { selectLanes } from './lanes/lanes.ts';

/**
 * Runs the lanes named (none means all) one after the other, whatever became of those before, and prints a table and,
 * as the very last line, `N passed, N failed`.
 * @returns the exit code of `npm test`
 * @throws PinflowError INPUT_INVALID when a lane is unknown; the reason of `signal` once that is aborted
 */
export async function runLanes(names: readonly string[], run: LaneRun): Promise<number> {
  const { print, stateDirectory } = run;
  const results: LaneResult[] = [];
  for (const lane of selectLanes(names)) {
    const started = Date.now();
    print(`${lane}: started, output in ${join(stateDirectory, 'test')}`);
    const outcome = await runLane(lane, run).catch((error: unknown): Outcome => ({
      passed: 0,
      failed: 1,
      report: `the lane could not run: ${String(error)}`,
    }));
    run.signal?.throwIfAborted();
    const result = { lane, ...outcome, seconds: (Date.now() - started) / 1000 };
    for (const what of result.untested ?? []) print(`${lane}: ${what}`);
    if (result.failed > 0) print(result.report.trimEnd());
    print(`${lane}: ${formatTotal([result])} in ${result.seconds.toFixed(1)} s`);
    results.push(result);
  }
  print(`\n${formatTable(results)}\n`);
  print(formatTotal(results));
  return results.some(({ failed }) => failed > 0) ? 1 : 0;
}
