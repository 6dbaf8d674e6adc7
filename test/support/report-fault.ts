import { appendFileSync } from 'node:fs';

/** What a test of one case of docs/reliability.md has shown. */
export interface FaultReport {
  /** Number of the case. */
  readonly number: number;
  /** What was done to what, in a few words. */
  readonly fault: string;
  /** How often the fault was met: its proof. */
  readonly injected: number;
  /** Acknowledged records that were not found again. */
  readonly lost: number;
  /** Records, objects or runs that were there twice. */
  readonly duplicated: number;
  /** From the end of each fault until the work went on. */
  readonly recoveryMs: readonly number[];
}

/**
 * Asserts what every case promises: the fault was there, nothing was lost or doubled, and work went on. Where
 * PINFLOW_TEST_RELIABILITY names a file, the report becomes a line of it, from which the table is made.
 */
export function reportFault(report: FaultReport): void {
  expect(report.injected).toBeGreaterThan(0);
  expect(report).toMatchObject({ lost: 0, duplicated: 0 });
  expect(report.recoveryMs.length).toBeGreaterThan(0);
  const file = process.env['PINFLOW_TEST_RELIABILITY'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(report)}\n`);
}

/** Whether the long form is run, which `npm run reliability` asks for; the lane runs the short one. */
export const IS_FULL = process.env['PINFLOW_TEST_SIZE'] === 'full';
