import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { chooseFreePort } from '../../infra/local/stack/choose-ports.ts';
import { ensureDebianPackages } from './debian-package.ts';

const run = promisify(execFile);

/** The programs without the service, so that installing starts no server of its own. */
const PACKAGES = ['mariadb-server-core', 'mariadb-client-core'];
/** What is run, and what `mariadb-install-db` runs in its turn. */
const PROGRAMS = ['mariadbd', 'mariadb-install-db', 'my_print_defaults'];
const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/usr/local/sbin'];
const START_LIMIT_MS = 20_000;

/** A database server of one's own in a folder of its own; `stop` ends it and removes the folder. */
export interface MariaDb {
  readonly host: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

export const MARIADB_ROOT = { user: 'root', password: '' };

/**
 * `tls`: what the server shows to those who ask for an encrypted connection; without it, it offers none.
 * @throws Error with the command that installs MariaDB, where it is missing and cannot be installed from here
 */
export async function startMariaDb(tls?: { readonly key: string; readonly cert: string }): Promise<MariaDb> {
  const [server, installer] = await (programs ??= findPrograms());
  const directory = await mkdtemp(join(tmpdir(), 'pinflow-mariadb-'));
  const log = join(directory, 'error.log');
  const account = `--user=${userInfo().username}`;
  // A server that starts deletes what others have left in their folder for temporary tables, also when they still run.
  const base = ['--no-defaults', `--datadir=${join(directory, 'data')}`, `--tmpdir=${directory}`, account];
  let child: ChildProcess | undefined;
  const stop = async () => {
    if (child !== undefined) await endProcess(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await run(installer, [...base, '--auth-root-authentication-method=normal', '--skip-test-db']);
    const port = await chooseFreePort();
    const address = ['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${join(directory, 'socket')}`];
    const files = [`--log-error=${log}`, `--pid-file=${join(directory, 'pid')}`];
    const options = ['--innodb-flush-log-at-trx-commit=0', ...(await offerTls(directory, tls))];
    child = spawn(server, [...base, ...address, ...files, ...options], { stdio: 'ignore' });
    await waitUntilReady(port, child);
    return { host: '127.0.0.1', port, stop };
  } catch (error) {
    const lastLines = (await readFile(log, 'utf8').catch(() => '')).slice(-2_000);
    await stop();
    throw new Error(`MariaDB did not start: ${String(error)} ${lastLines}`, { cause: error });
  }
}

async function offerTls(directory: string, tls: Parameters<typeof startMariaDb>[0]): Promise<string[]> {
  if (tls === undefined) return ['--skip-ssl'];
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  await Promise.all([writeFile(key, tls.key, { mode: 0o600 }), writeFile(cert, tls.cert)]);
  return [`--ssl-key=${key}`, `--ssl-cert=${cert}`];
}

/** Once for all servers that start at the same time: only one at a time may install. */
let programs: ReturnType<typeof findPrograms> | undefined;

async function findPrograms(): Promise<[server: string, installer: string]> {
  const locate = () =>
    PROGRAMS.map((name) => FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path)));
  const isThere = () => !locate().includes(undefined);
  await ensureDebianPackages({ packages: PACKAGES, isThere, elsewhere: 'on macOS: brew install mariadb' });
  const [server, installer] = locate();
  if (server === undefined || installer === undefined) throw new Error('MariaDB was there a moment ago');
  return [server, installer];
}

async function waitUntilReady(port: number, child: ChildProcess): Promise<void> {
  const limit = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      const connection = await createConnection({ host: '127.0.0.1', port, ...MARIADB_ROOT });
      await connection.query('SELECT 1');
      await connection.end();
      return;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > limit) throw error;
      await sleep(100);
    }
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
