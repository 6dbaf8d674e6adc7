import { SCHEDULES } from '../../dags/schedules.ts';
import type { DailyDag } from '../../dags/spec.ts';

/** A schedule like the committed one, with some fields changed. */
export function makeDag(changes: Partial<DailyDag> = {}): DailyDag {
  const [first] = SCHEDULES;
  if (first === undefined) throw new Error('no schedule is committed');
  return { ...first, ...changes };
}
