import { mapInStretches } from '../../gateway/let-others-run.ts';

test('items are mapped in their order, and others have turns in between', async () => {
  let turns = 0;
  const turn = setInterval(() => turns++, 0);
  const results = await mapInStretches([1, 2, 3, 4], (item, index) => {
    const end = performance.now() + 4;
    while (performance.now() < end);
    return [item * 2, index];
  });
  clearInterval(turn);
  expect(results).toEqual([
    [2, 0],
    [4, 1],
    [6, 2],
    [8, 3],
  ]);
  expect(turns).toBeGreaterThan(0);
});
