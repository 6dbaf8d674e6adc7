import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  KinesisClient,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type RunningKinesis, startKinesis } from '../../../../infra/local/kinesis/start-kinesis.ts';

export const FIRST_SHARD = 'shardId-000000000000';

/** A client of AWS that repeats nothing, so that every answer is seen. */
export function createClient(endpoint: string): KinesisClient {
  return new KinesisClient({
    ...{ endpoint, region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    // The SDK speaks HTTP/2 otherwise.
    requestHandler: new NodeHttpHandler(),
  });
}

/** Creates a stream and waits until it can be used. */
export async function createStream(client: KinesisClient, StreamName: string, ShardCount = 1): Promise<void> {
  await client.send(new CreateStreamCommand({ StreamName, ShardCount }));
  await waitUntilActive(client, StreamName);
}

export async function waitUntilActive(client: KinesisClient, StreamName: string): Promise<void> {
  for (;;) {
    const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return;
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

type Place = Partial<GetShardIteratorCommandInput> & { readonly StreamName: string };

/** An iterator at the begin of the first shard, unless told otherwise. */
export async function getIterator(client: KinesisClient, place: Place): Promise<string> {
  const input = { ShardId: FIRST_SHARD, ShardIteratorType: 'TRIM_HORIZON', ...place } as const;
  return String((await client.send(new GetShardIteratorCommand(input))).ShardIterator);
}

/** The data of the records from there on, as text. */
export async function readTexts(client: KinesisClient, place: Place): Promise<string[]> {
  const { Records } = await client.send(new GetRecordsCommand({ ShardIterator: await getIterator(client, place) }));
  return (Records ?? []).map(({ Data }) => Buffer.from(Data ?? []).toString());
}

/** The double within the process of a test, on free ports and a folder of its own. */
export class InnerKinesis {
  readonly #folder: string;
  readonly #running: RunningKinesis;
  readonly client: KinesisClient;

  static async start({ iteratorMs = 300_000 } = {}): Promise<InnerKinesis> {
    const data = mkdtempSync(join(tmpdir(), 'pinflow-kinesis-'));
    return new InnerKinesis(data, await startKinesis({ host: '127.0.0.1', port: 0, data, iteratorMs, faultPort: 0 }));
  }

  private constructor(folder: string, running: RunningKinesis) {
    this.#folder = folder;
    this.#running = running;
    this.client = createClient(running.address);
  }

  get address(): string {
    return this.#running.address;
  }

  /** Asks for a fault, or for what became of those that were asked for. */
  async askForFault(method: 'POST' | 'GET' | 'DELETE', body?: object, path = ''): Promise<Answer> {
    const answer = await fetch(`${this.#running.faultAddress}/faults${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return (await answer.json()) as Answer;
  }

  /** Hits of the faults that there are, in the order in which they were asked for. */
  async readHits(): Promise<(number | undefined)[]> {
    return ((await this.askForFault('GET')).faults ?? []).map(({ hits }) => hits);
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.#running.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Answer {
  readonly id?: number;
  readonly message?: string;
  readonly faults?: readonly { readonly id: number; readonly matched: number; readonly hits: number }[];
}
