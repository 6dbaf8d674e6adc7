import { spawn } from 'node:child_process';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Aborting it ends the program with everything it started. */
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  readonly ok: boolean;
  /** How it ended, for a message: `exit code 1`, `signal SIGKILL`, `ENOENT`. */
  readonly ending: string;
  /** The end of what it printed, both streams as they came. */
  readonly output: string;
}

/** Characters kept of a program's output: more than any error text of pip, Ivy or Go. */
const OUTPUT_LIMIT = 32_768;
/** Time for pip to remove its temporary files before it is killed. */
const GRACE_MS = 2_000;

/**
 * Runs a program to its end. How it ended is in the result, also when it could not be started.
 * @throws the signal's reason after an abort, once the program and its children are gone
 */
export async function runCommand({ program, args, env, cwd, signal }: Command): Promise<CommandResult> {
  signal?.throwIfAborted();
  // A group of its own, so that an abort reaches compilers and build helpers as well.
  const child = spawn(program, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: string) => (output = (output + chunk).slice(-OUTPUT_LIMIT));
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);

  let killTimer: NodeJS.Timeout | undefined;
  const stop = () => {
    signalGroup(child.pid, 'SIGTERM');
    killTimer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS);
  };
  signal?.addEventListener('abort', stop, { once: true });
  const ending = await new Promise<string>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    child.on('close', (code, name) => resolve(name === null ? `exit code ${code}` : `signal ${name}`));
  });
  clearTimeout(killTimer);
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  return { ok: ending === 'exit code 0', ending, output };
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // The group ended by itself.
  }
}
