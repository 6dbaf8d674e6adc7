import { setTimeout as sleep } from 'node:timers/promises';
import { Kinesis, KinesisServiceException, type Shard } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { PinflowError } from '../../domain/errors.ts';
import type { OpenShard, Streams } from '../ports.ts';

const CONNECT_LIMIT_MS = 3_000;

/** AWS takes seconds to make a stream, and answers an account only so many of these questions a second. */
const POLL_MS = 200;

export interface KinesisOptions {
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/**
 * Creates and deletes streams of Kinesis and lists their shards. Retries of whole steps belong to Temporal, so the SDK tries only
 * twice; nothing here does harm when it is done again.
 * Its errors are KINESIS_UNAVAILABLE and KINESIS_REFUSED.
 */
export class KinesisStreams implements Streams {
  readonly #kinesis: Kinesis;

  constructor({ endpoint, region, credentials }: KinesisOptions) {
    this.#kinesis = new Kinesis({
      region,
      maxAttempts: 2,
      // The HTTP/2 of the SDK's own handler fails where the endpoint is plain HTTP.
      requestHandler: new NodeHttpHandler({
        connectionTimeout: CONNECT_LIMIT_MS,
        requestTimeout: 10_000,
        throwOnRequestTimeout: true,
      }),
      ...(endpoint !== undefined && { endpoint }),
      ...(credentials !== undefined && { credentials }),
    });
  }

  /** One after the other: AWS creates at most five streams at a time. */
  async ensureStreams({ names, shards, signal }: Parameters<Streams['ensureStreams']>[0]): Promise<void> {
    for (const name of names) await this.#ensureStream(name, { shards, signal });
  }

  async deleteStreams({ names, signal }: Parameters<Streams['deleteStreams']>[0]): Promise<void> {
    for (const name of names) {
      for (let status = await this.#readStatus(name); status !== undefined; status = await this.#readStatus(name)) {
        if (status !== 'DELETING') await this.#deleteStream(name);
        await sleep(POLL_MS, undefined, { signal });
      }
    }
  }

  async listShards(name: string): Promise<OpenShard[]> {
    return this.#try(`list the shards of stream "${name}"`, async () => {
      const shards: Shard[] = [];
      let next: string | undefined;
      do {
        // AWS refuses a name beside a token.
        const answer = await this.#kinesis.listShards(next === undefined ? { StreamName: name } : { NextToken: next });
        shards.push(...(answer.Shards ?? []));
        next = answer.NextToken;
      } while (next !== undefined);
      return shards.filter(isOpen).map(toOpenShard);
    });
  }

  close(): void {
    this.#kinesis.destroy();
  }

  /** Goes by what the stream is at each look: one that is being deleted is created when it is gone. */
  async #ensureStream(name: string, { shards, signal }: { shards: number; signal: AbortSignal }): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const status = await this.#readStatus(name);
      // While shards are split or merged, a stream takes records all the time.
      if (status === 'ACTIVE' || status === 'UPDATING') return;
      if (status === undefined) await this.#createStream(name, shards);
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  async #readStatus(name: string): Promise<string | undefined> {
    return this.#try(`describe stream "${name}"`, async () => {
      try {
        const answer = await this.#kinesis.describeStreamSummary({ StreamName: name });
        return answer.StreamDescriptionSummary?.StreamStatus ?? 'CREATING';
      } catch (error) {
        if (hasName(error, 'ResourceNotFoundException')) return undefined;
        throw error;
      }
    });
  }

  async #createStream(name: string, shards: number): Promise<void> {
    await this.#try(`create stream "${name}"`, async () => {
      try {
        await this.#kinesis.createStream({ StreamName: name, ShardCount: shards });
      } catch (error) {
        // Someone else was faster.
        if (!hasName(error, 'ResourceInUseException')) throw error;
      }
    });
  }

  async #deleteStream(name: string): Promise<void> {
    await this.#try(`delete stream "${name}"`, async () => {
      try {
        await this.#kinesis.deleteStream({ StreamName: name, EnforceConsumerDeletion: true });
      } catch (error) {
        if (!hasName(error, 'ResourceNotFoundException')) throw error;
      }
    });
  }

  async #try<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      const code = isFinal(error) ? 'KINESIS_REFUSED' : 'KINESIS_UNAVAILABLE';
      throw new PinflowError(code, `could not ${what}: ${reason}`, { cause: error });
    }
  }
}

function isOpen({ SequenceNumberRange }: Shard): boolean {
  return SequenceNumberRange?.EndingSequenceNumber === undefined;
}

function toOpenShard({ ShardId, HashKeyRange }: Shard): OpenShard {
  return {
    shardId: ShardId ?? '',
    startingHashKey: BigInt(HashKeyRange?.StartingHashKey ?? 0),
    endingHashKey: BigInt(HashKeyRange?.EndingHashKey ?? 0),
  };
}

function hasName(error: unknown, name: string): boolean {
  return error instanceof KinesisServiceException && error.name === name;
}

/** Asked too often, Kinesis answers 400 as well; a limit of the account may be raised. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof KinesisServiceException)) return false;
  const status = error.$metadata.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 429 && !/Throttling|LimitExceeded/.test(error.name);
}
