import type { Client } from '@temporalio/client';
import { createDatabricksJobs } from '../activities/databricks/adapter.ts';
import { createOpenSource } from '../activities/emulation/open-source.ts';
import { createGateway } from '../activities/gateway/adapter.ts';
import { createStreamGateway } from '../activities/gateway/stream-adapter.ts';
import { type Activities, createActivities } from '../activities/index.ts';
import { createKafkaLog } from '../activities/kafka/adapter.ts';
import { KinesisStreams } from '../activities/kinesis/adapter.ts';
import { StreamProducer, SYSTEM_CLOCK } from '../activities/kinesis/produce-records.ts';
import { createMwaa } from '../activities/mwaa/adapter.ts';
import { drawChart } from '../activities/report/adapter.ts';
import { S3ObjectStore } from '../activities/s3/adapter.ts';
import { createWorkflows } from '../activities/temporal/adapter.ts';
import type { Config } from '../config/schema.ts';
import type { Probe } from './cached-check.ts';

export interface Wiring {
  readonly activities: Activities;
  /** One for each system that no run can do without. */
  readonly probes: Readonly<Record<'temporal' | 's3' | 'kafka', Probe>>;
  readonly close: () => Promise<void>;
}

/** The composition root: the only place where configuration, adapters and activities meet. */
export function wireActivities(config: Config, client: Client): Wiring {
  const { namespace } = config.temporal;
  const kafka = createKafkaLog({ ...config.kafka, clientId: 'pinflow-worker' });
  const store = new S3ObjectStore(config.s3);
  const streams = new KinesisStreams(config.kinesis);
  const activities = createActivities({
    openSource: createOpenSource({ mysql: config.mysql }),
    gateway: createGateway(config.gateway),
    kafka,
    store,
    databricks: createDatabricksJobs(config.databricks),
    mwaa: config.mwaa && createMwaa(config.mwaa),
    openBucket: (bucket) => new S3ObjectStore({ ...config.s3, bucket }),
    workflows: createWorkflows(client),
    notebooks: config.databricks.notebooks,
    landingRoot: config.landing.root,
    tablesRoot: config.landing.tablesRoot,
    maxRecords: config.landing.maxRecords,
    maxAgeMs: config.landing.maxSeconds * 1_000,
    ...wireStreams(config, streams),
    sink: config.landing.mode === 'connect' ? { waitMs: config.landing.waitMinutes * 60_000 } : undefined,
    temporal: config.temporal,
    drawChart,
  });
  return {
    activities,
    probes: {
      temporal: async (signal) => {
        await client.withAbortSignal(signal, () => client.workflowService.describeNamespace({ namespace }));
      },
      s3: (signal) => store.ping(signal),
      kafka: () => kafka.ping(),
    },
    close: async () => {
      await kafka.close();
      store.close();
      streams.close();
    },
  };
}

function wireStreams(config: Config, streams: KinesisStreams) {
  const gateway = createStreamGateway(config.gateway);
  const producers = new Map<string, StreamProducer>();
  const openProducer = (stream: string): StreamProducer => {
    const known = producers.get(stream);
    if (known !== undefined) return known;
    const producer = new StreamProducer({ stream, gateway, streams, clock: SYSTEM_CLOCK, random: Math.random });
    producers.set(stream, producer);
    return producer;
  };
  return {
    ...{ streams, openProducer, kinesis: config.kinesis, stream: config.stream },
    streamDatabricks: createDatabricksJobs({ ...config.databricks, cluster: config.stream.cluster }),
  };
}
