import { z } from 'zod';
import { type AddedFault, FaultRules } from '../../faults/fault-rules.ts';
import type { ShardIterator } from '../iterators.ts';

/** Absent: all streams. */
const stream = z.string().min(1).optional();
const times = z.int().min(1).default(1);
const skip = z.int().min(0).default(0);

export const faultSchema = z.discriminatedUnion('kind', [
  /** Refuses a share of the records for their rate, until it is removed. Hits are records. */
  z.strictObject({ kind: z.literal('throttle'), stream, share: z.number().min(0).max(1) }),
  /** Refuses exactly so many records, spread evenly, of a PutRecords that has as many. */
  z.strictObject({
    kind: z.literal('fail-records'),
    ...{ stream, times, skip },
    count: z.int().min(1).max(500),
    error: z.enum(['ProvisionedThroughputExceededException', 'InternalFailure']),
  }),
  /** Does what a PutRecord or PutRecords asks for, and closes the connection without a byte of an answer. */
  z.strictObject({ kind: z.literal('lose-answer'), ...{ stream, times, skip } }),
  /** Every iterator that was made until now is too old. Hits are refused reads. */
  z.strictObject({ kind: z.literal('expire-iterators'), stream }),
  /** Records that came before the time are gone, as if their retention had passed. Hits are records. */
  z.strictObject({ kind: z.literal('trim'), stream: z.string().min(1), before: z.iso.datetime({ offset: true }) }),
]);
export type Fault = z.output<typeof faultSchema>;

/** What may meet a fault: a record that is put, a PutRecords, the answer to a put, a read. */
type Meeting =
  | { readonly what: 'record' | 'answer'; readonly stream: string }
  | { readonly what: 'records'; readonly stream: string; readonly count: number }
  | { readonly what: 'read'; readonly stream: string; readonly createdAt: number };

/** Faults of the stack's Kinesis, added and removed from outside. */
export class KinesisFaults {
  readonly #rules = new FaultRules<Meeting, Fault>('kinesis');
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Everything but a trim, which happens once and at once. */
  add(fault: Exclude<Fault, { kind: 'trim' }>): AddedFault {
    const addedAt = this.#now();
    const matches = (meeting: Meeting) =>
      (fault.stream ?? meeting.stream) === meeting.stream && isMet(fault, meeting, addedAt);
    const endless = { times: Number.POSITIVE_INFINITY };
    if (fault.kind === 'throttle') return this.#rules.add({ matches, fault, ...endless, chance: fault.share });
    if (fault.kind === 'expire-iterators') return this.#rules.add({ matches, fault, ...endless });
    return this.#rules.add({ matches, fault, times: fault.times, skip: fault.skip });
  }

  throttles(streamName: string): boolean {
    return this.#rules.take({ what: 'record', stream: streamName }) !== undefined;
  }

  /** The places in a request of so many records that fail, and how. */
  takeFailing(streamName: string, records: number) {
    const fault = this.#rules.take({ what: 'records', stream: streamName, count: records });
    if (fault?.kind !== 'fail-records') return undefined;
    const rank = (place: number) => Math.floor((place * fault.count) / records);
    const places = Array.from({ length: records }, (_, place) => place);
    return { error: fault.error, places: new Set(places.filter((place) => rank(place) < rank(place + 1))) };
  }

  losesAnswer(streamName: string): boolean {
    return this.#rules.take({ what: 'answer', stream: streamName }) !== undefined;
  }

  expires({ stream: streamName, createdAt }: ShardIterator): boolean {
    return this.#rules.take({ what: 'read', stream: streamName, createdAt }) !== undefined;
  }
}

function isMet(fault: Fault, meeting: Meeting, addedAt: number): boolean {
  switch (fault.kind) {
    case 'throttle':
      return meeting.what === 'record';
    case 'fail-records':
      return meeting.what === 'records' && meeting.count >= fault.count;
    case 'lose-answer':
      return meeting.what === 'answer';
    case 'expire-iterators':
      return meeting.what === 'read' && meeting.createdAt <= addedAt;
    case 'trim':
      return false;
  }
}
