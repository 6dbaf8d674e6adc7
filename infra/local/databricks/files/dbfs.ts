import { randomInt } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { ApiError, invalidParameter } from '../errors.ts';
import { appear, UnfinishedFiles } from './atomic-file.ts';
import { confine, findFileOnWay, isThere, splitPath } from './confine.ts';

export interface DbfsEntry {
  readonly path: string;
  readonly isFolder: boolean;
  readonly size: number;
  readonly modified: number;
}

/** The platform's limit of a block that is sent or read. */
export const BLOCK_BYTES = 1024 * 1024;

interface Upload {
  readonly path: string;
  readonly overwrite: boolean;
  readonly unfinished: string;
}

/** DBFS as plain files. What is being written in blocks becomes visible when it is closed, and is lost with the server. */
export class Dbfs {
  readonly root: string;
  readonly #uploads = new Map<number, Upload>();
  readonly #unfinished: UnfinishedFiles;
  /** A handle of an earlier server must not be that of somebody else's upload now. */
  #lastHandle = randomInt(2 ** 47);

  constructor(root: string) {
    this.root = root;
    this.#unfinished = new UnfinishedFiles(root);
    mkdirSync(root, { recursive: true });
  }

  /** @throws ApiError 404 RESOURCE_DOES_NOT_EXIST */
  require(path: string): DbfsEntry {
    const file = this.locate(path);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined)
      throw new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', `No file or directory exists on path ${path}.`);
    const isFolder = stats.isDirectory();
    const clean = `/${splitDbfsPath(path).join('/')}`;
    return { path: clean, isFolder, size: isFolder ? 0 : stats.size, modified: Math.round(stats.mtimeMs) };
  }

  list(path: string): DbfsEntry[] {
    const entry = this.require(path);
    if (!entry.isFolder) return [entry];
    const folder = this.locate(path);
    const names = readdirSync(folder).filter((name) => isThere(this.root, join(folder, name)));
    return names.sort().map((name) => this.require(join(entry.path, name)));
  }

  /** At most one block from `offset` on. */
  read(path: string, { offset, length }: { readonly offset: number; readonly length: number }): Buffer {
    const { isFolder } = this.require(path);
    if (isFolder) throw invalidParameter(`${path} is a folder`);
    const file = openSync(this.locate(path), 'r');
    try {
      const block = Buffer.alloc(Math.min(length, BLOCK_BYTES));
      return block.subarray(0, readSync(file, block, 0, block.length, offset));
    } finally {
      closeSync(file);
    }
  }

  write(path: string, content: Buffer, overwrite: boolean): void {
    this.#unfinished.write(this.#locateNew(path, overwrite), content);
  }

  create(path: string, overwrite: boolean): number {
    this.#locateNew(path, overwrite);
    const unfinished = this.#unfinished.next();
    appendFileSync(unfinished, '');
    this.#uploads.set(++this.#lastHandle, { path, overwrite, unfinished });
    return this.#lastHandle;
  }

  addBlock(handle: number, block: Buffer): void {
    if (block.length > BLOCK_BYTES)
      throw new ApiError(
        400,
        'MAX_BLOCK_SIZE_EXCEEDED',
        `a block of ${block.length} bytes is larger than ${BLOCK_BYTES}`,
      );
    appendFileSync(this.#requireUpload(handle).unfinished, block);
  }

  /** Somebody else may have written there since the upload began: what holds for a new file is looked at again. */
  close(handle: number): void {
    const { path, overwrite, unfinished } = this.#requireUpload(handle);
    appear(unfinished, this.#locateNew(path, overwrite));
    this.#uploads.delete(handle);
  }

  makeFolders(path: string): void {
    const file = this.locate(path);
    this.#requireWay(splitDbfsPath(path));
    mkdirSync(file, { recursive: true });
  }

  move(from: string, to: string): void {
    const source = this.require(from);
    const target = this.#locateNew(to, false);
    if (source.path === '/' || `/${splitDbfsPath(to).join('/')}/`.startsWith(`${source.path}/`))
      throw invalidParameter(`${from} cannot be moved to ${to}, which is in it`);
    appear(this.locate(from), target);
  }

  /** Nothing happens to what is not there, as on the platform. */
  remove(path: string, recursive: boolean): void {
    const file = this.locate(path);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (file === this.root) throw invalidParameter('the root cannot be deleted');
    if (stats === undefined) return;
    if (!stats.isDirectory() || recursive) rmSync(file, { recursive: true });
    else if (readdirSync(file).length === 0) rmdirSync(file);
    else throw new ApiError(400, 'IO_ERROR', `Folder ${path} is not empty; set recursive to delete it.`);
  }

  /** Where a path is on this machine, whether it exists or not. */
  locate(path: string): string {
    return confine(this.root, splitDbfsPath(path));
  }

  #locateNew(path: string, overwrite: boolean): string {
    const target = this.locate(path);
    const stats = statSync(target, { throwIfNoEntry: false });
    if (stats !== undefined && (stats.isDirectory() || !overwrite)) throw exists(path);
    this.#requireWay(splitDbfsPath(path).slice(0, -1));
    return target;
  }

  #requireWay(parts: readonly string[]): void {
    const blocking = findFileOnWay(this.root, parts);
    if (blocking !== undefined) throw exists(blocking);
  }

  #requireUpload(handle: number): Upload {
    const upload = this.#uploads.get(handle);
    if (upload === undefined)
      throw new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', `No open stream has the handle ${handle}.`);
    return upload;
  }
}

function splitDbfsPath(path: string): string[] {
  return splitPath(path.replace(/^dbfs:\/*/, '/'));
}

function exists(path: string): ApiError {
  return new ApiError(400, 'RESOURCE_ALREADY_EXISTS', `A file or directory already exists at the path ${path}.`);
}
