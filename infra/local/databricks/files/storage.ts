import { statSync } from 'node:fs';
import type { FileFinder } from '../jobs/plan-work.ts';
import type { Dbfs } from './dbfs.ts';
import { withoutExtension } from './notebook-file.ts';
import { locateVolumeFile } from './volume-routes.ts';
import type { Workspace } from './workspace.ts';

export interface StorageOptions {
  readonly workspace: Workspace;
  readonly dbfs: Dbfs;
  /** Folder of `/Volumes`. */
  readonly volumes: string;
}

/** Finds what tasks name, wherever it is kept. A path that is none is one that does not exist. */
export class Storage implements FileFinder {
  readonly #options: StorageOptions;

  constructor(options: StorageOptions) {
    this.#options = options;
  }

  findNotebook(path: string): string | undefined {
    return this.#findInWorkspace(path, 'NOTEBOOK') ?? this.#findInWorkspace(withoutExtension(path), 'NOTEBOOK');
  }

  findFile(uri: string): string | undefined {
    const { dbfs, volumes } = this.#options;
    if (uri.startsWith('dbfs:/') || uri.startsWith('/dbfs/'))
      return tryFile(() => dbfs.locate(uri.replace(/^\/dbfs\//, '/')));
    if (uri.startsWith('/Volumes/')) return tryFile(() => locateVolumeFile(volumes, uri));
    return this.#findInWorkspace(uri, 'FILE');
  }

  #findInWorkspace(path: string, type: 'NOTEBOOK' | 'FILE'): string | undefined {
    return tryFile(() => {
      const object = this.#options.workspace.find(path);
      return object?.type === type ? object.file : undefined;
    });
  }
}

function tryFile(locate: () => string | undefined): string | undefined {
  try {
    const file = locate();
    return file !== undefined && statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}
