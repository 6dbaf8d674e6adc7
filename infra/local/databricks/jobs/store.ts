import { DatabaseSync } from 'node:sqlite';
import type { RunSpec, TaskSpec } from './requests.ts';
import type { Outcome, Phase, StopReason } from './states.ts';

/** Runs and their results on disk. Every change is durable before the call returns; times are milliseconds since 1970. */

export interface TaskRun {
  readonly runId: number;
  readonly spec: TaskSpec;
  readonly phase: Phase;
  readonly message: string;
  /** When the task was submitted, then when its dependencies were done. */
  readonly startTime: number;
  readonly runningTime: number | null;
  readonly endTime: number | null;
}

export interface Run {
  readonly runId: number;
  readonly jobId: number;
  readonly name: string;
  readonly timeoutSeconds: number;
  readonly stop: StopReason | null;
  /** Null while a task is active. */
  readonly outcome: Outcome | null;
  readonly message: string;
  readonly startTime: number;
  readonly endTime: number | null;
  readonly tasks: readonly TaskRun[];
}

export interface TaskOutput {
  readonly result: string | null;
  readonly truncated: boolean;
  readonly error: string | null;
  readonly errorTrace: string | null;
}

const SCHEMA = `
  create table if not exists ids (next integer not null);
  create table if not exists runs (
    runId integer primary key, jobId integer not null, name text not null, token text unique, timeoutSeconds integer not null,
    stop text, outcome text, message text not null default '', startTime integer not null, endTime integer
  );
  create table if not exists taskRuns (
    runId integer primary key, parentId integer not null references runs, spec text not null, phase text not null,
    message text not null default '', startTime integer not null, runningTime integer, endTime integer,
    result text, truncated integer not null default 0, error text, errorTrace text
  );
  create index if not exists taskRunsByParent on taskRuns (parentId);
`;

/** The rows of runs. One process per file: a second one is refused by the lock. */
export class Store {
  readonly #db: DatabaseSync;
  readonly #now: () => number;

  constructor(file: string, now: () => number = Date.now) {
    this.#now = now;
    this.#db = new DatabaseSync(file);
    this.#db.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = normal;');
    this.#db.exec(SCHEMA);
    // Ids begin at the time the file was made, so that a new file never gives out ids that a caller remembers from an old one.
    const first = Math.floor(now() / 1000) * 100_000;
    this.#db.prepare('insert into ids select ? where not exists (select * from ids)').run(first);
  }

  close(): void {
    this.#db.close();
  }

  findByToken(token: string): number | undefined {
    return this.#db.prepare('select runId from runs where token = ?').get(token)?.['runId'] as number | undefined;
  }

  /** Writes a run with its tasks blocked. The token must be new. */
  createRun(spec: RunSpec, token: string | undefined): number {
    this.#db.exec('begin immediate');
    try {
      const [runId, jobId] = [this.#nextId(), this.#nextId()];
      this.#db
        .prepare('insert into runs (runId, jobId, name, token, timeoutSeconds, startTime) values (?, ?, ?, ?, ?, ?)')
        .run(runId, jobId, spec.name, token ?? null, spec.timeoutSeconds, this.#now());
      const insert = this.#db.prepare(
        'insert into taskRuns (runId, parentId, spec, phase, startTime) values (?, ?, ?, ?, ?)',
      );
      for (const task of spec.tasks) insert.run(this.#nextId(), runId, JSON.stringify(task), 'BLOCKED', this.#now());
      this.#db.exec('commit');
      return runId;
    } catch (error) {
      this.#db.exec('rollback');
      throw error;
    }
  }

  readRun(runId: number): Run | undefined {
    const row = this.#db.prepare('select * from runs where runId = ?').get(runId);
    if (row === undefined) return undefined;
    const tasks = this.#db.prepare('select * from taskRuns where parentId = ? order by runId').all(runId);
    return { ...(row as unknown as Omit<Run, 'tasks'>), tasks: tasks.map(toTaskRun) };
  }

  /** The run that a task run belongs to. */
  findParent(taskRunId: number): Run | undefined {
    const row = this.#db.prepare('select parentId from taskRuns where runId = ?').get(taskRunId);
    return row && this.readRun(Number(row['parentId']));
  }

  readOutput(taskRunId: number): TaskOutput {
    const row = this.#db
      .prepare('select result, truncated, error, errorTrace from taskRuns where runId = ?')
      .get(taskRunId);
    return { ...(row as unknown as TaskOutput), truncated: row?.['truncated'] === 1 };
  }

  /** Newest first. */
  listRuns(filter: { readonly activeOnly: boolean; readonly completedOnly: boolean; readonly limit: number }): Run[] {
    const rows = this.#db
      .prepare(
        `select runId from runs where (not ? or outcome is null) and (not ? or outcome is not null)
         order by startTime desc, runId desc limit ?`,
      )
      .all(Number(filter.activeOnly), Number(filter.completedOnly), filter.limit);
    return rows.flatMap((row) => this.readRun(Number(row['runId'])) ?? []);
  }

  setStop(runId: number, reason: StopReason): void {
    this.#db.prepare('update runs set stop = ? where runId = ?').run(reason, runId);
  }

  endRun(runId: number, end: { readonly phase: Outcome; readonly message: string }): void {
    const update = this.#db.prepare('update runs set outcome = ?, message = ?, endTime = ? where runId = ?');
    update.run(end.phase, end.message, this.#now(), runId);
  }

  setTaskPhase(taskRunId: number, phase: 'PENDING' | 'RUNNING' | 'TERMINATING'): void {
    const time = { PENDING: ', startTime = ?', RUNNING: ', runningTime = ?', TERMINATING: '' }[phase];
    const update = this.#db.prepare(`update taskRuns set phase = ?${time} where runId = ?`);
    if (time === '') update.run(phase, taskRunId);
    else update.run(phase, this.#now(), taskRunId);
  }

  endTask(taskRunId: number, end: { phase: Outcome; message: string; output?: Partial<TaskOutput> }): void {
    const { result = null, truncated = false, error = null, errorTrace = null } = end.output ?? {};
    this.#db
      .prepare(
        `update taskRuns set phase = ?, message = ?, endTime = ?, result = ?, truncated = ?, error = ?, errorTrace = ?
         where runId = ?`,
      )
      .run(end.phase, end.message, this.#now(), result, Number(truncated), error, errorTrace, taskRunId);
  }

  #nextId(): number {
    return Number(this.#db.prepare('update ids set next = next + 1 returning next').get()?.['next']);
  }
}

function toTaskRun(row: Record<string, unknown>): TaskRun {
  return { ...(row as unknown as TaskRun), spec: JSON.parse(String(row['spec'])) as TaskSpec };
}
