import { createActivities } from '../../activities/index.ts';
import { FakeDatabricks } from '../support/fake-databricks.ts';
import { FakeWorkflows } from '../support/fake-workflows.ts';
import { runInActivity } from '../support/in-activity.ts';
import { makeMockActivities } from '../support/mock-activities.ts';
import { MemoryGateway, MemoryKafka } from '../support/memory-kafka.ts';
import { makeSource } from '../support/memory-source.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { MemoryVersions } from '../support/memory-versions.ts';
import { makePlan } from '../support/run-plans.ts';

test('the worker has every activity that workflows are tested with, and their errors reach Temporal with their codes', async () => {
  const kafka = new MemoryKafka();
  const activities = createActivities({
    openSource: async () => makeSource(5),
    gateway: new MemoryGateway(kafka),
    kafka,
    store: new MemoryStore(),
    databricks: () => new FakeDatabricks(),
    workflows: new FakeWorkflows(),
    drawChart: () => '',
    temporal: { ui: undefined, namespace: 'default' },
    landingRoot: 's3://bucket',
    tablesRoot: 's3://bucket/tables',
    notebooks: '/Shared/pinflow',
    maxRecords: 5_000,
    mwaa: undefined,
    openBucket: () => new MemoryVersions(),
    maxAgeMs: 30_000,
    streams: { ensureStreams: async () => undefined, listShards: async () => [], deleteStreams: async () => undefined },
    openProducer: () => ({ produce: async () => ({ positions: [], failure: undefined }) }),
    streamDatabricks: () => new FakeDatabricks(),
    kinesis: { endpoint: undefined, region: 'us-east-1' },
    stream: { names: 'streaming-{pipeline}-{kind}', shards: 1, triggerSeconds: 0.5, serviceCredential: undefined },
  });

  expect(Object.keys(activities).toSorted()).toEqual(Object.keys(makeMockActivities().activities).toSorted());
  await expect(runInActivity(() => activities.prepareRun(makePlan({ rows: 6 })))).rejects.toMatchObject({
    type: 'INPUT_INVALID',
    nonRetryable: true,
  });
});
