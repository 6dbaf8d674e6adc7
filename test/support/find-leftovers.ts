import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stateDirectory } from '../../config/load.ts';
import { runCommand } from './processes.ts';
import type { RunningStack } from './running-stack.ts';

/** Files in the bucket's folder that are no object: parts of uploads that have no end, and temporary files. */
export async function findUnfinishedUploads({ config, store }: RunningStack): Promise<string[]> {
  const folder = fileURLToPath(config.landing.root);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const objects = new Set(await store.listKeys(''));
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .filter((path) => !objects.has(path));
}

/** Processes of Spark that belong to this stack: those of clusters, and virtual machines that have lost theirs. */
export async function countSparkProcesses(): Promise<{ clusters: number; orphans: number }> {
  const { stdout } = await runCommand('ps', ['-A', '-ww', '-o', 'ppid=,args=']);
  const own = stdout.split('\n').filter((line) => line.includes(join(stateDirectory(), 'databricks')));
  return {
    clusters: own.filter((line) => line.includes(' -m executor ')).length,
    orphans: own.filter((line) => /^\s*1 .*org\.apache\.spark/.test(line)).length,
  };
}
