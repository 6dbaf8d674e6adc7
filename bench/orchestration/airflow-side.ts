import { join } from 'node:path';
import { Airflow } from '../../test/airflow/strangers/airflow.ts';
import { readCpuSeconds } from './read-cpu-seconds.ts';
import { type TaskInstance, type TaskTimes, timeTasks } from './time-tasks.ts';

export interface AirflowSide {
  /** Triggers one run and waits until it is seen as a success. Gives what Airflow says of its tasks. */
  runOnce(id: string): Promise<() => Promise<TaskTimes>>;
  /** CPU time of all its processes so far. */
  readCpuSeconds(): number;
  stop(): Promise<void>;
}

const DAG = 'three_no_ops';
/** Once a second gave tasks the same span: the looks do not hold them up. */
const POLL_MS = 100;

export async function startAirflowSide(request: {
  readonly python: string;
  readonly home: string;
  /** How long its scheduler sleeps after each look at the work. */
  readonly idleSeconds: number;
  readonly signal: AbortSignal;
}): Promise<AirflowSide> {
  const { signal, idleSeconds } = request;
  const settings = { SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME: String(idleSeconds) };
  const dags = [join(import.meta.dirname, 'three_no_ops.py')];
  const airflow = await Airflow.start({ ...request, dags, settings, connections: {} });
  try {
    await airflow.untilKnown(DAG);
  } catch (error) {
    await airflow.stop();
    throw error;
  }
  return {
    runOnce: async (id) => {
      await airflow.call('POST', `/dags/${DAG}/dagRuns`, { dag_run_id: id, logical_date: null });
      for (;;) {
        const { state } = await airflow.call<{ state: string }>('GET', `/dags/${DAG}/dagRuns/${id}`);
        if (state === 'failed') throw new Error(`run "${id}" of Airflow failed\n${airflow.server.log.slice(-5_000)}`);
        if (state === 'success') return () => readTaskTimes(airflow, id);
        signal.throwIfAborted();
        await new Promise((wake) => setTimeout(wake, POLL_MS));
      }
    },
    readCpuSeconds: () => readCpuSeconds(airflow.server.findProcesses()),
    stop: () => airflow.stop(),
  };
}

async function readTaskTimes(airflow: Airflow, id: string): Promise<TaskTimes> {
  const path = `/dags/${DAG}/dagRuns/${id}/taskInstances`;
  const { task_instances: tasks } = await airflow.call<{ task_instances: TaskInstance[] }>('GET', path);
  return timeTasks(tasks);
}
