/** What Airflow's API tells of one task of a run. */
export interface TaskInstance {
  readonly start_date: string;
  readonly end_date: string;
}

export interface TaskTimes {
  /** From the start of the first task to the end of the last. */
  readonly spanMs: number;
  /** Sum of the tasks' own times. */
  readonly insideMs: number;
}

export function timeTasks(tasks: readonly TaskInstance[]): TaskTimes {
  const times = tasks.map(({ start_date: start, end_date: end }) => ({
    start: Date.parse(start),
    end: Date.parse(end),
  }));
  return {
    spanMs: Math.max(...times.map(({ end }) => end)) - Math.min(...times.map(({ start }) => start)),
    insideMs: times.reduce((sum, { start, end }) => sum + end - start, 0),
  };
}
