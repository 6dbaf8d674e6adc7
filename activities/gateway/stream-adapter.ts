import { PinflowError } from '../../domain/errors.ts';
import type { PutOutcome, StreamGateway, StreamRecord } from '../ports.ts';
import { askGateway, type GatewayAddress, isObject, parseJson, refusal } from './ask-gateway.ts';

/** Errors with status 400 that Kinesis has for those who ask too much of it. */
const PASSING = /Throttling|ThroughputExceeded|LimitExceeded/;

/**
 * A client of the gateway's `PUT /streams/{stream}/records`.
 * Its errors are GATEWAY_UNAVAILABLE where another try makes sense and GATEWAY_REFUSED where it does not.
 */
export function createStreamGateway({ url, key }: GatewayAddress): StreamGateway {
  const base = url.replace(/\/+$/, '');
  return {
    async putRecords({ stream, records, signal }) {
      const answer = await askGateway(`${base}/streams/${encodeURIComponent(stream)}/records`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: assembleBody(records),
        key,
        signal,
      });
      const target = `stream "${stream}"`;
      if (answer.status !== 200) throw refusal({ target, answer, passes: (type) => PASSING.test(type) });
      return readOutcomes({ target, count: records.length, text: answer.text });
    },
  };
}

/** The data travels as a string, so that its own text is what is stored (I8). */
function assembleBody(records: readonly StreamRecord[]): string {
  return JSON.stringify({
    records: records.map(({ partitionKey, data }) => ({ data, 'partition-key': partitionKey })),
  });
}

function readOutcomes(input: { readonly target: string; readonly count: number; readonly text: string }): PutOutcome[] {
  const { target, count, text } = input;
  const answer = parseJson(text);
  if (answer === undefined) {
    throw new PinflowError('GATEWAY_UNAVAILABLE', `gateway answered for ${target} with text that is not JSON`);
  }
  const outcomes = isObject(answer) && Array.isArray(answer['Records']) ? (answer['Records'] as unknown[]) : [];
  if (outcomes.length !== count) {
    const counts = `${outcomes.length} outcomes for ${count} records`;
    throw new PinflowError('GATEWAY_REFUSED', `gateway answered for ${target} with ${counts}`);
  }
  return outcomes.map((entry, index) => {
    const { ShardId, SequenceNumber, ErrorCode, ErrorMessage } = isObject(entry) ? entry : {};
    if (typeof ErrorCode === 'string')
      return { errorCode: ErrorCode, message: typeof ErrorMessage === 'string' ? ErrorMessage : '' };
    if (typeof ShardId === 'string' && typeof SequenceNumber === 'string') {
      return { shardId: ShardId, sequenceNumber: SequenceNumber };
    }
    throw new PinflowError('GATEWAY_REFUSED', `gateway gave no outcome for record ${index} of ${target}`);
  });
}
