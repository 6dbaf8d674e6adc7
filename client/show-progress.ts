import { type DefaultRenderer, Listr, type ListrTaskWrapper, type SimpleRenderer } from 'listr2';
import { type Step, STEPS, type StepProgress } from '../domain/run.ts';
import type { RunHandle } from './start-run.ts';
import { describeActivities, type RunView, watchRun } from './watch-run.ts';

/** In a log, a step that goes on says so this often. On a terminal it is redrawn at every look. */
const PLAIN_LINE_EVERY_MS = 15_000;

type StepLine = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

interface BoardEntry extends PromiseWithResolvers<StepProgress> {
  line: StepLine | undefined;
}

/** Shows the steps of a run until it has ended: live on a terminal, as plain lines in a log. */
export async function showProgress(handle: RunHandle, isTerminal: boolean): Promise<void> {
  const board = new Map(STEPS.map((name) => [name, makeEntry()]));
  const steps = new Listr(
    STEPS.map((name) => ({
      title: name,
      task: async (_: unknown, line: StepLine) => {
        const entry = board.get(name);
        if (entry === undefined) return;
        entry.line = line;
        line.title = describeStep(await entry.promise);
      },
    })),
    { fallbackRenderer: 'simple', rendererOptions: { collapseErrors: false } },
  );

  const shown = steps.run().catch(() => undefined);
  let lastLine = 0;
  for await (const view of watchRun(handle)) {
    const now = Date.now();
    for (const step of view.progress?.steps ?? []) {
      const entry = board.get(step.name);
      if (step.state === 'done') entry?.resolve(step);
      if (step.state !== 'running' || entry?.line === undefined) continue;
      if (isTerminal || now - lastLine >= PLAIN_LINE_EVERY_MS) {
        entry.line.output = describeActivities(view.activities);
        lastLine = now;
      }
    }
    if (view.status !== 'RUNNING') endBoard(board, view);
  }
  await shown;
}

function makeEntry(): BoardEntry {
  const ended = Promise.withResolvers<StepProgress>();
  // The steps after a failed one are never shown, so nobody else hears of their end.
  ended.promise.catch(() => undefined);
  return { ...ended, line: undefined };
}

function endBoard(board: ReadonlyMap<Step, BoardEntry>, view: RunView): void {
  for (const [name, { resolve, reject }] of board) {
    if (view.status === 'COMPLETED') resolve({ name, state: 'done' });
    else reject(new Error(`${name} did not end: run ${view.status.toLowerCase()}`));
  }
}

function describeStep({ name, seconds, detail }: StepProgress): string {
  const time = seconds === undefined ? '' : ` (${seconds.toFixed(1)} s)`;
  return `${name}${time}${detail === undefined ? '' : `: ${detail}`}`;
}
