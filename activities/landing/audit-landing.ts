import { createHash } from 'node:crypto';
import type { LandingAudit, LandingCounts } from '../../domain/ledger.ts';
import { findUncovered, type OffsetRange, rangesOfOffsets } from '../../domain/offsets.ts';
import type { SentRecord } from '../emulation/chunk-manifests.ts';
import type { KafkaLog, ObjectStore } from '../ports.ts';
import { findChanged, hashValue, type RewrittenRecord } from './compare-values.ts';
import type { LandedObject } from './landed-objects.ts';
import { hashLine, splitLines } from './record-line.ts';

/** Records that the audit names of each kind of finding. */
const NAMED = 3;

export interface AuditInput {
  readonly topic: string;
  /** How the run's records are marked. */
  readonly run: string;
  /** What Kafka has acknowledged to the run. */
  readonly sent: readonly SentRecord[];
  readonly planned: readonly OffsetRange[];
  /** The objects that hold all of it. */
  readonly objects: readonly LandedObject[];
  /** Whether lines are the producer's bytes (I8). Where a sink writes them anew they have to say the same as in Kafka. */
  readonly keepsBytes: boolean;
  readonly signal: AbortSignal;
  readonly onObject: (done: number) => void;
}

/**
 * Reads back what landed and compares it, record by record, with what was sent. Records of the planned ranges that nobody
 * acknowledged to this run are looked up in Kafka, where each says who sent it: one of the run's own is a second copy,
 * because an answer was lost after its effect, or one that was never sent.
 */
export async function auditLanding(
  input: AuditInput,
  { kafka, store }: { readonly kafka: KafkaLog; readonly store: ObjectStore },
): Promise<LandingAudit> {
  const findings = new Findings();
  const missing = new Map(input.sent.map((record) => [keyOf(record), record]));
  const rewritten: RewrittenRecord[] = [];
  let done = 0;
  for (const object of input.objects) {
    input.signal.throwIfAborted();
    const { partition, start, count } = object;
    const lines = [...splitLines(await readBody(object, store))];
    for (const [index, line] of lines.entries()) {
      const place = { partition, offset: start + index };
      const record = missing.get(keyOf(place));
      if (index >= count) findings.add('phantom', place, 'a line too many');
      if (index >= count || record === undefined) continue;
      missing.delete(keyOf(place));
      findings.count('landed');
      if (hashLine(line) === record.hash) continue;
      if (input.keepsBytes) findings.add('corrupt', place, nameOf(record));
      else rewritten.push({ record, value: hashValue(String(line)) });
    }
    input.onObject(++done);
  }
  for (const record of await findChanged(rewritten, { ...input, kafka }))
    findings.add('corrupt', record, nameOf(record));
  for (const record of missing.values()) findings.add('lost', record, nameOf(record));
  await auditUnclaimed(input, kafka, findings);
  return findings.audit();
}

/** Bytes that are not those of the object's own hash are read once more: they may have changed on their way only. */
async function readBody({ key, sha256 }: LandedObject, store: ObjectStore): Promise<Buffer> {
  const read = async () => (await store.readObject(key)) ?? Buffer.alloc(0);
  const body = await read();
  return createHash('sha256').update(body).digest('hex') === sha256 ? body : read();
}

async function auditUnclaimed(
  { topic, run, sent, planned, signal }: AuditInput,
  kafka: KafkaLog,
  findings: Findings,
): Promise<void> {
  const ranges = findUncovered(planned, rangesOfOffsets(sent));
  if (ranges.length === 0) return;
  const hashes = new Map(sent.map(({ sequence, hash }) => [sequence, hash]));
  await kafka.readRanges({
    topic,
    ranges,
    signal,
    onRecords: async (partition, records) => {
      for (const { offset, readMark } of records) {
        const mark = readMark();
        if (mark?.run !== run) continue;
        const isCopy = hashes.get(mark.sequence) === mark.hash;
        findings.add(isCopy ? 'repeated' : 'phantom', { partition, offset }, nameOf(mark));
      }
    },
  });
}

interface Place {
  readonly partition: number;
  readonly offset: number;
}

class Findings {
  readonly #counts = { landed: 0, lost: 0, phantom: 0, repeated: 0, corrupt: 0 } satisfies LandingCounts;
  readonly #examples: string[] = [];

  count(what: keyof LandingCounts): number {
    return (this.#counts[what] += 1);
  }

  add(what: keyof LandingCounts, { partition, offset }: Place, name: string): void {
    if (this.count(what) > NAMED) return;
    this.#examples.push(`${what}: ${name} at partition ${partition} offset ${offset}`);
  }

  audit(): LandingAudit {
    return { counts: this.#counts, examples: this.#examples };
  }
}

function keyOf({ partition, offset }: Place): string {
  return `${partition}/${offset}`;
}

function nameOf({ sequence }: { readonly sequence: number }): string {
  return `record ${sequence}`;
}
