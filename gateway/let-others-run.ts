import { setImmediate } from 'node:timers/promises';

/** What is done at a stretch. No request shall keep the event loop for 50 ms, and other things come on top. */
const STRETCH_MS = 5;

/** What has happened meanwhile on other connections is seen to first. */
export async function letOthersRun(): Promise<void> {
  await setImmediate();
}

/** As `map` of an array, in stretches. */
export async function mapInStretches<Item, Result>(
  items: readonly Item[],
  map: (item: Item, index: number) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  let end = performance.now() + STRETCH_MS;
  for (const [index, item] of items.entries()) {
    results.push(map(item, index));
    if (performance.now() < end) continue;
    await letOthersRun();
    end = performance.now() + STRETCH_MS;
  }
  return results;
}
