import { DEFAULT_DUE_TIME, DEFAULT_TIME_ZONE, findScheduleProblems } from './daily-schedule.ts';
import { type DateRange, findRangeProblems } from './date-range.ts';
import { findPipelineProblems, isLogicalDate } from './names.ts';

/** The contract of what Pinflow does with Airflow on MWAA. */

export interface PublishInput {
  readonly pipeline: string;
  /** Text of the generated DAG file. */
  readonly dag: string;
  /** Text of the requirements file; absent for a DAG that needs nothing that MWAA does not have. */
  readonly requirements?: string;
}

export interface PublishResult {
  /** Key of the DAG file in the environment's bucket. */
  readonly key: string;
  /** Whether this publish brought another file; Airflow has parsed the file in either case. */
  readonly dag: 'changed' | 'unchanged';
  readonly requirements: 'none' | 'changed' | 'unchanged';
}

/** When the dates of the DAG are due; must be what the DAG itself says. */
export interface DueTime {
  readonly at?: string;
  readonly timeZone?: string;
}

export interface TriggerInput extends DueTime {
  readonly pipeline: string;
  readonly date: string;
}

export interface TriggerResult {
  readonly runId: string;
  readonly state: string;
  /** Whether Airflow had a run of the date already. */
  readonly existed: boolean;
}

export interface MirrorInput extends DueTime, DateRange {
  readonly pipeline: string;
}

/** What both sides say of a date; `none` for a date that a side does not know. */
export interface MirroredDate {
  readonly date: string;
  readonly airflow: string;
  readonly temporal: string;
}

export interface MirrorResult {
  readonly looked: number;
  readonly differences: readonly MirroredDate[];
}

export interface MwaaStatus {
  readonly environment: string;
  readonly status: string;
  readonly airflowVersion: string;
  readonly bucket: string;
  /** Object version of the requirements in use. */
  readonly requirements: string | undefined;
  /** Why the last update failed, if it did. */
  readonly updateError: string | undefined;
  readonly dag: 'unknown' | 'paused' | 'active';
  readonly importError: string | undefined;
}

/** Arguments of a workflow stay under 64 KiB (I11); what surrounds the two texts is little. */
export const MOST_PUBLISHED_BYTES = 60 * 1_024;

/** Days that one check compares. */
const MOST_MIRRORED = 366;

export function publishId(pipeline: string): string {
  return `mwaa-publish-${pipeline}`;
}

export function statusId(pipeline: string): string {
  return `mwaa-status-${pipeline}`;
}

export function triggerId(pipeline: string, date: string): string {
  return `mwaa-trigger-${pipeline}-${date}`;
}

export function mirrorId({ pipeline, from, to }: MirrorInput): string {
  return `mwaa-mirror-${pipeline}-${from}-to-${to}`;
}

/** Id of the DAG run that stands for a date when Temporal asked for it. */
export function dagRunId(pipeline: string, date: string): string {
  return `temporal__${pipeline}__${date}`;
}

/** One line for each bad field. */
export function findPublishProblems({ pipeline, dag, requirements = '' }: PublishInput): string[] {
  const size = countBytes(dag) + countBytes(requirements);
  return [
    ...findPipelineProblems(pipeline),
    ...(dag.trim() === '' ? ['dag: expected the text of a Python file, got nothing'] : []),
    ...(size > MOST_PUBLISHED_BYTES
      ? [`dag and requirements: expected at most ${MOST_PUBLISHED_BYTES} bytes together, got ${size}`]
      : []),
  ];
}

/** Bytes of a text as JSON; escaped, it is all ASCII, and this file knows no encoder. */
function countBytes(text: string): number {
  return JSON.stringify(text).replaceAll(/[^\0-\x7f]/g, '\\u0000').length;
}

/** One line for each bad field. */
export function findTriggerProblems({ date, ...input }: TriggerInput): string[] {
  if (!isLogicalDate(date)) {
    return [...findPipelineProblems(input.pipeline), `date: expected a day as YYYY-MM-DD, got "${date}"`];
  }
  return findMirrorProblems({ ...input, from: date, to: date });
}

/** One line for each bad field. */
export function findMirrorProblems(input: MirrorInput): string[] {
  const { pipeline, from, at = DEFAULT_DUE_TIME, timeZone = DEFAULT_TIME_ZONE } = input;
  const problems = [...findPipelineProblems(pipeline), ...findRangeProblems(input, MOST_MIRRORED)];
  return problems.length > 0 ? problems : findScheduleProblems({ pipeline, at, timeZone }, from);
}

/** What Airflow calls an end that Temporal calls otherwise. A side that has not begun and one that runs are not the same. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  none: ['none'],
  queued: ['running'],
  running: ['running'],
  success: ['succeeded'],
  failed: ['failed'],
};

export function isMirrored({ airflow, temporal }: Omit<MirroredDate, 'date'>): boolean {
  return SAME[airflow]?.includes(temporal) ?? false;
}
