import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryDefinition, WorkflowHandle } from '@temporalio/client';
import { Listr } from 'listr2';
import { queryInTime } from './query-in-time.ts';

const LOOK_EVERY_MS = 500;
/** In a log, one line in this time says how far it is. On a terminal it is redrawn at every look. */
const PLAIN_LINE_EVERY_MS = 15_000;

export interface Live<Progress> {
  readonly handle: WorkflowHandle;
  readonly query: QueryDefinition<Progress, []>;
  readonly draw: (progress: Progress) => readonly string[];
  readonly isTerminal: boolean;
  /** Ends the display, and nothing else. */
  readonly stop: AbortSignal;
}

/** Shows a workflow until it has ended: live on a terminal, plain lines in a log. */
export async function showLive<Progress>({ handle, query, draw, isTerminal, stop }: Live<Progress>): Promise<void> {
  const board = new Listr(
    [
      {
        title: handle.workflowId,
        task: async (_, line) => {
          let lastLine = 0;
          for await (const progress of watch({ handle, query, stop })) {
            const isDue = isTerminal || Date.now() - lastLine >= PLAIN_LINE_EVERY_MS;
            if (!isDue) continue;
            lastLine = Date.now();
            line.output = progress === undefined ? 'no worker answers' : draw(progress).join('\n');
          }
          if (stop.aborted) line.skip();
        },
        // One output, however many lines it has.
        rendererOptions: { outputBar: 1 },
      },
    ],
    // Ctrl-C is the command's: it has something to say.
    { fallbackRenderer: 'simple', registerSignalListeners: false },
  );
  await board.run();
}

/** Progress is absent while no worker answers. */
async function* watch<Progress>(
  of: Pick<Live<Progress>, 'handle' | 'query' | 'stop'>,
): AsyncGenerator<Progress | undefined> {
  const { handle, query, stop } = of;
  while (!stop.aborted) {
    const { status } = await handle.describe();
    yield await queryInTime(handle, query);
    if (status.name !== 'RUNNING') return;
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}
