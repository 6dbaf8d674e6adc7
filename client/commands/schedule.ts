import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { DEFAULT_DUE_TIME, DEFAULT_TIME_ZONE } from '../../domain/daily-schedule.ts';
import { pipelineOption, readNumber, type RunOptions, toRunSettings, withRunSettings } from '../run-options.ts';
import { deleteSchedule, pauseSchedule, unpauseSchedule } from './schedule-change.ts';
import { createSchedule } from './schedule-create.ts';
import { describeSchedule } from './schedule-describe.ts';

interface CreateOptions extends RunOptions {
  readonly at: string;
  readonly timeZone: string;
  readonly lateAfter?: string;
  readonly paused?: boolean;
}

/** `pinflow schedule …`: what each takes, and the function that does it. */
export function addScheduleCommands(schedule: Command): void {
  withRunSettings(schedule.command('create'))
    .description('have every date started at a time of day; the same again changes nothing')
    .option('--at <HH:MM>', 'time of day at which a date is due', DEFAULT_DUE_TIME)
    .option('--time-zone <zone>', 'IANA zone of that time and of the dates', DEFAULT_TIME_ZONE)
    .option('--late-after <minutes>', 'how long after it was due a run counts as late')
    .option('--paused', 'start nothing before it is unpaused')
    .action(async ({ at, timeZone, lateAfter, paused = false, ...options }: CreateOptions) => {
      const lateAfterMinutes = lateAfter === undefined ? undefined : readNumber(lateAfter);
      const daily = { pipeline: options.pipeline, at, timeZone, lateAfterMinutes };
      await createSchedule(loadConfig(), { daily, run: toRunSettings(options) }, { paused });
    });

  const others = {
    describe: ['show when dates are due, and what became of the last ones', describeSchedule],
    pause: ['start nothing until it is unpaused', pauseSchedule],
    unpause: ['start dates again from now on', unpauseSchedule],
    delete: ['start nothing more; dates that run go on', deleteSchedule],
  } as const;
  for (const [name, [description, act]] of Object.entries(others)) {
    schedule
      .command(name)
      .description(description)
      .addOption(pipelineOption)
      .action(async ({ pipeline }: RunOptions) => act(loadConfig(), pipeline));
  }
}
