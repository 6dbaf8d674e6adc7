import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Everything that came from one process which leads a session of its own. One process group is not enough: the Python
 * workers of Spark put themselves into a group of their own (pyspark/daemon.py), but stay in the session.
 */

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Zero where the system does not tell. */
  readonly session: number;
  readonly command: string;
}

/** Living processes; one that has ended and was not yet collected by its parent does not count. */
function listProcesses(): ProcessRow[] {
  return process.platform === 'linux' ? listFromProc() : listFromPs();
}

function listFromProc(): ProcessRow[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // pid (name, which may hold anything) state ppid pgrp session …
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || state === 'X') return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid: Number(name), parent: Number(parent), group: Number(group), session: Number(session), command }];
    } catch {
      // It ended between the listing and the reading.
      return [];
    }
  });
}

function listFromPs(): ProcessRow[] {
  const text = execFileSync('ps', ['-axwwo', 'pid=,ppid=,pgid=,stat=,command='], { encoding: 'utf8' });
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, group, state, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), session: 0, command: command ?? '' }];
  });
}

/** Living processes of the session that `leader` leads or led, and their children. */
export function findSession(leader: number): number[] {
  const rows = listProcesses();
  const found = new Set(
    rows.filter(({ pid, group, session }) => [pid, group, session].includes(leader)).map(({ pid }) => pid),
  );
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { pid, parent } of rows) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** Living processes whose command line contains the text, for example a path that only they were given. */
export function findByCommand(text: string): number[] {
  return listProcesses().flatMap(({ pid, command }) => (command.includes(text) && pid !== process.pid ? [pid] : []));
}

/** Time for a JVM to run its shutdown hooks; measured 0.5 s on two busy cores. */
const GRACE_MS = 2000;
const POLL_MS = 50;

/** Ends the processes that `find` finds, first politely; resolves when it finds none. */
export async function endProcesses(find: () => number[]): Promise<void> {
  let left = find();
  signalAll(left, 'SIGTERM');
  for (const deadline = Date.now() + GRACE_MS; left.length > 0; left = find()) {
    if (Date.now() > deadline) signalAll(left, 'SIGKILL');
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

function signalAll(pids: readonly number[], signal: 'SIGTERM' | 'SIGKILL'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
