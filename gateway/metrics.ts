import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { SendBatches } from './partition-batch.ts';
import type { createRecordProducer } from './produce-records.ts';
import type { ProducerQueue } from './producer-queue.ts';

/** Seconds: what a send takes, what a busy Kafka takes, and the limits of 6, 10 and 15 s. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
const ROUND_SIZES = [1, 10, 50, 100, 250, 500, 1_000];

/** Label of requests for a path that is not there: their addresses are without bound. */
const NO_ROUTE = 'none';

type Produce = ReturnType<typeof createRecordProducer>;

/** What is counted of the answers of one route, method and status. */
interface Series {
  readonly requests: { inc(): void };
  readonly seconds: { observe(value: number): void };
}

/** What is counted of the work, beside the usual figures of a Node process. Names as Prometheus has them. */
export class GatewayMetrics {
  readonly registry = new Registry();
  readonly #requests = new Counter({
    name: 'pinflow_gateway_requests_total',
    help: 'Answered requests',
    labelNames: ['route', 'method', 'status'],
    registers: [this.registry],
  });
  readonly #seconds = new Histogram({
    name: 'pinflow_gateway_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['route'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly #bytes = new Counter({
    name: 'pinflow_gateway_request_body_bytes_total',
    help: 'Bytes of bodies that were read',
    registers: [this.registry],
  });
  readonly #records = new Counter({
    name: 'pinflow_gateway_records_total',
    help: 'Records by what became of them: acknowledged by Kafka, or the code of the error',
    labelNames: ['topic', 'outcome'],
    registers: [this.registry],
  });
  readonly #rounds = new Histogram({
    name: 'pinflow_gateway_round_records',
    help: 'Records of each send to Kafka',
    buckets: ROUND_SIZES,
    registers: [this.registry],
  });

  readonly #series = new Map<string, Series>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  watch({ server, queue }: { readonly server: FastifyInstance; readonly queue: Pick<ProducerQueue, 'waiting'> }): void {
    this.#watchRequests(server);
    this.#watchQueue(queue);
  }

  /** One hook, after the answer has gone. */
  #watchRequests(server: FastifyInstance): void {
    server.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
      const { url = NO_ROUTE } = request.routeOptions;
      const { requests, seconds } = this.#seriesOf(url, request.method, reply.statusCode);
      requests.inc();
      seconds.observe(reply.elapsedTime / 1_000);
      if (Buffer.isBuffer(request.body)) this.#bytes.inc(request.body.length);
      done();
    });
  }

  /** Looked up once: to find a series by its labels costs more than to count in it. */
  #seriesOf(url: string, method: string, status: number): Series {
    const key = `${method} ${status} ${url}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const route = url.replaceAll(/:(\w+)/g, '{$1}').replace(/\/$/, '');
    const series = {
      requests: this.#requests.labels({ route, method, status }),
      seconds: this.#seconds.labels({ route }),
    };
    this.#series.set(key, series);
    return series;
  }

  /** What waits is asked for when somebody looks. */
  #watchQueue(queue: Pick<ProducerQueue, 'waiting'>): void {
    const gauge = (what: 'records' | 'bytes') =>
      new Gauge({
        name: `pinflow_gateway_queue_${what}`,
        help: `${what} that wait for Kafka, or are on their way`,
        registers: [this.registry],
        collect() {
          this.set(queue.waiting[what]);
        },
      });
    gauge('records');
    gauge('bytes');
  }

  countRounds(send: SendBatches): SendBatches {
    return (batches) => {
      this.#rounds.observe(batches.reduce((sum, { records }) => sum + records.length, 0));
      return send(batches);
    };
  }

  /** Counts each record once: not where an answer is given again, nor what an earlier try has stored. */
  countRecords(produce: Produce): Produce {
    return async (request) => {
      const reply = await produce(request);
      const counts = new Map<number | null, number>();
      reply.offsets.forEach(({ error_code }, i) => {
        if (request.earlier?.offsets[i]?.error_code !== null) counts.set(error_code, (counts.get(error_code) ?? 0) + 1);
      });
      for (const [code, count] of counts) {
        this.#records.inc({ topic: request.topic, outcome: code === null ? 'acknowledged' : String(code) }, count);
      }
      return reply;
    };
  }
}
