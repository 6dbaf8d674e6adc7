import {
  KafkaJSConnectionError,
  KafkaJSNonRetriableError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
} from 'kafkajs';
import { describeFailure } from '../../gateway/kafka-failure.ts';

/** kafkajs builds these from the broker's error codes; its types leave out what it reads from them. */
function brokerAnswer(type: string, retriable: boolean): Error {
  return new KafkaJSProtocolError(Object.assign(new Error(`text of ${type}`), { type, code: 0, retriable }));
}

function causedBy(cause: Error): Error {
  return Object.assign(new KafkaJSNonRetriableError('outer'), { cause });
}

function exhausted(error: Error): Error {
  return new KafkaJSNumberOfRetriesExceeded(error, { retryCount: 12, retryTime: 1_000 });
}

describe('describeFailure', () => {
  it.each([
    ['a refused connection', new KafkaJSConnectionError('connect ECONNREFUSED')],
    ['retries that ran out', exhausted(brokerAnswer('LEADER_NOT_AVAILABLE', true))],
    ['retries that ran out inside another error', causedBy(exhausted(brokerAnswer('MESSAGE_TOO_LARGE', false)))],
    ['an answer that asks to try again', brokerAnswer('NOT_ENOUGH_REPLICAS', true)],
    ['a slip inside kafkajs', new TypeError("Cannot read properties of null (reading 'brokers')")],
    ['something that is no error', 'boom'],
  ])('takes %s for a record that may be stored or not', (_what, error) => {
    expect(describeFailure(error)).toMatchObject({ kind: 'unavailable', code: 50003 });
  });

  it.each([
    ['MESSAGE_TOO_LARGE', 50002],
    ['INVALID_RECORD', 50002],
    ['TOPIC_AUTHORIZATION_FAILED', 40301],
    ['SASL_AUTHENTICATION_FAILED', 40101],
  ])('takes %s for a refusal with code %i', (type, code) => {
    expect(describeFailure(brokerAnswer(type, false))).toEqual({
      kind: 'refused',
      code,
      message: `${type}: text of ${type}`,
    });
  });

  it.each(['UNKNOWN_PRODUCER_ID', 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'INVALID_PRODUCER_EPOCH'])(
    'takes %s for a producer that has to be replaced',
    (type) => {
      const wrapped = causedBy(brokerAnswer(type, false));
      expect(describeFailure(wrapped)).toMatchObject({ kind: 'producer-lost', code: 50003 });
    },
  );
});
