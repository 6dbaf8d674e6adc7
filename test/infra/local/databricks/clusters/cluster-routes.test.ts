import { clusterRoutes } from '../../../../../infra/local/databricks/clusters/cluster-routes.ts';
import type { ClusterView } from '../../../../../infra/local/databricks/clusters/warm-cluster.ts';

const running: ClusterView = { state: 'RUNNING', message: '', sparkVersion: '4.2.0', startTime: 1 };
const pending: ClusterView = { ...running, state: 'PENDING', message: 'Spark is starting.', sparkVersion: undefined };

function setUp(view: ClusterView, ofRuns: readonly string[] = []) {
  const restart = jest.fn();
  const { routes } = clusterRoutes({ view, restart }, () => ofRuns.map((id) => ({ id, view })));
  const call = async (route: string, parameters: object = {}) => {
    try {
      return await routes[route]?.({ parameters, version: '2.1' });
    } catch (error) {
      return `${(error as { code: string }).code}: ${(error as Error).message}`;
    }
  };
  return { call, restart };
}

test('the cluster is pending while Spark starts and tells its version when it runs', async () => {
  const early = setUp(pending);
  expect(await early.call('GET clusters/get', { cluster_id: 'local' })).toMatchObject({
    ...{ cluster_id: 'local', cluster_name: 'local', state: 'PENDING', state_message: 'Spark is starting.' },
    start_time: 1,
  });
  expect(await early.call('GET clusters/spark-versions')).toEqual({ versions: [] });
  const late = setUp(running);
  expect(await late.call('GET clusters/list')).toMatchObject({
    clusters: [{ state: 'RUNNING', state_message: '', spark_version: '4.2.0' }],
  });
  expect(await late.call('GET clusters/spark-versions')).toEqual({
    versions: [{ key: '4.2.0', name: 'Apache Spark 4.2.0' }],
  });
});

test('clusters of runs are listed after the warm one, can be looked at, and nothing else', async () => {
  const { call, restart } = setUp(running, ['task-7', 'run-1-small']);
  expect(await call('GET clusters/list')).toMatchObject({
    clusters: [
      { cluster_id: 'local', cluster_source: 'UI' },
      { cluster_id: 'task-7', cluster_source: 'JOB' },
      { cluster_id: 'run-1-small', cluster_source: 'JOB' },
    ],
  });
  expect(await call('GET clusters/get', { cluster_id: 'task-7' })).toMatchObject({
    ...{ cluster_id: 'task-7', state: 'RUNNING', state_message: '' },
  });
  expect(await call('POST clusters/restart', { cluster_id: 'task-7' })).toBe(
    'INVALID_STATE: Cluster task-7 belongs to a run and ends with it.',
  );
  expect(restart).not.toHaveBeenCalled();
});

test('a list is given in pages of up to a hundred, twenty when nobody asks', async () => {
  const ids = Array.from({ length: 24 }, (_, index) => `task-${index}`);
  const { call } = setUp(running, ids);
  const seen: string[] = [];
  const sizes: number[] = [];
  for (let token: string | undefined = ''; token !== undefined;) {
    const page = (await call('GET clusters/list', { page_size: '10', page_token: token })) as {
      readonly clusters: readonly { cluster_id: string }[];
      readonly next_page_token?: string;
    };
    sizes.push(page.clusters.length);
    seen.push(...page.clusters.map(({ cluster_id: id }) => id));
    token = page.next_page_token;
  }
  expect([sizes, seen]).toEqual([
    [10, 10, 5],
    ['local', ...ids],
  ]);
  expect(await call('GET clusters/list')).toMatchObject({
    clusters: { length: 20 },
    next_page_token: expect.any(String),
  });
  expect(await call('GET clusters/list', { page_size: 100 })).toMatchObject({ clusters: { length: 25 } });
  for (const bad of [{ page_size: 101 }, { page_size: 0 }, { page_token: 'mine' }])
    expect(await call('GET clusters/list', bad)).toMatch(/^INVALID_PARAMETER_VALUE: page_/);
});

test('the machine is the only type of node', async () => {
  expect(await setUp(running).call('GET clusters/list-node-types')).toMatchObject({
    node_types: [{ node_type_id: 'local', num_cores: expect.any(Number), memory_mb: expect.any(Number) }],
  });
});

test('the cluster restarts when it runs, is never started, and an unknown one does not exist', async () => {
  const { call, restart } = setUp(running);
  expect(await call('POST clusters/restart', { cluster_id: 'local' })).toEqual({});
  expect(restart).toHaveBeenCalledTimes(1);
  expect(await setUp(pending).call('POST clusters/restart', { cluster_id: 'local' })).toBe(
    'INVALID_STATE: Cluster local is PENDING, not RUNNING.',
  );
  expect(await call('POST clusters/start', { cluster_id: 'local' })).toBe(
    'INVALID_STATE: Cluster local is RUNNING, not TERMINATED.',
  );
  for (const route of ['GET clusters/get', 'POST clusters/restart', 'POST clusters/start'])
    expect(await call(route, { cluster_id: '7' })).toBe('INVALID_PARAMETER_VALUE: Cluster 7 does not exist.');
});
