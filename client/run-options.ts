import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { PinflowError } from '../domain/errors.ts';
import {
  DEFAULT_PIPELINE,
  EMULATION_ORDERS,
  type EmulationOrder,
  parseSource,
  type RunPipelineInput,
  SOURCE_GRAMMAR,
} from '../domain/run.ts';

/** Options as commander reads them. */
export interface RunOptions {
  readonly pipeline: string;
  readonly rows?: string;
  readonly seed?: string;
  readonly source?: string;
  readonly order?: EmulationOrder;
}

export const pipelineOption = new Option('--pipeline <name>', 'pipeline that names every topic, id and table').default(
  DEFAULT_PIPELINE,
);

/** The options that describe a run. */
export function withRunOptions(command: Command): Command {
  return command
    .argument('<date>', 'logical date, as YYYY-MM-DD')
    .addOption(pipelineOption)
    .option('--rows <n>', 'posts to send (default: every row of the source)')
    .option('--seed <n>', 'seed of the order in which rows are sent')
    .option('--source <source>', `where the rows come from: ${SOURCE_GRAMMAR}`)
    .addOption(new Option('--order <order>', 'each row once, or as the course draws them').choices(EMULATION_ORDERS));
}

/** The input of a run as its options say it. Values are checked by the run's own rules, not here. */
export function toRunInput(date: string, { pipeline, rows, seed, source, order }: RunOptions): RunPipelineInput {
  return {
    date,
    pipeline,
    ...(rows !== undefined && { rows: readNumber(rows) }),
    ...(seed !== undefined && { seed: readNumber(seed) }),
    ...(order !== undefined && { order }),
    ...(source !== undefined && { source: readSource(source) }),
  };
}

/** A text that is no number stays one, so that the run's own message shows what was written. */
function readNumber(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : (text as never);
}

function readSource(text: string) {
  const source = parseSource(text);
  if (source === undefined)
    throw new PinflowError('INPUT_INVALID', `source: expected ${SOURCE_GRAMMAR}, got "${text}"`);
  return source.kind === 'jsonl' ? { ...source, directory: resolve(source.directory) } : source;
}
