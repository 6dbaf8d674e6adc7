import type { ClusterChoice } from './compute.ts';

/** The warm cluster, the only one that `existing_cluster_id` may name. */
export const LOCAL_CLUSTER_ID = 'local';

/** The id under which the cluster of a task is listed while it lives; a run may name it in `cluster_instance`. */
export function nameCluster(cluster: ClusterChoice, taskRunId: number | string): string {
  if (cluster.kind === 'existing') return cluster.clusterId;
  return cluster.kind === 'shared' ? `run-${cluster.runId}-${cluster.key}` : `task-${taskRunId}`;
}
