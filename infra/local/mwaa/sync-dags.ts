import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Makes the DAG folder what the bucket's prefix is. A file appears whole: Airflow looks at any moment, and half a file is
 * an import error.
 */
export async function syncDags(from: string, to: string): Promise<void> {
  const [wanted, present] = await Promise.all([listFiles(from), listFiles(to)]);
  await Promise.all(
    present.filter((path) => !wanted.includes(path)).map((path) => rm(join(to, path), { force: true })),
  );
  for (const path of wanted) {
    const [body, before] = await Promise.all([read(join(from, path)), read(join(to, path))]);
    if (body === undefined || (before !== undefined && body.equals(before))) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    await writeFile(join(to, `${path}.arriving`), body);
    await rename(join(to, `${path}.arriving`), join(to, path));
  }
}

/** Syncs again and again until stopped. What fails once is tried again the next time. */
export function keepDagsInSync({ from, to, everyMs }: { from: string; to: string; everyMs: number }): () => void {
  const timer = setInterval(() => void syncDags(from, to).catch(() => {}), everyMs);
  return () => clearInterval(timer);
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  } catch {
    return [];
  }
}

function read(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}
