import { formatNumber, median } from '../render-row.ts';
import type { Load, LoadResult } from './run-wrk.ts';

/** A look at the gateway's process. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly rssMiB: number;
  /** Of JavaScript's objects, also those that wait to be collected. */
  readonly heapMiB: number;
  readonly handles: number;
  readonly descriptors: number;
}

export interface Soak {
  readonly load: Load & { readonly share: number };
  readonly soaked: LoadResult;
  readonly samples: readonly Sample[];
  readonly burst: LoadResult & { readonly samples: readonly Sample[]; readonly stored: number };
  /** A while after the burst. */
  readonly after: Sample;
}

/** The rows of a table in Markdown. */
export function renderSoak({ load, soaked, samples, burst, after }: Soak): string[] {
  const range = (values: readonly number[], digits = 0) =>
    `${formatNumber(median(values), digits)} (${formatNumber(Math.min(...values), digits)}–${formatNumber(Math.max(...values), digits)})`;
  const [first, last] = [samples.at(0), samples.at(-1)];
  const third = Math.ceil(samples.length / 3);
  const leastHeap = (some: readonly Sample[]) => formatNumber(Math.min(...some.map(({ heapMiB }) => heapMiB)), 0);
  const minutes = ((last?.at ?? NaN) - (first?.at ?? NaN)) / 60_000;
  return [
    '|  |  |',
    '| --- | --- |',
    `| soak | ${formatNumber(minutes, 1)} min, ${formatNumber(soaked.perSecond, 0)} requests/s, ${formatNumber(load.share * 100, 0)} % of the ceiling |`,
    `| answered, refused, broken | ${soaked.answered}, ${soaked.refused}, ${soaked.broken} |`,
    `| RSS, MiB | ${range(samples.map(({ rssMiB }) => rssMiB))} |`,
    `| slope of RSS, MiB/min | ${formatNumber(findSlope(samples), 2)} |`,
    `| heap in use, MiB: least of the first and of the last third | ${leastHeap(samples.slice(0, third))}, ${leastHeap(samples.slice(-third))} |`,
    `| handles | ${range(samples.map(({ handles }) => handles))} |`,
    `| descriptors | ${range(samples.map(({ descriptors }) => descriptors))} |`,
    `| burst: answered, refused, broken | ${burst.answered}, ${burst.refused}, ${burst.broken} |`,
    `| burst: stored | ${burst.stored} |`,
    `| burst: p50, p99, ms | ${formatNumber(burst.p50Ms, 1)}, ${formatNumber(burst.p99Ms, 1)} |`,
    `| burst: RSS, MiB | ${range(burst.samples.map(({ rssMiB }) => rssMiB))} |`,
    `| afterwards: RSS, handles, descriptors | ${formatNumber(after.rssMiB, 0)} MiB, ${after.handles}, ${after.descriptors} |`,
  ];
}

/** Of the straight line that is nearest to all samples, in MiB a minute. */
export function findSlope(samples: readonly Pick<Sample, 'at' | 'rssMiB'>[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [atMean, rssMean] = [mean(samples.map(({ at }) => at)), mean(samples.map(({ rssMiB }) => rssMiB))];
  const covariance = samples.reduce((sum, { at, rssMiB }) => sum + (at - atMean) * (rssMiB - rssMean), 0);
  const variance = samples.reduce((sum, { at }) => sum + (at - atMean) ** 2, 0);
  return (covariance / variance) * 60_000;
}
