import { setTimeout as sleep } from 'node:timers/promises';
import { PinflowError } from '../../../domain/errors.ts';
import type { Engine } from './engine.ts';
import { describeEnd, type StartedProcess } from './start-process.ts';

/** Ten times what the slowest engine took on a busy machine of two cores. */
export const READY_LIMIT_MS = 90_000;
export const PROBE_LIMIT_MS = 2_000;

/**
 * Waits until an engine has answered a real request.
 * @throws PinflowError ENGINE_NOT_READY when its process ends or the limit passes; the message quotes the log
 */
export async function awaitReady(
  engine: Pick<Engine, 'ready'>,
  started: StartedProcess,
  { signal, limitMs = READY_LIMIT_MS }: { readonly signal: AbortSignal; readonly limitMs?: number },
): Promise<void> {
  let end: string | undefined;
  void started.ended.then((how) => (end = how));
  const deadline = Date.now() + limitMs;
  for (;;) {
    signal.throwIfAborted();
    const reason = await engine.ready().then(
      () => undefined,
      (error: unknown) => describeReason(error),
    );
    // Looked at after the probe: an answer counts only from a process that still runs, not from another on its port.
    if (end !== undefined) throw new PinflowError('ENGINE_NOT_READY', describeEnd(started, end));
    if (reason === undefined) return;
    if (Date.now() > deadline) {
      const how = `did not answer within ${limitMs / 1000} s (${reason})`;
      throw new PinflowError('ENGINE_NOT_READY', describeEnd(started, how));
    }
    await sleep(50);
  }
}

/** Rejects unless a GET is answered with one of the statuses. */
export async function expectStatus(
  url: string,
  statuses: readonly number[],
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
  if (!statuses.includes(response.status)) {
    await response.body?.cancel();
    throw new Error(`GET ${url} was answered with ${response.status}`);
  }
  return response;
}

function describeReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // `fetch` hides why it failed in the cause.
  return error.cause instanceof Error ? error.cause.message : error.message;
}
