import type { Landing } from './landing.ts';
import { type LandSettings, landRanges } from './land-ranges.ts';
import { countStrays, findNextOffset } from './landed-objects.ts';
import { findCovering } from './prove-coverage.ts';

/** The workers write the objects themselves; each object says in its metadata what it holds. */
export function createWorkerLanding(settings: LandSettings): Landing {
  const { store } = settings;
  return {
    findStart: (where, low) => findNextOffset(store, where, low),
    land: (input) => landRanges(input, settings),
    findCovering: (topic, wanted) => findCovering(topic, wanted, store),
    countStrays: (topic, proven) => countStrays(store, topic, proven),
    noteListed: async () => undefined,
    keepsBytes: true,
  };
}
