import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseFreePort } from '../../infra/local/stack/choose-ports.ts';

/** The checkout. */
export const ROOT = join(__dirname, '../..');

interface RunningProcess {
  readonly child: ChildProcess;
  /** Sends a signal and waits until the process is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface WorkerProcess extends RunningProcess {
  /** Everything that it has logged so far. */
  readOutput(): string;
}

type Variables = Readonly<Record<string, string>>;

/** Starts the worker as a user does and waits until it says that it is ready. */
export function startWorker(variables: Variables = {}): Promise<WorkerProcess> {
  return launchWorker('worker/main.ts', variables);
}

/** A worker that ends itself with SIGKILL at the point, which is written as "landKind:after". */
export function startKillableWorker(point: string, variables: Variables = {}): Promise<WorkerProcess> {
  return launchWorker('test/support/killable-worker.ts', { ...variables, PINFLOW_TEST_KILL_AT: point });
}

async function launchWorker(script: string, variables: Variables): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [script], {
    cwd: ROOT,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  await new Promise<void>((ready, failed) => {
    const collect = (part: Buffer) => {
      output += part.toString();
      if (output.includes('worker is ready')) ready();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('exit', (code) => failed(new Error(`worker ended with ${code} before it was ready:\n${output}`)));
  });
  return { child, stop: (signal) => stop(child, signal), readOutput: () => output };
}

export interface GatewayProcess extends RunningProcess {
  readonly url: string;
}

/** Starts a gateway of the test's own and waits until it listens, which it does with and without Kafka. */
export async function startGateway(variables: Variables = {}): Promise<GatewayProcess> {
  const port = await chooseFreePort();
  const ports = { PINFLOW_GATEWAY_PORT: String(port), PINFLOW_GATEWAY_METRICS_PORT: String(await chooseFreePort()) };
  const child = spawn(process.execPath, ['gateway/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...ports, ...variables },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + 30_000; ; await sleep(100)) {
    if ((await fetch(`${url}/healthz`).catch(() => undefined))?.ok === true) break;
    if (Date.now() > deadline || child.exitCode !== null) throw new Error('the gateway did not start');
  }
  return { child, url, stop: (signal) => stop(child, signal) };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command to its end. */
export async function runCommand(
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (part: Buffer) => out.push(part));
  child.stderr.on('data', (part: Buffer) => err.push(part));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}

/** Runs the command line of Pinflow. */
export function pinflow(...args: string[]): Promise<CommandResult> {
  return pinflowWith({}, ...args);
}

/** The same in an environment that differs from the lane's. */
export function pinflowWith(variables: Readonly<Record<string, string>>, ...args: string[]): Promise<CommandResult> {
  return runCommand(process.execPath, ['client/main.ts', ...args], variables);
}
