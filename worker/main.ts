import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { DefaultLogger, type Logger, NativeConnection, Runtime } from '@temporalio/worker';
import { cacheDirectory, loadConfig } from '../config/load.ts';
import { PinflowError } from '../domain/errors.ts';
import { TASK_QUEUE } from '../domain/run.ts';
import { type PreparedBundle, prepareBundle } from './bundle.ts';
import { createWorkers } from './create.ts';
import { watchEventLoop } from './event-loop-lag.ts';
import { createHealthServer } from './health-server.ts';
import { runWorkers } from './run-workers.ts';
import { startSweep } from './start-sweep.ts';
import { installLogger } from './telemetry.ts';
import { wireActivities } from './wiring.ts';

/** Leaving Kafka waits for the records that a stopped activity was writing; whoever stops a worker does not. */
const CLOSE_LIMIT_MS = 2_000;

/**
 * The worker process. It runs until SIGTERM or SIGINT, lets running activities end, and exits 0. A worker that fails ends
 * it with 1. `worker/main.ts bundle` only makes the workflow bundle, for an image whose workers start with it.
 */
async function main(): Promise<void> {
  if (process.argv[2] === 'bundle') {
    const { path } = await loadBundle(new DefaultLogger('WARN'));
    process.stdout.write(`${path}\n`);
    return;
  }
  const config = loadConfig();
  const log = installLogger(config.logLevel);
  const { logger } = Runtime.instance();
  const { address, namespace } = config.temporal;
  const { queues, health, deployment } = config.worker;
  const connection = await NativeConnection.connect({ address }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new PinflowError('TEMPORAL_UNAVAILABLE', `no Temporal server answers at "${address}": ${why}`);
  });
  const client = new Client({ connection, namespace });
  const { activities, probes, close } = wireActivities(config, client);
  const workers = await createWorkers(queues, {
    ...{ connection, namespace, activities, deployment },
    loadBundle: async () => (await loadBundle(logger)).code,
  });
  // Not before: making a bundle holds up the event loop, and nothing is due yet.
  const server = health && createHealthServer({ lag: watchEventLoop(), workers, probes });
  await server?.listen(health);
  log.info({ address, namespace, queues }, 'worker is ready');
  const ended = runWorkers([...workers.values()]);
  if (queues.includes(TASK_QUEUE)) {
    startSweep(client).catch((error: unknown) => log.warn({ err: error }, 'could not start a sweep'));
  }
  await ended;
  const closed = Promise.all([server?.close(), close(), connection.close()]);
  await Promise.race([closed, sleep(CLOSE_LIMIT_MS)]);
}

function loadBundle(logger: Logger): Promise<PreparedBundle> {
  return prepareBundle({
    workflows: fileURLToPath(import.meta.resolve('../workflows/index.ts')),
    directory: join(cacheDirectory(), 'workflow-bundles'),
    logger,
  });
}

// Activities that were given up, and whatever has failed, may have left connections open, which would keep the process.
main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof PinflowError ? error.report : (error as Error).stack}\n`);
    process.exit(1);
  },
);
