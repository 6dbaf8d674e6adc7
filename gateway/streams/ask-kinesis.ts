import { Kinesis, KinesisServiceException } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Config } from '../../config/schema.ts';
import { KinesisFailure } from './kinesis-failure.ts';

export type KinesisAction<Answer extends object> = (
  kinesis: Kinesis,
  options: { readonly abortSignal: AbortSignal },
) => Promise<Answer>;

export type AskKinesis = <Answer extends object>(action: KinesisAction<Answer>) => Promise<Answer>;

/** Well below the 25 s after which the producer gives the gateway up. */
const ANSWER_LIMIT_MS = 15_000;

const CONNECT_LIMIT_MS = 3_000;

/**
 * Asks Kinesis once: a put that is sent again may be stored twice, and whether that matters only the caller knows.
 * The HTTP/2 that the SDK speaks by default fails where the endpoint is plain HTTP.
 */
export function createAskKinesis(
  { endpoint, region, credentials }: Config['kinesis'],
  answerLimitMs = ANSWER_LIMIT_MS,
): { readonly ask: AskKinesis; readonly close: () => void } {
  const kinesis = new Kinesis({
    region,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ connectionTimeout: CONNECT_LIMIT_MS }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
  });
  const ask: AskKinesis = async (action) => {
    const abortSignal = AbortSignal.timeout(answerLimitMs);
    try {
      return await action(kinesis, { abortSignal });
    } catch (error) {
      throw abortSignal.aborted ? unanswered(`no answer within ${answerLimitMs / 1000} s`) : toFailure(error);
    }
  };
  return { ask, close: () => kinesis.destroy() };
}

function toFailure(error: unknown): KinesisFailure {
  const status = error instanceof KinesisServiceException ? error.$metadata.httpStatusCode : undefined;
  // A body that is no error of Kinesis comes from something in front of it.
  if (error instanceof KinesisServiceException && status !== undefined && status >= 400) {
    return new KinesisFailure({ status, type: error.name, message: error.message });
  }
  return unanswered(describe(error));
}

function unanswered(reason: string): KinesisFailure {
  return new KinesisFailure({
    status: 503,
    type: 'ServiceUnavailableException',
    message: `Kinesis does not answer: ${reason}; a record that was to be put may be stored all the same`,
  });
}

/** Of several addresses that were tried, only a code is left. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message !== '' ? error.message : 'code' in error ? String(error.code) : error.name;
}
