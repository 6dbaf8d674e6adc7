import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { loadConfig } from '../config/load.ts';
import { PinflowError } from '../domain/errors.ts';
import { createWorker } from './create.ts';
import { startSweep } from './start-sweep.ts';
import { installLogger } from './telemetry.ts';
import { wireActivities } from './wiring.ts';

/** The worker process. It runs until SIGTERM or SIGINT, lets running activities end, and exits 0. */
async function main(): Promise<void> {
  const config = loadConfig();
  const log = installLogger(config.logLevel);
  const { address, namespace } = config.temporal;
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection, namespace });
  const { activities, close } = wireActivities(config, client);
  try {
    const workflows = import.meta.resolve('../workflows/index.ts');
    const worker = await createWorker({ connection, namespace, activities, workflows });
    log.info({ address, namespace }, 'worker is ready');
    const ended = worker.run();
    startSweep(client).catch((error: unknown) => log.warn({ err: error }, 'could not start a sweep'));
    await ended;
  } finally {
    await close();
    await connection.close();
  }
}

main().catch((error: unknown) => {
  const text =
    error instanceof PinflowError ? `${error.code}: ${error.message}\n${error.remedy}` : (error as Error).stack;
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});
