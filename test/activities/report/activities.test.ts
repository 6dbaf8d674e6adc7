import { createReportActivities } from '../../../activities/report/activities.ts';
import { jobOutputKey, reportKey } from '../../../domain/names.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { makePlan } from '../../support/run-plans.ts';
import { makeQueries, makeReportInput } from './report-input.ts';

const { ledger, carriedOver, strays, steps, run } = makeReportInput();
const plan = makePlan();
const finished = {
  plan,
  ledger,
  carriedOver,
  strays,
  steps,
  startedAt: run.startedAt,
  databricksUrl: 'http://host/#job/1/run/2',
};

function createActivities(store: MemoryStore) {
  const temporal = { ui: undefined, namespace: 'default' };
  return createReportActivities({ store, temporal, drawChart: () => '<svg></svg>' });
}

test('the report is written as a page and as data, from the output of the queries', async () => {
  const store = new MemoryStore();
  const key = jobOutputKey(plan.workflowId, 'queries');
  await store.replaceObject({ key, body: JSON.stringify(makeQueries()), contentType: 'application/json' });

  const keys = await createActivities(store).writeReport(finished);

  expect(keys).toEqual({
    html: reportKey(plan.workflowId, 'report.html'),
    json: reportKey(plan.workflowId, 'report.json'),
  });
  expect(String(await store.readObject(keys.html))).toContain('✓ balanced');
  const report = JSON.parse(String(await store.readObject(keys.json))) as Record<string, unknown>;
  expect(Object.keys(report)).toEqual(['run', 'ledger', 'queries', 'steps']);
  expect(report).toMatchObject({ ledger, queries: makeQueries(), run: { databricksUrl: finished.databricksUrl } });
});

test('a missing output of the queries fails and writes nothing', async () => {
  const store = new MemoryStore();
  await expect(createActivities(store).writeReport(finished)).rejects.toMatchObject({
    code: 'OUTPUT_INVALID',
    message: 'output of the notebook "queries": expected JSON, got an empty text',
  });
  expect(store.objects.size).toBe(0);
});
