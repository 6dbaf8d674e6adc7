import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ApiError, invalidParameter } from '../errors.ts';
import { isPart, writeWhole } from './atomic-file.ts';
import { confine, leadsOut, splitPath } from './confine.ts';
import { findNotebookFile, isNotebookFile, NOTEBOOK_EXTENSIONS, type NotebookLanguage } from './notebook-file.ts';

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

/**
 * Notebooks, files and folders, all of them plain files: a notebook `/a/b` is the file `a/b.py` (or `.sql`) whose first
 * line is the marker. So a notebook `b` and a file `b.py` cannot lie side by side.
 */
export class Workspace {
  readonly #options: WorkspaceOptions;

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    mkdirSync(options.root, { recursive: true });
    for (const { path } of options.mounts) mkdirSync(join(options.root, dirname(path)), { recursive: true });
  }

  /** @throws ApiError 404 RESOURCE_DOES_NOT_EXIST */
  require(path: string): WorkspaceObject {
    const found = this.find(path);
    if (found === undefined) throw absent(path);
    return found;
  }

  find(path: string): WorkspaceObject | undefined {
    const parts = splitPath(path);
    const clean = `/${parts.join('/')}`;
    const file = this.#locate(parts);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return { path: clean, type: 'DIRECTORY', file, stats };
    const notebook = findNotebookFile(file);
    // The path without its ending may be fine and the file with it a link.
    if (notebook !== undefined && !leadsOut(dirname(file), notebook.file))
      return { ...notebook, path: clean, type: 'NOTEBOOK', stats: statSync(notebook.file) };
    if (stats === undefined || isPart(basename(file)) || isNotebookFile(file)) return undefined;
    return { path: clean, type: 'FILE', file, stats };
  }

  /** What is in a folder, by name; a notebook or a file is listed as itself. */
  list(path: string): WorkspaceObject[] {
    const folder = this.require(path);
    if (folder.type !== 'DIRECTORY') return [folder];
    const names = new Set(readdirSync(folder.file).filter((name) => !isPart(name)));
    for (const mount of this.#options.mounts) if (dirname(mount.path) === folder.path) names.add(basename(mount.path));
    return [...names].sort().flatMap((name) => {
      const inner = join(folder.path, name);
      const bare = isNotebookFile(join(folder.file, name)) ? inner.replace(/\.[a-z]+$/, '') : inner;
      return this.find(bare) ?? [];
    });
  }

  makeFolders(path: string): void {
    const parts = splitPath(path);
    for (const [index] of parts.entries()) {
      const above = `/${parts.slice(0, index + 1).join('/')}`;
      if ((this.find(above)?.type ?? 'DIRECTORY') !== 'DIRECTORY')
        throw new ApiError(400, 'RESOURCE_ALREADY_EXISTS', `${above} exists and is no folder.`);
    }
    if (this.find(path) === undefined) mkdirSync(this.#locateWritable(parts), { recursive: true });
  }

  /** Without a language, the content and the ending of the name decide whether it is a notebook, which loses the ending. */
  write(path: string, content: Buffer, options: { language?: NotebookLanguage | undefined; overwrite: boolean }): void {
    if (content.length > MAX_BYTES)
      throw new ApiError(
        400,
        'MAX_NOTEBOOK_SIZE_EXCEEDED',
        `${path} has ${content.length} bytes, more than ${MAX_BYTES}.`,
      );
    const parts = splitPath(path);
    if (parts.length === 0) throw invalidParameter('the path names no file');
    const target = this.#planWrite(parts, content, options.language);
    const parent = `/${parts.slice(0, -1).join('/')}`;
    if (this.find(parent)?.type !== 'DIRECTORY')
      throw new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', `The parent folder (${parent}) does not exist.`);
    const known = this.find(target.path);
    const onDisk = statSync(target.file, { throwIfNoEntry: false });
    const mayReplace = options.overwrite && known?.type === target.type && known.file === target.file;
    if ((known !== undefined || onDisk !== undefined) && !mayReplace)
      throw new ApiError(
        400,
        'RESOURCE_ALREADY_EXISTS',
        `${target.path} already exists. Please pass overwrite=true to replace one of its kind.`,
      );
    writeWhole(target.file, target.content);
  }

  remove(path: string, recursive: boolean): void {
    const { type, file } = this.require(path);
    const parts = splitPath(path);
    this.#locateWritable(parts);
    if (parts.length === 0) throw invalidParameter('the root folder cannot be deleted');
    if (type !== 'DIRECTORY') rmSync(file);
    else if (recursive) rmSync(file, { recursive: true });
    else if (this.list(path).length === 0) rmdirSync(file);
    else throw new ApiError(400, 'DIRECTORY_NOT_EMPTY', `Folder (${path}) is not empty`);
  }

  #planWrite(parts: readonly string[], content: Buffer, language: NotebookLanguage | undefined) {
    const path = `/${parts.join('/')}`;
    const file = this.#locateWritable(parts);
    if (language !== undefined) {
      const { extension, marker } = NOTEBOOK_EXTENSIONS[language];
      const marked = content.toString().startsWith(`${marker}\n`)
        ? content
        : Buffer.concat([Buffer.from(`${marker}\n`), content]);
      return { path, type: 'NOTEBOOK', file: `${file}${extension}`, content: marked } as const;
    }
    const isNotebook = Object.values(NOTEBOOK_EXTENSIONS).some(
      ({ extension, marker }) => path.endsWith(extension) && content.subarray(0, marker.length).toString() === marker,
    );
    if (!isNotebook) return { path, type: 'FILE', file, content } as const;
    return { path: path.replace(/\.[a-z]+$/, ''), type: 'NOTEBOOK', file, content } as const;
  }

  #locate(parts: readonly string[]): string {
    const mount = this.#findMount(parts);
    if (mount === undefined) return confine(this.#options.root, parts);
    return confine(mount.folder, parts.slice(splitPath(mount.path).length));
  }

  #locateWritable(parts: readonly string[]): string {
    const mount = this.#findMount(parts);
    if (mount !== undefined)
      throw new ApiError(
        403,
        'PERMISSION_DENIED',
        `${mount.path} is a folder of the checkout and cannot be changed here.`,
      );
    return confine(this.#options.root, parts);
  }

  #findMount(parts: readonly string[]) {
    return this.#options.mounts.find(({ path }) => splitPath(path).every((part, index) => parts[index] === part));
  }
}

/** The same for the same path, always; below 2^53. */
export function objectIdOf(path: string): number {
  return Number.parseInt(createHash('sha256').update(path).digest('hex').slice(0, 12), 16);
}

/** What an export gives. */
export function readContent({ file }: WorkspaceObject): Buffer {
  return readFileSync(file);
}

function absent(path: string): ApiError {
  return new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', `Path (${path}) doesn't exist.`);
}
