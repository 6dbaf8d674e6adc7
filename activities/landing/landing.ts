import type { TopicPartition } from '../../domain/names.ts';
import type { OffsetRange } from '../../domain/offsets.ts';
import type { KafkaLog, ObjectStore } from '../ports.ts';
import { createConnectLanding } from './connect-landing.ts';
import type { LandInput } from './land-ranges.ts';
import type { LandedObject } from './landed-objects.ts';
import type { Listed } from './listed-offsets.ts';
import { createWorkerLanding } from './worker-landing.ts';

export interface LandingDependencies {
  readonly kafka: KafkaLog;
  readonly store: ObjectStore;
  readonly maxRecords: number;
  readonly maxAgeMs: number;
  /** Present where a sink of Kafka Connect lands and the workers only wait for it, for so long at the most. */
  readonly sink?: { readonly waitMs: number } | undefined;
}

/** Who brings records into the store, and how it can be told what an object holds (docs/decisions/0006). */
export interface Landing {
  /** Where a run begins to land in a partition. `low`: the first offset that Kafka keeps. */
  findStart(where: TopicPartition, low: number): Promise<number>;
  /** Returns once the ranges are in the store. */
  land(input: LandInput): Promise<void>;
  /**
   * The objects that hold the wanted ranges of a topic.
   * @throws PinflowError naming what is in no object, or in two (I1, I3)
   */
  findCovering(topic: string, wanted: readonly OffsetRange[]): Promise<LandedObject[]>;
  /** How many objects of a topic landing did not write; nothing reads them. `proven`: objects that hold what was wanted. */
  countStrays(topic: string, proven: readonly LandedObject[]): Promise<number>;
  /** Called once the manifest of a run lists the objects. */
  noteListed(listed: Listed): Promise<void>;
  /** Whether a line is the producer's bytes (I8), or may say the same in other bytes. */
  readonly keepsBytes: boolean;
}

export function createLanding(dependencies: LandingDependencies): Landing {
  const { store, sink } = dependencies;
  return sink === undefined ? createWorkerLanding(dependencies) : createConnectLanding(store, sink);
}
