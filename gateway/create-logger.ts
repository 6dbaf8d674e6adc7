import pino from 'pino';

/** What is kept of lines that cannot be written; lines beyond it are dropped. */
const KEPT_BYTES = 1024 * 1024;

/** Logs to the standard output. A log that cannot be written, as on a full disk, keeps no request from its answer. */
export function createLogger(level: string): pino.Logger {
  const output = pino.destination({ dest: 1, maxLength: KEPT_BYTES });
  // Unheard, it would be thrown by whatever logs. What is kept is written with the next line that can be.
  output.on('error', () => undefined);
  return pino({ name: 'gateway', level }, output);
}
