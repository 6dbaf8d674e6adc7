import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type Pace, PACES } from '../domain/pace.ts';
import {
  DEFAULT_PIPELINE,
  EMULATION_ORDERS,
  type EmulationOrder,
  parseSource,
  type RunPipelineInput,
  type RunSettings,
  type Source,
  SOURCE_GRAMMAR,
} from '../domain/run.ts';

/** Options as commander reads them. */
export interface RunOptions {
  readonly pipeline: string;
  readonly rows?: string;
  readonly seed?: string;
  readonly source?: string;
  readonly order?: EmulationOrder;
  readonly pace?: Pace;
  readonly rate?: string;
}

export const pipelineOption = new Option('--pipeline <name>', 'pipeline that names every topic, id and table').default(
  DEFAULT_PIPELINE,
);

/** The options of a run: its date, and what {@link withRunSettings} adds. */
export function withRunOptions(command: Command): Command {
  return withRunSettings(command.argument('<date>', 'logical date, as YYYY-MM-DD'));
}

/** The options of a run that are the same for every date: which rows are sent, and how. */
export function withRunSettings(command: Command): Command {
  return withRowOptions(command)
    .addOption(new Option('--pace <pace>', 'many rows in a request, or one by one as the course sends').choices(PACES))
    .option('--rate <n>', 'most posts in a second (default: as many as go)');
}

/** Which rows are sent. */
export function withRowOptions(command: Command): Command {
  return command
    .addOption(pipelineOption)
    .option('--rows <n>', 'posts to send (default: every row of the source)')
    .option('--seed <n>', 'seed of the order in which rows are sent')
    .option('--source <source>', `where the rows come from: ${SOURCE_GRAMMAR}`)
    .addOption(new Option('--order <order>', 'each row once, or as the course draws them').choices(EMULATION_ORDERS));
}

/** The input of a run as its options say it. Values are checked by the run's own rules, not here. */
export function toRunInput(date: string, options: RunOptions): RunPipelineInput {
  return { date, ...toRunSettings(options) };
}

/** The same, whatever the date. */
export function toRunSettings({ pipeline, rows, seed, source, order, pace, rate }: RunOptions): RunSettings {
  return {
    pipeline,
    ...(rows !== undefined && { rows: readNumber(rows) }),
    ...(seed !== undefined && { seed: readNumber(seed) }),
    ...(order !== undefined && { order }),
    ...(pace !== undefined && { pace }),
    ...(rate !== undefined && { rate: readNumber(rate) }),
    ...(source !== undefined && { source: readSource(source) }),
  };
}

/** A text that is no number stays one, so that the run's own message shows what was written. */
export function readNumber(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : (text as never);
}

/** The same of a source. The worker has another working directory, so a folder is told from the root on. */
function readSource(text: string): Source {
  const source = parseSource(text);
  if (source?.kind === 'jsonl') return { ...source, directory: resolve(source.directory) };
  return source ?? (text as never);
}
