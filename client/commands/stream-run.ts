import { type Client, WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client';
import type { Config } from '../../config/schema.ts';
import { PinflowError } from '../../domain/errors.ts';
import { streamSupervisorId, temporalPage } from '../../domain/names.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import { checkStream, type StreamInput, type StreamPlan } from '../../domain/stream.ts';
import { streamProgressQuery } from '../../workflows/messages.ts';
import { superviseStream } from '../../workflows/supervise-stream.ts';
import { connectClient } from '../connect.ts';
import { drawStream } from '../draw-stream.ts';
import { readWorkflowInput } from '../read-workflow-input.ts';
import { INTERRUPTED, showLive } from '../show-live.ts';
import { summariseStream } from '../summarise-stream.ts';

export type StreamHandle = WorkflowHandle<typeof superviseStream>;

/** Starts the stream of a pipeline, or attaches to the one that runs, shows it to its end and gives the exit code. */
export async function startStream(config: Config, input: StreamInput): Promise<number> {
  const workflowId = streamSupervisorId(checkStream(input).pipeline);
  const client = await connectClient(config.temporal);
  try {
    const { handle, isNew } = await startOrAttach(client, input);
    const page = temporalPage(config.temporal, workflowId);
    console.log(`${isNew ? 'started' : 'attached to'} ${workflowId}${page === undefined ? '' : `, ${page}`}`);
    return await followStream(handle);
  } finally {
    await client.connection.close();
  }
}

/** Shows a stream to its end, or until Ctrl-C, and gives the exit code. */
export async function followStream(handle: StreamHandle): Promise<number> {
  if ((await showLive({ handle, query: streamProgressQuery, draw: drawStream })) === 'interrupted') {
    console.log(`${handle.workflowId} goes on; the same command attaches to it again, and "stream stop" ends it`);
    return INTERRUPTED;
  }
  for (const line of summariseStream(await handle.result())) console.log(line);
  return 0;
}

/** @throws PinflowError STREAM_DIFFERS when one that was started with other arguments runs */
async function startOrAttach(client: Client, input: StreamInput): Promise<{ handle: StreamHandle; isNew: boolean }> {
  const { pipeline } = checkStream(input);
  const workflowId = streamSupervisorId(pipeline);
  try {
    const handle = await client.workflow.start(superviseStream, {
      ...{ workflowId, taskQueue: TASK_QUEUE, args: [input], workflowIdConflictPolicy: 'FAIL' },
      staticSummary: `stream of ${pipeline}`,
    });
    return { handle, isNew: true };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  const running = checkStream((await readWorkflowInput(client, workflowId)) as StreamInput);
  const differences = findDifferences(input, running);
  if (differences.length > 0) throw new PinflowError('STREAM_DIFFERS', `${workflowId} runs: ${differences.join('; ')}`);
  return { handle: client.workflow.getHandle<typeof superviseStream>(workflowId), isNew: false };
}

/** One line for each argument that was given and is another one in the stream that runs. */
export function findDifferences(input: StreamInput, running: StreamPlan): string[] {
  const given = Object.entries(input) as [keyof StreamPlan, unknown][];
  return given
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(running[name]))
    .map(([name, value]) => `${name} is ${JSON.stringify(running[name]) ?? 'not given'}, not ${JSON.stringify(value)}`);
}
