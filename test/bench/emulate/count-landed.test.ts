import { expectLanded } from '../../../bench/emulate/count-landed.ts';
import { createLandingActivities } from '../../../activities/landing/activities.ts';
import { RECORD_KINDS } from '../../../domain/kinds.ts';
import { topicName } from '../../../domain/names.ts';
import { runInActivity } from '../../support/in-activity.ts';
import { MemoryKafka } from '../../support/memory-kafka.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { makePlan } from '../../support/run-plans.ts';

const [plan, pipeline] = [makePlan(), 'pinterest'];

/** Topics that hold these keys for every kind, and all of it landed. */
async function land(keys: readonly number[]) {
  const [kafka, store] = [new MemoryKafka(), new MemoryStore()];
  const landing = createLandingActivities({ kafka, store, maxRecords: 2, maxAgeMs: 30_000 });
  for (const kind of RECORD_KINDS) {
    for (const key of keys) kafka.append(topicName(pipeline, kind), 0, `{"ind":${key},"age":1}`);
    const ranges = await runInActivity(() => landing.planRanges({ plan, kind }));
    await runInActivity(() => landing.landKind({ plan, kind, ranges }));
  }
  return { kafka, store };
}

test('a pipeline whose records have all landed under keys of their own is as expected', async () => {
  await expect(expectLanded({ pipeline, posts: 3 }, await land([1, 2, 3]))).resolves.toBeUndefined();
});

test('a record that is there twice, or too few of them, are not', async () => {
  await expect(expectLanded({ pipeline, posts: 3 }, await land([1, 2, 2]))).rejects.toThrow(
    'topic "pinterest.pin" has 3 records, 2 keys; 3 records, 3 keys were sent',
  );
  await expect(expectLanded({ pipeline, posts: 3 }, await land([1, 2]))).rejects.toThrow('has 2 records, 2 keys');
});
