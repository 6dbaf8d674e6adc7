import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';

export interface CliOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type RunCli = (line: string) => Promise<CliOutcome>;

/** What the service does not let anybody run: servers, shells, the database, keys. */
const BLOCKED = [
  ...['scheduler', 'webserver', 'api-server', 'triggerer', 'dag-processor', 'standalone', 'celery', 'kerberos'],
  ...['db', 'shell', 'rotate-fernet-key', 'flower', 'worker', 'users', 'config', 'info'],
];

/** Runs lines of Airflow's own command line, without a shell and one at a time. */
export function createRunCli(airflow: {
  readonly python: string;
  readonly variables: Readonly<Record<string, string>>;
}): RunCli {
  let isBusy = false;
  return async (line) => {
    const args = line.trim().split(/\s+/);
    const [command = ''] = args;
    if (command === '' || BLOCKED.includes(command)) return refuse(400, `the command "${command}" is not supported`);
    if (isBusy) return refuse(429, 'another command is still running');
    isBusy = true;
    try {
      return await execute(join(dirname(airflow.python), 'airflow'), args, airflow.variables);
    } finally {
      isBusy = false;
    }
  };
}

function refuse(status: number, stderr: string): CliOutcome {
  return { status, stdout: '', stderr };
}

function execute(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<CliOutcome> {
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: 120_000, maxBuffer: 8 * 1024 * 1024 }, (error, stdout, stderr) =>
      // The service answers 400 when the command ends with anything but 0.
      resolve({ status: error === null ? 200 : 400, stdout, stderr }),
    );
  });
}
