import { activityInfo } from '@temporalio/activity';
import { topicName } from '../../domain/names.ts';
import { hashLine } from '../landing/record-line.ts';
import type { Gateway, ObjectStore, RowPost, RowSource, SourceRow } from '../ports.ts';
import { type ChunkManifest, keepManifest, type ManifestRecord, markOf } from './chunk-manifests.ts';
import type { Chunk } from './chunks.ts';

export interface PostContext {
  readonly source: RowSource;
  readonly gateway: Gateway;
  readonly store: ObjectStore;
}

/** Posts a chunk in one request and keeps its acknowledgements; gives those that count. */
export async function postChunk(chunk: Chunk, { source, gateway, store }: PostContext): Promise<ChunkManifest> {
  const { kind, key, first, positions } = chunk;
  const rows = await source.readRows(kind, positions);
  const acknowledgements = await gateway.postRows({ ...addressOf(chunk, key), rows, sequence: first });
  const records = acknowledgements.map((place, index) => toRecord(place, rows[index]));
  return keepManifest(key, { first, records }, store);
}

/** Posts one row of a chunk in a request of its own. */
export async function postRow(
  chunk: Chunk,
  { row, sequence }: { readonly row: SourceRow; readonly sequence: number },
  gateway: Gateway,
): Promise<ManifestRecord> {
  const request = { ...addressOf(chunk, `${chunk.key}/${sequence}`), rows: [row], sequence };
  const [place] = await gateway.postRows(request);
  return toRecord(place, row);
}

/** Where rows of a chunk go, and as whose. The gateway's memory must end with this execution: after a reset the same chunk is another one. */
function addressOf({ plan, kind }: Chunk, request: string): Omit<RowPost, 'rows' | 'sequence'> {
  const idempotencyKey = `${activityInfo().workflowExecution?.runId}/${request}`;
  return { topic: topicName(plan.pipeline, kind), idempotencyKey, run: markOf(plan) };
}

function toRecord(
  place: { partition: number; offset: number } | undefined,
  row: SourceRow | undefined,
): ManifestRecord {
  if (place === undefined || row === undefined) throw new RangeError('expected as many acknowledgements as rows');
  return [place.partition, place.offset, hashLine(row.json)];
}
