import { availableParallelism, totalmem } from 'node:os';
import { z } from 'zod';
import { ApiError, doesNotExist } from '../errors.ts';
import { check } from '../jobs/check.ts';
import type { Handler, RouteGroup } from '../route.ts';
import { LOCAL_CLUSTER_ID } from './clusters.ts';
import type { WarmCluster } from './warm-cluster.ts';

type Cluster = Pick<WarmCluster, 'view' | 'restart'>;

const NODE_TYPE = 'local';

/** The one cluster that can be named; processes of single tasks have no id. */
export function clusterRoutes(cluster: Cluster): RouteGroup {
  return {
    versions: ['2.0', '2.1'],
    routes: {
      'GET clusters/get': ({ parameters }) => {
        requireLocal(parameters);
        return describe(cluster);
      },
      'GET clusters/list': () => ({ clusters: [describe(cluster)] }),
      'GET clusters/spark-versions': () => {
        const version = cluster.view.sparkVersion;
        return { versions: version === undefined ? [] : [{ key: version, name: `Apache Spark ${version}` }] };
      },
      'GET clusters/list-node-types': () => ({ node_types: [describeMachine()] }),
      'POST clusters/restart': ({ parameters }) => {
        requireLocal(parameters);
        const { state } = cluster.view;
        if (state !== 'RUNNING') throw invalidState(`is ${state}, not RUNNING`);
        cluster.restart();
        return {};
      },
      'POST clusters/start': ({ parameters }) => {
        requireLocal(parameters);
        throw invalidState(`is ${cluster.view.state}, not TERMINATED; it always runs`);
      },
    } satisfies Record<string, Handler>,
  };
}

function requireLocal(parameters: unknown): void {
  const { cluster_id: id } = check(z.looseObject({ cluster_id: z.string() }), parameters);
  if (id !== LOCAL_CLUSTER_ID) throw doesNotExist('Cluster', id);
}

function invalidState(what: string): ApiError {
  return new ApiError(400, 'INVALID_STATE', `Cluster ${LOCAL_CLUSTER_ID} ${what}.`);
}

function describe({ view }: Cluster): object {
  return {
    cluster_id: LOCAL_CLUSTER_ID,
    cluster_name: LOCAL_CLUSTER_ID,
    state: view.state,
    state_message: view.message,
    start_time: view.startTime,
    num_workers: 0,
    node_type_id: NODE_TYPE,
    ...(view.sparkVersion === undefined ? {} : { spark_version: view.sparkVersion }),
  };
}

function describeMachine(): object {
  return {
    node_type_id: NODE_TYPE,
    instance_type_id: NODE_TYPE,
    description: 'this machine',
    category: 'Local',
    num_cores: availableParallelism(),
    memory_mb: Math.round(totalmem() / 1024 ** 2),
  };
}
