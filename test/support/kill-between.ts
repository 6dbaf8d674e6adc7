import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stateDirectory } from '../../config/load.ts';
import { findByCommand, findSession } from '../../infra/local/databricks/clusters/process-tree.ts';

/** A moment of a streaming query, by the files that it leaves. */
export interface BatchMoment {
  /** The batch that was begun last. */
  readonly batch: number;
  readonly isInTable: boolean;
  readonly isInCheckpoint: boolean;
}

/** Where a query stands that writes each batch to a table, and then its number to the checkpoint. */
export function readMoment({ table, checkpoint }: { table: string; checkpoint: string }): BatchMoment | undefined {
  const batch = lastNumber(join(checkpoint, 'offsets'), /^(\d+)$/);
  const version = lastNumber(join(table, '_delta_log'), /^(\d{20})\.json$/);
  if (batch === undefined || version === undefined) return undefined;
  const planned = statSync(join(checkpoint, 'offsets', String(batch))).mtimeMs;
  const written = statSync(join(table, '_delta_log', `${String(version).padStart(20, '0')}.json`)).mtimeMs;
  const isInCheckpoint = existsSync(join(checkpoint, 'commits', String(batch)));
  // Batches follow each other: what was written after a batch was planned is of that batch.
  return { batch, isInTable: written > planned, isInCheckpoint };
}

function lastNumber(folder: string, name: RegExp): number | undefined {
  const numbers = existsSync(folder) ? readdirSync(folder).flatMap((file) => name.exec(file)?.[1] ?? []) : [];
  return numbers.length === 0 ? undefined : Math.max(...numbers.map(Number));
}

/**
 * Kills the Spark of the stack while the batch of a query is in the table and not in the checkpoint; gives the moment, as it
 * was read when all of it stood still, and the processes.
 */
export async function killBetween(query: {
  readonly tablesRoot: string;
  readonly kind: string;
}): Promise<{ moment: BatchMoment; pids: readonly number[] }> {
  const root = fileURLToPath(query.tablesRoot);
  const files = { table: join(root, query.kind), checkpoint: join(root, '_checkpoints', query.kind, 'v1') };
  const isBetween = (moment: BatchMoment | undefined) => moment?.isInTable === true && !moment.isInCheckpoint;
  const pids = findSpark();
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(2)) {
    if (!isBetween(readMoment(files))) continue;
    signal(pids, 'SIGSTOP');
    const moment = readMoment(files);
    if (moment !== undefined && isBetween(moment)) {
      signal(pids, 'SIGKILL');
      return { moment, pids };
    }
    signal(pids, 'SIGCONT');
  }
  throw new Error(`no batch of "${query.kind}" was seen in the table and not in the checkpoint`);
}

/** The processes of the clusters of this stack. */
function findSpark(): number[] {
  const leaders = findByCommand(`--warehouse ${join(stateDirectory(), 'databricks', 'warehouse')}`);
  return [...new Set(leaders.flatMap(findSession))];
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended meanwhile.
    }
  }
}
