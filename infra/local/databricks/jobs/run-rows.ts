import type { Database } from '../database.ts';
import type { RunEpisode, TaskRun } from './model.ts';
import type { TaskSettings } from './settings.ts';

/** Rows of SQLite as parts of a run. */

export function toTaskRun(row: Record<string, unknown>): TaskRun {
  const { resolved, input } = row;
  return {
    ...(row as unknown as TaskRun),
    settings: JSON.parse(String(row['settings'])) as TaskSettings,
    input: typeof input === 'string' ? JSON.parse(input) : undefined,
    resolved: typeof resolved === 'string' ? (JSON.parse(resolved) as Record<string, unknown>) : null,
  };
}

/** Every attempt at every task of the run, without iterations; oldest first. */
export function readTasks({ connection }: Database, runId: number): TaskRun[] {
  const rows = connection.prepare('select * from taskRuns where parentId = ? and forEachId is null order by runId');
  return rows.all(runId).map(toTaskRun);
}

export function readEpisodes({ connection }: Database, runId: number): RunEpisode[] {
  const tasks = connection.prepare(
    'select runId, episode from taskRuns where parentId = ? and forEachId is null order by runId',
  );
  const made = tasks.all(runId);
  const episodes = connection.prepare('select * from episodes where runId = ? order by number');
  return episodes.all(runId).map((row) => ({
    ...(row as unknown as RunEpisode),
    taskRunIds: made.filter(({ episode }) => episode === row['number']).map((task) => Number(task['runId'])),
  }));
}
