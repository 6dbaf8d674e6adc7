import type { TaskValues } from '../clusters/compute.ts';
import type { Database } from '../database.ts';
import { latestAttempts, type TaskOutput, type TaskRun } from './model.ts';
import { readTasks, toTaskRun } from './run-rows.ts';
import type { TaskSettings } from './settings.ts';
import type { ActivePhase, Outcome } from './states.ts';

export interface TaskEnd {
  readonly phase: Outcome;
  readonly message: string;
  readonly output?: Partial<TaskOutput>;
  readonly conditionOutcome?: string;
}

/** Task runs on disk and what came out of them. Every change is durable before the call returns. */
export class TaskStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  readTask(taskRunId: number): TaskRun | undefined {
    const row = this.#prepare('select * from taskRuns where runId = ?').get(taskRunId);
    return row && toTaskRun(row);
  }

  /** Every attempt at every iteration of a for_each task, oldest first. */
  listIterations(forEachId: number): TaskRun[] {
    return this.#prepare('select * from taskRuns where forEachId = ? order by runId').all(forEachId).map(toTaskRun);
  }

  /** Active task runs of a run, iterations included. */
  listActive(runId: number): TaskRun[] {
    const query = 'select * from taskRuns where parentId = ? and endTime is null order by runId';
    return this.#prepare(query).all(runId).map(toTaskRun);
  }

  /** One more attempt at the same task or iteration. */
  createAttempt(last: TaskRun, { settings, phase, retry }: Pick<TaskRun, 'settings' | 'phase' | 'retry'>): number {
    const runId = this.#database.nextId();
    this.#prepare(
      `insert into taskRuns
         (runId, parentId, episode, forEachId, iteration, input, settings, attempt, originalRunId, retry, phase, startTime)
       select ?1, parentId, (select max(number) from episodes where episodes.runId = parentId), forEachId, iteration,
         input, ?3, attempt + 1, originalRunId, ?4, ?5, ?6
       from taskRuns where runId = ?2`,
    ).run(runId, last.runId, JSON.stringify(settings), retry, phase, this.#now());
    return runId;
  }

  /** Blocked task runs, one for each input of a for_each task. */
  createIterations(forEach: TaskRun, nested: TaskSettings, inputs: readonly unknown[]): void {
    const insert = this.#prepare(
      `insert into taskRuns
         (runId, parentId, episode, forEachId, iteration, input, settings, attempt, originalRunId, retry, phase, startTime)
       select ?1, parentId, episode, runId, ?3, ?4, ?5, 0, ?1, 0, 'BLOCKED', ?6 from taskRuns where runId = ?2`,
    );
    this.#database.transact(() => {
      for (const [iteration, input] of inputs.entries()) {
        const [id, now] = [this.#database.nextId(), this.#now()];
        insert.run(id, forEach.runId, iteration, JSON.stringify(input), JSON.stringify(nested), now);
      }
    });
  }

  setPhase(taskRunId: number, phase: ActivePhase): void {
    const time = { PENDING: ', startTime = ?3', RUNNING: ', runningTime = ?3' }[phase as string] ?? '';
    const update = this.#prepare(`update taskRuns set phase = ?2${time} where runId = ?1 and endTime is null`);
    if (time === '') update.run(taskRunId, phase);
    else update.run(taskRunId, phase, this.#now());
  }

  setResolved(taskRunId: number, resolved: object): void {
    this.#prepare('update taskRuns set resolved = ? where runId = ?').run(JSON.stringify(resolved), taskRunId);
  }

  setChild(taskRunId: number, childRunId: number): void {
    this.#prepare('update taskRuns set childRunId = ? where runId = ?').run(childRunId, taskRunId);
  }

  endTask(taskRunId: number, { phase, message, output = {}, conditionOutcome }: TaskEnd): void {
    const { result = null, truncated = false, error = null, errorTrace = null } = output;
    this.#prepare(
      `update taskRuns set phase = ?, message = ?, endTime = ?, result = ?, truncated = ?, error = ?, errorTrace = ?,
         conditionOutcome = ?
       where runId = ?`,
    ).run(
      ...[phase, message, this.#now(), result, Number(truncated), error, errorTrace],
      ...[conditionOutcome ?? null, taskRunId],
    );
  }

  readOutput(taskRunId: number): TaskOutput {
    const query = 'select result, truncated, error, errorTrace from taskRuns where runId = ?';
    const row = this.#prepare(query).get(taskRunId);
    return { ...(row as unknown as TaskOutput), truncated: row?.['truncated'] === 1 };
  }

  writeValues(taskRunId: number, values: TaskValues): void {
    const insert = this.#prepare('insert or replace into taskValues (taskRunId, name, value) values (?, ?, ?)');
    for (const [name, value] of Object.entries(values)) insert.run(taskRunId, name, JSON.stringify(value));
  }

  /** Task values of a run's tasks by task key: those of each task's latest attempt. */
  readValues(runId: number): Record<string, Record<string, unknown>> {
    const read = this.#prepare('select name, value from taskValues where taskRunId = ?');
    const tasks = latestAttempts(readTasks(this.#database, runId));
    return Object.fromEntries(
      tasks.map((task) => [
        task.settings.task_key,
        Object.fromEntries(read.all(task.runId).map((row) => [row['name'], JSON.parse(String(row['value']))])),
      ]),
    );
  }

  #prepare(sql: string) {
    return this.#database.connection.prepare(sql);
  }
}
