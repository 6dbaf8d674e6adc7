import { DEFAULT_DUE_TIME, DEFAULT_TIME_ZONE, listDueTimes } from '../../domain/daily-schedule.ts';
import { PinflowError } from '../../domain/errors.ts';
import { dagRunId, findTriggerProblems, type TriggerInput, type TriggerResult } from '../../domain/mwaa.ts';
import { dagId } from '../../domain/names.ts';
import type { AirflowDagRun, Mwaa } from './port.ts';

/**
 * Starts the DAG run of a date, or finds the one there is (I4). The run id is ours, so that a try whose answer was lost
 * finds its own run (I6).
 * @throws PinflowError INPUT_INVALID, DAG_UNKNOWN or DAG_RUN_CONFLICT
 */
export async function startDate(input: TriggerInput, mwaa: Mwaa): Promise<TriggerResult> {
  const { pipeline, date } = input;
  const id = dagId(pipeline);
  const logicalDate = readDueTime(input);
  const dag = await mwaa.readDag(id);
  if (dag === undefined) throw new PinflowError('DAG_UNKNOWN', `Airflow has no DAG "${id}"`);
  // Airflow would make a run without a task, and call it a success.
  if (dag.startDate !== undefined && logicalDate < dag.startDate) {
    const first = new Date(dag.startDate).toISOString();
    throw new PinflowError(
      'INPUT_INVALID',
      `date: expected one that is due after "${id}" starts, ${first}, got "${date}"`,
    );
  }
  const runId = dagRunId(pipeline, date);
  const answer = await mwaa.startDagRun({ dagId: id, runId, logicalDate });
  const run = await findRun({ dagId: id, runId, logicalDate }, mwaa);
  if (run.state !== 'queued' && (await mwaa.countTasks(id, run.runId)) === 0) {
    throw new PinflowError('DAG_RUN_CONFLICT', `DAG run "${run.runId}" of "${id}" is ${run.state} and has no tasks`);
  }
  return { runId: run.runId, state: run.state, existed: answer === 'exists' };
}

function readDueTime(input: TriggerInput): number {
  const { date, at = DEFAULT_DUE_TIME, timeZone = DEFAULT_TIME_ZONE } = input;
  const problems = findTriggerProblems(input);
  const [due] = problems.length > 0 ? [] : listDueTimes({ at, timeZone }, date);
  if (due === undefined) throw new PinflowError('INPUT_INVALID', problems.join('; '));
  return due.getTime();
}

/** The run with our id, or that of the same logical date: Airflow 3 does not say which of the two is there already. */
async function findRun(
  { dagId: id, runId, logicalDate }: { dagId: string; runId: string; logicalDate: number },
  mwaa: Mwaa,
): Promise<AirflowDagRun> {
  const own = await mwaa.readDagRun(id, runId);
  if (own !== undefined && own.logicalDate !== logicalDate) {
    const its = own.logicalDate === undefined ? 'none' : new Date(own.logicalDate).toISOString();
    const wanted = new Date(logicalDate).toISOString();
    throw new PinflowError('DAG_RUN_CONFLICT', `DAG run "${runId}" of "${id}" has logical date ${its}, not ${wanted}`);
  }
  const [found] = own === undefined ? await mwaa.listDagRuns(id, logicalDate, logicalDate) : [own];
  if (found !== undefined) return found;
  throw new PinflowError(
    'DAG_RUN_CONFLICT',
    `Airflow says that DAG run "${runId}" of "${id}" exists, and does not have it`,
  );
}
