import { DefaultLogger, type LogLevel, type LogMetadata, Runtime } from '@temporalio/worker';
import pino from 'pino';
import type { Config } from '../config/schema.ts';

/** What is kept of lines that cannot be written; lines beyond it are dropped. */
const KEPT_BYTES = 1024 * 1024;

/** One JSON logger for the worker, the SDK's core, activities and workflows. Must run before anything of Temporal does. */
export function installLogger(level: Config['logLevel']): pino.Logger {
  const output = pino.destination({ dest: 1, maxLength: KEPT_BYTES });
  // A log that cannot be written, as on a full disk, would otherwise be thrown by whatever logs, a workflow task included.
  output.on('error', () => undefined);
  const log = pino({ level, base: { process: 'worker' } }, output);
  const write = { TRACE: 'debug', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  const logger = new DefaultLogger(level.toUpperCase() as LogLevel, ({ level: at, message, meta }) => {
    log[write[at]](toFields(meta), message);
  });
  Runtime.install({
    logger,
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
  });
  return log;
}

function toFields(meta: LogMetadata | undefined): Record<string, unknown> {
  const { error, ...fields } = meta ?? {};
  return error === undefined ? fields : { ...fields, err: error };
}
