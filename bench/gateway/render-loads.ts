import { renderRow } from '../render-row.ts';
import type { Load, LoadResult } from './run-wrk.ts';
import { SERVER_NAMES, type ServerName } from './server-process.ts';

/** Of one server under one load; `cpuMicroseconds` is the server's own time for each request. */
export type Measurement = LoadResult & { readonly cpuMicroseconds: number };

/** The rows of a table in Markdown, and the ratios of what was measured in the same repetition. */
export function renderLoads(
  loads: readonly Load[],
  measured: (name: ServerName, load: Load) => readonly Measurement[],
): string[] {
  const lines = ['|  | median | min | max |', '| --- | ---: | ---: | ---: |'];
  for (const load of loads) {
    const what = `${load.records} a request, ${load.connections} connections`;
    const figures = (name: ServerName, figure: (one: Measurement) => number) => measured(name, load).map(figure);
    for (const name of SERVER_NAMES) {
      const row = (text: string, figure: (one: Measurement) => number, digits = 0) =>
        lines.push(renderRow(`${what}: ${name}, ${text}`, figures(name, figure), digits));
      row('records/s', ({ perSecond }) => perSecond * load.records);
      row('p50, ms', ({ p50Ms }) => p50Ms, 1);
      row('p99, ms', ({ p99Ms }) => p99Ms, 1);
      row('CPU µs a request', ({ cpuMicroseconds }) => cpuMicroseconds);
    }
    const ours = figures('gateway', ({ perSecond }) => perSecond);
    for (const peer of ['no-op', 'naive'] as const) {
      const theirs = figures(peer, ({ perSecond }) => perSecond);
      const ratios = ours.map((one, i) => one / (theirs[i] ?? NaN));
      lines.push(renderRow(`${what}: gateway to ${peer}`, ratios));
    }
  }
  return lines;
}
