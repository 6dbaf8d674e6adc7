import type { DailyEnd, Listed } from '../domain/backfill.ts';
import type { DailyRunRef, DailyStart } from '../domain/daily-start.ts';
import type { RecordKind } from '../domain/kinds.ts';
import type { DateRange } from '../domain/date-range.ts';
import type { OffsetRange } from '../domain/offsets.ts';
import type { RecordMark } from '../domain/record-mark.ts';
import type { Source } from '../domain/run.ts';

/**
 * What activities need from the outside, in domain words. Adapters implement these and throw only errors of the table.
 */

/** One row as the source has it: its key, or null where it has none, and its JSON text, which is sent byte for byte (I8). */
export interface SourceRow {
  readonly key: number | null;
  readonly json: string;
}

/** A place rows come from. Positions count from 0 in the source's own order. */
export interface RowSource {
  /** The key of every row of the kind, by position. */
  listKeys(kind: RecordKind): Promise<readonly (number | null)[]>;
  /** The rows at these positions, in the order asked for. */
  readRows(kind: RecordKind, positions: readonly number[]): Promise<SourceRow[]>;
  close(): Promise<void>;
}

export type OpenSource = (source: Source) => Promise<RowSource>;

/** Where Kafka put one record. */
export interface Acknowledgement {
  readonly partition: number;
  readonly offset: number;
}

export interface RowPost {
  readonly topic: string;
  readonly rows: readonly SourceRow[];
  readonly idempotencyKey: string;
  /** Of the run that sends them. */
  readonly run: string;
  /** Of the first row; the others follow. */
  readonly sequence: number;
}

export interface Gateway {
  /**
   * Posts the rows to a topic; resolves only when Kafka has acknowledged every one, in the order given.
   * The same idempotency key answers with the same acknowledgements as long as the gateway remembers it (I6).
   */
  postRows(input: RowPost): Promise<Acknowledgement[]>;
}

/** One record for a stream. Its data is JSON text, which is stored byte for byte (I8). */
export interface StreamRecord {
  readonly partitionKey: string;
  readonly data: string;
}

/** Where Kinesis put one record. */
export interface StreamPosition {
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** What became of one record of a call, each for itself. */
export type PutOutcome = StreamPosition | { readonly errorCode: string; readonly message: string };

export interface StreamGateway {
  /**
   * Puts at most 500 records of at most 5 MiB, keys included; resolves with what became of each, in the order given. The
   * order in which they are stored is another matter. An error leaves open whether they are.
   */
  putRecords(input: {
    readonly stream: string;
    readonly records: readonly StreamRecord[];
    readonly signal: AbortSignal;
  }): Promise<readonly PutOutcome[]>;
}

/** A shard that takes records: those whose partition key has an MD5 in this range, both ends included. */
export interface OpenShard {
  readonly shardId: string;
  readonly startingHashKey: bigint;
  readonly endingHashKey: bigint;
}

/** The control plane of Kinesis. */
export interface Streams {
  /** Creates the streams that do not exist yet and waits until all of them take records. Those that exist stay as they are. */
  ensureStreams(input: {
    readonly names: readonly string[];
    readonly shards: number;
    readonly signal: AbortSignal;
  }): Promise<void>;
  /** Deletes those that exist and waits until all are gone. */
  deleteStreams(input: { readonly names: readonly string[]; readonly signal: AbortSignal }): Promise<void>;
  listShards(name: string): Promise<readonly OpenShard[]>;
}

/** First offset still kept and offset after the last record, of one partition. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
}

export interface KafkaRecord {
  readonly offset: number;
  /** Null for a tombstone. */
  readonly value: Buffer | null;
  /** Undefined for a record that nobody marked. Read only by who needs it, as it costs more than the rest of a record. */
  readonly readMark: () => RecordMark | undefined;
}

export interface KafkaLog {
  /** Creates the topics that do not exist yet. */
  ensureTopics(topics: readonly string[]): Promise<void>;
  deleteTopics(topics: readonly string[]): Promise<void>;
  readOffsets(topic: string): Promise<PartitionOffsets[]>;
  /**
   * Reads the ranges of one topic and hands over each fetched batch of a partition, in offset order, before the next.
   * Batches of several partitions are handed over side by side.
   * Ends when every range is read; rejects as soon as `signal` is aborted.
   */
  readRanges(input: {
    readonly topic: string;
    readonly ranges: readonly OffsetRange[];
    readonly signal: AbortSignal;
    readonly onRecords: (partition: number, records: readonly KafkaRecord[]) => Promise<void>;
  }): Promise<void>;
}

