import * as fc from 'fast-check';
import { COURSE_TURNS, type EmulationInput, planEmulation } from '../../domain/emulation-plan.ts';
import { RECORD_KINDS, type PerKind } from '../../domain/kinds.ts';
import { describeRealSamples } from '../support/real-samples.ts';

type Keys = EmulationInput['keys'];

const BASE = { pipeline: 'pinterest', date: '2026-11-22', seed: 100, rows: undefined, order: 'sweep' } as const;

const sameKeys = (keys: readonly (number | null)[]): Keys => ({ pin: keys, geo: keys, user: keys });
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Keys in the order a plan sends them. */
function sentKeys(plan: PerKind<readonly number[]>, keys: Keys): PerKind<readonly (number | null | undefined)[]> {
  const of = (kind: 'pin' | 'geo' | 'user') => plan[kind].map((position) => keys[kind][position]);
  return { pin: of('pin'), geo: of('geo'), user: of('user') };
}

describe('a sweep', () => {
  test('sends the same rows in the same order whenever it is planned', () => {
    expect(planEmulation({ ...BASE, rows: 5, keys: sameKeys(upTo(11_154)) })).toMatchInlineSnapshot(`
      {
        "geo": [
          5456,
          1034,
          4533,
          3651,
          2340,
        ],
        "pin": [
          5456,
          1034,
          4533,
          3651,
          2340,
        ],
        "user": [
          5456,
          1034,
          4533,
          3651,
          2340,
        ],
      }
    `);
  });

  test.each([{ pipeline: 'other' }, { date: '2026-11-23' }, { seed: 101 }])('of %p has another order', (change) => {
    const keys = sameKeys(upTo(100));
    expect(planEmulation({ ...BASE, ...change, keys }).pin).not.toEqual(planEmulation({ ...BASE, keys }).pin);
  });

  test('sends every row of every kind exactly once, and the first rows of a longer sweep', () => {
    const anyKeys = fc.array(fc.option(fc.integer({ min: 0, max: 20 }), { freq: 6 }), { maxLength: 40 });
    fc.assert(
      fc.property(anyKeys, anyKeys, anyKeys, fc.nat(60), (pin, geo, user, rows) => {
        const keys = { pin, geo, user };
        const all = planEmulation({ ...BASE, keys });
        for (const kind of RECORD_KINDS) {
          expect(all[kind].toSorted((a, b) => a - b)).toEqual(upTo(keys[kind].length));
        }
        const posts = countPosts(keys);
        const some = planEmulation({ ...BASE, rows: Math.min(rows, posts), keys });
        for (const kind of RECORD_KINDS) expect(some[kind]).toEqual(all[kind].slice(0, some[kind].length));
        expect(countPosts(pickKeys(keys, some))).toBe(Math.min(rows, posts));
      }),
    );
  });

  test('sends a post of all kinds together, whatever the order of the source', () => {
    const keys = { pin: [3, 1, 2], geo: [1, 2, 3], user: [2, 3, 1] };
    const sent = sentKeys(planEmulation({ ...BASE, keys }), keys);
    expect(sent.geo).toEqual(sent.pin);
    expect(sent.user).toEqual(sent.pin);
  });

  test('keeps rows of one key together in the order of the source, and rows without a key last', () => {
    const keys = { pin: [null, 8, 7, 8, null], geo: [7], user: [] };
    const plan = planEmulation({ ...BASE, keys });
    const position = plan.pin.indexOf(1);
    expect(plan.pin.slice(position, position + 2)).toEqual([1, 3]);
    expect(plan.pin.slice(-2)).toEqual([0, 4]);
    expect(planEmulation({ ...BASE, rows: 3, keys }).pin.slice(-1)).toEqual([0]);
  });

  test('refuses more rows than the source has', () => {
    expect(() => planEmulation({ ...BASE, rows: 12, keys: { pin: [1, 1, null], geo: [2], user: [] } })).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: 'rows: asked for 12 posts, but the source holds 3',
      }),
    );
  });
});

describe('a course run', () => {
  const course = { ...BASE, order: 'course' } as const;

  test('sends the rows that the course sends, with its repeats', () => {
    const plan = planEmulation({ ...course, rows: 15, keys: sameKeys(upTo(11_154)) });
    const keys = [7528, 2863, 5730, 8304, 8731, 1313, 4315, 10794, 5494, 5069, 2923, 3089, 6063, 3454, 7554];
    expect(plan).toEqual({ pin: keys, geo: keys, user: keys });
    const long = planEmulation({ ...course, rows: 11_154, keys: sameKeys(upTo(11_154)) });
    expect(long.geo).toHaveLength(11_154);
    expect(new Set(long.geo).size).toBe(7_033);
  });

  test('takes 1,000 turns unless told otherwise', () => {
    expect(COURSE_TURNS).toBe(1_000);
    expect(planEmulation({ ...course, keys: sameKeys(upTo(11_154)) }).user).toHaveLength(1_000);
  });

  test('names the key that the source lacks and says what to do', () => {
    const keys = { ...sameKeys(upTo(11_154)), geo: upTo(11_154).filter((key) => key !== 5_730) };
    expect(() => planEmulation({ ...course, rows: 15, keys })).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message:
          'order: "course" draws key 5730 in turn 3, but the source has no geo row of that key; ask for at most 2 rows, or take order "sweep"',
      }),
    );
    expect(planEmulation({ ...course, rows: 2, keys }).pin).toEqual([7_528, 2_863]);
  });

  test('is not endless', () => {
    expect(() => planEmulation({ ...course, rows: 2 ** 53 - 1, keys: sameKeys([]) })).toThrow(
      'rows: expected at most 1000000 in order "course", got 9007199254740991',
    );
  });

  test('names only the sweep as a way out where even the first key is lacking', () => {
    expect(() => planEmulation({ ...course, rows: 1, keys: sameKeys([1, 2, 3]) })).toThrow(
      'order: "course" draws key 7528 in turn 1, but the source has no pin row of that key; take order "sweep"',
    );
  });
});

describeRealSamples('the real samples', ({ lines }) => {
  const keysOf = (kind: 'pin' | 'geo' | 'user', field: string) =>
    lines[kind].map((line) => (JSON.parse(line) as Record<string, number>)[field] ?? null);
  const keys = { pin: keysOf('pin', 'index'), geo: keysOf('geo', 'ind'), user: keysOf('user', 'ind') };

  test('replay 200 turns of the course', () => {
    const plan = planEmulation({ ...BASE, order: 'course', rows: 200, keys });
    expect(sentKeys(plan, keys).pin.slice(0, 5)).toEqual([7528, 2863, 5730, 8304, 8731]);
    expect(plan.user).toHaveLength(200);
  });
});

function pickKeys(keys: Keys, plan: PerKind<readonly number[]>): Keys {
  const of = (kind: 'pin' | 'geo' | 'user') => plan[kind].map((position) => keys[kind][position] ?? null);
  return { pin: of('pin'), geo: of('geo'), user: of('user') };
}

function countPosts(keys: Keys): number {
  const all = RECORD_KINDS.flatMap((kind) => [...keys[kind]]);
  return new Set(all.filter((key) => key !== null)).size + all.filter((key) => key === null).length;
}
