import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file that only the user may read; readers see the old text or the new, never a part. */
export function writeAtomically(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
}
