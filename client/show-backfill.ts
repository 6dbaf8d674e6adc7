import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { Listr } from 'listr2';
import type { BackfillProgress } from '../domain/backfill.ts';
import type { backfill } from '../workflows/backfill.ts';
import { backfillProgressQuery } from '../workflows/messages.ts';
import { queryInTime } from './query-in-time.ts';
import { formatDuration } from './format-duration.ts';

export type BackfillHandle = WorkflowHandle<typeof backfill>;

const LOOK_EVERY_MS = 500;
/** In a log, one line in this time says how far it is. On a terminal the bar is redrawn at every look. */
const PLAIN_LINE_EVERY_MS = 15_000;

export interface ShowOptions {
  readonly isTerminal: boolean;
  /** Ends the display, and nothing else. */
  readonly stop: AbortSignal;
}

/** Shows a backfill until it has ended: a live bar on a terminal, plain lines in a log. */
export async function showBackfill(handle: BackfillHandle, { isTerminal, stop }: ShowOptions): Promise<void> {
  const board = new Listr(
    [
      {
        title: handle.workflowId,
        task: async (_, line) => {
          let lastLine = 0;
          for await (const progress of watch(handle, stop)) {
            const isDue = isTerminal || Date.now() - lastLine >= PLAIN_LINE_EVERY_MS;
            if (!isDue) continue;
            lastLine = Date.now();
            line.output = progress === undefined ? 'no worker answers' : drawProgress(progress).join('\n');
          }
          if (stop.aborted) line.skip();
        },
        rendererOptions: { outputBar: 1 },
      },
    ],
    // Ctrl-C is the command's: it has something to say.
    { fallbackRenderer: 'simple', registerSignalListeners: false },
  );
  await board.run();
}

/** Progress is absent while no worker answers. */
async function* watch(handle: BackfillHandle, stop: AbortSignal): AsyncGenerator<BackfillProgress | undefined> {
  while (!stop.aborted) {
    const { status } = await handle.describe();
    yield await queryInTime(handle, backfillProgressQuery);
    if (status.name !== 'RUNNING') return;
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

const BAR_CELLS = 30;

/** A bar and what it counts, then the dates that run. */
export function drawProgress(progress: BackfillProgress): string[] {
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
