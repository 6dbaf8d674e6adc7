import type { Activities } from '../../activities/index.ts';
import { mapKinds } from '../../domain/kinds.ts';

/** Activities of a run in which ten records of each kind go all the way, and the order they were called in. */
export function makeMockActivities(changes: Partial<Activities> = {}) {
  const calls: string[] = [];
  const counts = mapKinds(() => ({ clean: 7, quarantined: 1, duplicate: 2 }));
  const activities: Activities = {
    prepareRun: async () => undefined,
    emulateKind: async () => ({ intended: 10, acknowledged: 10 }),
    emulatePosts: async () => mapKinds(() => ({ intended: 10, acknowledged: 10 })),
    planRanges: async () => [{ partition: 0, start: 0, end: 10 }],
    landKind: async () => ({ offsets: 10 }),
    proveCoverage: async () => mapKinds(() => ({ objects: 1, records: 10, strays: 0 })),
    auditKind: async () => ({ counts: { landed: 10, lost: 0, phantom: 0, repeated: 0, corrupt: 0 }, examples: [] }),
    submitJob: async () => ({ runId: '7', epoch: 1 }),
    repairJob: async () => ({ runId: '7', epoch: 2, repairs: 1 }),
    awaitJob: async () => ({ url: 'http://databricks.invalid/7', tasks: { clean: '1', queries: '2' } }),
    collectOutput: async () => ({
      own: counts,
      carriedOver: mapKinds(() => ({ clean: 0, quarantined: 0, duplicate: 0 })),
    }),
    cancelJob: async () => undefined,
    sweepRuns: async () => ({ looked: 0, orphans: [] }),
    writeReport: async () => ({ html: 'report.html', json: 'report.json' }),
    startDaily: async ({ date }) => ({ workflowId: `daily-pinterest-${date}`, runId: 'abc', outcome: 'started' }),
    redoDaily: async ({ date }) => ({ workflowId: `daily-pinterest-${date}-r2`, runId: 'abc', outcome: 'started' }),
    awaitDaily: async () => ({ state: 'succeeded' }),
    listDates: async () => '',
    emptyPipeline: async () => ({ objects: 0 }),
    readMwaa: async () => ({
      ...{ environment: 'local', status: 'AVAILABLE', airflowVersion: '3.3.2', bucket: 'pinflow-mwaa' },
      ...{ requirements: undefined, updateError: undefined, dag: 'active', importError: undefined },
    }),
    uploadRequirements: async () => ({ key: 'requirements.txt', version: 'v2' }),
    requestUpdate: async () => 'requested',
    awaitEnvironment: async () => undefined,
    uploadDag: async ({ pipeline }) => ({
      ...{ dagId: `${pipeline}_daily`, key: `dags/${pipeline}_daily.py`, isChanged: true, hash: 'h' },
      ...{ writtenAt: 0, errorBefore: null },
    }),
    awaitDag: async () => undefined,
    triggerDag: async ({ pipeline, date }) => ({
      ...{ runId: `temporal__${pipeline}__${date}`, state: 'queued', existed: false },
    }),
    readMirror: async () => ({ looked: 1, differences: [] }),
    prepareStream: async () => ({ posts: 10 }),
    sendSlice: async ({ slice }) => mapKinds(() => slice.posts),
    submitStream: async () => ({ runId: '7', url: 'http://databricks.invalid/7' }),
    lookAtStream: async () => ({ state: 'active', health: {} }),
    askStreamToStop: async () => undefined,
    endStream: async () => undefined,
    ...changes,
  };
  const recorded = Object.entries(activities).map(([name, run]) => [
    name,
    async (...args: unknown[]) => {
      calls.push(name);
      return (run as (...args: unknown[]) => Promise<unknown>)(...args);
    },
  ]);
  return { calls, activities: Object.fromEntries(recorded) as Activities };
}
