import { DatabaseSync } from 'node:sqlite';

const SCHEMA = `
  create table if not exists ids (next integer not null);
  create table if not exists jobs (jobId integer primary key, settings text not null, createdTime integer not null);
  create table if not exists tokens (token text primary key, runId integer not null);
  create table if not exists runs (
    runId integer primary key, jobId integer not null, type text not null, trigger text not null, settings text not null,
    parameters text not null, stop text, outcome text, message text not null default '',
    startTime integer not null, begunTime integer, endTime integer
  );
  create index if not exists runsByTime on runs (startTime, runId);
  create index if not exists runsByJob on runs (jobId, outcome);
  create table if not exists episodes (
    runId integer not null, number integer not null, repairId integer, startTime integer not null, endTime integer,
    outcome text, message text not null default '', primary key (runId, number)
  );
  create table if not exists taskRuns (
    runId integer primary key, parentId integer not null, episode integer not null, forEachId integer, iteration integer,
    input text, settings text not null, attempt integer not null, originalRunId integer not null, retry integer not null,
    phase text not null, message text not null default '', startTime integer not null, runningTime integer, endTime integer,
    resolved text, conditionOutcome text, childRunId integer,
    result text, truncated integer not null default 0, error text, errorTrace text
  );
  create index if not exists taskRunsByParent on taskRuns (parentId);
  create index if not exists taskRunsByForEach on taskRuns (forEachId);
  create index if not exists taskRunsByChild on taskRuns (childRunId);
  create table if not exists taskValues (
    taskRunId integer not null, name text not null, value text not null, primary key (taskRunId, name)
  );
`;

/** The server's one SQLite file. One process at a time: a second one is refused by the lock. */
export class Database {
  readonly connection: DatabaseSync;

  constructor(file: string, now: () => number = Date.now) {
    this.connection = new DatabaseSync(file);
    this.connection.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = normal;');
    this.connection.exec(SCHEMA);
    // Ids begin at the time the file was made, so that a new file never gives out ids that a caller remembers from an old one.
    const first = Math.floor(now() / 1000) * 100_000;
    this.connection.prepare('insert into ids select ? where not exists (select * from ids)').run(first);
  }

  /** A number that no job, run, task run or repair has or will have. */
  nextId(): number {
    return Number(this.connection.prepare('update ids set next = next + 1 returning next').get()?.['next']);
  }

  /** Does all of it or, when it throws, nothing. */
  transact<T>(work: () => T): T {
    this.connection.exec('begin immediate');
    try {
      const result = work();
      this.connection.exec('commit');
      return result;
    } catch (error) {
      this.connection.exec('rollback');
      throw error;
    }
  }

  close(): void {
    this.connection.close();
  }
}
