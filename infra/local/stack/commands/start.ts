import { formatSource } from '../../../../domain/run.ts';
import { startStack } from '../start-stack.ts';
import { type RunningWorker, startWorker } from '../worker.ts';
import type { CommandContext } from './command-context.ts';
import { runClient } from './run-client.ts';
import type { StartOptions } from './start-options.ts';

/**
 * Runs one day, or the stream: tools, stack, worker, client. The client's exit code is the answer and its last line the last of all,
 * so what comes after it is silent.
 */
export async function runStart({ work, keep, reset }: StartOptions, context: CommandContext): Promise<number> {
  const { checkout, signal, print } = context;
  const toolchain = await context.prepareToolchain();
  signal.throwIfAborted();
  const stack = await startStack({ ...context, toolchain, report: print });
  let worker: RunningWorker | undefined;
  try {
    worker = await startWorker(stack, { checkout, signal, report: print });
    if (keep)
      print(
        `left up afterwards: Temporal UI at http://127.0.0.1:${stack.ports.temporalUi}; stop it all with: npm run local:down`,
      );
    const client = { stack, checkout, signal, needs: [...stack.processes, worker.process] };
    if (reset) {
      const code = await runClient({ ...client, args: ['reset', work.plan.pipeline] });
      if (code !== 0) return code;
    }
    return await runClient({ ...client, args: clientArguments(work) });
  } finally {
    // Ctrl-C ends everything that this command started, whatever was to be kept.
    const leave = keep && !signal.aborted;
    if (leave || (worker?.replaces && !signal.aborted)) worker?.leaveUp();
    else await worker?.stop();
    if (leave) stack.leaveUp();
    else await stack.stop();
  }
}

function clientArguments(work: StartOptions['work']): string[] {
  const { pipeline, rows, rate, seed, order, source } = work.plan;
  const options = toArguments({ pipeline, rows, rate, seed, order, source: formatSource(source) });
  return work.kind === 'run'
    ? ['run', work.plan.date, ...options, ...toArguments({ pace: work.plan.pace })]
    : ['stream', 'start', ...options];
}

function toArguments(options: Readonly<Record<string, string | number | undefined>>): string[] {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return given.flatMap(([name, value]) => [`--${name}`, String(value)]);
}
