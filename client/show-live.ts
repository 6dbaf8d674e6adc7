import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryDefinition, WorkflowHandle } from '@temporalio/client';
import { Listr } from 'listr2';
import { queryInTime } from './query-in-time.ts';

const LOOK_EVERY_MS = 500;
/** In a log, one line in this time says how far it is. On a terminal it is redrawn at every look. */
const PLAIN_LINE_EVERY_MS = 15_000;

/** What a shell expects of a command that was ended by Ctrl-C. */
export const INTERRUPTED = 130;

interface Live<Progress> {
  readonly handle: WorkflowHandle;
  readonly query: QueryDefinition<Progress, []>;
  readonly draw: (progress: Progress) => readonly string[];
}

/** Shows a workflow until it has ended: live on a terminal, plain lines in a log. Ctrl-C ends the display, and nothing else. */
export async function showLive<Progress>({ handle, query, draw }: Live<Progress>): Promise<'ended' | 'interrupted'> {
  const isTerminal = process.stdout.isTTY;
  const interrupted = new AbortController();
  const { signal: stop } = interrupted;
  // Stays, because what restores the terminal's cursor ends the process once it is the only one that listens.
  process.on('SIGINT', () => interrupted.abort());
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
  return stop.aborted ? 'interrupted' : 'ended';
}

/** Progress is absent while no worker answers. */
async function* watch<Progress>(
  of: Pick<Live<Progress>, 'handle' | 'query'> & { readonly stop: AbortSignal },
): AsyncGenerator<Progress | undefined> {
  const { handle, query, stop } = of;
  while (!stop.aborted) {
    const { status } = await handle.describe();
    yield await queryInTime(handle, query);
    if (status.name !== 'RUNNING') return;
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}
