import { type Command, Option } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { DEFAULT_DUE_TIME, DEFAULT_TIME_ZONE } from '../../domain/daily-schedule.ts';
import { type DueOptions, mirror, mwaaStatus, publish, type PublishOptions, trigger } from './mwaa-workflows.ts';
import { pipelineOption } from '../run-options.ts';

const atOption = new Option('--at <HH:MM>', 'time of day at which the DAG is due').default(DEFAULT_DUE_TIME);
const zoneOption = new Option('--time-zone <name>', 'time zone of that time').default(DEFAULT_TIME_ZONE);

/** The verbs below `pinflow mwaa`. `fail` makes the exit code 1. */
export function addMwaaCommands(mwaa: Command, fail: () => void): void {
  mwaa
    .command('publish')
    .description('bring the generated DAG, and what it requires, to Airflow and wait until that has parsed it')
    .addOption(pipelineOption)
    .addOption(
      new Option('--flavour <name>', 'which generated file').choices(['temporal', 'databricks']).default('temporal'),
    )
    .action(async (options: PublishOptions) => publish(loadConfig(), options));

  mwaa
    .command('status')
    .description('show how the environment is, and the DAG in it')
    .addOption(pipelineOption)
    .action(async ({ pipeline }: { pipeline: string }) => mwaaStatus(loadConfig(), pipeline));

  mwaa
    .command('trigger')
    .description('start the DAG run of a date, or find the one there is')
    .argument('<date>', 'logical date, as YYYY-MM-DD')
    .addOption(pipelineOption)
    .addOption(atOption)
    .addOption(zoneOption)
    .action(async (date: string, options: DueOptions) => trigger(loadConfig(), date, options));

  mwaa
    .command('mirror')
    .description('list the dates on which Airflow and Temporal differ; exit code 1 where there are any')
    .argument('<from>', 'first logical date, as YYYY-MM-DD')
    .argument('<to>', 'last logical date')
    .addOption(pipelineOption)
    .addOption(atOption)
    .addOption(zoneOption)
    .action(async (from: string, to: string, options: DueOptions) => {
      if (!(await mirror(loadConfig(), { from, to }, options))) fail();
    });
}
