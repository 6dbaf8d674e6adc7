import type { PinRow } from '../../../domain/records.ts';
import { SeededRandom } from '../../../domain/seeded-random.ts';
import { readPins } from './read-data-set.ts';

let pins: readonly PinRow[];
beforeAll(async () => {
  pins = (await readPins()).filter((pin) => pin.poster_name !== 'User Info Error');
});

const SCALES: Record<string, number> = { k: 1_000, M: 1_000_000 };
const toNumber = (text: string) => Number.parseInt(text, 10) * (SCALES[text.slice(-1)] ?? 1);

test('followers are plain, k or M, without decimals, in the measured shares and ranges', () => {
  const matching = (pattern: RegExp) => pins.map((pin) => pin.follower_count).filter((text) => pattern.test(text));
  const plain = matching(/^\d{1,3}$/).map(toNumber);
  const thousands = matching(/^\d{1,3}k$/).map(toNumber);
  const millions = matching(/^\d{1,2}M$/).map(toNumber);
  expect(plain.length + thousands.length + millions.length).toBe(pins.length);
  expect(Math.abs(plain.length / 11_154 - 0.17)).toBeLessThan(0.01);
  expect(Math.abs(thousands.length / 11_154 - 0.74)).toBeLessThan(0.01);
  expect(Math.abs(millions.length / 11_154 - 0.07)).toBeLessThan(0.01);
  expect(Math.min(...plain)).toBe(0);
  expect(Math.max(...plain)).toBeLessThanOrEqual(940);
  expect([Math.min(...thousands), Math.min(...millions)]).toEqual([1_000, 1_000_000]);
  expect(Math.max(...thousands)).toBeLessThanOrEqual(985_000);
  expect(Math.max(...millions)).toBe(15_000_000);
});

test('deciles of the followers are the measured ones', () => {
  const sorted = pins.map((pin) => toNumber(pin.follower_count)).toSorted((a, b) => a - b);
  const measured = [198, 2_000, 6_000, 14_000, 29_000, 58_000, 125_000, 341_000, 903_000];
  const far = measured.filter((followers, i) => {
    const decile = sorted[Math.floor((sorted.length * (i + 1)) / 10)] ?? 0;
    return Math.abs(decile - followers) > followers * 0.12;
  });
  expect(far).toEqual([]);
});

test('a poster has one number of followers, but a few names belong to two posters', () => {
  const followers = Map.groupBy(pins, (pin) => pin.poster_name);
  const counts = [...followers.values()].map((rows) => new Set(rows.map((pin) => pin.follower_count)).size);
  expect(Math.max(...counts)).toBe(2);
  const shared = counts.filter((count) => count === 2).length;
  expect(shared).toBeGreaterThan(0);
  expect(shared).toBeLessThan(40);
});

test('about 1,117 posters are behind any 1,547 pins', () => {
  const sample = new SeededRandom('sample').shuffle(pins).slice(0, 1_547);
  expect(Math.abs(new Set(sample.map((pin) => pin.poster_name)).size - 1_117)).toBeLessThan(50);
});

test('names have commas, pipes, blanks at the ends, and up to 268 characters', () => {
  const names = pins.map((pin) => pin.poster_name);
  const share = (pattern: RegExp) => names.filter((name) => pattern.test(name)).length / names.length;
  expect(share(/,/)).toBeGreaterThan(0.03);
  expect(share(/\|/)).toBeGreaterThan(0.1);
  expect(Math.abs(share(/^ | $/) - 0.02)).toBeLessThan(0.005);
  expect(Math.max(...names.map((name) => name.length))).toBe(268);
});
