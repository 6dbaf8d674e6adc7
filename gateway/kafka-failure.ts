import { RECORD_ERRORS } from './rest-errors.ts';
import type { RecordFailure } from './partition-batch.ts';

/** Answers by which a broker says that it no longer knows the producer's sequence; a new producer has a new one. */
const PRODUCER_LOST = new Set([
  'UNKNOWN_PRODUCER_ID',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'TRANSACTION_COORDINATOR_FENCED',
]);

const REFUSED_CODES: Readonly<Record<string, number>> = {
  TOPIC_AUTHORIZATION_FAILED: RECORD_ERRORS.UNAUTHORIZED,
  CLUSTER_AUTHORIZATION_FAILED: RECORD_ERRORS.UNAUTHORIZED,
  SASL_AUTHENTICATION_FAILED: RECORD_ERRORS.UNAUTHENTICATED,
};

/**
 * Sorts an error of a send. Only an answer of a broker that is final refuses a record; everything else, kafkajs's own
 * TypeErrors while a broker is away included, leaves open whether the record is stored.
 */
export function describeFailure(error: unknown): RecordFailure {
  const answer = isExhausted(error) ? undefined : findBrokerAnswer(error);
  const message = error instanceof Error ? error.message : String(error);
  if (answer === undefined || answer.retriable) {
    return { kind: 'unavailable', code: RECORD_ERRORS.UNAVAILABLE, message: `not confirmed by Kafka: ${message}` };
  }
  const text = `${answer.type}: ${message}`;
  if (PRODUCER_LOST.has(answer.type)) return { kind: 'producer-lost', code: RECORD_ERRORS.UNAVAILABLE, message: text };
  return { kind: 'refused', code: REFUSED_CODES[answer.type] ?? RECORD_ERRORS.REFUSED, message: text };
}

/** kafkajs marks "gave up after so many tries" as final, but what it gave up on was not. */
function isExhausted(error: unknown): boolean {
  return error instanceof Error && error.name === 'KafkaJSNumberOfRetriesExceeded';
}

function findBrokerAnswer(error: unknown): { readonly type: string; readonly retriable: boolean } | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isExhausted(cause)) return undefined;
    if ('type' in cause && typeof cause.type === 'string') {
      return { type: cause.type, retriable: 'retriable' in cause && cause.retriable === true };
    }
  }
  return undefined;
}
