import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { invalidParameter } from '../errors.ts';

/** The parts of an absolute path of the API; double slashes collapse, `.` and `..` are refused. */
export function splitPath(path: string): string[] {
  if (!path.startsWith('/')) throw invalidParameter(`Path (${path}) doesn't start with '/'`);
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.some((part) => part === '.' || part === '..' || part.includes('\0')))
    throw invalidParameter(`Path (${path}) contains a part that is no name`);
  return parts;
}

/** The place below `root` on this machine. A link that leads out of the root is refused. */
export function confine(root: string, parts: readonly string[]): string {
  const file = join(root, ...parts);
  if (leadsOut(root, file)) throw invalidParameter(`Path (/${parts.join('/')}) leads out of its folder`);
  return file;
}

/** Whether a path below `root` really is somewhere else, because of a link on the way. */
export function leadsOut(root: string, file: string): boolean {
  const [real, realRoot] = [realpathOfNearest(file), realpathOfNearest(root)];
  return real !== realRoot && !real.startsWith(realRoot + sep);
}

/** Where the nearest existing folder above really is. */
function realpathOfNearest(file: string): string {
  return existsSync(file)
    ? realpathSync(file)
    : join(realpathOfNearest(dirname(file)), file.slice(dirname(file).length));
}
