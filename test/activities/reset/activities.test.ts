import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createResetActivities } from '../../../activities/reset/activities.ts';
import { landedKey, listedKey, reportKey, sourceClaimKey } from '../../../domain/names.ts';
import { streamPutsKey } from '../../../domain/stream-names.ts';
import { runInActivity } from '../../support/in-activity.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { MemoryStore } from '../../support/memory-store.ts';

/** Emptying on these systems, and the streams that it deletes. */
function makeReset(systems: { kafka: MemoryKafka; store: MemoryStore; tablesRoot: string; names?: string }) {
  const { names = 'streaming-{pipeline}-{kind}' } = systems;
  const deleted: string[] = [];
  const { emptyPipeline } = createResetActivities({
    ...systems,
    stream: { names },
    streams: {
      ensureStreams: async () => undefined,
      listShards: async () => [],
      deleteStreams: async (input) => void deleted.push(...input.names),
    },
  });
  return { deleted, empty: (pipeline: string) => runInActivity(() => emptyPipeline(pipeline)) };
}

async function fill(
  pipeline: string,
  { kafka, store, tables }: { kafka: MemoryKafka; store: MemoryStore; tables: string },
) {
  kafka.append(`${pipeline}.pin`, 0, '{}');
  const keys = [
    landedKey({ topic: `${pipeline}.pin`, partition: 0, start: 0 }),
    listedKey({ topic: `${pipeline}.pin`, partition: 0, end: 1 }),
    reportKey(`daily-${pipeline}-2026-11-22`, 'report.html'),
    sourceClaimKey(pipeline),
    streamPutsKey({ pipeline, chain: 'x' }, { kind: 'pin', number: 0 }),
  ];
  for (const key of keys) await store.createObject({ key, body: '', contentType: '' });
  mkdirSync(join(tables, pipeline, 'pin'), { recursive: true });
}

describe('emptying a pipeline', () => {
  test('deletes its topics, objects, manifests and tables, and leaves a pipeline whose name begins alike', async () => {
    const pipeline = {
      kafka: new MemoryKafka(),
      store: new MemoryStore(),
      tables: mkdtempSync(join(tmpdir(), 'pinflow-reset-')),
    };
    await fill('a', pipeline);
    await fill('a-b', pipeline);
    const { kafka, store, tables } = pipeline;

    const { empty, deleted } = makeReset({ kafka, store, tablesRoot: pathToFileURL(tables).href });
    expect(await empty('a')).toEqual({ objects: 5 });

    expect(deleted).toEqual(['streaming-a-pin', 'streaming-a-geo', 'streaming-a-user']);
    expect([...kafka.topics.keys()]).toEqual(['a-b.pin']);
    expect([...store.objects.keys()]).toEqual([
      'topics/a-b.pin/partition=0/a-b.pin+0+0000000000.json',
      '_pinflow/listed/a-b.pin/partition=0/0000000000000001',
      '_pinflow/daily-a-b-2026-11-22/report.html',
      '_pinflow/pipelines/a-b/source.json',
      '_pinflow/stream-a-b/x/puts/pin/00000000.json',
    ]);
    expect([existsSync(join(tables, 'a')), existsSync(join(tables, 'a-b'))]).toEqual([false, true]);
  });

  test('leaves a stream whose name does not say the pipeline, as it may have others’ records, too', async () => {
    const tablesRoot = pathToFileURL(mkdtempSync(join(tmpdir(), 'pinflow-reset-'))).href;
    const systems = { kafka: new MemoryKafka(), store: new MemoryStore(), tablesRoot };
    const { empty, deleted } = makeReset({ ...systems, names: 'Kinesis-Prod-Stream' });
    await empty('a');
    expect(deleted).toEqual([]);
  });

  test('is refused before anything is deleted when its tables are not in a local folder', async () => {
    const [kafka, store] = [new MemoryKafka(), new MemoryStore()];
    kafka.append('a.pin', 0, '{}');
    const { empty } = makeReset({ kafka, store, tablesRoot: 's3://bucket/tables' });
    await expect(empty('a')).rejects.toMatchObject({
      code: 'RESET_REFUSED',
      message: 'tables of pipeline "a" are at "s3://bucket/tables/a", not in a local folder',
    });
    expect(kafka.topics.size).toBe(1);
  });
});
