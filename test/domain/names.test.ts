import fc from 'fast-check';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import {
  backfillId,
  chunkManifestKey,
  chunkManifestPrefix,
  dagId,
  dailyRunId,
  databricksRunName,
  dispatchId,
  isLogicalDate,
  isPipelineName,
  jobOutputKey,
  landedKey,
  landingManifestKey,
  parseDailyRunId,
  parseDatabricksRunName,
  parseLandedKey,
  parseTopicName,
  reportKey,
  scheduleId,
  sourceClaimKey,
  streamSupervisorId,
  topicName,
} from '../../domain/names.ts';

const pipelines = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);
const kinds = fc.constantFrom(...RECORD_KINDS);
const dates = fc
  .date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const topics = fc.tuple(pipelines, kinds).map(([pipeline, kind]) => topicName(pipeline, kind));

describe('pipeline names', () => {
  test.each(['p', 'pinterest', 'team-2', 'a'.repeat(40)])('"%s" is one', (name) => {
    expect(isPipelineName(name)).toBe(true);
  });

  test.each(['', 'Pinterest', '2team', '-a', 'a_b', 'a.b', 'a/b', 'pinterest\n', 'é', 'a'.repeat(41)])(
    '%j is none',
    (name) => {
      expect(isPipelineName(name)).toBe(false);
    },
  );
});

describe('logical dates', () => {
  test.each(['2026-11-22', '2024-02-29', '2000-02-29', '1999-12-31'])('%s is one', (date) => {
    expect(isLogicalDate(date)).toBe(true);
  });

  test.each([
    '2026-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-11-31',
    '2026-11-00',
    '2026-1-2',
    '22.11.2026',
  ])('%s is none', (date) => {
    expect(isLogicalDate(date)).toBe(false);
  });

  test('every day of the calendar is one', () => {
    fc.assert(fc.property(dates, isLogicalDate));
  });
});

describe('daily run ids', () => {
  test('an id has the grammar people type', () => {
    expect(dailyRunId({ pipeline: 'pinterest', date: '2026-11-22' })).toBe('daily-pinterest-2026-11-22');
    expect(dailyRunId({ pipeline: 'pinterest', date: '2026-11-22', redo: 2 })).toBe('daily-pinterest-2026-11-22-r2');
  });

  test('an id reads back as what it was built from', () => {
    const redo = fc.option(fc.integer({ min: 2, max: 99 }), { nil: undefined });
    fc.assert(
      fc.property(pipelines, dates, redo, (pipeline, date, times) => {
        const run = times === undefined ? { pipeline, date } : { pipeline, date, redo: times };
        expect(parseDailyRunId(dailyRunId(run))).toEqual(run);
      }),
    );
  });

  test('a pipeline whose name looks like a date keeps its own date', () => {
    const run = { pipeline: 'a-2025-01-01-r2', date: '2026-11-22' };
    expect(parseDailyRunId(dailyRunId(run))).toEqual(run);
  });

  test.each([
    'pinterest-2026-11-22',
    'daily-2026-11-22',
    'daily-pinterest-2026-02-30',
    'daily-Pinterest-2026-11-22',
    'daily-pinterest-2026-11-22-r0',
    'daily-pinterest-2026-11-22-r1',
    'daily-pinterest-2026-11-22-r02',
    'daily-pinterest-2026-11-22-r99999999999999999999',
    'daily-pinterest-2026-11-22-2026-11-22T00:00:00Z',
    'daily-pinterest-2026-11-22\n',
  ])('%j is no daily run id', (id) => {
    expect(parseDailyRunId(id)).toBeUndefined();
  });
});

describe('topics', () => {
  test('a topic reads back as its pipeline and kind', () => {
    fc.assert(
      fc.property(pipelines, kinds, (pipeline, kind) => {
        expect(parseTopicName(topicName(pipeline, kind))).toEqual({ pipeline, kind });
      }),
    );
  });

  test.each([
    'pin',
    'geo',
    'user',
    'pinterest.pins',
    'Pinterest.pin',
    '.pin',
    'a.b.pin',
    'pinterest-pin',
    '__consumer_offsets',
  ])('%s is none', (topic) => {
    expect(parseTopicName(topic)).toBeUndefined();
  });
});

