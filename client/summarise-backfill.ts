import { type BackfillPlan, type BackfillProgress, type BackfillResult, nameListed } from '../domain/backfill.ts';
import { listDates } from '../domain/date-range.ts';
import { formatTable } from './format-table.ts';

/** The end of a backfill for people: the counts, then the dates that somebody has to look at. */
export function summariseBackfill({ progress, gaps }: BackfillResult): string[] {
  return [
    ...summariseProgress(progress),
    ...(gaps.length === 0 ? [] : ['', 'of these dates Temporal lists something else than the backfill has seen']),
    ...(gaps.length === 0
      ? []
      : formatTable(
          ['date', 'seen', 'listed'],
          gaps.map(({ date, seen, listed }) => [date, seen, listed]),
        )),
  ];
}

export function summariseProgress(progress: BackfillProgress): string[] {
  const { running, failed, failures, paused, stopped, concurrency } = progress;
  const counts = ['dates', 'planned', 'running', 'done', 'failed', 'skipped', 'attached'] as const;
  const row = counts.map((name) => (name === 'running' ? running.length : progress[name]));
  return [
    ...formatTable([...counts, 'concurrency'], [[...row, concurrency]]),
    ...(running.length > 0 ? [`running: ${running.join(' ')}`] : []),
    ...(paused ? ['paused'] : []),
    ...(stopped ? ['stopped by a failure: no further date was begun'] : []),
    ...(failures.length === 0
      ? []
      : [
          '',
          ...formatTable(
            ['failed date', 'reason'],
            failures.map(({ date, reason }) => [date, reason]),
          ),
        ]),
    ...(failed > failures.length
      ? [`… ${failed - failures.length} more, see PinflowStatus = "failed" in the Temporal UI`]
      : []),
  ];
}

/** What a backfill would do with each date. */
export function summarisePreview(plan: BackfillPlan, found: string): string[] {
  const deeds = { none: 'start', failed: 'start again', running: 'attach', succeeded: plan.redo ? 'redo' : 'skip' };
  const rows = listDates(plan).map((date, index) => [date, deeds[nameListed(found[index])]]);
  return [...formatTable(['date', 'would'], rows), 'nothing was started'];
}

/** One line for each argument in which a backfill that runs is another one than was asked for. */
export function findDifferences(asked: BackfillPlan, running: BackfillPlan): string[] {
  const flatten = ({ settings, ...plan }: BackfillPlan): Record<string, unknown> => ({ ...settings, ...plan });
  const [wanted, given] = [flatten(asked), flatten(running)];
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(given)])];
  return names
    .filter((name) => JSON.stringify(wanted[name]) !== JSON.stringify(given[name]))
    .map(
      (name) =>
        `${name} is ${JSON.stringify(given[name]) ?? 'not given'}, not ${JSON.stringify(wanted[name]) ?? 'left out'}`,
    );
}
