import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { type RunningKinesis, startKinesis } from '../../../../infra/local/kinesis/start-kinesis.ts';
import { type AddedKinesisFault, addKinesisFault, createKinesisClient } from '../../../support/kinesis-double.ts';

export const FIRST_SHARD = 'shardId-000000000000';

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

/**
 * The double within the process of a test, on free ports. Its streams are in memory: two test files in one process would
 * load the database's native code twice, which ends the process (SIGSEGV, seen with Jest 30 and leveldown 5.6).
 */
export class InnerKinesis {
  readonly #running: RunningKinesis;
  readonly client: KinesisClient;

  static async start({ iteratorMs = 300_000, now = Date.now } = {}): Promise<InnerKinesis> {
    const options = { host: '127.0.0.1', port: 0, faultPort: 0, data: undefined, iteratorMs, now };
    return new InnerKinesis(await startKinesis(options));
  }

  private constructor(running: RunningKinesis) {
    this.#running = running;
    this.client = createKinesisClient(running.address);
  }

  get address(): string {
    return this.#running.address;
  }

  addFault(fault: object): Promise<AddedKinesisFault> {
    return addKinesisFault(String(this.#running.faultAddress), fault);
  }

  async clearFaults(): Promise<void> {
    await fetch(`${this.#running.faultAddress}/faults`, { method: 'DELETE' });
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.#running.stop();
  }
}
