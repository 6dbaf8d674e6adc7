import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { addBackfillCommands } from './commands/backfill.ts';
import { cancelRun } from './commands/cancel.ts';
import { printLedger } from './commands/ledger.ts';
import { addMwaaCommands } from './commands/mwaa.ts';
import { resetPipeline } from './commands/reset.ts';
import { repair } from './commands/repair.ts';
import { run } from './commands/run.ts';
import { addScheduleCommands } from './commands/schedule.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { addStreamCommands } from './commands/stream.ts';
import { sweep } from './commands/sweep.ts';
import { reportError } from './report-error.ts';
import { pipelineOption, type RunOptions, toRunInput, withRunOptions } from './run-options.ts';

/** The command line: parse, call, print. */
const program = new Command('pinflow')
  .description('A Pinterest-style data pipeline, run durably by Temporal')
  // What stands behind a sub-command is the sub-command's.
  .enablePositionalOptions()
  .showHelpAfterError();

withRunOptions(program.command('start'))
  .description('start a date, or attach to its run, and return at once')
  .action(async (date: string, options: RunOptions) => start(loadConfig(), toRunInput(date, options)));

withRunOptions(program.command('run'))
  .description('start a date, or attach to its run, and show it to its end')
  .action(async (date: string, options: RunOptions) => run(loadConfig(), toRunInput(date, options)));

program
  .command('status')
  .description('show how far the run of a date is')
  .argument('<date>', 'logical date, as YYYY-MM-DD')
  .addOption(pipelineOption)
  .action(async (date: string, options: RunOptions) => status(loadConfig(), toRunInput(date, options)));

program
  .command('ledger')
  .description('print the ledger of a date; exit code 1 where it does not balance')
  .argument('<date>', 'logical date, as YYYY-MM-DD')
  .addOption(pipelineOption)
  .action(async (date: string, options: RunOptions) => {
    if (!(await printLedger(loadConfig(), toRunInput(date, options)))) process.exitCode = 1;
  });

program
  .command('cancel')
  .description('cancel the run of a date and wait until it has ended')
  .argument('<date>', 'logical date, as YYYY-MM-DD')
  .addOption(pipelineOption)
  .action(async (date: string, options: RunOptions) => cancelRun(loadConfig(), toRunInput(date, options)));

program
  .command('repair')
  .description('begin a failed date again and run only the failed tasks of its Databricks run')
  .argument('<date>', 'logical date, as YYYY-MM-DD, or the id of a daily run')
  .addOption(pipelineOption)
  .action(async (what: string, { pipeline }: RunOptions) => repair(loadConfig(), what, pipeline));

program
  .command('sweep')
  .description('cancel the Databricks runs whose workflow does not run any more')
  .option('--dry-run', 'only say which there are')
  .action(async ({ dryRun = false }: { dryRun?: boolean }) => sweep(loadConfig(), { dryRun }));

program
  .command('reset')
  .description('empty a pipeline of the local stack: topics, objects, tables and runs')
  .argument('<pipeline>', 'name of the pipeline')
  .action(async (pipeline: string) => resetPipeline(loadConfig(), pipeline));

addScheduleCommands(program.command('schedule').description('start every date of a pipeline when it is due'));

addMwaaCommands(
  program.command('mwaa').description('bring the generated DAG to Airflow on MWAA, and look after it'),
  () => {
    process.exitCode = 1;
  },
);

addBackfillCommands(
  program
    .command('backfill')
    .description('run every date of a range, or attach to its backfill, and show it to its end'),
  (exitCode) => void (process.exitCode = exitCode),
);

addStreamCommands(
  program.command('stream').description('post at a rate to Kinesis and read it into Delta as it comes'),
  (exitCode) => void (process.exitCode = exitCode),
);

program.parseAsync().catch((error: unknown) => {
  reportError(error);
  process.exitCode = 1;
});
