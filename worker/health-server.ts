import type { Worker } from '@temporalio/worker';
import Fastify, { type FastifyInstance } from 'fastify';
import { createCheck, type CheckLimits, type Probe } from './cached-check.ts';
import type { EventLoopLag } from './event-loop-lag.ts';

/** A loop that is held up for longer endangers heartbeats, which are due every few seconds. */
const MOST_LAG_MS = 1_000;

/** A probe of Kubernetes waits for an answer for as long as it is told to: 3 s leave room for this. */
const LIMITS: CheckLimits = { limitMs: 2_000, keepMs: 5_000 };

/** As much of a worker as its health takes. */
export type WatchedWorker = Pick<Worker, 'getState' | 'getStatus'>;

export interface Health {
  readonly lag: Pick<EventLoopLag, 'worst'>;
  /** The workers of this process by queue. */
  readonly workers: ReadonlyMap<string, WatchedWorker>;
  /** What the workers cannot do without, by name. */
  readonly probes: Readonly<Record<string, Probe>>;
  readonly limits?: CheckLimits;
}

/**
 * `GET /livez`: the event loop of this process turns; restart it otherwise. `GET /readyz`: every worker polls and
 * everything that it needs answers. Both name what they have looked at, and answer 503 when something of it is not well.
 */
export function createHealthServer({ lag, workers, probes, limits = LIMITS }: Health): FastifyInstance {
  const checks = Object.entries(probes).map(([name, probe]) => [name, createCheck(probe, limits)] as const);
  const server = Fastify({ forceCloseConnections: true });
  server.get('/livez', (_request, reply) => {
    const lagMs = Math.round(lag.worst());
    return reply.code(lagMs < MOST_LAG_MS ? 200 : 503).send({ 'event loop lag in ms': lagMs });
  });
  server.get('/readyz', async (_request, reply) => {
    const asked = checks.map(async ([name, check]) => [name, (await check()) ?? 'ok'] as const);
    const states = [...workers].map(([queue, worker]) => [queue, describeWorker(worker)] as const);
    const answers = [...states, ...(await Promise.all(asked))];
    const ready = answers.every(([, answer]) => answer === 'ok');
    return reply.code(ready ? 200 : 503).send({ ready, checks: Object.fromEntries(answers) });
  });
  return server;
}

/** A worker that runs has, at almost any moment, a request open with which it waits for its next task. */
function describeWorker(worker: WatchedWorker): string {
  const state = worker.getState();
  if (state !== 'RUNNING') return state.toLowerCase();
  const { hasOutstandingWorkflowPoll, hasOutstandingActivityPoll } = worker.getStatus();
  return hasOutstandingWorkflowPoll || hasOutstandingActivityPoll ? 'ok' : 'does not poll';
}
