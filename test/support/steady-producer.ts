import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import type { Config } from '../../config/schema.ts';

const BATCH = 20;

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly seconds: number;
}

/**
 * Posts batches to a gateway, one after the other, each until it is acknowledged, and remembers what was. A record's
 * value is its number, so that what is in the topic can be compared with what was acknowledged.
 */
export class SteadyProducer {
  readonly #url: string;
  readonly #stopped = new AbortController();
  /** Number of each acknowledged record → where it was said to be. */
  readonly acknowledged = new Map<number, string>();
  /** Every answer that was not a success. */
  readonly refusals: Answer[] = [];
  /** When batches were acknowledged, in milliseconds since 1970. */
  readonly acknowledgedAt: number[] = [];
  #done: Promise<void> | undefined;

  constructor(gatewayUrl: string, topic: string) {
    this.#url = `${gatewayUrl}/topics/${topic}`;
  }

  start(): void {
    this.#done = this.#produce();
  }

  /** Waits for the batch that is under way. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#done;
  }

  async #produce(): Promise<void> {
    for (let first = 0; !this.#stopped.signal.aborted; first += BATCH) {
      const key = randomUUID();
      while (!(await this.#post(first, key))) await sleep(100);
    }
  }

  async #post(first: number, key: string): Promise<boolean> {
    const numbers = Array.from({ length: BATCH }, (_, i) => first + i);
    const begun = Date.now();
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.kafka.json.v2+json', 'idempotency-key': key },
      body: JSON.stringify({ records: numbers.map((number) => ({ key: number, value: number })) }),
    });
    const body = (await response.json()) as { offsets?: { partition: number; offset: number; error_code: unknown }[] };
    const offsets = body.offsets ?? [];
    if (response.status !== 200 || offsets.some(({ error_code }) => error_code !== null)) {
      const seconds = (Date.now() - begun) / 1_000;
      this.refusals.push({ status: response.status, retryAfter: response.headers.get('retry-after'), seconds });
      return false;
    }
    this.acknowledgedAt.push(Date.now());
    offsets.forEach(({ partition, offset }, i) => this.acknowledged.set(first + i, `${partition}/${offset}`));
    return true;
  }
}

/** What is in the topic: the place of every record, and the number that it holds. */
export async function readNumbers(kafka: Config['kafka'], topic: string): Promise<Map<string, number>> {
  const log = createKafkaLog({ ...kafka, clientId: 'test-numbers' });
  const found = new Map<string, number>();
  const offsets = await log.readOffsets(topic);
  await log.readRanges({
    topic,
    ranges: offsets.map(({ partition, low, high }) => ({ partition, start: low, end: high })),
    signal: AbortSignal.timeout(60_000),
    onRecords: async (partition, records) => {
      for (const { offset, value } of records) found.set(`${partition}/${offset}`, Number(String(value)));
    },
  });
  await log.close();
  return found;
}
