import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createResetActivities } from '../../../activities/reset/activities.ts';
import { landedKey, listedKey, reportKey, sourceClaimKey } from '../../../domain/names.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { MemoryStore } from '../../support/memory-store.ts';

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

    const { emptyPipeline } = createResetActivities({ kafka, store, tablesRoot: pathToFileURL(tables).href });
    expect(await emptyPipeline('a')).toEqual({ objects: 4 });

    expect([...kafka.topics.keys()]).toEqual(['a-b.pin']);
    expect([...store.objects.keys()]).toEqual([
      'topics/a-b.pin/partition=0/a-b.pin+0+0000000000.json',
      '_pinflow/listed/a-b.pin/partition=0/0000000000000001',
      '_pinflow/daily-a-b-2026-11-22/report.html',
      '_pinflow/pipelines/a-b/source.json',
    ]);
    expect([existsSync(join(tables, 'a')), existsSync(join(tables, 'a-b'))]).toEqual([false, true]);
  });

  test('is refused before anything is deleted when its tables are not in a local folder', async () => {
    const [kafka, store] = [new MemoryKafka(), new MemoryStore()];
    kafka.append('a.pin', 0, '{}');
    const { emptyPipeline } = createResetActivities({ kafka, store, tablesRoot: 's3://bucket/tables' });
    await expect(emptyPipeline('a')).rejects.toMatchObject({
      code: 'RESET_REFUSED',
      message: 'tables of pipeline "a" are at "s3://bucket/tables/a", not in a local folder',
    });
    expect(kafka.topics.size).toBe(1);
  });
});
