import { DefaultLogger, type LogLevel, type LogMetadata, Runtime } from '@temporalio/worker';
import pino from 'pino';
import type { Config } from '../config/schema.ts';

/** One JSON logger for the worker, the SDK's core, activities and workflows. Must run before anything of Temporal does. */
export function installLogger(level: Config['logLevel']): pino.Logger {
  const log = pino({ level, base: { process: 'worker' } });
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
