import { sleep } from '@temporalio/activity';
import { mapKinds, type PerKind, RECORD_KINDS, type RecordKind } from '../../domain/kinds.ts';
import { partitionKeyOf, streamName, streamPutsKey } from '../../domain/stream-names.ts';
import type { SlicePuts, StreamPlan, StreamSlice } from '../../domain/stream.ts';
import { planPositions, withSource } from '../emulation/open-rows.ts';
import type { ReportProgress } from '../heartbeat.ts';
import type { StreamProducer } from '../kinesis/produce-records.ts';
import type { ObjectStore, OpenSource, SourceRow, StreamPosition } from '../ports.ts';
import type { Supervised } from './stream-run.ts';

/** After it the slice is tried again as a whole, which tells people that Kinesis is not there. */
const BUDGET_MS = 60_000;

/** Posts that become due within it go together. Shorter costs more requests than a reader would notice. */
const TICK_MS = 100;

export interface SliceToSend extends Supervised {
  readonly slice: StreamSlice;
}

export interface SliceDependencies {
  readonly openSource: OpenSource;
  readonly store: ObjectStore;
  /** One for each stream, which outlives a slice: it knows how fast the shards may be sent to. */
  readonly openProducer: (stream: string) => Pick<StreamProducer, 'produce'>;
  readonly stream: { readonly names: string };
}

type SliceContext = SliceDependencies & { readonly report: ReportProgress; readonly signal: AbortSignal };

/** What Kinesis has acknowledged of one kind of a slice; the notebook's reconciliation reads it. */
interface SliceManifest {
  readonly stream: string;
  readonly records: (readonly [shardId: string, sequenceNumber: string, key: number | null])[];
}

/**
 * Sends the posts of a slice as they become due. A kind whose manifest exists is in Kinesis and is not sent again (I7).
 * One that was sent without its manifest is sent a second time, for Kinesis knows no idempotent put; readers find these
 * records as duplicates (I2).
 */
export async function sendSlice(of: SliceToSend, context: SliceContext): Promise<SlicePuts> {
  const kept = await readKept(of, context.store);
  const kinds = RECORD_KINDS.filter((kind) => kept[kind] === undefined);
  const sent: Partial<PerKind<SliceManifest>> = kinds.length === 0 ? {} : await sendKinds(of, kinds, context);
  return mapKinds((kind) => (kept[kind] ?? sent[kind])?.records.length ?? 0);
}

async function readKept({ plan, chain, slice }: SliceToSend, store: ObjectStore) {
  const { pipeline } = plan;
  const found = await Promise.all(
    RECORD_KINDS.map(async (kind) => {
      const body = await store.readObject(streamPutsKey({ pipeline, chain }, { kind, number: slice.number }));
      return [kind, body && (JSON.parse(body.toString('utf8')) as SliceManifest)] as const;
    }),
  );
  return Object.fromEntries(found) as PerKind<SliceManifest | undefined>;
}

async function sendKinds(of: SliceToSend, kinds: readonly RecordKind[], context: SliceContext) {
  const { plan, chain, slice } = of;
  const { pipeline } = plan;
  const { store, stream } = context;
  const rows = await readRows(of, context);
  const manifests = mapKinds((kind): SliceManifest => {
    return { stream: streamName(stream.names, { pipeline, kind }), records: [] };
  });
  await pace(slice, context, async (first, end) => {
    await Promise.all(
      kinds.map(async (kind) => {
        const due = rows[kind].slice(first, end);
        manifests[kind].records.push(...(await putRows({ kind, stream: manifests[kind].stream, rows: due }, context)));
      }),
    );
  });
  for (const kind of kinds) {
    const key = streamPutsKey({ pipeline, chain }, { kind, number: slice.number });
    await store.createObject({ key, body: JSON.stringify(manifests[kind]), contentType: 'application/json' });
  }
  return manifests;
}

/** Calls `send` for the posts from `first` to before `end` as they become due; it may be late and catches up. */
async function pace(
  { number, posts, rate }: StreamSlice,
  { report, signal }: SliceContext,
  send: (first: number, end: number) => Promise<void>,
): Promise<void> {
  const begin = Date.now();
  for (let sent = 0; sent < posts;) {
    signal.throwIfAborted();
    const due = Math.min(posts, Math.floor(((Date.now() - begin) / 1_000) * rate) + 1);
    if (due > sent) await send(sent, due);
    sent = due;
    report({ label: `slice ${number}`, done: sent, total: posts });
    const next = begin + (sent / rate) * 1_000;
    await sleep(Math.max(TICK_MS, next - Date.now()));
  }
}

async function readRows({ plan, slice: { first, posts } }: SliceToSend, { openSource }: SliceDependencies) {
  return withSource(plan.source, openSource, async (source) => {
    const positions = await planPositions(toEmulation(plan), source);
    const read = (kind: RecordKind) => source.readRows(kind, positions[kind].slice(first, first + posts));
    const [pin, geo, user] = await Promise.all(RECORD_KINDS.map(read));
    return { pin: pin ?? [], geo: geo ?? [], user: user ?? [] };
  });
}

/** The order in which a stream sends the rows of its source is that of no date. */
export function toEmulation(plan: StreamPlan) {
  return { ...plan, date: 'stream' };
}

interface RowsToPut {
  readonly kind: RecordKind;
  readonly stream: string;
  readonly rows: readonly SourceRow[];
}

async function putRows(
  { kind, stream, rows }: RowsToPut,
  { openProducer, signal, stream: { names: template } }: SliceContext,
): Promise<SliceManifest['records']> {
  const records = rows.map(({ key, json }, index) => ({
    id: `${kind} ${key ?? `without a key, ${index}`}`,
    partitionKey: partitionKeyOf({ template, kind, key: String(key ?? index) }),
    data: json,
  }));
  const { positions, failure } = await openProducer(stream).produce({ records, budgetMs: BUDGET_MS, signal });
  if (failure instanceof Error) throw failure;
  return positions.map((position, index) => {
    const { shardId, sequenceNumber } = position as StreamPosition;
    return [shardId, sequenceNumber, rows[index]?.key ?? null];
  });
}
