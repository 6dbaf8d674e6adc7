import { describeFaults } from './reliability-table.ts';

test('faults of one name become one row, and rows stand in the order of the cases', () => {
  const report = { injected: 2, lost: 0, duplicated: 0 };
  expect(
    describeFaults([
      { ...report, number: 12, fault: 'lost response', recoveryMs: [1_500] },
      { ...report, number: 7, fault: 'broker killed', recoveryMs: [3_000, 1_000, 2_000] },
      { ...report, number: 12, fault: 'lost response', recoveryMs: [500] },
    ]),
  ).toEqual([
    ['case', 'fault', 'injected', 'lost', 'duplicated', 'recovery p50', 'recovery max'],
    ['7 Kafka broker killed, paused, restarted under load', 'broker killed', '2 ×', '0', '0', '2.0 s', '3.0 s'],
    ['12 S3 has done it and the answer is lost', 'lost response', '4 ×', '0', '0', '0.5 s', '1.5 s'],
  ]);
});
