import { NativeConnection } from '@temporalio/worker';
import { loadConfig } from '../config/load.ts';
import { PinflowError } from '../domain/errors.ts';
import { createWorker } from './create.ts';
import { installLogger } from './telemetry.ts';
import { wireActivities } from './wiring.ts';

/** The worker process. It runs until SIGTERM or SIGINT, lets running activities end, and exits 0. */
async function main(): Promise<void> {
  const config = loadConfig();
  const log = installLogger(config.logLevel);
  const { activities, close } = wireActivities(config);
  const { address, namespace } = config.temporal;
  const connection = await NativeConnection.connect({ address });
  try {
    const workflows = import.meta.resolve('../workflows/index.ts');
    const worker = await createWorker({ connection, namespace, activities, workflows });
    log.info({ address, namespace }, 'worker is ready');
    await worker.run();
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
