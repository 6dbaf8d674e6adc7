/** What we use of kinesalite, which is CommonJS and comes without types. */

declare module 'kinesalite/db/index.js' {
  interface Shard {
    readonly ShardId: string;
    readonly ParentShardId?: string;
    readonly AdjacentParentShardId?: string;
    readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
    /** A shard with an end is closed. */
    readonly SequenceNumberRange: { readonly StartingSequenceNumber: string; readonly EndingSequenceNumber?: string };
  }

  interface Stream {
    readonly StreamName: string;
    readonly StreamStatus: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING';
    readonly RetentionPeriodHours: number;
    readonly Shards: readonly Shard[];
  }

  /** Key: index of the shard and sequence number. */
  interface StoredRecord {
    readonly PartitionKey: string;
    readonly Data: string;
    /** Seconds. */
    readonly ApproximateArrivalTimestamp: number;
  }

  type Done = (error?: Error) => void;

  interface Level<Value> {
    createReadStream(range?: object): AsyncIterable<{ readonly key: string; readonly value: Value }>;
    batch(operations: readonly { readonly type: 'del'; readonly key: string }[], done: Done): void;
    put(key: string, value: Value, done: Done): void;
    del(key: string, done: Done): void;
  }

  interface Store {
    readonly db: { open(): Promise<void>; close(): Promise<void> };
    readonly metaDb: Level<Stream> & { readonly awsAccountId: string };
    getStream(name: string, done: (error: Error | null, stream: Stream) => void): void;
    getStreamDb(name: string): Level<StoredRecord>;
    deleteStreamDb(name: string, done: Done): void;
  }

  const database: {
    create(options: {
      readonly path?: string;
      readonly createStreamMs: number;
      readonly deleteStreamMs: number;
      readonly updateStreamMs: number;
      readonly shardLimit: number;
    }): Store;
    readonly ITERATOR_PWD_KEY: Buffer;
    readonly ITERATOR_PWD_IV: Buffer;
    readonly createShardIterator: (streamName: string, shardId: string, sequenceNumber: string) => string;
    /** The lowest sequence number after this one. */
    readonly incrementSequence: (sequenceNumber: string) => string;
    /** With what the keys of a shard's records begin. */
    shardIxToHex(shardIndex: number): string;
  };
  export default database;
  export type { Level, Shard, Store, StoredRecord, Stream };
}

declare module 'kinesalite/validations/index.js' {
  const validations: {
    checkTypes(request: object, types: object): object;
    checkValidations(request: object, types: object, custom: unknown): void;
    toLowerFirst(operation: string): string;
  };
  export default validations;
}
