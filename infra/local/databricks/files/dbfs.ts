import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ApiError, invalidParameter } from '../errors.ts';
import { isPart, partOf, writeWhole } from './atomic-file.ts';
import { confine, splitPath } from './confine.ts';

export interface DbfsEntry {
  readonly path: string;
  readonly isFolder: boolean;
  readonly size: number;
  readonly modified: number;
}

/** The platform's limit of a block that is sent or read. */
export const BLOCK_BYTES = 1024 * 1024;

interface OpenFile {
  readonly target: string;
  readonly part: string;
}

/** DBFS as plain files. What is being written in blocks becomes visible when it is closed, and is lost with the server. */
export class Dbfs {
  readonly root: string;
  readonly #open = new Map<number, OpenFile>();
  #lastHandle = 0;

  constructor(root: string) {
    this.root = root;
    mkdirSync(root, { recursive: true });
  }

  /** @throws ApiError 404 RESOURCE_DOES_NOT_EXIST */
  require(path: string): DbfsEntry {
    const file = this.locate(path);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined)
      throw new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', `No file or directory exists on path ${path}.`);
    const isFolder = stats.isDirectory();
    const clean = `/${splitPath(withoutScheme(path)).join('/')}`;
    return { path: clean, isFolder, size: isFolder ? 0 : stats.size, modified: Math.round(stats.mtimeMs) };
  }

  list(path: string): DbfsEntry[] {
    const entry = this.require(path);
    if (!entry.isFolder) return [entry];
    const names = readdirSync(this.locate(path)).filter((name) => !isPart(name));
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
    writeWhole(this.#locateNew(path, overwrite), content);
  }

  create(path: string, overwrite: boolean): number {
    const target = this.#locateNew(path, overwrite);
    mkdirSync(dirname(target), { recursive: true });
    const handle = ++this.#lastHandle;
    const part = partOf(target);
    appendFileSync(part, '');
    this.#open.set(handle, { target, part });
    return handle;
  }

  addBlock(handle: number, block: Buffer): void {
    if (block.length > BLOCK_BYTES)
      throw new ApiError(
        400,
        'MAX_BLOCK_SIZE_EXCEEDED',
        `a block of ${block.length} bytes is larger than ${BLOCK_BYTES}`,
      );
    appendFileSync(this.#requireOpen(handle).part, block);
  }

  close(handle: number): void {
    const { part, target } = this.#requireOpen(handle);
    renameSync(part, target);
    this.#open.delete(handle);
  }

  makeFolders(path: string): void {
    const file = this.locate(path);
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) throw exists(path);
    mkdirSync(file, { recursive: true });
  }

  move(from: string, to: string): void {
    this.require(from);
    const target = this.locate(to);
    if (statSync(target, { throwIfNoEntry: false }) !== undefined) throw exists(to);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(this.locate(from), target);
  }

  /** Nothing happens to what is not there, as on the platform. */
  remove(path: string, recursive: boolean): void {
    const file = this.locate(path);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (file === this.root) throw invalidParameter('the root cannot be deleted');
    if (stats === undefined) return;
    if (!stats.isDirectory() || recursive) rmSync(file, { recursive: true });
    else if (this.list(path).length === 0) rmdirSync(file);
    else throw new ApiError(400, 'IO_ERROR', `Folder ${path} is not empty; set recursive to delete it.`);
  }

  /** Where a path is on this machine, whether it exists or not. */
  locate(path: string): string {
    return confine(this.root, splitPath(withoutScheme(path)));
  }

  #locateNew(path: string, overwrite: boolean): string {
    const target = this.locate(path);
    const stats = statSync(target, { throwIfNoEntry: false });
    if (stats !== undefined && (stats.isDirectory() || !overwrite)) throw exists(path);
    return target;
  }

  #requireOpen(handle: number): OpenFile {
    const open = this.#open.get(handle);
    if (open === undefined)
      throw new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', `No open stream has the handle ${handle}.`);
    return open;
  }
}

function withoutScheme(path: string): string {
  return path.replace(/^dbfs:\/*/, '/');
}

function exists(path: string): ApiError {
  return new ApiError(400, 'RESOURCE_ALREADY_EXISTS', `A file or directory already exists at the path ${path}.`);
}
