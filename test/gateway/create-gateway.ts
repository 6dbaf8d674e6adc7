import pino from 'pino';
import type { FetchConfigs } from '../../gateway/describe-topics.ts';
import type { BatchOutcome, PartitionBatch } from '../../gateway/partition-batch.ts';
import type { TlsPair } from '../../gateway/create-http-server.ts';
import type { HttpLimits } from '../../gateway/http-limits.ts';
import { KafkaTrouble } from '../../gateway/kafka-trouble.ts';
import type { GatewayMetrics } from '../../gateway/metrics.ts';
import { createAskKinesis } from '../../gateway/streams/ask-kinesis.ts';
import { type AccessRules, createServer } from '../../gateway/server.ts';
import { TopicDirectory } from '../../gateway/topic-directory.ts';
import { ledBy } from './led-by.ts';

export const TYPE = 'application/vnd.kafka.json.v2+json';

interface Options {
  readonly outcome?: (batch: PartitionBatch) => BatchOutcome;
  readonly away?: boolean;
  readonly fetchConfigs?: FetchConfigs;
  /** Kafka answers nothing before this. */
  readonly hold?: Promise<void>;
  readonly limits?: { readonly records: number; readonly bytes: number };
  readonly access?: Partial<AccessRules>;
  readonly tls?: TlsPair;
  readonly httpLimits?: Partial<HttpLimits>;
  readonly metrics?: GatewayMetrics;
  /** Where Kinesis is asked, and how long. Absent: where nobody answers. */
  readonly kinesis?: { readonly endpoint: string; readonly answerLimitMs?: number };
}

const CREDENTIALS = { accessKeyId: 'key', secretAccessKey: 'secret' };

/**
 * A gateway in front of a Kafka that keeps what it is sent, with topics `a.pin` (3 partitions) and `one` (1) beside what it keeps
 * for itself, and of the Kinesis that is given.
 */
export function createGateway(options: Options = {}) {
  const { outcome, away, fetchConfigs, hold, limits, access, tls, httpLimits, kinesis, metrics } = options;
  const stored: { partition: number; key: string | undefined; value: string | undefined }[] = [];
  const lines: string[] = [];
  const trouble = new KafkaTrouble();
  const topics = new TopicDirectory(async () => {
    if (away === true) throw new Error('connection refused');
    return new Map([
      ['a.pin', ledBy(1, 1, 1)],
      ['one', ledBy(1)],
      ['__consumer_offsets', ledBy(1)],
    ]);
  });
  const server = createServer({
    topics,
    fetchConfigs:
      fetchConfigs ??
      (async () => {
        if (away === true) throw new Error('connection refused');
        return { 'cleanup.policy': 'delete' };
      }),
    send: async (batches) => {
      await hold;
      return batches.map((batch) => {
        const answer = outcome?.(batch) ?? {
          baseOffset: stored.filter(({ partition }) => partition === batch.partition).length,
        };
        if ('baseOffset' in answer) {
          for (const { key, value } of batch.records) {
            stored.push({ partition: batch.partition, key: key?.toString('utf8'), value: value?.toString('utf8') });
          }
        }
        return answer;
      });
    },
    trouble,
    ask: createAskKinesis(
      { endpoint: kinesis?.endpoint ?? 'http://127.0.0.1:1', region: 'us-east-1', credentials: CREDENTIALS },
      kinesis?.answerLimitMs,
    ).ask,
    logger: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    access: { topics: ['*'], streams: ['*'], ...access },
    tls,
    ...(limits && { limits }),
    ...(httpLimits && { httpLimits }),
    metrics,
  });
  const post = (payload: string | Buffer, options: { topic?: string; headers?: Record<string, string> } = {}) =>
    server.inject({
      method: 'POST',
      url: `/topics/${options.topic ?? 'a.pin'}`,
      headers: { 'content-type': TYPE, ...options.headers },
      payload,
    });
  return { server, post, stored, lines, trouble };
}
