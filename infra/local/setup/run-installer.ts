import { setTimeout as pause } from 'node:timers/promises';
import { PinflowError } from '../../../domain/errors.ts';
import { runCommand } from './run-command.ts';
import type { Work } from './setup-work.ts';

export interface InstallerRun {
  /** What is being installed, for messages. */
  readonly what: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Variables on top of the user's own; undefined removes one. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** What installers print when the network, and not the request, was at fault: pip, Ivy and Go, in that order. */
const NETWORK_TROUBLE = [
  /.*(connection broken by|Max retries exceeded|ReadTimeoutError|IncompleteRead|ConnectionError|ProtocolError).*/,
  /.*(Server access error|UnknownHostException|SocketTimeoutException|ConnectException|SSLHandshakeException).*/,
  /.*(dial tcp|no such host|i\/o timeout|TLS handshake timeout|unexpected EOF).*/,
  /.*(connection reset|connection refused|timed out|network is unreachable|name resolution).*/i,
  /.*\b(429 Too Many Requests|50[0234] (Internal|Bad|Service|Gateway)).*/i,
];
const REASON_LIMIT = 120;
const SHOWN_LINES = 12;

/**
 * Runs an installer until it succeeds, again after trouble with the network, once more for each pause.
 * @throws PinflowError SETUP_FAILED with the last lines of its output
 */
export async function runInstaller(run: InstallerRun, { env, signal, note, pauses }: Work): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const result = await runCommand({ ...run, env: { ...env, ...run.env }, signal });
    if (result.ok) return;
    const reason = findNetworkTrouble(result.output);
    const delay = pauses[attempt - 1];
    if (reason === undefined || delay === undefined) throw toSetupError(run, result, attempt);
    note(`try ${attempt} of ${pauses.length + 1} failed, next in ${delay / 1_000} s: ${reason}`);
    await pause(delay, undefined, { signal }).catch(() => signal.throwIfAborted());
    note(`try ${attempt + 1} of ${pauses.length + 1}`);
  }
}

/** The line of the output that blames the network, cut to fit a line of progress. */
export function findNetworkTrouble(output: string): string | undefined {
  const lines = NETWORK_TROUBLE.map((pattern) => pattern.exec(output)?.[0].trim());
  return lines.find((line) => line !== undefined)?.slice(0, REASON_LIMIT);
}

function toSetupError(run: InstallerRun, result: { ending: string; output: string }, attempts: number): PinflowError {
  const lines = result.output.trimEnd().split('\n').slice(-SHOWN_LINES);
  const tries = attempts === 1 ? '' : ` after ${attempts} tries`;
  return new PinflowError(
    'SETUP_FAILED',
    `"${run.what}" could not be installed${tries}: "${run.program}" ended with ${result.ending}; its last lines:\n` +
      lines.map((line) => `  ${line}`).join('\n'),
  );
}
