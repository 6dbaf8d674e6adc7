import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { PinflowError } from '../../../../domain/errors.ts';
import { RECORD_KINDS } from '../../../../domain/kinds.ts';
import { dailyRunId } from '../../../../domain/names.ts';
import { PACES } from '../../../../domain/pace.ts';
import {
  DEFAULT_PIPELINE,
  DEFAULT_SEED,
  EMULATION_ORDERS,
  parseSource,
  planRun,
  type RunPlan,
  type Source,
  SOURCE_GRAMMAR,
} from '../../../../domain/run.ts';
import { DEFAULT_RATE, planStream, type StreamPlan } from '../../../../domain/stream.ts';
import { defineCommand, parseCommandLine } from './command-line.ts';

/** What `npm start` was asked for, checked. */
export interface StartOptions {
  readonly work:
    { readonly kind: 'run'; readonly plan: RunPlan } | { readonly kind: 'stream'; readonly plan: StreamPlan };
  readonly keep: boolean;
  readonly reset: boolean;
}

/** What the options are read against. */
export interface Surroundings {
  /** Folder that relative paths start from. */
  readonly directory: string;
  readonly now: Date;
}

interface Given {
  readonly date?: string;
  readonly stream?: boolean;
  readonly rate?: string;
  readonly rows?: string;
  readonly seed: string;
  readonly source: string;
  readonly order: string;
  readonly pace: string;
  readonly pipeline: string;
  readonly keep?: boolean;
  readonly reset?: boolean;
}

export function defineStart(now: Date): Command {
  return defineCommand('npm start --', 'run one day of a pipeline on the local stack, or its stream')
    .option('--date <YYYY-MM-DD>', `logical date (default: "${yesterday(now)}")`)
    .option('--stream', 'post to Kinesis and read it into Delta as it comes, in place of a day')
    .option(
      '--rate <n>',
      `posts in a second, of a day the most (default: ${DEFAULT_RATE} with --stream, else no limit)`,
    )
    .option('--rows <n>', 'posts to send (default: every row of the source)')
    .option('--seed <n>', 'seed of the order in which rows are sent', String(DEFAULT_SEED))
    .option('--source <source>', `where the rows come from: ${SOURCE_GRAMMAR}`, 'synthetic')
    .option('--order <order>', `how rows are drawn: ${EMULATION_ORDERS.join(' or ')}`, 'sweep')
    .option('--pace <pace>', `how rows are sent: ${PACES.join(' or ')}`, 'batch')
    .option('--pipeline <name>', 'pipeline that names every topic, id and table', DEFAULT_PIPELINE)
    .option('--keep', 'leave the stack, the worker and the UI up afterwards')
    .option('--reset', 'empty the pipeline first');
}

/**
 * Checks every option before anything is installed or started.
 * @throws PinflowError INPUT_INVALID with one line for each problem; SOURCE_MISSING when only the folder is wrong
 */
export function readStartOptions(args: readonly string[], { directory, now }: Surroundings): StartOptions {
  const { options, operands, problems: unknown } = parseCommandLine<Given>(defineStart(now), args);
  const parsed = parseSource(options.source);
  const source = parsed?.kind === 'jsonl' ? { ...parsed, directory: resolve(directory, parsed.directory) } : parsed;
  const { pipeline, order, pace, rate } = options;
  const settings = {
    ...{ pipeline, order, seed: toNumber(options.seed) },
    ...(options.rows !== undefined && { rows: toNumber(options.rows) }),
    ...(rate !== undefined && { rate: toNumber(rate) }),
    ...(source !== undefined && { source }),
  };
  const date = options.date ?? yesterday(now);
  const checked = options.stream
    ? { kind: 'stream' as const, ...planStream(settings) }
    : { kind: 'run' as const, ...planRun(dailyRunId({ pipeline, date }), { date, pace, ...settings }) };
  const problems = [...unknown];
  if (options.stream && options.date !== undefined) problems.push('--date: a stream belongs to no date');
  if (options.stream && pace !== 'batch') problems.push('--pace: a stream has only its rate');
  // npm keeps options for itself unless they come after two hyphens, and passes on only their values.
  if (unknown.length === 0)
    problems.push(
      ...operands.map((operand) => `unexpected "${operand}"; options come after two hyphens: npm start -- --rows 500`),
    );
  if ('problems' in checked) problems.push(...checked.problems.map((problem) => `--${problem}`));
  if (source === undefined) problems.push(`--source: expected ${SOURCE_GRAMMAR}, got "${options.source}"`);
  const missing = source === undefined ? [] : findMissing(source);
  if (problems.length === 0 && missing.length > 0) throw new PinflowError('SOURCE_MISSING', missing.join('\n  '));
  problems.push(...missing);
  if (problems.length > 0 || 'problems' in checked) {
    throw new PinflowError(
      'INPUT_INVALID',
      problems.length === 1 ? String(problems[0]) : `${problems.length} problems:\n  ${problems.join('\n  ')}`,
    );
  }
  return { work: checked, keep: options.keep ?? false, reset: options.reset ?? false };
}

/** Text that is no number stays text, so that the message shows what was typed. */
function toNumber(text: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function findMissing(source: Source): string[] {
  if (source.kind !== 'jsonl') return [];
  const { directory } = source;
  if (!isFolder(directory)) return [`--source: there is no folder "${directory}"`];
  const files = RECORD_KINDS.map((kind) => `${kind}.jsonl`).filter((file) => !existsSync(join(directory, file)));
  return files.length === 0 ? [] : [`--source: "${directory}" lacks ${files.map((file) => `"${file}"`).join(' and ')}`];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The last day that is over everywhere in UTC. */
function yesterday(now: Date): string {
  return new Date(now.getTime() - 86_400_000).toISOString().slice(0, 10);
}
