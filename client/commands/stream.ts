import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import type { StreamInput } from '../../domain/stream.ts';
import { pipelineOption, readNumber, type RunOptions, toRunSettings, withRowOptions } from '../run-options.ts';
import { changeRate, pauseStream, printStream, resumeStream, stopStream } from './stream-change.ts';
import { startStream } from './stream-run.ts';

/** `pinflow stream start`, and what can be done to one that runs. */
export function addStreamCommands(command: Command, end: (exitCode: number) => void): void {
  withRowOptions(command.command('start'))
    .description(
      'post at a rate and read what was posted, or attach to the stream that does so, and show it to its end',
    )
    .option('--rate <n>', 'posts in a second (default: 20)')
    .action(async (options: RunOptions) => {
      end(await startStream(loadConfig(), toStreamInput(options)));
    });
  addChange(command, 'status', 'show how it is').action(async ({ pipeline }: RunOptions) => {
    await printStream(loadConfig(), { pipeline });
  });
  addChange(command, 'pause', 'send no more posts for now; what was sent is read').action(
    async ({ pipeline }: RunOptions) => {
      await pauseStream(loadConfig(), { pipeline });
    },
  );
  addChange(command, 'resume', 'go on after a pause').action(async ({ pipeline }: RunOptions) => {
    await resumeStream(loadConfig(), { pipeline });
  });
  addChange(command, 'rate', 'change how many posts are sent in a second')
    .argument('<rate>', 'posts in a second')
    .action(async (rate: string, { pipeline }: RunOptions) => {
      await changeRate(loadConfig(), { pipeline, rate: readNumber(rate) });
    });
  addChange(command, 'stop', 'send no more posts, read what was sent, show it to its end and its ledger').action(
    async ({ pipeline }: RunOptions) => {
      end(await stopStream(loadConfig(), { pipeline }));
    },
  );
}

function addChange(command: Command, name: string, description: string): Command {
  return command.command(name).description(description).addOption(pipelineOption);
}

/** The input of a stream as its options say it. Values are checked by the stream's own rules, not here. */
export function toStreamInput(options: RunOptions): StreamInput {
  return toRunSettings(options);
}
