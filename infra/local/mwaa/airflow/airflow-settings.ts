import { join } from 'node:path';
import { AIRFLOW_USERS } from './airflow-users.ts';

export type AirflowMajor = 2 | 3;

export interface AirflowOptions {
  /** Interpreter of the environment that has Airflow. */
  readonly python: string;
  readonly major: AirflowMajor;
  /** Folder that becomes AIRFLOW_HOME. Its `dags` folder holds the DAG files. */
  readonly home: string;
  readonly port: number;
  /** Two more, where the triggerer and the scheduler of Airflow 3 give out logs. */
  readonly logPorts: readonly [number, number];
  /** Connections by id, as JSON objects. */
  readonly connections: Readonly<Record<string, object>>;
  /** More, by section and name, which win: `SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export function dagsFolder(home: string): string {
  return join(home, 'dags');
}

export function passwordsFile(home: string): string {
  return join(home, 'passwords.json');
}

/** Everything that Airflow is told, as the variables it reads. */
export function describeSettings(options: AirflowOptions): Record<string, string> {
  const { home, major, connections } = options;
  const settings = {
    CORE__DAGS_FOLDER: dagsFolder(home),
    CORE__LOAD_EXAMPLES: 'False',
    // LocalExecutor forks as many processes ahead; 32 by default.
    CORE__PARALLELISM: '4',
    CORE__DAGS_ARE_PAUSED_AT_CREATION: 'False',
    ...(major === 2 ? settingsOfAirflow2(options) : settingsOfAirflow3(options)),
    ...options.settings,
  };
  return {
    AIRFLOW_HOME: home,
    ...nameVariables('AIRFLOW__', settings),
    ...nameVariables(
      'AIRFLOW_CONN_',
      Object.fromEntries(Object.entries(connections).map(([id, it]) => [id.toUpperCase(), JSON.stringify(it)])),
    ),
  };
}

function settingsOfAirflow2({ port }: AirflowOptions): Record<string, string> {
  return {
    // Any other wants another database than SQLite.
    CORE__EXECUTOR: 'SequentialExecutor',
    // For clients that log in with a name, and for those that bring the session of the web server.
    API__AUTH_BACKENDS: 'airflow.api.auth.backend.basic_auth,airflow.api.auth.backend.session',
    SCHEDULER__DAG_DIR_LIST_INTERVAL: '5',
    WEBSERVER__BASE_URL: `http://127.0.0.1:${port}`,
    WEBSERVER__WEB_SERVER_HOST: '127.0.0.1',
    WEBSERVER__WEB_SERVER_PORT: String(port),
    WEBSERVER__WORKERS: '1',
    // It gives up when gunicorn is not there after 120 s, which a busy machine can take.
    WEBSERVER__WEB_SERVER_MASTER_TIMEOUT: '600',
    WEBSERVER__EXPOSE_CONFIG: 'False',
  };
}

function settingsOfAirflow3({ home, port, logPorts }: AirflowOptions): Record<string, string> {
  return {
    CORE__EXECUTOR: 'LocalExecutor',
    CORE__SIMPLE_AUTH_MANAGER_USERS: AIRFLOW_USERS.map(({ name, role }) => `${name}:${role.toLowerCase()}`).join(','),
    CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE: passwordsFile(home),
    // Must follow the port.
    CORE__EXECUTION_API_SERVER_URL: `http://127.0.0.1:${port}/execution/`,
    API__BASE_URL: `http://127.0.0.1:${port}`,
    API__HOST: '127.0.0.1',
    API__PORT: String(port),
    API__WORKERS: '1',
    DAG_PROCESSOR__REFRESH_INTERVAL: '5',
    LOGGING__TRIGGER_LOG_SERVER_PORT: String(logPorts[0]),
    LOGGING__WORKER_LOG_SERVER_PORT: String(logPorts[1]),
  };
}

function nameVariables(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}
