import fc from 'fast-check';
import { mapKinds, RECORD_KINDS } from '../../domain/kinds.ts';
import { findImbalances, findUncleaned, isComplete, type KindLedger, type Ledger } from '../../domain/ledger.ts';

const nothing = { lost: 0, phantom: 0, repeated: 0, corrupt: 0 };
const balanced: KindLedger = {
  ...{ intended: 10, acknowledged: 10, landed: 10, ...nothing },
  ...{ clean: 7, quarantined: 2, duplicate: 1 },
};

function ledgerWith(pin: Partial<KindLedger>): Ledger {
  return { ...mapKinds(() => balanced), pin: { ...balanced, ...pin } };
}

test('a ledger whose stations agree has no imbalance', () => {
  expect(findImbalances(ledgerWith({}))).toEqual([]);
});

test.each([
  [{ acknowledged: 9, landed: 9, clean: 6 }, ['pin: intended 10 but acknowledged 9']],
  [{ landed: 9, clean: 6 }, ['pin: acknowledged 10 but landed 9']],
  [{ clean: 6 }, ['pin: landed 10 but clean 6 + quarantined 2 + duplicate 1 = 9']],
  [{ duplicate: 2 }, ['pin: landed 10 but clean 7 + quarantined 2 + duplicate 2 = 11']],
  [{ lost: 1, phantom: 2, corrupt: 3 }, ['pin: 1 lost', 'pin: 2 phantom', 'pin: 3 corrupt']],
  [
    { acknowledged: 8, landed: 9 },
    [
      'pin: intended 10 but acknowledged 8',
      'pin: acknowledged 8 but landed 9',
      'pin: landed 9 but clean 7 + quarantined 2 + duplicate 1 = 10',
    ],
  ],
])('the counts %j are named with every equation that fails', (counts, problems) => {
  expect(findImbalances(ledgerWith(counts))).toEqual(problems);
});

test('second copies do not unbalance a ledger', () => {
  expect(findImbalances(ledgerWith({ repeated: 5 }))).toEqual([]);
});

test('a job that cleaned other records than it was given is noticed although its own ones balance', () => {
  const given = mapKinds(() => ({ records: 12 }));
  const own = mapKinds(() => balanced);
  const others = { clean: 1, quarantined: 0, duplicate: 1 };
  const carriedOver = { ...mapKinds(() => others), user: { ...others, duplicate: 0 } };
  expect(findUncleaned(given, { own, carriedOver })).toEqual(['user: 12 records were given to the job but 11 cleaned']);
});

test('a ledger is complete when every station of every kind is counted', () => {
  const { clean: _, ...uncleaned } = balanced;
  expect(isComplete(ledgerWith({}))).toBe(true);
  expect(isComplete({ ...ledgerWith({}), geo: uncleaned })).toBe(false);
});

test('an imbalance in any kind is found and names the kind', () => {
  const ledger = { ...ledgerWith({}), geo: { ...balanced, clean: 0 }, user: { ...balanced, intended: 11 } };
  expect(findImbalances(ledger).map((problem) => problem.split(':')[0])).toEqual(['geo', 'user']);
});

test('one changed number never goes unnoticed', () => {
  const counts = fc.record({ clean: fc.nat(99), quarantined: fc.nat(99), duplicate: fc.nat(99) });
  const whatever = fc.constantFrom<Exclude<keyof KindLedger, 'repeated'>>(
    ...(['intended', 'acknowledged', 'landed', 'lost', 'phantom', 'corrupt'] as const),
    ...(['clean', 'quarantined', 'duplicate'] as const),
  );
  const change = fc.integer({ min: -50, max: 50 }).filter((by) => by !== 0);
  fc.assert(
    fc.property(counts, fc.constantFrom(...RECORD_KINDS), whatever, change, (classes, kind, changed, by) => {
      const total = classes.clean + classes.quarantined + classes.duplicate;
      const whole = { intended: total, acknowledged: total, landed: total, ...nothing, ...classes };
      const ledger = mapKinds((each) => (each === kind ? { ...whole, [changed]: whole[changed] + by } : whole));
      expect(findImbalances(mapKinds(() => whole))).toEqual([]);
      expect(findImbalances(ledger)).not.toEqual([]);
    }),
  );
});
