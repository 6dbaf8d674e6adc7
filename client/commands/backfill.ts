import { type Command, Option } from 'commander';
import { loadConfig } from '../../config/load.ts';
import type { BackfillInput } from '../../domain/backfill.ts';
import { EMULATION_ORDERS, SOURCE_GRAMMAR } from '../../domain/run.ts';
import { readNumber, pipelineOption, type RunOptions, toRunInput } from '../run-options.ts';
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
  addRange(command)
    // So that options after a sub-command are the sub-command's.
    .enablePositionalOptions()
    .option('--concurrency <n>', 'dates that run at a time (default: 2)')
    .option('--newest-first', 'begin with the last date')
    .option('--stop-on-failure', 'begin no further date once one has failed')
    .option('--redo', 'run dates that have succeeded again, under their next -r<n>')
    .option('--dry-run', 'only say what would happen to each date')
    .option('--rows <n>', 'posts to send for each date (default: every row of the source)')
    .option('--seed <n>', 'seed of the order in which rows are sent')
    .option('--source <source>', `where the rows come from: ${SOURCE_GRAMMAR}`)
    .addOption(new Option('--order <order>', 'each row once, or as the course draws them').choices(EMULATION_ORDERS))
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

function addRange(command: Command): Command {
  return command
    .argument('<from>', 'first logical date, as YYYY-MM-DD')
    .argument('<to>', 'last logical date, as YYYY-MM-DD')
    .addOption(pipelineOption);
}

/** The input of a backfill as its options say it. Values are checked by the backfill's own rules, not here. */
export function toBackfillInput(from: string, to: string, options: BackfillOptions): BackfillInput {
  const { date: _, ...settings } = toRunInput(from, options);
  const { concurrency, newestFirst, stopOnFailure, dryRun, redo } = options;
  return {
    ...{ from, to, ...settings },
    ...(concurrency !== undefined && { concurrency: readNumber(concurrency) }),
    ...(newestFirst === true && { newestFirst }),
    ...(stopOnFailure === true && { stopOnFailure }),
    ...(dryRun === true && { dryRun }),
    ...(redo === true && { redo }),
  };
}
