import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import type { BackfillInput } from '../../domain/backfill.ts';
import { pipelineOption, readNumber, type RunOptions, toRunSettings, withRunSettings } from '../run-options.ts';
import { cancelBackfill, pauseBackfill, printBackfill, resizeBackfill, resumeBackfill } from './backfill-change.ts';
import { runBackfill } from './backfill-run.ts';

/** Options as commander reads them. */
interface BackfillOptions extends RunOptions {
  readonly concurrency?: string;
  readonly newestFirst?: boolean;
  readonly stopOnFailure?: boolean;
  readonly dryRun?: boolean;
  readonly redo?: boolean;
}

/** `pinflow backfill <from> <to>`, and what can be done to one that runs. */
export function addBackfillCommands(command: Command, end: (exitCode: number) => void): void {
  withRunSettings(addDates(command))
    // So that options after a sub-command are the sub-command's.
    .enablePositionalOptions()
    .option('--concurrency <n>', 'dates that run at a time (default: 2)')
    .option('--newest-first', 'begin with the last date')
    .option('--stop-on-failure', 'begin no further date once one has failed')
    .option('--redo', 'run dates that have succeeded again, under their next -r<n>')
    .option('--dry-run', 'only say what would happen to each date')
    .action(async (from: string, to: string, options: BackfillOptions) => {
      end(await runBackfill(loadConfig(), toBackfillInput(from, to, options)));
    });
  addRange(command.command('status'))
    .description('show how far it is')
    .action(async (from: string, to: string, { pipeline }: RunOptions) => {
      await printBackfill(loadConfig(), { from, to, pipeline });
    });
  addRange(command.command('pause'))
    .description('begin no further date; those that run go on')
    .action(async (from: string, to: string, { pipeline }: RunOptions) => {
      await pauseBackfill(loadConfig(), { from, to, pipeline });
    });
  addRange(command.command('resume'))
    .description('go on after a pause')
    .action(async (from: string, to: string, { pipeline }: RunOptions) => {
      await resumeBackfill(loadConfig(), { from, to, pipeline });
    });
  addRange(command.command('resize'))
    .description('change how many dates run at a time')
    .argument('<concurrency>', 'dates that run at a time')
    .action(async (...[from, to, concurrency, { pipeline }]: [string, string, string, RunOptions]) => {
      await resizeBackfill(loadConfig(), { from, to, pipeline, concurrency: readNumber(concurrency) });
    });
  addRange(command.command('cancel'))
    .description('end it; those dates that run go on')
    .action(async (from: string, to: string, { pipeline }: RunOptions) => {
      await cancelBackfill(loadConfig(), { from, to, pipeline });
    });
}

/** Names a backfill, as its id does. */
function addRange(command: Command): Command {
  return addDates(command).addOption(pipelineOption);
}

function addDates(command: Command): Command {
  return command
    .argument('<from>', 'first logical date, as YYYY-MM-DD')
    .argument('<to>', 'last logical date, as YYYY-MM-DD');
}

/** The input of a backfill as its options say it. Values are checked by the backfill's own rules, not here. */
export function toBackfillInput(from: string, to: string, options: BackfillOptions): BackfillInput {
  const { concurrency, newestFirst, stopOnFailure, dryRun, redo } = options;
  return {
    ...{ from, to, ...toRunSettings(options) },
    ...(concurrency !== undefined && { concurrency: readNumber(concurrency) }),
    ...(newestFirst === true && { newestFirst }),
    ...(stopOnFailure === true && { stopOnFailure }),
    ...(dryRun === true && { dryRun }),
    ...(redo === true && { redo }),
  };
}
