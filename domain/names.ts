import { RECORD_KINDS, type RecordKind } from './kinds.ts';

/**
 * One grammar for every name: topics, streams, object keys, workflow ids, Databricks run names, DAG ids.
 * Each builder that is ever read back has its inverse beside it.
 */

const PIPELINE_PATTERN = /^[a-z][a-z0-9-]{0,39}$/;
export const PIPELINE_GRAMMAR =
  'a lower-case letter, then up to 39 lower-case letters, digits or hyphens, for example "pinterest"';

export function isPipelineName(text: string): boolean {
  return PIPELINE_PATTERN.test(text);
}

/** One line where the name is none. */
export function findPipelineProblems(pipeline: string): string[] {
  return isPipelineName(pipeline) ? [] : [`pipeline: expected ${PIPELINE_GRAMMAR}, got "${pipeline}"`];
}

const DATE_PATTERN = /^(\d{4})-(\d{2})-(\d{2})$/;

/** A logical date is a day that exists, written as `YYYY-MM-DD`. */
export function isLogicalDate(text: string): boolean {
  const parts = DATE_PATTERN.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Identity of one daily run. `redo` is absent for the first run of a date and 2, 3, … for forced redos. */
export interface DailyRun {
  readonly pipeline: string;
  readonly date: string;
  readonly redo?: number;
}

export function dailyRunId({ pipeline, date, redo }: DailyRun): string {
  return redo === undefined ? `daily-${pipeline}-${date}` : `daily-${pipeline}-${date}-r${redo}`;
}

export function parseDailyRunId(id: string): DailyRun | undefined {
  const parts = /^daily-([a-z][a-z0-9-]{0,39})-(\d{4}-\d{2}-\d{2})(?:-r([2-9]|[1-9]\d{1,5}))?$/.exec(id);
  const [, pipeline, date, redo] = parts ?? [];
  if (pipeline === undefined || date === undefined || !isLogicalDate(date)) return undefined;
  return redo === undefined ? { pipeline, date } : { pipeline, date, redo: Number(redo) };
}

/** Id of the Temporal schedule of a pipeline. */
export function scheduleId(pipeline: string): string {
  return `daily-${pipeline}`;
}

/** Id of what the schedule starts; Temporal appends the time that was due. */
export function dispatchId(pipeline: string): string {
  return `dispatch-${pipeline}`;
}

export function backfillId(range: { readonly pipeline: string; readonly from: string; readonly to: string }): string {
  const { pipeline, from, to } = range;
  return `backfill-${pipeline}-${from}-to-${to}`;
}

/** Id of the Airflow DAG of a pipeline; its file has the same name. */
export function dagId(pipeline: string): string {
  return `${pipeline}_daily`;
}

export function topicName(pipeline: string, kind: RecordKind): string {
  return `${pipeline}.${kind}`;
}

export function parseTopicName(topic: string): { pipeline: string; kind: RecordKind } | undefined {
  const [pipeline = '', last, ...more] = topic.split('.');
  const kind = RECORD_KINDS.find((candidate) => candidate === last);
  return kind !== undefined && more.length === 0 && isPipelineName(pipeline) ? { pipeline, kind } : undefined;
}

/** Id of the workflow that keeps a pipeline's stream running. */
export function streamSupervisorId(pipeline: string): string {
  return `stream-${pipeline}`;
}

/** The pipeline; undefined where the id is another workflow's. */
export function parseStreamSupervisorId(id: string): string | undefined {
  const pipeline = /^stream-(.+)$/.exec(id)?.[1];
  return pipeline !== undefined && isPipelineName(pipeline) ? pipeline : undefined;
}

/** One topic-partition. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Below it lies what landed of a topic. */
export function topicPrefix(topic: string): string {
  return `topics/${topic}/`;
}

export function landedPrefix({ topic, partition }: TopicPartition): string {
  return `${topicPrefix(topic)}partition=${partition}/`;
}

/** Key of a landed object: the layout of the Confluent S3 sink, named by its first offset only. */
export function landedKey({ topic, partition, start }: TopicPartition & { readonly start: number }): string {
  return `${landedPrefix({ topic, partition })}${topic}+${partition}+${String(start).padStart(10, '0')}.json`;
}

/** Reads only keys that {@link landedKey} writes: a second spelling of one offset would pass for a second object (I3). */
export function parseLandedKey(key: string): (TopicPartition & { start: number }) | undefined {
  const parts = /^topics\/([^/]+)\/partition=(\d+)\/[^/]+\+(\d{10,})\.json$/.exec(key);
  if (parts === null) return undefined;
  const parsed = { topic: String(parts[1]), partition: Number(parts[2]), start: Number(parts[3]) };
  return landedKey(parsed) === key ? parsed : undefined;
}

/** Where marks say up to which offset a topic's objects are in the manifest of some run. */
export function listedTopicPrefix(topic: string): string {
  return `_pinflow/listed/${topic}/`;
}

export function listedPrefix({ topic, partition }: TopicPartition): string {
  return `${listedTopicPrefix(topic)}partition=${partition}/`;
}

/** Keys of marks have the order of their offsets. */
export function listedKey({ topic, partition, end }: TopicPartition & { readonly end: number }): string {
  return `${listedPrefix({ topic, partition })}${String(end).padStart(16, '0')}`;
}

/** The inverse of {@link listedKey}, as far as it is the offset. */
export function parseListedKey(key: string): number | undefined {
  const digits = /^_pinflow\/listed\/[^/]+\/partition=\d+\/(\d{16})$/.exec(key)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Where a run keeps its manifests and reports. */
export function runPrefix(workflowId: string): string {
  return `_pinflow/${workflowId}/`;
}

/** Records which source a pipeline's state was made from; one pipeline never mixes two. */
export function sourceClaimKey(pipeline: string): string {
  return `_pinflow/pipelines/${pipeline}/source.json`;
}

/**
 * Where the acknowledgements of one kind are kept. `plan` is a digest of what was planned: a date that is begun again
 * with other arguments must not take the chunks of the first try for its own.
 */
export interface ChunkManifests {
  readonly workflowId: string;
  readonly plan: string;
  readonly kind: RecordKind;
}

export function chunkManifestPrefix({ workflowId, plan, kind }: ChunkManifests): string {
  return `${runPrefix(workflowId)}emulate/${plan}/${kind}/`;
}

/** Acknowledgements of one posted chunk; present exactly when the chunk is known to be in Kafka. */
export function chunkManifestKey(manifests: ChunkManifests, chunk: number): string {
  return `${chunkManifestPrefix(manifests)}${String(chunk).padStart(6, '0')}.json`;
}

/** The objects and acknowledged ranges a run's Databricks job reads. */
export function landingManifestKey(workflowId: string): string {
  return `${runPrefix(workflowId)}landing.json`;
}

/** Exit values of the run's notebooks, kept out of workflow history (I11). */
export function jobOutputKey(workflowId: string, task: string): string {
  return `${runPrefix(workflowId)}job/${task}.json`;
}

export function reportKey(workflowId: string, file: 'report.html' | 'report.json'): string {
  return `${runPrefix(workflowId)}${file}`;
}

/** Name of the Databricks run of one step. */
export function databricksRunName(workflowId: string, step: string): string {
  return `${workflowId}/${step}`;
}

export function parseDatabricksRunName(name: string): { workflowId: string; step: string } | undefined {
  const [workflowId = '', step, ...more] = name.split('/');
  const isOurs = parseDailyRunId(workflowId) !== undefined || parseStreamSupervisorId(workflowId) !== undefined;
  return step === undefined || more.length > 0 || !isOurs ? undefined : { workflowId, step };
}

/** One record for each Databricks run of a date that has ended without success, and for each repair that did. */
export function failedJobPrefix(workflowId: string): string {
  return `${runPrefix(workflowId)}job/failed/`;
}

export function failedJobKey(workflowId: string, epoch: number): string {
  return `${failedJobPrefix(workflowId)}${String(epoch).padStart(4, '0')}.json`;
}

/** Says that a sweep took a Databricks run for an orphan; written before the run is cancelled. */
export function sweptJobKey(workflowId: string, runId: string): string {
  return `${runPrefix(workflowId)}job/swept/${runId}.json`;
}

/** Address of a run in the Temporal UI; undefined where no UI is known. */
export function temporalPage(
  { ui, namespace }: { readonly ui: string | undefined; readonly namespace: string },
  workflowId: string,
): string | undefined {
  return ui === undefined ? undefined : `${ui}/namespaces/${namespace}/workflows/${workflowId}`;
}
