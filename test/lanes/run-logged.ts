import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { inheritedEnvironment } from '../../config/load.ts';

export interface LoggedCommand {
  readonly label: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
  /** File that takes everything the command prints. */
  readonly log: string;
  readonly limitMinutes: number;
  /** Prints a progress line; called at least every `progressMs`. */
  readonly print: (line: string) => void;
  readonly progressMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a command with its output in a log file and says now and then how far it is, since a build server ends a job
 * that is silent for long.
 * @returns exit code (1 when it was stopped or could not be started) and the log
 */
export async function runLogged(command: LoggedCommand): Promise<{ exitCode: number; log: string }> {
  const { label, file, args, directory, env, limitMinutes, print, progressMs = 15_000, signal } = command;
  mkdirSync(dirname(command.log), { recursive: true });
  const output = openSync(command.log, 'w');
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const progress = setInterval(() => print(`${label}: ${seconds()} s, ${lastLine(command.log)}`), progressMs);
  try {
    const limit = AbortSignal.timeout(limitMinutes * 60_000);
    const child = spawn(file, args, {
      cwd: directory,
      env: { ...inheritedEnvironment(), ...env },
      stdio: ['ignore', output, output],
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    let note = '';
    child.on(
      'error',
      (error) => (note = limit.aborted ? `stopped at its limit of ${limitMinutes} min` : error.message),
    );
    const exitCode = await new Promise<number>((resolve) => {
      child.on('close', (code) => resolve(code !== null && code >= 0 ? code : 1));
    });
    return { exitCode, log: `${readLog(command.log)}${note}` };
  } finally {
    clearInterval(progress);
    closeSync(output);
  }
}

function readLog(path: string): string {
  return stripVTControlCharacters(readFileSync(path, 'utf8'));
}

function lastLine(path: string): string {
  const lines = readLog(path)
    .split('\n')
    .map((line) => line.trim());
  return lines.findLast((line) => line !== '') ?? 'nothing printed yet';
}
