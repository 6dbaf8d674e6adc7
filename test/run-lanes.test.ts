import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaneRun } from './lanes/run-lane.ts';
import { runLanes } from './run-lanes.ts';

/** An empty checkout: no lane finds its runner, so each fails in its own way, quickly. */
function emptyCheckout(): LaneRun & { readonly lines: string[] } {
  const root = mkdtempSync(join(tmpdir(), 'pinflow-checkout-'));
  const lines: string[] = [];
  return {
    root,
    toolchain: { python: join(root, 'python'), temporal: '', temporalTestServer: '', deltaJars: '' },
    cache: root,
    stateDirectory: root,
    withStack: () => Promise.reject(new Error('kafka did not become ready')),
    print: (line) => lines.push(line),
    lines,
  };
}

test('every lane is run whatever became of those before, and the last line is the total', async () => {
  const run = emptyCheckout();
  expect(await runLanes([], run)).toBe(1);
  const started = run.lines.filter((line) => line.includes('started')).map((line) => line.split(':')[0]);
  expect(started).toEqual(['checks', 'unit', 'workflow', 'notebooks', 'stack']);
  expect(run.lines).toContain('the lane could not run: Error: kafka did not become ready');
  expect(run.lines.at(-1)).toBe('0 passed, 7 failed');
});

test('only the lanes that are named are run', async () => {
  const run = emptyCheckout();
  await runLanes(['stack'], run);
  expect(run.lines.at(-1)).toBe('0 passed, 1 failed');
});

test('an unknown lane is refused before anything runs', async () => {
  const run = emptyCheckout();
  await expect(runLanes(['unit', 'e2e'], run)).rejects.toThrow('unknown lane "e2e"');
  expect(run.lines).toEqual([]);
});

test('a run that is told to end counts nothing and begins no further lane', async () => {
  const run = emptyCheckout();
  const stop = new AbortController();
  stop.abort(new Error('interrupted'));
  await expect(runLanes(['unit', 'stack'], { ...run, signal: stop.signal })).rejects.toThrow('interrupted');
  expect(run.lines).toHaveLength(1);
});
