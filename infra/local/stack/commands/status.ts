import { readStatus } from '../read-status.ts';
import type { CommandContext } from './command-context.ts';
import { formatColumns } from './format-columns.ts';

/** Prints how every engine is; the exit code is 1 unless all of them answer. */
export async function runStatus({ stateDirectory, print }: CommandContext): Promise<number> {
  const all = await readStatus({ stateDirectory });
  const rows = all.map(({ name, state, process }) =>
    process === undefined
      ? [name, state]
      : [name, state, process.address, String(process.pid), formatUptime(Date.now() - process.startedAt), process.log],
  );
  for (const line of formatColumns(['engine', 'state', 'address', 'pid', 'uptime', 'log'], rows)) print(line);
  return all.every(({ state }) => state === 'up') ? 0 : 1;
}

/** `42s`, `3m 5s`, `2h 10m`. */
export function formatUptime(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds}s`;
  return minutes < 60 ? `${minutes}m ${seconds % 60}s` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}
