import type { Config } from '../../config/schema.ts';
import { streamSupervisorId } from '../../domain/names.ts';
import { findRateProblems } from '../../domain/pace.ts';
import { checkStream, type StreamInput, type StreamProgress } from '../../domain/stream.ts';
import {
  pauseStreamUpdate,
  rateUpdate,
  resumeStreamUpdate,
  stopUpdate,
  streamProgressQuery,
} from '../../workflows/messages.ts';
import type { superviseStream } from '../../workflows/supervise-stream.ts';
import { connectClient } from '../connect.ts';
import { drawStream } from '../draw-stream.ts';
import { refuseInput } from '../refuse-input.ts';
import { rejectUnknownRun } from '../reject-unknown-run.ts';
import { followStream, type StreamHandle } from './stream-run.ts';

type Of = Pick<StreamInput, 'pipeline'>;

/** Prints how a stream is, also when it has ended. */
export function printStream(config: Config, of: Of): Promise<void> {
  return withStream(config, of, {
    what: 'stream',
    use: async (handle) => tell(handle, await handle.query(streamProgressQuery)),
  });
}

export function pauseStream(config: Config, of: Of): Promise<void> {
  return withStream(config, of, {
    what: 'active stream',
    use: async (handle) => tell(handle, await handle.executeUpdate(pauseStreamUpdate)),
  });
}

export function resumeStream(config: Config, of: Of): Promise<void> {
  return withStream(config, of, {
    what: 'active stream',
    use: async (handle) => tell(handle, await handle.executeUpdate(resumeStreamUpdate)),
  });
}

export function changeRate(config: Config, { rate, ...of }: Of & { readonly rate: number }): Promise<void> {
  refuseInput(findRateProblems(rate));
  return withStream(config, of, {
    what: 'active stream',
    use: async (handle) => tell(handle, await handle.executeUpdate(rateUpdate, { args: [rate] })),
  });
}

/** Has the stream read what was sent, shows it to its end and gives the exit code. */
export function stopStream(config: Config, of: Of): Promise<number> {
  return withStream(config, of, {
    what: 'active stream',
    use: async (handle) => {
      await handle.executeUpdate(stopUpdate);
      return followStream(handle);
    },
  });
}

interface Use<T> {
  /** What there has to be. */
  readonly what: 'stream' | 'active stream';
  readonly use: (handle: StreamHandle) => Promise<T>;
}

async function withStream<T>(config: Config, of: Of, { what, use }: Use<T>): Promise<T> {
  const workflowId = streamSupervisorId(checkStream(of).pipeline);
  const client = await connectClient(config.temporal);
  try {
    const handle = client.workflow.getHandle<typeof superviseStream>(workflowId);
    return await use(handle).catch(rejectUnknownRun(`${what} "${workflowId}"`));
  } finally {
    await client.connection.close();
  }
}

async function tell(handle: StreamHandle, progress: StreamProgress): Promise<void> {
  const { status } = await handle.describe();
  console.log(`${handle.workflowId}: ${status.name.toLowerCase()}`);
  for (const line of drawStream(progress)) console.log(line);
}
