import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessIdentity } from './process-identity.ts';
import { hasVariable, listGroup, readProcess } from './process-table.ts';

export interface StopOptions {
  /** State folder the process was started for; see `findGroup`. */
  readonly stateDirectory: string;
  /** How long the process may take to end by itself before it is killed. */
  readonly graceMs: number;
}

export type StopOutcome = 'absent' | 'stopped' | 'killed';

/**
 * Ends a process that leads a group, and its whole group: SIGTERM, and SIGKILL for what is left after the grace.
 * Returns when nothing of it runs any more. A process that only has the same pid is left alone.
 */
export async function stopProcess(identity: ProcessIdentity, options: StopOptions): Promise<StopOutcome> {
  if (findGroup(identity, options.stateDirectory).length === 0) return 'absent';
  signalGroup(identity.pid, 'SIGTERM');
  if (await waitUntilGone(identity.pid, options.graceMs)) return 'stopped';
  signalGroup(identity.pid, 'SIGKILL');
  await waitUntilGone(identity.pid, 5_000);
  return 'killed';
}

/**
 * Pids of the group that are ours for certain. While its leader exists the start time says so. A leader that has ended
 * may leave members behind; they are ours when they were started for this state folder.
 */
function findGroup({ pid, startTime }: ProcessIdentity, stateDirectory: string): number[] {
  const leader = readProcess(pid);
  if (leader !== undefined && leader.startTime !== startTime) return [];
  const members = listGroup(pid).map((member) => member.pid);
  if (leader !== undefined) return members;
  return members.every((member) => hasVariable(member, 'PINFLOW_STATE', stateDirectory)) ? members : [];
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

async function waitUntilGone(group: number, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (listGroup(group).length > 0) {
    if (Date.now() > deadline) return false;
    await sleep(30);
  }
  return true;
}
