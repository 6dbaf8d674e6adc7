import type { RowSource, SourceRow } from '../../activities/ports.ts';
import { openSyntheticSource } from '../../activities/synthetic/adapter.ts';
import { ROW_COUNT } from '../../activities/synthetic/pins.ts';
import { mapKinds, RECORD_KINDS, type RecordKind } from '../../domain/kinds.ts';

/** The invented posts again and again, each time under keys of their own; rows are made as they are read. */
export async function openRepeatedSource(posts: number): Promise<RowSource> {
  const synthetic = await openSyntheticSource();
  const keys = Array.from({ length: posts }, (_, key) => key);
  return {
    ...synthetic,
    listKeys: async () => keys,
    readRows: async (kind, positions) => {
      const rows = await synthetic.readRows(
        kind,
        positions.map((key) => key % ROW_COUNT),
      );
      return rows.map(({ json }, index) => withKey(json, positions[index] ?? NaN));
    },
  };
}

/** The same rows, all made ahead: what is left is the cost of sending them. */
export async function prepareRows(source: RowSource, posts: number): Promise<RowSource> {
  const positions = Array.from({ length: posts }, (_, position) => position);
  const read = await Promise.all(RECORD_KINDS.map((kind) => source.readRows(kind, positions)));
  const rows = mapKinds((kind) => read[RECORD_KINDS.indexOf(kind)] ?? []);
  const rowAt = (kind: RecordKind, position: number): SourceRow => rows[kind][position] ?? { key: null, json: '{}' };
  return { ...source, readRows: async (kind, wanted) => wanted.map((position) => rowAt(kind, position)) };
}

/** The key is the first field of every kind. */
function withKey(json: string, key: number): SourceRow {
  return { key, json: json.replace(/^(\{"\w+":)\d+/, `$1${key}`) };
}
