import { availableParallelism, totalmem } from 'node:os';
import { z } from 'zod';
import { ApiError, doesNotExist } from '../errors.ts';
import { check, wholeNumber } from '../jobs/check.ts';
import { decodePageToken, encodePageToken } from '../jobs/page-token.ts';
import type { Handler, RouteGroup } from '../route.ts';
import { LOCAL_CLUSTER_ID } from './name-cluster.ts';
import type { ClusterView, WarmCluster } from './warm-cluster.ts';

type LocalCluster = Pick<WarmCluster, 'view' | 'restart'>;

/** A cluster as the routes see it; `JOB` is one that lives for a task or a run. */
interface ListedCluster {
  readonly id: string;
  readonly source: 'UI' | 'JOB';
  readonly view: ClusterView;
}

const NODE_TYPE = 'local';

const listSchema = z.looseObject({
  page_size: wholeNumber.min(1).max(100).default(20),
  page_token: z.string().optional(),
});

/** The warm cluster, which can be restarted, and those of the work that goes on, which can only be looked at. */
export function clusterRoutes(
  local: LocalCluster,
  listOfRuns: () => readonly Omit<ListedCluster, 'source'>[] = () => [],
): RouteGroup {
  const list = (): ListedCluster[] => [
    { id: LOCAL_CLUSTER_ID, source: 'UI', view: local.view },
    ...listOfRuns().map(({ id, view }) => ({ id, source: 'JOB' as const, view })),
  ];
  return {
    versions: ['2.0', '2.1'],
    routes: {
      'GET clusters/get': ({ parameters }) => describe(find(list(), parameters)),
      'GET clusters/list': ({ parameters }) => {
        const { page_size: size, page_token: token } = check(listSchema, parameters);
        const [all, offset] = [list(), decodePageToken('offset', token) ?? 0];
        return {
          clusters: all.slice(offset, offset + size).map(describe),
          ...(offset + size < all.length && { next_page_token: encodePageToken('offset', offset + size) }),
          ...(offset > 0 && { prev_page_token: encodePageToken('offset', Math.max(0, offset - size)) }),
        };
      },
      'GET clusters/spark-versions': () => {
        const version = local.view.sparkVersion;
        return { versions: version === undefined ? [] : [{ key: version, name: `Apache Spark ${version}` }] };
      },
      'GET clusters/list-node-types': () => ({ node_types: [describeMachine()] }),
      'POST clusters/restart': ({ parameters }) => {
        const { id, source, view } = find(list(), parameters);
        if (source === 'JOB') throw invalidState(id, 'belongs to a run and ends with it');
        if (view.state !== 'RUNNING') throw invalidState(id, `is ${view.state}, not RUNNING`);
        local.restart();
        return {};
      },
      'POST clusters/start': ({ parameters }) => {
        const { id, view } = find(list(), parameters);
        throw invalidState(id, `is ${view.state}, not TERMINATED`);
      },
    } satisfies Record<string, Handler>,
  };
}

function find(clusters: readonly ListedCluster[], parameters: unknown): ListedCluster {
  const { cluster_id: id } = check(z.looseObject({ cluster_id: z.string() }), parameters);
  const found = clusters.find((cluster) => cluster.id === id);
  if (found === undefined) throw doesNotExist('Cluster', id);
  return found;
}

function invalidState(id: string, what: string): ApiError {
  return new ApiError(400, 'INVALID_STATE', `Cluster ${id} ${what}.`);
}

function describe({ id, source, view }: ListedCluster): object {
  return {
    cluster_id: id,
    cluster_name: id,
    cluster_source: source,
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
