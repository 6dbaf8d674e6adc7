import type { BackfillProgress } from '../domain/backfill.ts';
import { formatDuration } from './format-duration.ts';

const BAR_CELLS = 30;

/** A bar and what it counts, then the dates that run. */
export function drawBackfill(progress: BackfillProgress): string[] {
  const { dates, planned, running, failed, skipped, etaSeconds, concurrency } = progress;
  const ended = dates - planned - running.length;
  const cells = Math.round((ended / dates) * BAR_CELLS);
  const state = progress.stopped ? ', stopped by a failure' : progress.paused ? ', paused' : '';
  const counts = [
    `${ended}/${dates}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(etaSeconds !== undefined && !progress.paused && ended < dates
      ? [`about ${formatDuration(etaSeconds)} to go`]
      : []),
  ];
  return [
    `${'█'.repeat(cells)}${'░'.repeat(BAR_CELLS - cells)} ${counts.join(', ')}${state}`,
    ...(running.length > 0 ? [`running, ${concurrency} at a time: ${running.join(' ')}`] : []),
  ];
}
