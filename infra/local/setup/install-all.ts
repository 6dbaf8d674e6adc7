import { existsSync } from 'node:fs';
import { installFolder } from './install-folder.ts';
import type { Installation, Task, TaskReport, TaskState } from './setup-work.ts';

export interface InstallSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly report: (report: TaskReport) => void;
  /** Aborted by the first failure; whoever aborts it from outside stops everything. */
  readonly stop: AbortController;
  /** Milliseconds to wait before each further try after trouble with the network. */
  readonly pauses: readonly number[];
}

/**
 * Installs everything that is not there yet, each as soon as what it needs is there.
 * Every task reports `kept` or `waiting` before anything is done.
 * @throws the first failure, or the reason of the abort, when nothing runs any more
 */
export async function installAll(
  installations: readonly Installation[],
  surroundings: InstallSurroundings,
): Promise<void> {
  const { stop } = surroundings;
  const started = new Map<Task, Promise<void>>();
  for (const installation of installations) {
    const needed = installation.needs && started.get(installation.needs.task);
    const run = ensureInstalled(installation, needed, surroundings);
    started.set(installation.task, run);
    run.catch((error: unknown) => stop.abort(error));
  }
  await Promise.allSettled(started.values());
  stop.signal.throwIfAborted();
}

async function ensureInstalled(
  installation: Installation,
  needed: Promise<void> | undefined,
  surroundings: InstallSurroundings,
): Promise<void> {
  const { task, folder, needs } = installation;
  const isThere = existsSync(folder);
  const note = needs && !isThere ? `needs ${needs.task}` : '';
  surroundings.report({ task, state: isThere ? 'kept' : 'waiting', seconds: 0, note });
  if (isThere) return;
  await needed;
  surroundings.stop.signal.throwIfAborted();
  await install(installation, surroundings);
}

async function install(
  { task, folder, install }: Installation,
  { env, report, stop: { signal }, pauses }: InstallSurroundings,
): Promise<void> {
  const began = performance.now();
  const tell = (state: TaskState, note = '') => {
    report({ task, state, seconds: (performance.now() - began) / 1_000, note });
  };
  tell('running');
  try {
    const work = { env, signal, note: (text: string) => tell('running', text), pauses };
    await installFolder(folder, (folders) => install(folders, work));
  } catch (error) {
    tell('failed', signal.aborted ? 'stopped' : '');
    throw error;
  }
  tell('done');
}
