import { type DailyRunRef, describeDailyStart } from '../../domain/daily-start.ts';
import type { RunPipelineInput } from '../../domain/run.ts';
import type { Workflows } from '../ports.ts';

export interface StartDependencies {
  readonly workflows: Workflows;
}

export function createStartActivities({ workflows }: StartDependencies) {
  return {
    /** Starts the run of a date, or finds the one there is. @throws INPUT_INVALID naming every bad field */
    async startDaily(input: RunPipelineInput): Promise<DailyRunRef> {
      return workflows.startDaily(describeDailyStart(input));
    },
  };
}
