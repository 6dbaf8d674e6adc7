import { z } from 'zod';
import { invalidParameter } from '../errors.ts';
import { check, flag, wholeNumber } from './check.ts';
import type { RepairRequest } from './choose-repairs.ts';
import { parseRunParameters } from './parse-run-now.ts';
import type { RunParameters } from './settings.ts';

const repairSchema = z.looseObject({
  run_id: wholeNumber.positive(),
  rerun_tasks: z.array(z.string()).default([]),
  rerun_all_failed_tasks: flag.default(false),
  rerun_dependent_tasks: flag.default(false),
  latest_repair_id: wholeNumber.optional(),
});

export interface ParsedRepair extends RepairRequest {
  readonly runId: number;
  readonly parameters: RunParameters;
}

export function parseRepair(parameters: unknown): ParsedRepair {
  const repair = check(repairSchema, parameters);
  if (repair.rerun_tasks.length > 0 === repair.rerun_all_failed_tasks)
    throw invalidParameter('give either rerun_tasks or rerun_all_failed_tasks');
  return {
    runId: repair.run_id,
    rerunTasks: repair.rerun_tasks,
    rerunAllFailed: repair.rerun_all_failed_tasks,
    rerunDependents: repair.rerun_dependent_tasks,
    latestRepairId: repair.latest_repair_id,
    parameters: parseRunParameters(parameters),
  };
}
