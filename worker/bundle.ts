import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

/** Folders that a bundle is made of besides the SDK; the import law keeps workflows from reaching any other. */
const SOURCE_FOLDERS = ['workflows', 'domain'];

export interface BundleOptions {
  /** Path of the bundle's entry module, a file of the folder `workflows`. */
  readonly workflows: string;
  /** Bundles are kept here, one for each state of the sources. */
  readonly directory: string;
  readonly logger: Logger;
}

export interface PreparedBundle {
  readonly path: string;
  readonly code: string;
}

/**
 * The workflow bundle of these sources: the kept one, or a new one that is then kept. Making one takes 1.5 s and 180 MB
 * of every start. A folder that cannot be written costs that time and no more.
 */
export async function prepareBundle({ workflows, directory, logger }: BundleOptions): Promise<PreparedBundle> {
  const path = join(directory, `${hashSources(workflows)}.js`);
  const kept = readKept(path);
  if (kept !== undefined) return { path, code: kept };
  const { code } = await bundleWorkflowCode({ workflowsPath: workflows, logger });
  try {
    keep(path, code);
  } catch (error) {
    logger.warn(`could not keep the workflow bundle: ${String(error)}`);
  }
  return { path, code };
}

/** Every file that a bundle with this entry is made of, sorted; the SDK's own are left to its version. */
export function listSources(workflows: string): string[] {
  const root = dirname(dirname(workflows));
  return SOURCE_FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)),
  )
    .filter((path) => path.endsWith('.ts'))
    .toSorted();
}

function hashSources(workflows: string): string {
  const root = dirname(dirname(workflows));
  const hash = createHash('sha256');
  const { version } = createRequire(workflows)('@temporalio/worker/package.json') as { version: string };
  // The path of the checkout is in the bundle, too: stack traces show it.
  hash.update(`${version} ${root}\n`);
  for (const path of listSources(workflows)) {
    const text = readFileSync(path);
    hash.update(`${relative(root, path)} ${text.length}\n`).update(text);
  }
  return hash.digest('hex').slice(0, 32);
}

function readKept(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Workers that start at once write the same, each to a file of its own first, so that no reader sees half of it. */
function keep(path: string, code: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, code);
    renameSync(draft, path);
  } catch (error) {
    // A full disk holds half of it.
    rmSync(draft, { force: true });
    throw error;
  }
}
