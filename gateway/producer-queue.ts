import type { KafkaTrouble } from './kafka-trouble.ts';
import {
  type BatchOutcome,
  PARTITION_BYTES,
  type PartitionBatch,
  type Portion,
  ROUND_RECORDS,
  type SendBatches,
} from './partition-batch.ts';
import { RECORD_ERRORS } from './rest-errors.ts';

const ROUND_BYTES = 8 * 1024 * 1024;

/** Longest wait before a send begins. While Kafka is away nobody has to wait until one send is given up. */
const WAIT_LIMIT_MS = 6_000;
const LOOK_MS = 500;

export interface QueueLimits {
  readonly records: number;
  readonly bytes: number;
}

const QUEUE_LIMITS: QueueLimits = { records: 50_000, bytes: 64 * 1024 * 1024 };

interface Waiting {
  readonly portion: Portion;
  readonly since: number;
  readonly settle: (outcome: BatchOutcome) => void;
}

type QueuedBatch = PartitionBatch & { readonly entries: readonly Waiting[] };

/**
 * Gathers records while a send is under way and sends them together as soon as it ends; an idle queue sends at once.
 * Only one send is ever under way: kafkajs reuses sequence numbers when an acknowledgement is lost, and a second send
 * would then be acknowledged without being stored (I1).
 */
export class ProducerQueue {
  readonly #send: SendBatches;
  readonly #leaderOf: (topic: string, partition: number) => number;
  readonly #limits: QueueLimits;
  readonly #trouble: KafkaTrouble;
  #waiting: Waiting[] = [];
  #records = 0;
  #bytes = 0;
  #sending = false;

  constructor(input: {
    readonly send: SendBatches;
    readonly leaderOf: (topic: string, partition: number) => number;
    readonly trouble: KafkaTrouble;
    readonly limits?: QueueLimits;
  }) {
    this.#send = input.send;
    this.#leaderOf = input.leaderOf;
    this.#limits = input.limits ?? QUEUE_LIMITS;
    this.#trouble = input.trouble;
  }

  /** Whether it would take no record at all. */
  get isFull(): boolean {
    return this.#records >= this.#limits.records || this.#bytes >= this.#limits.bytes;
  }

  /** What is not answered for yet. */
  get waiting(): QueueLimits {
    return { records: this.#records, bytes: this.#bytes };
  }

  /**
   * Queues all portions of a request, or none.
   * @returns one outcome per portion, or undefined when the queue is full
   */
  enqueue(portions: readonly Portion[]): Promise<BatchOutcome[]> | undefined {
    const records = portions.reduce((sum, portion) => sum + portion.records.length, 0);
    const bytes = portions.reduce((sum, portion) => sum + portion.bytes, 0);
    if (this.#records + records > this.#limits.records || this.#bytes + bytes > this.#limits.bytes) return undefined;
    this.#records += records;
    this.#bytes += bytes;
    const since = Date.now();
    return new Promise((resolve) => {
      const outcomes = new Array<BatchOutcome>(portions.length);
      let open = portions.length;
      if (open === 0) resolve(outcomes);
      portions.forEach((portion, i) => {
        const settle = (outcome: BatchOutcome) => {
          outcomes[i] = outcome;
          if (--open === 0) resolve(outcomes);
        };
        this.#waiting.push({ portion, since, settle });
      });
      if (!this.#sending) void this.#sendRounds();
    });
  }

  async #sendRounds(): Promise<void> {
    this.#sending = true;
    const looking = setInterval(() => this.#dropOverdue(), LOOK_MS);
    for (let batches = this.#nextBatches(); batches.length > 0; batches = this.#nextBatches()) {
      const outcomes = await this.#send(batches);
      batches.forEach((batch, i) => this.#settleBatch(batch.entries, outcomes[i]));
    }
    clearInterval(looking);
    this.#sending = false;
  }

  #nextBatches(): QueuedBatch[] {
    this.#dropOverdue();
    return groupByPartition(this.#takeRound());
  }

  /** Records that waited too long are answered for without being sent, so that their sender may safely repeat them. */
  #dropOverdue(): void {
    const limit = Date.now() - WAIT_LIMIT_MS;
    const inTime = this.#waiting.findIndex((entry) => entry.since >= limit);
    const overdue = this.#waiting.splice(0, inTime === -1 ? this.#waiting.length : inTime);
    if (overdue.length === 0) return;
    const message = this.#trouble.explain(`not sent: Kafka was busy for more than ${WAIT_LIMIT_MS / 1000} s`);
    for (const entry of overdue)
      this.#settleEntry(entry, { failure: { kind: 'unavailable', code: RECORD_ERRORS.UNAVAILABLE, message } });
  }

  /**
   * The next entries in order, as far as one send may hold them. One send goes to one broker: where a send spans two and
   * one of them fails, kafkajs sends again to the other although its answer may be on the way.
   */
  #takeRound(): Waiting[] {
    const round: Waiting[] = [];
    let left: Waiting[] = [];
    const partitionBytes = new Map<string, number>();
    const full = new Set<string>();
    let leader: number | undefined;
    let [records, bytes] = [0, 0];
    for (const [index, entry] of this.#waiting.entries()) {
      const { topic, partition } = entry.portion;
      const hasRoom =
        round.length === 0 ||
        (records + entry.portion.records.length <= ROUND_RECORDS && bytes + entry.portion.bytes <= ROUND_BYTES);
      if (!hasRoom) {
        // Not looked through to its end: while Kafka is slow the queue holds thousands.
        left = left.concat(this.#waiting.slice(index));
        break;
      }
      const name = partitionName(entry.portion);
      const inPartition = (partitionBytes.get(name) ?? 0) + entry.portion.bytes;
      leader ??= this.#leaderOf(topic, partition);
      const fits =
        round.length === 0 ||
        (!full.has(name) && inPartition <= PARTITION_BYTES && leader === this.#leaderOf(topic, partition));
      if (!fits) {
        // Later records of this partition must not overtake these.
        full.add(name);
        left.push(entry);
        continue;
      }
      partitionBytes.set(name, inPartition);
      records += entry.portion.records.length;
      bytes += entry.portion.bytes;
      round.push(entry);
    }
    this.#waiting = left;
    return round;
  }

  #settleBatch(entries: readonly Waiting[], outcome: BatchOutcome | undefined): void {
    const known = outcome ?? {
      failure: { kind: 'unavailable', code: RECORD_ERRORS.UNAVAILABLE, message: 'Kafka did not answer for this batch' },
    };
    let passed = 0;
    for (const entry of entries) {
      this.#settleEntry(entry, 'failure' in known ? known : { baseOffset: known.baseOffset + passed });
      passed += entry.portion.records.length;
    }
  }

  #settleEntry(entry: Waiting, outcome: BatchOutcome): void {
    this.#records -= entry.portion.records.length;
    this.#bytes -= entry.portion.bytes;
    entry.settle(outcome);
  }
}

function partitionName({ topic, partition }: Portion): string {
  return `${topic}/${partition}`;
}

function groupByPartition(round: readonly Waiting[]): QueuedBatch[] {
  const groups = Map.groupBy(round, (entry) => partitionName(entry.portion));
  return [...groups.values()].flatMap((entries) => {
    const [first] = entries;
    if (first === undefined) return [];
    const { topic, partition } = first.portion;
    return [{ topic, partition, records: entries.flatMap((entry) => entry.portion.records), entries }];
  });
}
