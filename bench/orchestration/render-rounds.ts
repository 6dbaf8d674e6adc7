import { median, renderRow } from '../render-row.ts';
import type { TaskTimes } from './time-tasks.ts';

/** One run of each side. */
export interface Round {
  /** As the caller sees it. */
  readonly airflowMs: number;
  readonly airflowTasks: TaskTimes;
  readonly airflowCpuSeconds: number;
  readonly temporalMs: number;
}

export interface Series {
  readonly runs: readonly number[];
  readonly cpuSeconds: number;
}

export const STEPS = 3;

/** The table in Markdown. `alone` are runs of Temporal one right after the other. */
export function renderRounds(rounds: readonly Round[], alone: Series): string[] {
  const row = (what: string, figure: (round: Round) => number, digits = 0) =>
    renderRow(what, rounds.map(figure), digits);
  return [
    `| ${rounds.length} runs of each in turns | median | min | max |`,
    '| --- | ---: | ---: | ---: |',
    row('Airflow: trigger → seen as success, ms', ({ airflowMs }) => airflowMs),
    row('Airflow: first task’s start → last one’s end, ms', ({ airflowTasks }) => airflowTasks.spanMs),
    row('Airflow: inside the three tasks, ms', ({ airflowTasks }) => airflowTasks.insideMs),
    row('Airflow: per step, ms', ({ airflowMs }) => airflowMs / STEPS),
    row('Airflow: CPU s', ({ airflowCpuSeconds }) => airflowCpuSeconds, 2),
    row('Temporal: start → result, ms', ({ temporalMs }) => temporalMs, 1),
    row('Temporal: per step, ms', ({ temporalMs }) => temporalMs / STEPS, 1),
    row('ratio of a pair', ({ airflowMs, temporalMs }) => airflowMs / temporalMs, 1),
    row('ratio of a pair, of Airflow only its tasks’ span', (round) => round.airflowTasks.spanMs / round.temporalMs, 1),
    renderRow(`Temporal, ${alone.runs.length} without Airflow between, ms`, alone.runs, 1),
  ];
}

/** The sentence under the table. */
export function renderSummary(rounds: readonly Round[], { runs, cpuSeconds }: Series): string {
  const of = (figure: (round: Round) => number) => median(rounds.map(figure));
  const temporal = of(({ temporalMs }) => temporalMs);
  const whole = of(({ airflowMs }) => airflowMs) / temporal;
  const span = of(({ airflowTasks }) => airflowTasks.spanMs) / temporal;
  const cpu = (cpuSeconds / runs.length).toFixed(3);
  return `ratio of medians ${whole.toFixed(1)}, of Airflow only its tasks' span ${span.toFixed(1)}; Temporal ${cpu} CPU s a run`;
}
