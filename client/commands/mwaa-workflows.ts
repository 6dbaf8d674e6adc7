import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Workflow, WorkflowResultType } from '@temporalio/client';
import type { Config } from '../../config/schema.ts';
import { PinflowError } from '../../domain/errors.ts';
import {
  type DueTime,
  findMirrorProblems,
  findPublishProblems,
  findTriggerProblems,
  mirrorId,
  type MirrorResult,
  type MwaaStatus,
  publishId,
  type PublishInput,
  type PublishResult,
  statusId,
  triggerId,
  type TriggerInput,
  type TriggerResult,
} from '../../domain/mwaa.ts';
import type { DateRange } from '../../domain/date-range.ts';
import { dagId, temporalPage } from '../../domain/names.ts';
import { checkMirror } from '../../workflows/check-mirror.ts';
import { publishDag } from '../../workflows/publish-dag.ts';
import { readMwaa } from '../../workflows/read-mwaa.ts';
import { triggerDag } from '../../workflows/trigger-dag.ts';
import { type Execution, executeWorkflow } from '../execute-workflow.ts';
import { formatTable } from '../format-table.ts';
import { refuseInput } from '../refuse-input.ts';

/** `pinflow mwaa …`: the credentials are with the workers, so each command is a workflow that is waited for. */

export interface PublishOptions {
  readonly pipeline: string;
  readonly flavour: string;
}

export interface DueOptions extends DueTime {
  readonly pipeline: string;
}

export async function publish(config: Config, options: PublishOptions): Promise<void> {
  const input = await readPublished(options);
  refuseInput(findPublishProblems(input));
  // An update of the environment is 10 to 30 minutes of silence.
  console.log('publishing: requirements, then the DAG, then until Airflow has parsed it');
  for (const line of describePublish(
    await execute(config, { workflow: publishDag, workflowId: publishId(input.pipeline), args: [input] }),
  ))
    console.log(line);
}

export async function trigger(config: Config, date: string, options: DueOptions): Promise<void> {
  const workflowId = triggerId(options.pipeline, date);
  const args: [TriggerInput] = [{ ...options, date }];
  refuseInput(findTriggerProblems(args[0]));
  console.log(describeTrigger(await execute(config, { workflow: triggerDag, workflowId, args })));
}

export async function mirror(config: Config, range: DateRange, options: DueOptions): Promise<boolean> {
  const input = { ...options, ...range };
  refuseInput(findMirrorProblems(input));
  const result = await execute(config, { workflow: checkMirror, workflowId: mirrorId(input), args: [input] });
  for (const line of describeMirror(result)) console.log(line);
  return result.differences.length === 0;
}

export async function mwaaStatus(config: Config, pipeline: string): Promise<void> {
  const status = await execute(config, { workflow: readMwaa, workflowId: statusId(pipeline), args: [pipeline] });
  for (const line of describeMwaa(status, pipeline)) console.log(line);
}

/** The generated file of the flavour, and the requirements beside it where there are some. */
async function readPublished({ pipeline, flavour }: PublishOptions): Promise<PublishInput> {
  const file = join('dags', 'generated', flavour, `${dagId(pipeline)}.py`);
  const [dag, requirements] = await Promise.all(
    [file, join(dirname(file), 'requirements.txt')].map((path) => readFile(path, 'utf8').catch(() => undefined)),
  );
  if (dag === undefined) throw new PinflowError('INPUT_INVALID', `there is no file "${file}"`);
  return { pipeline, dag, ...(requirements !== undefined && { requirements }) };
}

export function describePublish({ key, dag, requirements }: PublishResult): string[] {
  return [
    `requirements: ${requirements === 'changed' ? 'changed, and the environment runs with them' : requirements}`,
    `dag: "${key}" is ${dag}, and Airflow has parsed it`,
  ];
}

export function describeTrigger({ runId, state, existed }: TriggerResult): string {
  return `DAG run "${runId}" ${existed ? 'was there already' : 'is started'}, state ${state}`;
}

export function describeMirror({ looked, differences }: MirrorResult): string[] {
  if (differences.length === 0) return [`looked at ${looked} dates: Airflow and Temporal say the same`];
  return [
    `looked at ${looked} dates: ${differences.length} on which Airflow and Temporal differ`,
    ...formatTable(
      ['date', 'airflow', 'temporal'],
      differences.map(({ date, airflow, temporal }) => [date, airflow, temporal]),
    ),
  ];
}

export function describeMwaa(status: MwaaStatus, pipeline: string): string[] {
  const { environment, airflowVersion, bucket, requirements, updateError, dag, importError } = status;
  return [
    `environment "${environment}": ${status.status}, Airflow ${airflowVersion}, bucket "${bucket}"`,
    `requirements: ${requirements === undefined ? 'none' : `version ${requirements}`}`,
    ...(updateError === undefined ? [] : [`last update failed: ${updateError}`]),
    `DAG "${dagId(pipeline)}": ${dag}`,
    ...(importError === undefined ? [] : [`import error: ${importError}`]),
  ];
}

/** Says where to look, and waits. */
function execute<T extends Workflow>(config: Config, execution: Execution<T>): Promise<WorkflowResultType<T>> {
  const page = temporalPage(config.temporal, execution.workflowId);
  return executeWorkflow(config, { ...execution, onConnected: () => page !== undefined && console.log(page) });
}
