import { ApiError, invalidParameter } from '../errors.ts';
import { latestAttempts, type Run, type TaskRun } from './model.ts';
import { isRepairable } from './states.ts';

export interface RepairRequest {
  readonly rerunTasks: readonly string[];
  readonly rerunAllFailed: boolean;
  readonly rerunDependents: boolean;
  readonly latestRepairId: number | undefined;
}

/**
 * The latest attempts of the tasks that a repair runs again.
 * @throws ApiError INVALID_STATE for an active run, INVALID_PARAMETER_VALUE for a wrong latest_repair_id or task key
 */
export function chooseRepairs(run: Run, request: RepairRequest): TaskRun[] {
  if (run.outcome === null) throw new ApiError(400, 'INVALID_STATE', `Run ${run.runId} is still active.`);
  checkLatestRepair(run, request.latestRepairId);
  const tasks = latestAttempts(run.tasks);
  const chosen = new Set(
    request.rerunAllFailed
      ? tasks.filter(({ phase }) => isRepairable(phase)).map(({ settings }) => settings.task_key)
      : request.rerunTasks,
  );
  const unknown = [...chosen].find((key) => !tasks.some(({ settings }) => settings.task_key === key));
  if (unknown !== undefined) throw invalidParameter(`Run ${run.runId} has no task "${unknown}".`);
  if (chosen.size === 0) throw invalidParameter(`Run ${run.runId} has no failed task to repair.`);
  if (request.rerunDependents) addDependents(chosen, tasks);
  return tasks.filter(({ settings }) => chosen.has(settings.task_key));
}

function checkLatestRepair({ runId, episodes }: Run, given: number | undefined): void {
  const latest = episodes.findLast(({ repairId }) => repairId !== null)?.repairId ?? undefined;
  if (given === latest) return;
  if (given === undefined)
    throw invalidParameter(`Run ${runId} was repaired before: latest_repair_id ${latest} has to be provided.`);
  const known = latest === undefined ? 'the run was not repaired yet' : `the latest repair is ${latest}`;
  throw invalidParameter(`latest_repair_id ${given} is not the latest repair of run ${runId}: ${known}.`);
}

function addDependents(chosen: Set<string>, tasks: readonly TaskRun[]): void {
  for (let before = -1; before !== chosen.size;) {
    before = chosen.size;
    for (const { settings } of tasks) {
      if (settings.depends_on?.some(({ task_key }) => chosen.has(task_key))) chosen.add(settings.task_key);
    }
  }
}
