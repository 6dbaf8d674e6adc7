import { z } from 'zod';
import { API_KEY } from '../domain/api-key.ts';
import { isLoopback } from '../domain/loopback.ts';
import { type Queue, QUEUES } from '../domain/queues.ts';
import {
  brokers,
  deploymentName,
  namePatterns,
  port,
  queues,
  storageUri,
  streamNames,
  url,
  wholeNumber,
} from './values.ts';

const LANDING_MODES = ['worker', 'connect'] as const;

/**
 * Every variable Pinflow reads, by system. `docs/configuration.md` is tested against these descriptions.
 * An absent S3 endpoint, credential or cluster means the real service with its own defaults.
 */

const variables = z.object({
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233').describe('host and port of the Temporal frontend'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default').describe('namespace that runs live in'),
  PINFLOW_TEMPORAL_UI: url.optional().describe('address of the Temporal UI, for links in summaries and reports'),

  PINFLOW_GATEWAY_URL: url.default('http://127.0.0.1:8082').describe('where the emulator posts to'),
  PINFLOW_GATEWAY_HOST: z.string().min(1).default('127.0.0.1').describe('address the gateway process listens on'),
  PINFLOW_GATEWAY_PORT: port.default(8082).describe('port the gateway process listens on'),
  PINFLOW_GATEWAY_METRICS_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('address on which the gateway answers /metrics'),
  PINFLOW_GATEWAY_METRICS_PORT: port.optional().describe('port of /metrics; absent: the gateway counts nothing'),

  PINFLOW_GATEWAY_TOPICS: namePatterns
    .default('*.pin,*.geo,*.user')
    .describe('topics that the gateway lets through, with * for any characters'),
  PINFLOW_GATEWAY_STREAMS: namePatterns
    .optional()
    .describe('streams that the gateway lets through, likewise; absent: all names that PINFLOW_STREAM_NAMES can make'),
  PINFLOW_GATEWAY_KEYS: z
    .string()
    .min(1)
    .optional()
    .describe('file of the keys of those who may ask the gateway; absent: everybody may'),
  PINFLOW_GATEWAY_TLS_CERT: z
    .string()
    .min(1)
    .optional()
    .describe('file of the certificate, and of those that signed it, with which the gateway speaks TLS'),
  PINFLOW_GATEWAY_TLS_KEY: z.string().min(1).optional().describe('file of the private key of that certificate'),
  PINFLOW_GATEWAY_KEY: z
    .string()
    .regex(API_KEY, 'expected a key as "npm run gateway:key" prints it')
    .optional()
    .describe('key with which the emulator asks the gateway; absent: without one'),

  PINFLOW_KAFKA_BROKERS: brokers.default('127.0.0.1:9092').describe('brokers, separated by commas'),
  PINFLOW_KAFKA_PARTITIONS: wholeNumber.default(3).describe('partitions of a topic that Pinflow creates'),
  PINFLOW_KAFKA_REPLICATION: wholeNumber.default(1).describe('replicas of a topic that Pinflow creates'),

  PINFLOW_KINESIS_ENDPOINT: url.optional().describe('Kinesis endpoint; absent: AWS'),
  PINFLOW_KINESIS_REGION: z.string().min(1).default('us-east-1').describe('region of the streams'),
  PINFLOW_KINESIS_ACCESS_KEY_ID: z
    .string()
    .min(1)
    .optional()
    .describe('access key for Kinesis; absent: the default AWS provider chain'),
  PINFLOW_KINESIS_SECRET_ACCESS_KEY: z.string().min(1).optional().describe('secret of that access key'),
  PINFLOW_STREAM_NAMES: streamNames
    .default('streaming-{pipeline}-{kind}')
    .describe('name of a stream; without {kind}, one stream for all kinds'),
  PINFLOW_STREAM_SHARDS: wholeNumber.default(1).describe('shards of a stream that Pinflow creates'),
  PINFLOW_STREAM_TRIGGER_SECONDS: z.coerce
    .number()
    .positive()
    .max(3_600)
    .default(0.5)
    .describe('pause between the micro-batches of a stream that runs on'),
  PINFLOW_STREAM_SERVICE_CREDENTIAL: z
    .string()
    .min(1)
    .optional()
    .describe('Databricks service credential with which notebooks read streams; absent: what the cluster has'),

  PINFLOW_S3_BUCKET: z.string().min(3).default('pinflow').describe('bucket of landed objects, manifests and reports'),
  PINFLOW_S3_ENDPOINT: url.optional().describe('S3 endpoint; absent: AWS'),
  PINFLOW_S3_REGION: z.string().min(1).default('us-east-1').describe('region of the bucket'),
  PINFLOW_S3_ACCESS_KEY_ID: z.string().min(1).optional().describe('access key; absent: the default AWS provider chain'),
  PINFLOW_S3_SECRET_ACCESS_KEY: z.string().min(1).optional().describe('secret of the access key'),
  PINFLOW_LANDING_MODE: z
    .enum(LANDING_MODES)
    .default('worker')
    .describe('who writes the landed objects: our workers, or a sink of Kafka Connect such as MSK Connect'),
  PINFLOW_LAND_WAIT_MINUTES: wholeNumber
    // An attempt of an activity may take two hours, and counts the wait from its begin.
    .max(110)
    .default(30)
    .describe('with connect: how long the sink may land nothing of what a run waits for'),
  PINFLOW_LAND_MAX_RECORDS: wholeNumber.max(50_000).default(5_000).describe('most records in one landed object'),
  PINFLOW_LAND_MAX_SECONDS: wholeNumber
    .max(3_600)
    .default(30)
    .describe('longest time that a record waits for others before its object is written'),

  PINFLOW_LANDING_ROOT: storageUri.optional().describe('URI under which Spark reads the bucket; absent: s3://<bucket>'),
  PINFLOW_TABLES_ROOT: storageUri
    .optional()
    .describe('URI below which Delta tables are kept; absent: s3://<bucket>/tables'),

  DATABRICKS_HOST: url.default('http://127.0.0.1:8080').describe('Databricks workspace'),
  DATABRICKS_TOKEN: z.string().min(1).default('local').describe('personal access token of the workspace'),
  PINFLOW_DATABRICKS_NOTEBOOKS: z
    .string()
    .startsWith('/')
    .default('/Shared/pinflow')
    .describe('workspace folder that holds the notebooks'),
  PINFLOW_DATABRICKS_CLUSTER: z.string().min(1).optional().describe('existing cluster to run on; absent: serverless'),
  PINFLOW_DATABRICKS_STREAM_CLUSTER: z
    .string()
    .min(1)
    .optional()
    .describe('existing cluster for the streaming notebook; absent: serverless'),

  PINFLOW_MWAA_ENVIRONMENT: z
    .string()
    .regex(/^[A-Za-z][\w-]{0,79}$/, 'expected a letter, then up to 79 letters, digits, hyphens and underscores')
    .optional()
    .describe('name of the MWAA environment; absent: no Airflow'),
  PINFLOW_MWAA_REGION: z.string().min(1).default('us-east-1').describe('region of the environment'),
  PINFLOW_MWAA_ENDPOINT: url.optional().describe('MWAA endpoint; absent: AWS'),
  PINFLOW_MWAA_ACCESS_KEY_ID: z
    .string()
    .min(1)
    .optional()
    .describe('access key for MWAA; absent: the default AWS provider chain'),
  PINFLOW_MWAA_SECRET_ACCESS_KEY: z.string().min(1).optional().describe('secret of that access key'),

  PINFLOW_MYSQL_HOST: z.string().min(1).default('127.0.0.1').describe('host of the source database'),
  PINFLOW_MYSQL_PORT: port.default(3306).describe('port of the source database'),
  PINFLOW_MYSQL_USER: z.string().min(1).default('pinflow').describe('user of the source database'),
  PINFLOW_MYSQL_PASSWORD: z.string().default('').describe('password of the source database'),
  PINFLOW_MYSQL_DATABASE: z.string().min(1).default('pinterest_data').describe('name of the source database'),
  PINFLOW_MYSQL_TLS: z
    .enum(['off', 'on'])
    .default('off')
    .describe('on: talk to the source database only encrypted, and only when its certificate is trusted'),
  PINFLOW_MYSQL_CA: z
    .string()
    .min(1)
    .optional()
    .describe('file of the CA that signed that certificate; absent: the CAs that Node trusts'),

  PINFLOW_WORKER_QUEUES: queues
    .default(QUEUES.join(','))
    .describe('task queues that a worker hosts, separated by commas'),
  PINFLOW_WORKER_HEALTH_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('address on which a worker answers /livez and /readyz'),
  PINFLOW_WORKER_HEALTH_PORT: port.optional().describe('port of /livez and /readyz; absent: no worker answers them'),
  PINFLOW_WORKER_DEPLOYMENT: deploymentName
    .optional()
    .describe('Temporal worker deployment that a worker belongs to; absent: workers without versions'),
  PINFLOW_WORKER_BUILD: z.string().min(1).optional().describe('build of that deployment that a worker runs'),

  PINFLOW_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('least level that is logged'),
});

