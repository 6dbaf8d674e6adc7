import { DEFAULT_DUE_TIME, DEFAULT_TIME_ZONE } from '../domain/daily-schedule.ts';
import { DEFAULT_PIPELINE } from '../domain/run.ts';
import type { DailyDag } from './spec.ts';

/** Every schedule that Airflow has a DAG for. */
export const SCHEDULES: readonly DailyDag[] = [
  {
    schedule: {
      pipeline: DEFAULT_PIPELINE,
      at: DEFAULT_DUE_TIME,
      timeZone: DEFAULT_TIME_ZONE,
      lateAfterMinutes: 240,
    },
    startDate: '2026-11-01',
    owner: 'data-engineering',
    description: 'Posts of a day: sent, landed, cleaned, queried',
    tags: ['pinflow', 'daily'],
    run: {},
    retries: { count: 3, delaySeconds: 300 },
    lookEverySeconds: 60,
    limitHours: 14,
    temporal: { connection: 'temporal_http', namespace: 'default' },
    databricks: {
      connection: 'databricks_default',
      notebooks: '/Shared/pinflow',
      landingRoot: 's3://pinflow',
      tablesRoot: 's3://pinflow/tables',
    },
  },
];
