import type { Database } from '../database.ts';
import { readEpisodes, readTasks, toTaskRun } from './run-rows.ts';
import type { Run, RunTrigger, TaskRun } from './model.ts';
import type { JobSettings, RunParameters } from './settings.ts';
import type { Outcome, StopReason } from './states.ts';

export interface NewRun {
  /** Undefined for a submitted run, which gets one that is no job's. */
  readonly jobId: number | undefined;
  readonly trigger: RunTrigger;
  readonly settings: JobSettings;
  readonly parameters: RunParameters;
  readonly token: string | undefined;
  readonly queued: boolean;
}

export interface RunFilter {
  readonly jobId?: number | undefined;
  readonly activeOnly?: boolean;
  readonly completedOnly?: boolean;
  readonly runType?: string | undefined;
  readonly startTimeFrom?: number | undefined;
  readonly startTimeTo?: number | undefined;
  /** Only runs with a smaller id. */
  readonly before?: number | undefined;
  readonly offset?: number;
  /** Minus one, which is the default: all. */
  readonly limit?: number;
}

/** Runs on disk, without what happens to their tasks. Every change is durable before the call returns. */
export class RunStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  /** The run that the token was given for, which may be deleted. A token is never free again. */
  findToken(token: string): number | undefined {
    const row = this.#prepare('select runId from tokens where token = ?').get(token);
    return row && Number(row['runId']);
  }

  /** Writes a run and one blocked task run for each of its tasks. The token must be new. */
  createRun({ jobId, trigger, settings, parameters, token, queued }: NewRun): number {
    return this.#database.transact(() => {
      const runId = this.#database.nextId();
      if (token !== undefined) this.#prepare('insert into tokens (token, runId) values (?, ?)').run(token, runId);
      this.#prepare(
        `insert into runs (runId, jobId, type, trigger, settings, parameters, startTime, begunTime)
         values (?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        ...[runId, jobId ?? this.#database.nextId(), jobId === undefined ? 'SUBMIT_RUN' : 'JOB_RUN', trigger],
        ...[JSON.stringify(settings), JSON.stringify(parameters), this.#now(), queued ? null : this.#now()],
      );
      this.#prepare('insert into episodes (runId, number, startTime) values (?, 0, ?)').run(runId, this.#now());
      const insert = this.#prepare(
        `insert into taskRuns (runId, parentId, episode, settings, attempt, originalRunId, retry, phase, startTime)
         values (?1, ?2, 0, ?3, 0, ?1, 0, 'BLOCKED', ?4)`,
      );
      for (const task of settings.tasks) insert.run(this.#database.nextId(), runId, JSON.stringify(task), this.#now());
      return runId;
    });
  }

  readRun(runId: number): Run | undefined {
    const row = this.#prepare('select * from runs where runId = ?').get(runId);
    if (row === undefined) return undefined;
    return {
      ...(row as unknown as Run),
      settings: JSON.parse(String(row['settings'])) as JobSettings,
      parameters: JSON.parse(String(row['parameters'])) as RunParameters,
      tasks: readTasks(this.#database, runId),
      episodes: readEpisodes(this.#database, runId),
    };
  }

  /** The task run of a run_job task that started this run. */
  findStarter(childRunId: number): TaskRun | undefined {
    const row = this.#prepare('select * from taskRuns where childRunId = ?').get(childRunId);
    return row && toTaskRun(row);
  }

  /** Newest first. */
  listRuns({ activeOnly = false, completedOnly = false, limit = -1, offset = 0, ...filter }: RunFilter): Run[] {
    const rows = this.#prepare(
      `select runId from runs
       where (?1 is null or jobId = ?1) and (not ?2 or outcome is null) and (not ?3 or outcome is not null)
         and (?4 is null or type = ?4) and (?5 is null or startTime >= ?5) and (?6 is null or startTime <= ?6)
         and (?7 is null or runId < ?7)
       order by runId desc limit ?8 offset ?9`,
    ).all(
      ...[filter.jobId ?? null, Number(activeOnly), Number(completedOnly), filter.runType ?? null],
      ...[filter.startTimeFrom ?? null, filter.startTimeTo ?? null, filter.before ?? null, limit, offset],
    );
    return rows.flatMap((row) => this.readRun(Number(row['runId'])) ?? []);
  }

  /** Runs of the job that have begun and not ended. */
  countStarted(jobId: number): number {
    const query = 'select count(*) as n from runs where jobId = ? and outcome is null and begunTime is not null';
    return Number(this.#prepare(query).get(jobId)?.['n']);
  }

  /** Runs that wait, of one job or of all, oldest first. */
  listQueued(jobId?: number): number[] {
    const query = `select runId from runs where (?1 is null or jobId = ?1) and outcome is null and begunTime is null
      order by startTime, runId`;
    return this.#prepare(query)
      .all(jobId ?? null)
      .map((row) => Number(row['runId']));
  }

  leaveQueue(runId: number): void {
    this.#prepare('update runs set begunTime = ? where runId = ?').run(this.#now(), runId);
  }

  setStop(runId: number, reason: StopReason): void {
    this.#prepare('update runs set stop = ? where runId = ?').run(reason, runId);
  }

  /** Ends the run and its latest episode. */
  endRun(runId: number, { phase, message }: { readonly phase: Outcome; readonly message: string }): void {
    this.#database.transact(() => {
      const now = this.#now();
      this.#prepare('update runs set outcome = ?, message = ?, endTime = ? where runId = ?').run(
        ...[phase, message, now, runId],
      );
      this.#prepare(
        `update episodes set outcome = ?, message = ?, endTime = ?
         where runId = ? and number = (select max(number) from episodes where runId = ?)`,
      ).run(phase, message, now, runId, runId);
    });
  }

  /** An ended run is active again, with other settings and parameters than before. Answers the repair's id. */
  reopenRun({ runId, settings, parameters }: Pick<Run, 'runId' | 'settings' | 'parameters'>): number {
    return this.#database.transact(() => {
      const repairId = this.#database.nextId();
      this.#prepare(
        `update runs set settings = ?, parameters = ?, stop = null, outcome = null, message = '', endTime = null
         where runId = ?`,
      ).run(JSON.stringify(settings), JSON.stringify(parameters), runId);
      this.#prepare(
        `insert into episodes (runId, number, repairId, startTime)
         select ?1, max(number) + 1, ?2, ?3 from episodes where runId = ?1`,
      ).run(runId, repairId, this.#now());
      return repairId;
    });
  }

  /** Forgets an ended run; its token stays taken. */
  deleteRun(runId: number): void {
    this.#database.transact(() => {
      this.#prepare('delete from taskValues where taskRunId in (select runId from taskRuns where parentId = ?)').run(
        runId,
      );
      for (const table of ['taskRuns where parentId', 'episodes where runId', 'runs where runId'])
        this.#prepare(`delete from ${table} = ?`).run(runId);
    });
  }

  #prepare(sql: string) {
    return this.#database.connection.prepare(sql);
  }
}
