import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ApiError, invalidParameter } from '../errors.ts';
import { UnfinishedFiles } from './atomic-file.ts';
import { confine, findFileOnWay, isThere, leadsOut, splitPath } from './confine.ts';
import { findNotebookFile, isNotebookFile, type NotebookLanguage, withoutExtension } from './notebook-file.ts';
import { planImport } from './plan-import.ts';

export interface WorkspaceOptions {
  readonly root: string;
  /** Folders of this machine that appear in the workspace and cannot be changed through it. */
  readonly mounts: readonly { readonly path: string; readonly folder: string }[];
}

export interface WorkspaceObject {
  readonly path: string;
  readonly type: 'NOTEBOOK' | 'FILE' | 'DIRECTORY';
  /** Of notebooks only. */
  readonly language?: NotebookLanguage;
  /** Where it is on this machine. */
  readonly file: string;
  readonly stats: Stats;
}

/** The platform's limit for one import or export. */
const MAX_BYTES = 10 * 1024 * 1024;

/** Where a path is kept: in the root, or in the folder of a mount. */
interface Place {
  readonly root: string;
  readonly parts: readonly string[];
}

/**
 * Notebooks, files and folders, all of them plain files: a notebook `/a/b` is the file `a/b.py` (or `.sql`) whose first
 * line is the marker. So a notebook `b` and a file `b.py` cannot lie side by side. `/Workspace` in front of a path means
 * nothing, as on the platform.
 */