export type ObjectMetadata = Readonly<Record<string, string>>;

export interface ObjectStore {
  /** Creates the object unless one exists; says which. Body and metadata appear together or not at all. */
  createObject(input: {
    readonly key: string;
    readonly body: Buffer | string;
    readonly contentType: string;
    readonly metadata?: ObjectMetadata;
  }): Promise<'created' | 'exists'>;
  /** Writes the object whether one exists or not. */
  replaceObject(input: {
    readonly key: string;
    readonly body: Buffer | string;
    readonly contentType: string;
  }): Promise<void>;
  readObject(key: string): Promise<Buffer | undefined>;
  readMetadata(key: string): Promise<ObjectMetadata | undefined>;
  deleteObjects(keys: readonly string[]): Promise<void>;
  /** Keys below the prefix in byte order; only those after `after`, when given. */
  listKeys(prefix: string, after?: string): Promise<string[]>;
  /** The same, each with a version, which is another one once the object has another body. */
  listVersions(prefix: string, after?: string): Promise<{ readonly key: string; readonly version: string }[]>;
}

/** One notebook of a Databricks run. */
export interface NotebookTask {
  readonly key: string;
  readonly notebook: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly dependsOn: readonly string[];
}

export type DatabricksRunState =
  | { readonly state: 'active'; readonly lifeCycle: string }
  | { readonly state: 'succeeded' }
  | { readonly state: 'cancelled' }
  /** Ended by no fault of its notebooks: the same run may well succeed. */
  | { readonly state: 'lost'; readonly reason: string }
  | { readonly state: 'failed'; readonly reason: string };

export interface DatabricksRun {
  readonly runId: string;
  readonly url: string;
  readonly state: DatabricksRunState;
  /** Milliseconds since 1970; undefined while it is active. */
  readonly endedAt: number | undefined;
  /** The latest attempt of each task, by task key. */
  readonly tasks: Readonly<Record<string, DatabricksTask>>;
  /** Ids of the run's repairs, oldest first. */
  readonly repairs: readonly string[];
}

export interface DatabricksTask {
  readonly runId: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The Jobs API. Ids are texts: they may be larger than a number can hold. */
export interface DatabricksJobs {
  /** Starts a run, or finds the one that this token started before (I6). */
  submitRun(input: {
    readonly runName: string;
    readonly idempotencyToken: string;
    readonly tasks: readonly NotebookTask[];
  }): Promise<string>;
  readRun(runId: string): Promise<DatabricksRun>;
  /** Exit value of one task's notebook, or what went wrong in it. */
  readOutput(taskRunId: string): Promise<{ readonly result: string | undefined; readonly error: string | undefined }>;
  /** Asks for the end of a run; it ends some time later. */
  cancelRun(runId: string): Promise<void>;
  /** Runs tasks of an ended run again. Only one caller can follow the same latest repair. */
  repairRun(input: {
    readonly runId: string;
    readonly latestRepair: string | undefined;
    readonly tasks: 'failed' | readonly string[];
  }): Promise<void>;
  /** Every submitted run of the workspace that is active, whoever submitted it. */
  listActiveRuns(): Promise<{ readonly runId: string; readonly name: string }[]>;
}

/** The Jobs API for as long as nobody asks to stop: the signal ends a call that is under way. */
export type OpenDatabricks = (signal: AbortSignal) => DatabricksJobs;

/** The newest run of an id as Temporal lists it. */
export interface ListedDaily {
  readonly workflowId: string;
  readonly state: Exclude<Listed, 'none'>;
}

/** What Temporal knows of workflows. */
export interface Workflows {
  /** Tells this namespace for good from every other, also from one of the same name on another server. */
  readNamespaceId(): Promise<string>;
  isRunning(workflowId: string): Promise<boolean>;
  /**
   * Starts a run, or finds the one that runs or has succeeded. The same request finds the run that it has started, also
   * when that has ended meanwhile (I6).
   */
  startDaily(start: DailyStart, request: string): Promise<DailyRunRef>;
  /** Waits for the end of this very run; undefined when the signal is aborted first. */
  awaitDaily(run: DailyRunRef, signal: AbortSignal): Promise<DailyEnd | undefined>;
  /** The newest run of every id of the range that there is; a moment behind. */
  listDaily(range: DateRange & { readonly pipeline: string }): Promise<readonly ListedDaily[]>;
}

/** A result table: what one of the eight queries answers. */
export interface QueryTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}