describe('landed objects', () => {
  test('a key is the one the Confluent S3 sink would write', () => {
    expect(landedKey({ topic: 'pinterest.pin', partition: 0, start: 3718 })).toBe(
      'topics/pinterest.pin/partition=0/pinterest.pin+0+0000003718.json',
    );
  });

  test('a key reads back as its topic, partition and first offset', () => {
    fc.assert(
      fc.property(topics, fc.nat(999), fc.maxSafeNat(), (topic, partition, start) => {
        expect(parseLandedKey(landedKey({ topic, partition, start }))).toEqual({ topic, partition, start });
      }),
    );
  });

  test('a key that is read is the one its parts would be written under', () => {
    const digits = fc.stringMatching(/^0{0,10}[0-9]{0,20}$/).filter((text) => text.length > 0);
    fc.assert(
      fc.property(digits, digits, (partition, start) => {
        const key = `topics/p.pin/partition=${partition}/p.pin+${partition}+${start}.json`;
        const parsed = parseLandedKey(key);
        expect(parsed === undefined ? key : landedKey(parsed)).toBe(key);
      }),
    );
  });

  test('keys of one partition sort as their offsets do, up to ten digits', () => {
    const offset = fc.integer({ min: 0, max: 9_999_999_999 });
    fc.assert(
      fc.property(offset, offset, (a, b) => {
        const [keyA, keyB] = [a, b].map((start) => landedKey({ topic: 'p.pin', partition: 0, start }));
        expect(String(keyA) < String(keyB)).toBe(a < b);
      }),
    );
  });

  test.each([
    ['of two topics', 'topics/p.pin/partition=0/p.geo+0+0000000000.json'],
    ['of two partitions', 'topics/p.pin/partition=0/p.pin+1+0000000000.json'],
    ['with an offset of too many zeros', 'topics/p.pin/partition=0/p.pin+0+00000000000.json'],
    ['with an offset no number can hold', 'topics/p.pin/partition=0/p.pin+0+99999999999999999999.json'],
    ['with a partition of too many zeros', 'topics/p.pin/partition=007/p.pin+007+0000000000.json'],
    ['with a short offset', 'topics/p.pin/partition=0/p.pin+0+0.json'],
    ['of another format', 'topics/p.pin/partition=0/p.pin+0+0000000000.avro'],
    ['in another folder', 'landing/p.pin/partition=0/p.pin+0+0000000000.json'],
    ['one level down', 'topics/p.pin/partition=0/x/p.pin+0+0000000000.json'],
  ])('a key %s is not read', (_what, key) => {
    expect(parseLandedKey(key)).toBeUndefined();
  });
});

test('a chunk manifest lies below the prefix that lists its kind', () => {
  const manifests = { workflowId: 'daily-pinterest-2026-11-22', plan: '3f2a', kind: 'pin' } as const;
  expect(chunkManifestKey(manifests, 0).startsWith(chunkManifestPrefix(manifests))).toBe(true);
});

test('what a run keeps lies below its own prefix', () => {
  const id = 'daily-pinterest-2026-11-22';
  expect([
    chunkManifestKey({ workflowId: id, plan: '3f2a', kind: 'geo' }, 12),
    landingManifestKey(id),
    jobOutputKey(id, 'clean'),
    reportKey(id, 'report.html'),
    sourceClaimKey('pinterest'),
    databricksRunName(id, 'run-job'),
  ]).toEqual([
    '_pinflow/daily-pinterest-2026-11-22/emulate/3f2a/geo/000012.json',
    '_pinflow/daily-pinterest-2026-11-22/landing.json',
    '_pinflow/daily-pinterest-2026-11-22/job/clean.json',
    '_pinflow/daily-pinterest-2026-11-22/report.html',
    '_pinflow/pipelines/pinterest/source.json',
    'daily-pinterest-2026-11-22/run-job',
  ]);
});

describe('the name of a databricks run', () => {
  test('reads back as the workflow and the step', () => {
    const workflowId = 'daily-team-2-2026-11-22-r2';
    expect(parseDatabricksRunName(databricksRunName(workflowId, 'run-job'))).toEqual({ workflowId, step: 'run-job' });
    const stream = streamSupervisorId('team-2');
    expect(parseDatabricksRunName(databricksRunName(stream, 'stream'))).toEqual({ workflowId: stream, step: 'stream' });
  });

  test.each([
    '',
    'nightly',
    'daily-pinterest-2026-11-22',
    'nightly/run-job',
    'daily-pinterest-2026-11-22/run-job/x',
    'stream-P/stream',
  ])('that others gave ("%s") is none of ours', (name) => {
    expect(parseDatabricksRunName(name)).toBeUndefined();
  });
});

test('what starts dates is named after their pipeline', () => {
  const range = { from: '2026-11-01', to: '2026-11-30' };
  expect(scheduleId('pinterest')).toBe('daily-pinterest');
  expect(dispatchId('pinterest')).toBe('dispatch-pinterest');
  expect(backfillId({ pipeline: 'pinterest', ...range })).toBe('backfill-pinterest-2026-11-01-to-2026-11-30');
  expect(dagId('pinterest')).toBe('pinterest_daily');
});
