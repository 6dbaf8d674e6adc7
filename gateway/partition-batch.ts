/** What is written to Kafka for one record. */
export interface OutgoingRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Records of one request for one partition. They are sent together, in order, and share one answer. */
export interface Portion {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly OutgoingRecord[];
  /** Size of the records in Kafka's format, never too low. */
  readonly bytes: number;
}

/** Records for one partition in one send. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly OutgoingRecord[];
}

/** Why Kafka did not confirm a record: a code of the REST contract, and whether another try makes sense and how. */
export interface RecordFailure {
  readonly kind: 'refused' | 'unavailable' | 'producer-lost';
  readonly code: number;
  readonly message: string;
}

export type BatchOutcome = { readonly baseOffset: number } | { readonly failure: RecordFailure };

/** Sends batches of distinct partitions; answers for each, in the same order, within a bounded time. Never rejects. */
export type SendBatches = (batches: readonly PartitionBatch[]) => Promise<readonly BatchOutcome[]>;

/** Most records of one send; kafkajs copies its list for every record, so its cost grows with the square. */
export const ROUND_RECORDS = 1_000;

/** Most bytes for one partition in one send. They become one record batch, and brokers refuse one above 1,048,588 bytes. */
export const PARTITION_BYTES = 900_000;
