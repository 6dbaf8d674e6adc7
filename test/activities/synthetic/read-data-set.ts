import { openSyntheticSource } from '../../../activities/synthetic/adapter.ts';
import type { RecordKind } from '../../../domain/kinds.ts';
import type { GeoRow, PinRow, UserRow } from '../../../domain/records.ts';

export const readPins = () => readParsed<PinRow>('pin');
export const readGeos = () => readParsed<GeoRow>('geo');
export const readUsers = () => readParsed<UserRow>('user');

/** Every row of one kind of the synthetic source. */
async function readParsed<Row>(kind: RecordKind): Promise<Row[]> {
  const source = await openSyntheticSource();
  const keys = await source.listKeys(kind);
  const rows = await source.readRows(
    kind,
    keys.map((_, position) => position),
  );
  return rows.map(({ json }) => JSON.parse(json) as Row);
}

/** How often each value occurs, most frequent first. */
export function countValues<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}

/** Checks counts against measured ones, each within the given share of the measured. */
export function expectCounts<T>(
  counts: ReadonlyMap<T, number>,
  measured: readonly (readonly [T, number])[],
  tolerance: number,
): void {
  const far = measured
    .filter(([value, count]) => Math.abs((counts.get(value) ?? 0) - count) > count * tolerance)
    .map(([value, count]) => `${String(value)}: expected about ${count}, got ${counts.get(value) ?? 0}`);
  expect(far).toEqual([]);
}
