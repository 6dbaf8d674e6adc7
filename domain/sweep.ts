/** The contract of a sweep: the search for Databricks runs whose workflow does not run any more. */

export interface SweepInput {
  /** Only look, cancel nothing. */
  readonly dryRun: boolean;
}

/**
 * `found`: a dry run; `cancelled`: it has ended; `kept`: its date was started again meanwhile; `alive`: it could not be
 * cancelled yet.
 */
export type SweepOutcome = 'found' | 'cancelled' | 'kept' | 'alive';

export interface SweptRun {
  readonly runId: string;
  readonly workflowId: string;
  readonly outcome: SweepOutcome;
}

export interface SweepResult {
  /** Active Databricks runs with a name like ours. */
  readonly looked: number;
  readonly orphans: readonly SweptRun[];
}

/** Id of the one sweep that runs at a time. */
export function sweepId({ dryRun }: SweepInput): string {
  return dryRun ? 'sweep-dry-run' : 'sweep';
}
