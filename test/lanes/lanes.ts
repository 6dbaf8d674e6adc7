import { PinflowError } from '../../domain/errors.ts';

/** The lanes in the order they run: what is quick and needs little comes first. */
export const LANES = ['checks', 'unit', 'workflow', 'notebooks', 'stack'] as const;

/**
 * Lanes that run only when they are named: what needs a real Airflow, which is large to install and slow to start; every
 * fault in small, as the build server runs it; in full, with its table; and the kill loop alone. They wait for an Airflow or
 * for what has to time out, which nobody should do before every commit.
 */
export const NAMED_LANES = ['airflow', 'faults', 'reliability', 'chaos'] as const;
export type Lane = (typeof LANES)[number] | (typeof NAMED_LANES)[number];

/** After how many minutes a lane is stopped: several times its budget, so that only a hang is cut off. */
export const LIMIT_MINUTES: Readonly<Record<Lane, number>> = {
  checks: 5,
  unit: 5,
  workflow: 10,
  notebooks: 15,
  stack: 25,
  airflow: 25,
  faults: 25,
  reliability: 90,
  chaos: 30,
};

/** The lanes asked for, in running order; those that have to be named are left out when none is. */
export function selectLanes(names: readonly string[]): Lane[] {
  const known = [...LANES, ...NAMED_LANES];
  const unknown = names.filter((name) => !known.some((lane) => lane === name));
  if (unknown.length > 0) {
    throw new PinflowError(
      'INPUT_INVALID',
      `unknown lane "${unknown.join('", "')}", the lanes are ${known.join(', ')}`,
    );
  }
  return names.length === 0 ? [...LANES] : known.filter((lane) => names.includes(lane));
}

/** How many tests of a lane passed and failed, and what a person has to read about those that failed. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly report: string;
  /** What could not be tested on this machine and why; one line each. */
  readonly untested?: readonly string[];
}

export interface LaneResult extends Outcome {
  readonly lane: Lane;
  readonly seconds: number;
}
