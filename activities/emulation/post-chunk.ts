import { activityInfo } from '@temporalio/activity';
import { topicName } from '../../domain/names.ts';
import { hashLine } from '../landing/record-line.ts';
import type { Gateway, ObjectStore, RowSource } from '../ports.ts';
import { type ChunkManifest, keepManifest, markOf } from './chunk-manifests.ts';
import type { Chunk } from './chunks.ts';

export interface PostContext {
  readonly source: RowSource;
  readonly gateway: Gateway;
  readonly store: ObjectStore;
}

/** Posts a chunk in one request and keeps its acknowledgements; gives those that count. */
export async function postChunk(
  { plan, kind, key, first, positions }: Chunk,
  { source, gateway, store }: PostContext,
): Promise<ChunkManifest> {
  const rows = await source.readRows(kind, positions);
  // The gateway's memory must end with this execution: after a reset the same chunk is another one.
  const idempotencyKey = `${activityInfo().workflowExecution?.runId}/${key}`;
  const topic = topicName(plan.pipeline, kind);
  const acknowledgements = await gateway.postRows({ topic, rows, idempotencyKey, run: markOf(plan), sequence: first });
  const records = acknowledgements.map(
    ({ partition, offset }, index) => [partition, offset, hashLine(rows[index]?.json ?? '')] as const,
  );
  return keepManifest(key, { first, records }, store);
}
