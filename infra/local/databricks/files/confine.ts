import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { invalidParameter } from '../errors.ts';

/** File systems hold names of 255 bytes; the ending of a notebook is added to its name. */
const NAME_BYTES = 250;
/** Linux takes paths of 4,095 bytes, the root's own among them. */
const PATH_BYTES = 3_000;

/** The parts of an absolute path of the API; double slashes collapse. What a disk cannot hold as it is, is refused. */
export function splitPath(path: string): string[] {
  if (!path.startsWith('/')) throw invalidParameter(`Path (${path}) doesn't start with '/'`);
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.some((part) => part === '.' || part === '..' || part.includes('\0') || !part.isWellFormed()))
    throw invalidParameter(`Path (${path}) contains a part that is no name`);
  const long = parts.find((part) => Buffer.byteLength(part) > NAME_BYTES);
  if (long !== undefined) throw invalidParameter(`the name ${long} has more than ${NAME_BYTES} bytes`);
  if (Buffer.byteLength(path) > PATH_BYTES) throw invalidParameter(`Path (${path}) has more than ${PATH_BYTES} bytes`);
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

/** Whether something that a listing names is there; links that lead out, or nowhere, are not. */
export function isThere(root: string, file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined && !leadsOut(root, file);
}

/** The path, `/` being the root, of the first file that stands where a folder on the way, or at its end, would be. */
export function findFileOnWay(root: string, parts: readonly string[]): string | undefined {
  const ways = parts.map((_part, index) => parts.slice(0, index + 1));
  const blocked = ways.find((way) => statSync(join(root, ...way), { throwIfNoEntry: false })?.isDirectory() === false);
  return blocked && `/${blocked.join('/')}`;
}

/** Where the nearest existing folder above really is. */
function realpathOfNearest(file: string): string {
  return existsSync(file)
    ? realpathSync(file)
    : join(realpathOfNearest(dirname(file)), file.slice(dirname(file).length));
}
