import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What the operating system says about one process. A zombie has ended and waits only for its parent to look. */
export interface ProcessFacts {
  readonly pid: number;
  readonly group: number;
  readonly startTime: string;
  readonly zombie: boolean;
}

const HAS_PROC = process.platform === 'linux';

/** Facts of a process, or undefined where there is none with this pid. */
export function readProcess(pid: number): ProcessFacts | undefined {
  return HAS_PROC ? readFromProc(pid) : readFromPs(['-p', String(pid)])[0];
}

/** Processes of a group that still run. */
export function listGroup(group: number): ProcessFacts[] {
  try {
    process.kill(-group, 0);
  } catch {
    return [];
  }
  const all = HAS_PROC ? listProc() : readFromPs(['-A']);
  return all.filter((found) => found.group === group && !found.zombie);
}

/** Whether a process was given this variable when it started; false where the system does not tell. */
export function hasVariable(pid: number, name: string, value: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${name}=${value}`);
  } catch {
    return false;
  }
}

function listProc(): ProcessFacts[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => readFromProc(Number(entry)) ?? []);
}

function readFromProc(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = '', , group = ''] = fields;
    // Field 22 of the whole line: clock ticks between boot and the start of the process.
    return { pid, group: Number(group), startTime: fields[19] ?? '', zombie: state === 'Z' || state === 'X' };
  } catch {
    return undefined;
  }
}

function readFromPs(selection: readonly string[]): ProcessFacts[] {
  try {
    const lines = execFileSync('ps', [...selection, '-o', 'pid=,pgid=,stat=,lstart='], { encoding: 'utf8' });
    return lines
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .map(([pid, group, state = '', ...start]) => ({
        pid: Number(pid),
        group: Number(group),
        startTime: start.join(' '),
        zombie: state.startsWith('Z'),
      }));
  } catch {
    return [];
  }
}
