import type { RunPlan } from '../../domain/run.ts';

/** A checked plan of a small synthetic run; tests change what they are about. */
export function makePlan(changes: Partial<RunPlan> = {}): RunPlan {
  return {
    workflowId: 'daily-pinterest-2026-11-22',
    pipeline: 'pinterest',
    date: '2026-11-22',
    rows: undefined,
    seed: 100,
    source: { kind: 'synthetic' },
    order: 'sweep',
    pace: 'batch',
    rate: undefined,
    ...changes,
  };
}
