import { mapKinds, type PerKind, RECORD_KINDS } from '../../domain/kinds.ts';
import { PinflowError } from '../../domain/errors.ts';
import type { KindHealth, ShardLedger, StreamLedger } from '../../domain/stream.ts';

/**
 * What the notebook `stream` has last said of itself; nothing while it has said nothing. Its file is replaced under our
 * eyes, so a text that ends in the middle is one of the next look.
 */
export function parseHealth(text: string | undefined): Partial<PerKind<KindHealth>> {
  const kinds = readObject(parseJson(text ?? '')?.['kinds']);
  return Object.fromEntries(
    RECORD_KINDS.flatMap((kind) => {
      const health = toHealth(readObject(kinds?.[kind]));
      return health === undefined ? [] : [[kind, health]];
    }),
  );
}

function toHealth(of: Record<string, unknown> | undefined): KindHealth | undefined {
  const [batch, seconds, records] = [of?.['batch'], of?.['seconds'], of?.['total']].map(Number);
  const [rows, quarantined, duplicates] = [of?.['rows'], of?.['quarantined'], of?.['duplicates']].map(Number);
  const [endedAt, newest] = [of?.['at'], of?.['newest']];
  const health = { batch, seconds, records, rows, quarantined, duplicates };
  if (!Object.values(health).every(Number.isFinite) || typeof endedAt !== 'string' || typeof newest !== 'string')
    return undefined;
  return { ...(health as Record<keyof typeof health, number>), endedAt, newest };
}

/**
 * The ledger in the exit value of the notebook `stream`.
 * @throws PinflowError OUTPUT_INVALID where there is none
 */
export function parseLedger(text: string): StreamLedger {
  const ledger = readObject(parseJson(text)?.['ledger']);
  if (ledger === undefined)
    throw new PinflowError('OUTPUT_INVALID', `notebook "stream" ended without a ledger: ${text.slice(0, 200)}`);
  return mapKinds((kind) => {
    const streams = Object.entries(readObject(ledger[kind]) ?? {});
    return Object.fromEntries(
      streams.flatMap(([stream, shards]) =>
        Object.entries(readObject(shards) ?? {}).map(([shard, counts]) => [
          `${stream}/${shard}`,
          toShardLedger(`${kind} of ${stream}/${shard}`, counts),
        ]),
      ),
    );
  });
}

function toShardLedger(what: string, of: unknown): ShardLedger {
  const counts = readObject(of) ?? {};
  const read = (name: keyof ShardLedger): number => {
    const value = counts[name];
    if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
    const got = JSON.stringify(value);
    throw new PinflowError('OUTPUT_INVALID', `notebook "stream" ended with the count ${name}: ${got} for ${what}`);
  };
  return {
    ...{ put: read('put'), rows: read('rows'), quarantined: read('quarantined') },
    ...{ duplicates: read('duplicates'), missing: read('missing') },
  };
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    return readObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
