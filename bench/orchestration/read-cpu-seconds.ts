import { readFileSync } from 'node:fs';

/** `getconf CLK_TCK`; Linux has no other. */
const TICKS_PER_SECOND = 100;

/** CPU time that living processes, and those of their children that have ended, have used so far. Needs Linux. */
export function readCpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + readTicks(pid), 0) / TICKS_PER_SECOND;
}

function readTicks(pid: number): number {
  try {
    return parseTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // It ended meanwhile; its parent's line tells its time.
    return 0;
  }
}

/** Sum of utime, stime, cutime and cstime: fields 14 to 17, of which the second may hold anything in its brackets. */
export function parseTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}
