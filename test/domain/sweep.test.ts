import { sweepId } from '../../domain/sweep.ts';

test('a sweep that only looks never stands in for one that cancels', () => {
  expect(sweepId({ dryRun: true })).not.toBe(sweepId({ dryRun: false }));
});
