import type { RowSource } from '../../activities/ports.ts';
import { KEY_FIELDS } from '../../domain/kinds.ts';

/** A source of `rows` rows whose keys count from 0. */
export function makeSource(rows: number): RowSource {
  return {
    listKeys: async () => Array.from({ length: rows }, (_, i) => i),
    readRows: async (kind, positions) =>
      positions.map((key) => ({ key, json: JSON.stringify({ [KEY_FIELDS[kind]]: key }) })),
    close: async () => undefined,
  };
}
