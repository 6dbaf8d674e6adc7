import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExecutorOptions } from './executor.ts';
import { endProcesses, findSession } from './process-tree.ts';

/**
 * Writes the archive of JVM classes unless it exists, at the lowest priority beside whatever else goes on: an executor
 * that maps it starts with two thirds of the CPU. Gives the function that ends the writing and waits for that.
 */
export function writeClassArchive(
  options: Pick<ExecutorOptions, 'classArchive' | 'state' | 'deltaJars' | 'python' | 'executorPackage'>,
): () => Promise<void> {
  const { classArchive, state, deltaJars, python, executorPackage } = options;
  if (classArchive === undefined || existsSync(classArchive)) return () => Promise.resolve();
  const scratch = join(state, 'executors', randomUUID());
  mkdirSync(scratch, { recursive: true });
  const args = ['-m', 'executor.train', '--delta-jars', deltaJars, '--scratch', scratch, '--archive', classArchive];
  // It ends with this process, because its input closes; what it says is of no use when it fails, an archive is only absent.
  const writer = spawn(python, args, {
    cwd: dirname(executorPackage),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const leader = writer.pid;
  const ended = once(writer, 'exit').catch(() => undefined);
  void ended.then(() => rmSync(scratch, { recursive: true, force: true }));
  return async () => {
    if (leader !== undefined) await endProcesses(() => findSession(leader));
    await ended;
  };
}
