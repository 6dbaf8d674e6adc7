import fc from 'fast-check';
import { FaultRules } from '../../../../infra/local/faults/fault-rules.ts';

test('a rule lets some requests pass, hits as many as it says and is then used up', () => {
  const rules = new FaultRules<string, string>('seed');
  const put = rules.add({ matches: (request) => request === 'PUT', fault: 'slow', skip: 1, times: 2 });

  expect(['PUT', 'GET', 'PUT', 'PUT', 'PUT'].map((request) => rules.take(request))).toEqual([
    undefined,
    undefined,
    'slow',
    'slow',
    undefined,
  ]);
  expect(put.hits()).toBe(2);
});

test('a request meets the first rule that is not used up', () => {
  const rules = new FaultRules<string, string>('seed');
  rules.add({ matches: () => true, fault: 'first' });
  const second = rules.add({ matches: () => true, fault: 'second', times: Infinity });

  expect([rules.take('a'), rules.take('b')]).toEqual(['first', 'second']);

  second.remove();
  expect(rules.take('c')).toBeUndefined();
});

test('the same seed hits the same requests, and about the share asked for', () => {
  const draw = (seed: string, chance: number) => {
    const rules = new FaultRules<number, true>(seed);
    rules.add({ matches: () => true, fault: true, chance, times: Infinity });
    return Array.from({ length: 1_000 }, (_, request) => rules.take(request) === true);
  };
  fc.assert(
    fc.property(fc.string(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, chance) => {
      const drawn = draw(seed, chance);
      expect(draw(seed, chance)).toEqual(drawn);
      // Six standard deviations of a thousand draws are at most 95.
      expect(Math.abs(drawn.filter(Boolean).length - 1_000 * chance)).toBeLessThan(100);
    }),
    { numRuns: 50 },
  );
});
