import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Pid of the process that listens on a TCP port; undefined where the system does not tell or it is another user's. */
export function findListener(port: number): number | undefined {
  const sockets = listInodes(port).map((inode) => `socket:[${inode}]`);
  if (sockets.length === 0) return undefined;
  const pids = listNames('/proc').filter((entry) => /^\d+$/.test(entry));
  const found = pids.find((pid) =>
    listNames(`/proc/${pid}/fd`).some((fd) => sockets.includes(readLink(`/proc/${pid}/fd/${fd}`))),
  );
  return found === undefined ? undefined : Number(found);
}

/** State of a listening socket in `/proc/net/tcp`. */
const LISTENING = '0A';

function listInodes(port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((table) => readLines(table))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(suffix) && state === LISTENING)
    .flatMap((fields) => fields[9] ?? []);
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(1);
  } catch {
    return [];
  }
}

function listNames(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
