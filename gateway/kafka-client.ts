import { connect } from 'node:net';
import { type ISocketFactory, Kafka, type LogEntry, logLevel } from 'kafkajs';
import type { Logger } from 'pino';
import type { KafkaTrouble } from './kafka-trouble.ts';
import { stopKafkajsIdleTimer } from './kafkajs-idle-timer.ts';

/** Idle time after which a connection is asked whether it is still there; what kafkajs takes. */
const KEEP_ALIVE_MS = 60_000;

/**
 * A client with every limit set: kafkajs would wait 30 s for an answer and, for an idempotent producer, retry for ever.
 * It logs with the gateway's logger; what it calls an error is mostly tried again, so nothing is above "warn".
 */
export function createKafka(input: {
  readonly brokers: readonly string[];
  readonly logger: Logger;
  /** Tries to reach a broker after the first one. 60 take about a minute where connections are refused at once. */
  readonly retries: number;
  /** Where what goes wrong is noted, although it is mostly tried again. */
  readonly trouble: KafkaTrouble;
}): Kafka {
  const { brokers, logger, retries, trouble } = input;
  stopKafkajsIdleTimer();
  return new Kafka({
    clientId: 'pinflow-gateway',
    brokers: [...brokers],
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    retry: { retries, initialRetryTime: 100, maxRetryTime: 1_000, multiplier: 2, factor: 0.2 },
    socketFactory: connectPromptly,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      logEntry(logger, entry);
      if (entry.level === logLevel.ERROR) trouble.note(String(entry.log['error'] ?? entry.log.message));
    },
  });
}

/**
 * As kafkajs connects, but with TCP_NODELAY. Without it the end of a request that is longer than a segment is kept back until
 * Kafka has confirmed the rest, which it may put off for 40 ms (docs/decisions/0017).
 */
const connectPromptly: ISocketFactory = ({ host, port, onConnect }) =>
  connect({ host, port }, onConnect).setKeepAlive(true, KEEP_ALIVE_MS).setNoDelay(true);

function logEntry(logger: Logger, { level, namespace, log }: LogEntry): void {
  const { message, error, broker, clientId } = log;
  logger[level === logLevel.ERROR ? 'warn' : 'debug']({ namespace, error, broker, clientId }, `kafkajs: ${message}`);
}

/** Rejects when the promise takes longer; what it does meanwhile goes on unheard. */
export function withinTime<T>(
  work: Promise<T>,
  { ms, expired }: { readonly ms: number; readonly expired: () => Error },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(expired()), ms);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: Error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
