import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasVariable, listGroup, readProcess } from '../../../../infra/local/stack/process-table.ts';
import { identifyProcess, type ProcessIdentity } from '../../../../infra/local/stack/process-identity.ts';

const started: ChildProcess[] = [];

export interface Sleeper {
  readonly identity: ProcessIdentity;
  readonly kill: () => Promise<void>;
}

/** A real process that leads a group of its own and does nothing; a script may start more of them. */
export function startSleeper(script = 'exec sleep 60', env: Readonly<Record<string, string>> = {}): Sleeper {
  const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore', env: { ...process.env, ...env } });
  started.push(child);
  const identity = identifyProcess(Number(child.pid));
  if (identity === undefined) throw new Error('the sleeper did not start');
  const ended = once(child, 'exit');
  return {
    identity,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A sleeper that takes no notice of its child, which has ended and is a zombie now. */
export async function startZombie(): Promise<{ readonly parent: ProcessIdentity; readonly zombie: ProcessIdentity }> {
  const { identity } = startSleeper('sleep 60 & exec env CHILDREN=ignored sleep 60');
  // A shell may still look after its children; a sleep, which it becomes, does not.
  await until(() => hasVariable(identity.pid, 'CHILDREN', 'ignored') && listGroup(identity.pid).length === 2);
  const [zombie] = listGroup(identity.pid).filter(({ pid }) => pid !== identity.pid);
  if (zombie === undefined) throw new Error('the sleeper has no child');
  process.kill(zombie.pid, 'SIGKILL');
  await until(() => readProcess(zombie.pid)?.zombie === true);
  return { parent: identity, zombie };
}

/** Ends every sleeper and whatever its group holds. */
export function endSleepers(): void {
  for (const { pid } of started.splice(0)) {
    try {
      process.kill(-Number(pid), 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}

/** Waits until something holds. */
export async function until(holds: () => boolean, limitMs = 10_000): Promise<void> {
  for (const deadline = Date.now() + limitMs; !holds(); await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`did not come true within ${limitMs} ms: ${holds.toString()}`);
  }
}
