import { RECORD_KINDS, type RecordKind } from './kinds.ts';
import { runPrefix, streamSupervisorId } from './names.ts';

/** Names of streams, of their partition keys, and of what a supervised stream keeps. */

/** The longest that a placeholder can become. */
const STREAM_PLACEHOLDERS: Readonly<Record<string, string>> = { '{pipeline}': 'p'.repeat(40), '{kind}': 'user' };

/** Says why Kinesis would refuse some name that {@link streamName} makes of the template; undefined for a good one. */
export function findStreamTemplateProblem(template: string): string | undefined {
  const unknown = template
    .match(/\{[^{}]*\}/g)
    ?.find((placeholder) => !Object.hasOwn(STREAM_PLACEHOLDERS, placeholder));
  if (unknown !== undefined) return `expected no placeholders but {pipeline} and {kind}, got "${unknown}"`;
  const longest = template.replaceAll(/\{[^{}]*\}/g, (placeholder) => STREAM_PLACEHOLDERS[placeholder] ?? '');
  if (!/^[\w.-]+$/.test(longest))
    return `expected letters, digits, periods, hyphens and underscores beside {pipeline} and {kind}, got "${template}"`;
  return longest.length > 128 ? `expected names of at most 128 characters, "${template}" makes longer ones` : undefined;
}

/** Name of the stream of a kind; one for all kinds where the template has no `{kind}`. */
export function streamName(template: string, { pipeline, kind }: { pipeline: string; kind: RecordKind }): string {
  return template.replaceAll('{pipeline}', pipeline).replaceAll('{kind}', kind);
}

/** Fits every name that the template makes, whatever the pipeline. */
export function streamNamesPattern(template: string): string {
  return template.replaceAll(/\{[^{}]*\}/g, '*');
}

/** Every stream of a pipeline, each once. */
export function listStreamNames(template: string, pipeline: string): string[] {
  return [...new Set(RECORD_KINDS.map((kind) => streamName(template, { pipeline, kind })))];
}

/** Partition key of a record. Where all kinds share a stream it says the kind, and still spreads one over the shards. */
export function partitionKeyOf(record: { template: string; kind: RecordKind; key: string }): string {
  const { template, kind, key } = record;
  return template.includes('{kind}') ? key : `${kind}/${key}`;
}

/** Kind of a record of a shared stream: of our own partition keys, and of those that are nothing but the kind. */
export function kindOfPartitionKey(partitionKey: string): RecordKind | undefined {
  const [first] = partitionKey.split('/', 1);
  return RECORD_KINDS.find((kind) => kind === first);
}

/** One supervised stream: the workflow's first run, as the id is used again when a stream is started again. */
export interface StreamChain {
  readonly pipeline: string;
  readonly chain: string;
}

/** Where a stream keeps what Kinesis has acknowledged. */
export function streamPutsPrefix({ pipeline, chain }: StreamChain): string {
  return `${runPrefix(streamSupervisorId(pipeline))}${chain}/puts/`;
}

/** Acknowledgements of one slice; present exactly when the slice is known to be in Kinesis. */
export function streamPutsKey(of: StreamChain, slice: { readonly kind: RecordKind; readonly number: number }): string {
  return `${streamPutsPrefix(of)}${slice.kind}/${String(slice.number).padStart(8, '0')}.json`;
}

/** Where the Databricks run of an epoch says how far it is, and is told to stop. */
export function streamControlPrefix({ pipeline, chain }: StreamChain, epoch: number): string {
  return `${runPrefix(streamSupervisorId(pipeline))}${chain}/epoch-${String(epoch).padStart(4, '0')}/`;
}
