import { clusterRoutes } from '../../../../../infra/local/databricks/clusters/cluster-routes.ts';
import type { ClusterView } from '../../../../../infra/local/databricks/clusters/warm-cluster.ts';

const running: ClusterView = { state: 'RUNNING', message: '', sparkVersion: '4.2.0', startTime: 1 };
const pending: ClusterView = { ...running, state: 'PENDING', message: 'Spark is starting.', sparkVersion: undefined };

function setUp(view: ClusterView) {
  const restart = jest.fn();
  const { routes } = clusterRoutes({ view, restart });
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
    'INVALID_STATE: Cluster local is RUNNING, not TERMINATED; it always runs.',
  );
  for (const route of ['GET clusters/get', 'POST clusters/restart', 'POST clusters/start'])
    expect(await call(route, { cluster_id: '7' })).toBe('INVALID_PARAMETER_VALUE: Cluster 7 does not exist.');
});
