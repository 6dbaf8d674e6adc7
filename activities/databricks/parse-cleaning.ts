import { PinflowError } from '../../domain/errors.ts';
import { mapKinds, type PerKind } from '../../domain/kinds.ts';
import type { Cleaning, CleaningCounts } from '../../domain/ledger.ts';

/**
 * What the notebook `clean` ends with.
 * @throws PinflowError OUTPUT_INVALID naming the part that is missing or no count
 */
export function parseCleaning(text: string): Cleaning {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('expected JSON', text.slice(0, 200));
  }
  return { own: parseCounts(value, 'own'), carriedOver: parseCounts(value, 'carriedOver') };
}

function parseCounts(value: unknown, part: keyof Cleaning): PerKind<CleaningCounts> {
  return mapKinds((kind) => {
    const count = (name: keyof CleaningCounts) => {
      const found = property(property(property(value, part), kind), name);
      if (Number.isSafeInteger(found) && (found as number) >= 0) return found as number;
      throw invalid(`expected a count at "${part}.${kind}.${name}"`, JSON.stringify(found) ?? 'nothing');
    };
    return { clean: count('clean'), quarantined: count('quarantined'), duplicate: count('duplicate') };
  });
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function invalid(expected: string, found: string): PinflowError {
  return new PinflowError(
    'OUTPUT_INVALID',
    `notebook "clean" ended with an unexpected value: ${expected}, got "${found}"`,
  );
}
