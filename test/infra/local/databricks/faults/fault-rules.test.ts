import fc from 'fast-check';
import { FaultRules, faultSchema } from '../../../../../infra/local/databricks/faults/fault-rules.ts';

const get = { method: 'GET', path: '/runs/get' };

function add(rules: FaultRules, fault: object): number {
  return rules.add(faultSchema.parse({ kind: 'hang', path: '/runs/get', ...fault }));
}

test('a rule lets the first requests pass, hits as many as said, and is used up', () => {
  const few = fc.integer({ min: 0, max: 5 });
  fc.assert(
    fc.property(few, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 12 }), (skip, times, requests) => {
      const rules = new FaultRules();
      add(rules, { skip, times });
      const met = Array.from({ length: requests }, () => rules.take(get) !== undefined);
      expect(met).toEqual(met.map((_, index) => index >= skip && index < skip + times));
      expect(rules.list()).toMatchObject([
        { matched: Math.min(requests, skip + times), hits: Math.min(Math.max(requests - skip, 0), times) },
      ]);
    }),
  );
});

test('the first rule that is not used up is met, in the order of their ids', () => {
  const rules = new FaultRules();
  const ids = [add(rules, { times: 2 }), add(rules, { kind: 'reset' })];
  const kinds = Array.from({ length: 4 }, () => rules.take(get)?.fault.kind);
  expect(kinds).toEqual(['hang', 'hang', 'reset', undefined]);
  expect(rules.list().map(({ id, hits }) => [id, hits])).toEqual([
    [ids[0], 2],
    [ids[1], 1],
  ]);
});

test.each([
  [{ path: '/runs/get' }, true],
  [{ path: '/runs/ge' }, false],
  [{ path: '/runs/*' }, true],
  [{ path: '/*' }, true],
  [{ path: '/runs/get*' }, true],
  [{ path: '/jobs/*' }, false],
  [{ method: 'GET' }, true],
  [{ method: 'POST' }, false],
])('whether the rule %j is met by GET /runs/get: %s', (fault, isMet) => {
  const rules = new FaultRules();
  add(rules, fault);
  expect(rules.take(get) !== undefined).toBe(isMet);
});

test('a stale read is one of GET, whether the rule says so or not', () => {
  const rules = new FaultRules();
  add(rules, { kind: 'stale' });
  expect(rules.take({ ...get, method: 'POST' })).toBeUndefined();
  expect(rules.take(get)?.fault.kind).toBe('stale');
  expect(faultSchema.safeParse({ kind: 'stale', path: '/', method: 'POST' }).success).toBe(false);
});

test('who meets a fault hears when its rule is taken away, and nobody else does', () => {
  const rules = new FaultRules();
  const [first] = [add(rules, {}), add(rules, {})];
  const met = [rules.take(get), rules.take(get)];
  expect(rules.remove(Number(first))).toBe(true);
  expect(met.map((taken) => taken?.removed.aborted)).toEqual([true, false]);
  expect(rules.remove(Number(first))).toBe(false);
  rules.removeAll();
  expect([met[1]?.removed.aborted, rules.list()]).toEqual([true, []]);
  expect(add(rules, {})).toBe(3);
});
