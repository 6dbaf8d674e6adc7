import { existsSync, type FSWatcher, readdirSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A commit of a Delta table as others see it. */
export interface Commit {
  /** Milliseconds since 1970 at which its file was there. */
  readonly at: number;
  /** Data files that it adds. */
  readonly files: readonly string[];
  /** Rows in them. */
  readonly rows: number;
  /** What Delta says that its MERGE took. */
  readonly mergeMs: number;
}

/** When what a query writes was there; nothing is asked of the query itself. */
export interface Followed {
  /** By version of the table. */
  readonly commits: Map<number, Commit>;
  /** By number of the micro-batch: when its records were known, and when it was over. */
  readonly begun: Map<number, number>;
  readonly ended: Map<number, number>;
}

/**
 * Follows the log of a table and the checkpoint of its query by the events of their folders. Both appear by a rename,
 * so a file that has its name can be read.
 */
export class CommitFollower {
  readonly followed: Followed = { commits: new Map(), begun: new Map(), ended: new Map() };
  readonly #watchers: FSWatcher[] = [];

  static async follow(table: string, checkpoint: string): Promise<CommitFollower> {
    const follower = new CommitFollower();
    const { commits, begun, ended } = follower.followed;
    const log = join(table, '_delta_log');
    await follower.#watch(log, /^(\d{20})\.json$/, (version, name) => {
      if (!commits.has(version)) commits.set(version, readCommit(join(log, name)));
    });
    const note = (times: Map<number, number>) => (batch: number) => {
      if (!times.has(batch)) times.set(batch, Date.now());
    };
    await follower.#watch(join(checkpoint, 'offsets'), /^(\d+)$/, note(begun));
    await follower.#watch(join(checkpoint, 'commits'), /^(\d+)$/, note(ended));
    return follower;
  }

  countRows(): number {
    return [...this.followed.commits.values()].reduce((sum, { rows }) => sum + rows, 0);
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  async #watch(folder: string, name: RegExp, take: (number: number, name: string) => void): Promise<void> {
    while (!existsSync(folder)) await sleep(50);
    const look = (changed: string | null) => {
      const [file, number] = name.exec(changed ?? '') ?? [];
      // Old ones are removed, which is an event as well.
      if (file !== undefined && existsSync(join(folder, file))) take(Number(number), file);
    };
    this.#watchers.push(watch(folder, (_, changed) => look(changed)));
    for (const file of readdirSync(folder)) look(file);
  }
}

interface Action {
  readonly add?: { readonly path: string; readonly dataChange: boolean; readonly stats: string };
  readonly commitInfo?: { readonly operationMetrics?: { readonly executionTimeMs?: string } };
}

function readCommit(file: string): Commit {
  const at = Date.now();
  const actions = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Action);
  const added = actions.flatMap(({ add }) => (add?.dataChange === true ? [add] : []));
  const files = added.map(({ path }) => decodeURIComponent(path));
  const rows = added.reduce((sum, { stats }) => sum + (JSON.parse(stats) as { numRecords: number }).numRecords, 0);
  const info = actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo;
  return { at, files, rows, mergeMs: Number(info?.operationMetrics?.executionTimeMs ?? 0) };
}