type Variable = keyof typeof variables.shape;

/** One half of a pair of variables asks for the other. `when`: also if other variables are wrong, to name all at once. */
function requirePartner(present: Variable, partner: Variable) {
  return z.refine<Readonly<Partial<Record<Variable, unknown>>>>(
    (env) => env[present] === undefined || env[partner] !== undefined,
    { path: [partner], error: `expected together with ${present}`, when: () => true },
  );
}

/** Whoever reaches the port may write, so a port that others reach asks them who they are. */
const askForKeysBeyondLoopback = z.refine<Readonly<Partial<Record<Variable, unknown>>>>(
  ({ PINFLOW_GATEWAY_HOST: host, PINFLOW_GATEWAY_KEYS: keys }) =>
    typeof host !== 'string' || keys !== undefined || isLoopback(host),
  {
    path: ['PINFLOW_GATEWAY_KEYS'],
    error: 'expected where PINFLOW_GATEWAY_HOST is not a loopback address such as 127.0.0.1',
    when: () => true,
  },
);

export const environmentSchema = variables.check(
  askForKeysBeyondLoopback,
  requirePartner('PINFLOW_GATEWAY_TLS_CERT', 'PINFLOW_GATEWAY_TLS_KEY'),
  requirePartner('PINFLOW_GATEWAY_TLS_KEY', 'PINFLOW_GATEWAY_TLS_CERT'),
  requirePartner('PINFLOW_S3_ACCESS_KEY_ID', 'PINFLOW_S3_SECRET_ACCESS_KEY'),
  requirePartner('PINFLOW_S3_SECRET_ACCESS_KEY', 'PINFLOW_S3_ACCESS_KEY_ID'),
  requirePartner('PINFLOW_KINESIS_ACCESS_KEY_ID', 'PINFLOW_KINESIS_SECRET_ACCESS_KEY'),
  requirePartner('PINFLOW_KINESIS_SECRET_ACCESS_KEY', 'PINFLOW_KINESIS_ACCESS_KEY_ID'),
  requirePartner('PINFLOW_MWAA_ACCESS_KEY_ID', 'PINFLOW_MWAA_SECRET_ACCESS_KEY'),
  requirePartner('PINFLOW_MWAA_SECRET_ACCESS_KEY', 'PINFLOW_MWAA_ACCESS_KEY_ID'),
  requirePartner('PINFLOW_WORKER_DEPLOYMENT', 'PINFLOW_WORKER_BUILD'),
  requirePartner('PINFLOW_WORKER_BUILD', 'PINFLOW_WORKER_DEPLOYMENT'),
  // Who names a CA believes the connection to be encrypted.
  z.refine<Readonly<Partial<Record<Variable, unknown>>>>(
    (env) => env.PINFLOW_MYSQL_CA === undefined || env.PINFLOW_MYSQL_TLS === 'on',
    { path: ['PINFLOW_MYSQL_TLS'], error: 'expected "on" together with PINFLOW_MYSQL_CA', when: () => true },
  ),
);

