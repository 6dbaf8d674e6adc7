import type { Database } from '../database.ts';
import type { Job } from './model.ts';
import type { JobSettings } from './settings.ts';

export interface JobFilter {
  readonly name: string | undefined;
  /** Only jobs with a smaller id. */
  readonly before: number | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** Jobs on disk. */
export class JobStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  createJob(settings: JobSettings): number {
    const jobId = this.#database.nextId();
    this.#database.connection
      .prepare('insert into jobs (jobId, settings, createdTime) values (?, ?, ?)')
      .run(jobId, JSON.stringify(settings), this.#now());
    return jobId;
  }

  readJob(jobId: number): Job | undefined {
    const row = this.#database.connection.prepare('select * from jobs where jobId = ?').get(jobId);
    return row && toJob(row);
  }

  replaceSettings(jobId: number, settings: JobSettings): void {
    const update = this.#database.connection.prepare('update jobs set settings = ? where jobId = ?');
    update.run(JSON.stringify(settings), jobId);
  }

  /** Its runs stay. */
  deleteJob(jobId: number): void {
    this.#database.connection.prepare('delete from jobs where jobId = ?').run(jobId);
  }

  /** Newest first; with a name only the jobs that have it, in whichever case. */
  listJobs(filter: JobFilter): Job[] {
    const rows = this.#database.connection
      .prepare(
        `select * from jobs where (?1 is null or lower(json_extract(settings, '$.name')) = lower(?1))
         and (?2 is null or jobId < ?2)
         order by jobId desc limit ?3 offset ?4`,
      )
      .all(filter.name ?? null, filter.before ?? null, filter.limit, filter.offset);
    return rows.map(toJob);
  }
}

function toJob(row: Record<string, unknown>): Job {
  return { ...(row as unknown as Job), settings: JSON.parse(String(row['settings'])) as JobSettings };
}
