import type { BackfillProgress } from '../domain/backfill.ts';

/** How far a backfill is, as tables for the Temporal UI. */
export function describeBackfill(progress: BackfillProgress): string {
  const { pipeline, from, to, dates, running, failures, etaSeconds } = progress;
  const counts = ['planned', 'done', 'failed', 'skipped', 'attached', 'concurrency'] as const;
  const rows = counts.map((name) => `| ${name} | ${progress[name]} |`);
  const state = progress.stopped ? ', stopped by a failure' : progress.paused ? ', paused' : '';
  return [
    `**${pipeline}**, ${dates} dates from ${from} to ${to}${state}`,
    ['| dates | |', '|---|--:|', `| running | ${running.length} |`, ...rows].join('\n'),
    ...(running.length > 0 ? [`Running: ${running.join(', ')}`] : []),
    ...(etaSeconds !== undefined && running.length > 0 ? [`About ${etaSeconds} s to go`] : []),
    ...(failures.length > 0 ? [failures.map(({ date, reason }) => `- ${date}: ${reason}`).join('\n')] : []),
  ].join('\n\n');
}
