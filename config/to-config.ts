import { QUEUES } from '../domain/queues.ts';
import { streamNamesPattern } from '../domain/stream-names.ts';
import type { AwsCredentials, Config, Environment } from './schema.ts';
import { splitList } from './values.ts';

/** Groups the checked variables by system and fills in what follows from others. */
export function toConfig(env: Environment): Config {
  const bucketUri = `s3://${env.PINFLOW_S3_BUCKET}`;
  return {
    temporal: { address: env.TEMPORAL_ADDRESS, namespace: env.TEMPORAL_NAMESPACE, ui: env.PINFLOW_TEMPORAL_UI },
    gateway: toGateway(env),
    kafka: {
      brokers: splitList(env.PINFLOW_KAFKA_BROKERS),
      partitions: env.PINFLOW_KAFKA_PARTITIONS,
      replication: env.PINFLOW_KAFKA_REPLICATION,
    },
    kinesis: {
      endpoint: env.PINFLOW_KINESIS_ENDPOINT,
      region: env.PINFLOW_KINESIS_REGION,
      credentials: toCredentials(env.PINFLOW_KINESIS_ACCESS_KEY_ID, env.PINFLOW_KINESIS_SECRET_ACCESS_KEY),
    },
    stream: {
      names: env.PINFLOW_STREAM_NAMES,
      shards: env.PINFLOW_STREAM_SHARDS,
      triggerSeconds: env.PINFLOW_STREAM_TRIGGER_SECONDS,
      cluster: env.PINFLOW_DATABRICKS_STREAM_CLUSTER,
      serviceCredential: env.PINFLOW_STREAM_SERVICE_CREDENTIAL,
    },
    s3: {
      bucket: env.PINFLOW_S3_BUCKET,
      endpoint: env.PINFLOW_S3_ENDPOINT,
      region: env.PINFLOW_S3_REGION,
      credentials: toCredentials(env.PINFLOW_S3_ACCESS_KEY_ID, env.PINFLOW_S3_SECRET_ACCESS_KEY),
    },
    landing: {
      mode: env.PINFLOW_LANDING_MODE,
      waitMinutes: env.PINFLOW_LAND_WAIT_MINUTES,
      root: env.PINFLOW_LANDING_ROOT ?? bucketUri,
      tablesRoot: env.PINFLOW_TABLES_ROOT ?? `${bucketUri}/tables`,
      maxRecords: env.PINFLOW_LAND_MAX_RECORDS,
      maxSeconds: env.PINFLOW_LAND_MAX_SECONDS,
    },
    databricks: {
      host: env.DATABRICKS_HOST,
      token: env.DATABRICKS_TOKEN,
      notebooks: env.PINFLOW_DATABRICKS_NOTEBOOKS,
      cluster: env.PINFLOW_DATABRICKS_CLUSTER,
    },
    mwaa: toMwaa(env),
    mysql: {
      host: env.PINFLOW_MYSQL_HOST,
      port: env.PINFLOW_MYSQL_PORT,
      user: env.PINFLOW_MYSQL_USER,
      password: env.PINFLOW_MYSQL_PASSWORD,
      database: env.PINFLOW_MYSQL_DATABASE,
      tls: env.PINFLOW_MYSQL_TLS,
      ca: env.PINFLOW_MYSQL_CA,
    },
    worker: toWorker(env),
    logLevel: env.PINFLOW_LOG_LEVEL,
  };
}

function toGateway(env: Environment): Config['gateway'] {
  const { PINFLOW_GATEWAY_TLS_CERT: cert, PINFLOW_GATEWAY_TLS_KEY: key } = env;
  const { PINFLOW_STREAM_NAMES: template, PINFLOW_GATEWAY_STREAMS: streams = streamNamesPattern(template) } = env;
  const { PINFLOW_GATEWAY_METRICS_HOST: host, PINFLOW_GATEWAY_METRICS_PORT: port } = env;
  return {
    url: env.PINFLOW_GATEWAY_URL,
    host: env.PINFLOW_GATEWAY_HOST,
    port: env.PINFLOW_GATEWAY_PORT,
    topics: splitList(env.PINFLOW_GATEWAY_TOPICS),
    streams: splitList(streams),
    keys: env.PINFLOW_GATEWAY_KEYS,
    tls: cert !== undefined && key !== undefined ? { cert, key } : undefined,
    key: env.PINFLOW_GATEWAY_KEY,
    metrics: port === undefined ? undefined : { host, port },
  };
}

function toMwaa(env: Environment): Config['mwaa'] {
  const { PINFLOW_MWAA_ENVIRONMENT: environment } = env;
  if (environment === undefined) return undefined;
  return {
    environment,
    region: env.PINFLOW_MWAA_REGION,
    endpoint: env.PINFLOW_MWAA_ENDPOINT,
    credentials: toCredentials(env.PINFLOW_MWAA_ACCESS_KEY_ID, env.PINFLOW_MWAA_SECRET_ACCESS_KEY),
  };
}

function toCredentials(
  accessKeyId: string | undefined,
  secretAccessKey: string | undefined,
): AwsCredentials | undefined {
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined;
}

function toWorker(env: Environment): Config['worker'] {
  const { PINFLOW_WORKER_HEALTH_HOST: host, PINFLOW_WORKER_HEALTH_PORT: port } = env;
  const { PINFLOW_WORKER_DEPLOYMENT: name, PINFLOW_WORKER_BUILD: build } = env;
  const named = splitList(env.PINFLOW_WORKER_QUEUES);
  return {
    queues: QUEUES.filter((queue) => named.includes(queue)),
    health: port === undefined ? undefined : { host, port },
    deployment: name !== undefined && build !== undefined ? { name, build } : undefined,
  };
}