export class Workspace {
  readonly #options: WorkspaceOptions;
  readonly #unfinished: UnfinishedFiles;

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    this.#unfinished = new UnfinishedFiles(options.root);
    mkdirSync(options.root, { recursive: true });
    for (const { path } of options.mounts) mkdirSync(join(options.root, dirname(path)), { recursive: true });
  }

  /** @throws ApiError 404 RESOURCE_DOES_NOT_EXIST */
  require(path: string): WorkspaceObject {
    const found = this.find(path);
    if (found === undefined) throw new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', `Path (${path}) doesn't exist.`);
    return found;
  }

  find(path: string): WorkspaceObject | undefined {
    const all = splitWorkspacePath(path);
    const clean = `/${all.join('/')}`;
    const { root, parts } = this.#place(all);
    const file = confine(root, parts);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return { path: clean, type: 'DIRECTORY', file, stats };
    const notebook = findNotebookFile(file);
    // The path without its ending may be fine and the file with it a link.
    if (notebook !== undefined && !leadsOut(root, notebook.file))
      return { ...notebook, path: clean, type: 'NOTEBOOK', stats: statSync(notebook.file) };
    // Neither a file: a pipe, a socket.
    if (!stats?.isFile() || isNotebookFile(file)) return undefined;
    return { path: clean, type: 'FILE', file, stats };
  }

  /** What is in a folder, by name; a notebook or a file is listed as itself. Links that lead out are not there. */
  list(path: string): WorkspaceObject[] {
    const folder = this.require(path);
    if (folder.type !== 'DIRECTORY') return [folder];
    const { root } = this.#place(splitWorkspacePath(path));
    const names = readdirSync(folder.file).flatMap((name) => {
      const file = join(folder.file, name);
      if (!isThere(root, file)) return [];
      return isNotebookFile(file) ? withoutExtension(name) : name;
    });
    const mounts = this.#options.mounts.filter((mount) => dirname(mount.path) === folder.path);
    const all = new Set([...names, ...mounts.map((mount) => basename(mount.path))]);
    return [...all].sort().flatMap((name) => this.find(join(folder.path, name)) ?? []);
  }

  makeFolders(path: string): void {
    const parts = splitWorkspacePath(path);
    for (const [index] of parts.entries()) {
      const above = `/${parts.slice(0, index + 1).join('/')}`;
      if ((this.find(above)?.type ?? 'DIRECTORY') !== 'DIRECTORY') throw exists(`${above} exists and is no folder.`);
    }
    if (this.find(path) !== undefined) return;
    const file = this.#locateWritable(parts);
    const taken = findFileOnWay(this.#options.root, parts);
    if (taken !== undefined) throw exists(describeTaken(taken, withoutExtension(taken)));
    mkdirSync(file, { recursive: true });
  }

  /** Without a language, the content and the ending of the name decide whether it is a notebook, which loses the ending. */
  write(path: string, content: Buffer, options: { language?: NotebookLanguage | undefined; overwrite: boolean }): void {
    if (content.length > MAX_BYTES)
      throw new ApiError(
        400,
        'MAX_NOTEBOOK_SIZE_EXCEEDED',
        `${path} has ${content.length} bytes, more than ${MAX_BYTES}.`,
      );
    const parts = splitWorkspacePath(path);
    if (parts.length === 0) throw invalidParameter('the path names no file');
    const target = planImport(`/${parts.join('/')}`, content, options.language);
    const file = this.#locateWritable(target.file.slice(1).split('/'));
    const parent = dirname(target.path);
    if (this.find(parent)?.type !== 'DIRECTORY')
      throw new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', `The parent folder (${parent}) does not exist.`);
    const known = this.find(target.path);
    if (known !== undefined && !(options.overwrite && known.type === target.type))
      throw exists(`${target.path} already exists. Please pass overwrite=true to replace one of its kind.`);
    if (known?.file !== file && statSync(file, { throwIfNoEntry: false }) !== undefined)
      throw exists(describeTaken(target.path, isNotebookFile(file) ? withoutExtension(target.file) : target.file));
    this.#unfinished.write(file, target.content);
    // A notebook that is in another language now.
    if (known !== undefined && known.file !== file) rmSync(known.file);
  }

  remove(path: string, recursive: boolean): void {
    const parts = splitWorkspacePath(path);
    const { type, file } = this.require(path);
    this.#locateWritable(parts);
    if (parts.length === 0) throw invalidParameter('the root folder cannot be deleted');
    const mount = this.#options.mounts.find((inner) => inner.path.startsWith(`/${parts.join('/')}/`));
    if (mount !== undefined) throw readOnly(mount.path);
    if (type !== 'DIRECTORY') rmSync(file);
    else if (recursive) rmSync(file, { recursive: true });
    else if (readdirSync(file).length === 0) rmdirSync(file);
    else throw new ApiError(400, 'DIRECTORY_NOT_EMPTY', `Folder (${path}) is not empty`);
  }

  #locateWritable(parts: readonly string[]): string {
    const mount = this.#findMount(parts);
    if (mount !== undefined) throw readOnly(mount.path);
    return confine(this.#options.root, parts);
  }

  #place(parts: readonly string[]): Place {
    const mount = this.#findMount(parts);
    if (mount === undefined) return { root: this.#options.root, parts };
    return { root: mount.folder, parts: parts.slice(splitPath(mount.path).length) };
  }

  #findMount(parts: readonly string[]) {
    return this.#options.mounts.find(({ path }) => splitPath(path).every((part, index) => parts[index] === part));
  }
}

function splitWorkspacePath(path: string): string[] {
  const parts = splitPath(path);
  return parts[0] === 'Workspace' ? parts.slice(1) : parts;
}

/** The same for the same path, always; below 2^53. */
export function objectIdOf(path: string): number {
  return Number.parseInt(createHash('sha256').update(path).digest('hex').slice(0, 12), 16);
}

/** What an export gives. */
export function readContent({ file }: WorkspaceObject): Buffer {
  return readFileSync(file);
}

function exists(message: string): ApiError {
  return new ApiError(400, 'RESOURCE_ALREADY_EXISTS', message);
}

/** What the platform could hold and plain files cannot. */
function describeTaken(wanted: string, other: string): string {
  return `This local server cannot hold ${wanted} beside ${other}: both would be the same file on its disk.`;
}

function readOnly(mount: string): ApiError {
  return new ApiError(403, 'PERMISSION_DENIED', `${mount} is a folder of the checkout and cannot be changed here.`);
}
