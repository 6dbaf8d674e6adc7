import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Where files grow until they are whole: in a folder beside the root that they appear in. So no listing and no notebook
 * ever meets an unfinished one, no name is reserved, and appearing is a rename on one disk.
 */
export class UnfinishedFiles {
  readonly #folder: string;

  /** What an earlier server left unfinished is gone for good. */
  constructor(root: string) {
    this.#folder = `${root}.unfinished`;
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
  }

  /** The place of one more file, which does not exist yet. */
  next(): string {
    return join(this.#folder, randomUUID());
  }

  /** The file appears complete or not at all; folders above it are made. */
  write(file: string, content: Buffer): void {
    const unfinished = this.next();
    try {
      writeFileSync(unfinished, content);
      appear(unfinished, file);
    } finally {
      rmSync(unfinished, { force: true });
    }
  }
}

/** Replaces what is at `file`; folders above it are made. */
export function appear(unfinished: string, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  renameSync(unfinished, file);
}