export type Environment = z.infer<typeof environmentSchema>;

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The checked configuration, one object per system. */
export interface Config {
  readonly temporal: { readonly address: string; readonly namespace: string; readonly ui: string | undefined };
  readonly gateway: {
    readonly url: string;
    readonly host: string;
    readonly port: number;
    /** Patterns of names. */
    readonly topics: readonly string[];
    readonly streams: readonly string[];
    /** Path of the file of keys. */
    readonly keys: string | undefined;
    /** Paths of the files of certificate and private key. */
    readonly tls: { readonly cert: string; readonly key: string } | undefined;
    /** What the emulator sends. */
    readonly key: string | undefined;
    /** Undefined where nothing is counted. */
    readonly metrics: { readonly host: string; readonly port: number } | undefined;
  };
  readonly kafka: { readonly brokers: readonly string[]; readonly partitions: number; readonly replication: number };
  readonly kinesis: {
    readonly endpoint: string | undefined;
    readonly region: string;
    readonly credentials: AwsCredentials | undefined;
  };
  readonly stream: {
    /** Template of the names of streams, for `streamName`. */
    readonly names: string;
    readonly shards: number;
    readonly triggerSeconds: number;
    readonly cluster: string | undefined;
    readonly serviceCredential: string | undefined;
  };
  readonly s3: {
    readonly bucket: string;
    readonly endpoint: string | undefined;
    readonly region: string;
    readonly credentials: AwsCredentials | undefined;
  };
  readonly landing: {
    readonly mode: Environment['PINFLOW_LANDING_MODE'];
    readonly waitMinutes: number;
    readonly root: string;
    readonly tablesRoot: string;
    readonly maxRecords: number;
    readonly maxSeconds: number;
  };
  readonly databricks: {
    readonly host: string;
    readonly token: string;
    readonly notebooks: string;
    readonly cluster: string | undefined;
  };
  /** Undefined where there is no Airflow. */
  readonly mwaa:
    | {
        readonly environment: string;
        readonly region: string;
        readonly endpoint: string | undefined;
        readonly credentials: AwsCredentials | undefined;
      }
    | undefined;
  readonly mysql: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
    readonly tls: Environment['PINFLOW_MYSQL_TLS'];
    readonly ca: string | undefined;
  };
  readonly worker: {
    readonly queues: readonly Queue[];
    readonly health: { readonly host: string; readonly port: number } | undefined;
    readonly deployment: { readonly name: string; readonly build: string } | undefined;
  };
  readonly logLevel: Environment['PINFLOW_LOG_LEVEL'];
}
