import type { KinesisFaults } from './faults/kinesis-faults.ts';
import type { ShardLimits } from './shard-limits.ts';
import type { Store } from './store.ts';

/** What the operations work with. */
export interface Service {
  readonly store: Store;
  readonly limits: ShardLimits;
  readonly faults: KinesisFaults;
  /** For how long an iterator is good; 5 minutes on AWS. */
  readonly iteratorMs: number;
  readonly now: () => number;
}
