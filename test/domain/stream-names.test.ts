import fc from 'fast-check';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { NamePatterns } from '../../domain/name-patterns.ts';
import { streamSupervisorId } from '../../domain/names.ts';
import {
  findStreamTemplateProblem,
  kindOfPartitionKey,
  listStreamNames,
  partitionKeyOf,
  streamControlPrefix,
  streamName,
  streamNamesPattern,
  streamPutsKey,
  streamPutsPrefix,
} from '../../domain/stream-names.ts';

const pipelines = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);
const kinds = fc.constantFrom(...RECORD_KINDS);

test.each(['streaming-{pipeline}-{kind}', '{pipeline}', 'Kinesis-Prod-Stream', 'a{kind}b{kind}'])(
  'every name that the template %j makes fits its pattern',
  (template) => {
    const pattern = new NamePatterns([streamNamesPattern(template)]);
    fc.assert(
      fc.property(pipelines, kinds, (pipeline, kind) => pattern.cover(streamName(template, { pipeline, kind }))),
    );
    expect(pattern.cover('another')).toBe(template === '{pipeline}');
  },
);

describe('streams', () => {
  const of = { pipeline: 'pinterest', kind: 'geo' } as const;

  test.each([
    ['streaming-{pipeline}-{kind}', 'streaming-pinterest-geo'],
    ['streaming-0ea903d23769-{kind}', 'streaming-0ea903d23769-geo'],
    ['{pipeline}', 'pinterest'],
    ['one_stream.for-ALL', 'one_stream.for-ALL'],
  ])('the template "%s" makes "%s"', (template, name) => {
    expect(findStreamTemplateProblem(template)).toBeUndefined();
    expect(streamName(template, of)).toBe(name);
  });

  test.each([
    ['{pipeline}-{topic}', 'expected no placeholders but {pipeline} and {kind}, got "{topic}"'],
    ['{pipeline}-{}', 'expected no placeholders but {pipeline} and {kind}, got "{}"'],
    ['{constructor}', 'expected no placeholders but {pipeline} and {kind}, got "{constructor}"'],
    ['{pipeline', expect.stringMatching(/^expected letters, digits, .*, got "\{pipeline"$/)],
    ['a b', expect.stringMatching(/^expected letters, digits, .*, got "a b"$/)],
    ['', expect.stringMatching(/^expected letters, digits, .*, got ""$/)],
    [`{pipeline}${'a'.repeat(89)}`, expect.stringMatching(/^expected names of at most 128 characters, /)],
    [`{kind}${'a'.repeat(125)}`, expect.stringMatching(/^expected names of at most 128 characters, /)],
  ])('the template "%s" is refused', (template, problem) => {
    expect(findStreamTemplateProblem(template)).toEqual(problem);
  });

  test('every pipeline has a name in a template that is just short enough', () => {
    const template = `{pipeline}${'a'.repeat(84)}{kind}`;
    expect(findStreamTemplateProblem(template)).toBeUndefined();
    fc.assert(
      fc.property(pipelines, kinds, (pipeline, kind) => {
        expect(streamName(template, { pipeline, kind })).toMatch(/^[a-zA-Z0-9_.-]{1,128}$/);
      }),
    );
  });

  test('are those of all kinds, and one where all kinds share it', () => {
    expect(listStreamNames('streaming-{pipeline}-{kind}', 'demo')).toEqual([
      ...['streaming-demo-pin', 'streaming-demo-geo', 'streaming-demo-user'],
    ]);
    expect(listStreamNames('Kinesis-Prod-Stream', 'demo')).toEqual(['Kinesis-Prod-Stream']);
  });

  test('the partition key is the key of the record, and begins with the kind in a stream that all kinds share', () => {
    const record = { kind: 'geo', key: '7528' } as const;
    expect(partitionKeyOf({ ...record, template: 'streaming-{kind}' })).toBe('7528');
    expect(partitionKeyOf({ ...record, template: 'streaming' })).toBe('geo/7528');
  });

  test('a partition key of a shared stream reads back as its kind', () => {
    fc.assert(
      fc.property(kinds, fc.string(), (kind, key) => {
        expect(kindOfPartitionKey(partitionKeyOf({ template: 'shared', kind, key }))).toBe(kind);
      }),
    );
    expect(RECORD_KINDS.map((kind) => kindOfPartitionKey(kind))).toEqual(RECORD_KINDS);
  });

  test.each(['', '7528', 'pins', 'Pin', 'pin.1', '/pin', ' pin'])('the partition key %j says no kind', (key) => {
    expect(kindOfPartitionKey(key)).toBeUndefined();
  });

  test('the supervisor of a stream is named after its pipeline', () => {
    expect(streamSupervisorId('pinterest')).toBe('stream-pinterest');
  });
});

test('a stream keeps what it knows by the first run of its workflow, of which there are many', () => {
  const of = { pipeline: 'pinterest', chain: '7f3a' };
  expect([streamPutsPrefix(of), streamPutsKey(of, { kind: 'geo', number: 12 }), streamControlPrefix(of, 3)]).toEqual([
    '_pinflow/stream-pinterest/7f3a/puts/',
    '_pinflow/stream-pinterest/7f3a/puts/geo/00000012.json',
    '_pinflow/stream-pinterest/7f3a/epoch-0003/',
  ]);
});
