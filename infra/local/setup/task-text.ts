import type { Task, TaskReport } from './setup-work.ts';

const TITLES = {
  python: 'Python, PySpark',
  temporal: 'Temporal',
  kafka: 'Kafka',
  delta: 'Delta Lake',
  versitygw: 'S3 server',
  'airflow-3.3': 'Airflow 3.3',
  'airflow-2.11': 'Airflow 2.11',
  'airflow-2.10': 'Airflow 2.10',
  'spark-kafka': 'Kafka for Spark',
} as const satisfies Record<Task, string>;
const TITLE_WIDTH = Math.max(...Object.values(TITLES).map((title) => title.length));

/** One line about a task, for people: `Kafka            downloading 46 jars  12 s`. */
export function describeTask({ task, state, seconds, note }: TaskReport): string {
  const title = TITLES[task].padEnd(TITLE_WIDTH);
  switch (state) {
    case 'waiting':
      return `${title}  waiting${note && `, ${note}`}`;
    case 'running':
      return `${title}  ${note || 'starting'}  ${formatSeconds(seconds)}`;
    case 'done':
      return `${title}  installed in ${formatSeconds(seconds)}`;
    case 'kept':
      return `${title}  in place`;
    case 'failed':
      return `${title}  ${note || 'failed'} after ${formatSeconds(seconds)}`;
  }
}

/** `0.3 s`, `12 s`, `2 min 5 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
