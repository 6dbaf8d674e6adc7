import { type Config, environmentSchema } from '../../config/schema.ts';
import { toConfig } from '../../config/to-config.ts';

function configOf(env: Record<string, string>): Config {
  return toConfig(environmentSchema.parse(env));
}

test('every variable is described for people, in one line without a period', () => {
  for (const [name, field] of Object.entries(environmentSchema.shape)) {
    expect(name).toMatch(/^(PINFLOW|TEMPORAL|DATABRICKS)_[A-Z0-9_]+$/);
    expect(field.description).toMatch(/^[^\n]{10,119}[^.\n]$/);
  }
});

test('Spark reads the bucket and keeps its tables in it unless told otherwise', () => {
  expect(configOf({ PINFLOW_S3_BUCKET: 'team-bucket' }).landing).toEqual({
    root: 's3://team-bucket',
    tablesRoot: 's3://team-bucket/tables',
    mode: 'worker',
    waitMinutes: 30,
    maxRecords: 5000,
    maxSeconds: 30,
  });
  const local = { PINFLOW_LANDING_ROOT: 'file:///data/s3/pinflow', PINFLOW_TABLES_ROOT: 'file:///data/lake' };
  expect(configOf(local).landing).toMatchObject({ root: 'file:///data/s3/pinflow', tablesRoot: 'file:///data/lake' });
});

test('several brokers are separated by commas', () => {
  expect(configOf({ PINFLOW_KAFKA_BROKERS: 'b-1:9092, b-2:9092' }).kafka.brokers).toEqual(['b-1:9092', 'b-2:9092']);
});

test('numbers are read from text', () => {
  const { kafka, gateway } = configOf({ PINFLOW_KAFKA_PARTITIONS: '6', PINFLOW_GATEWAY_PORT: '8083' });
  expect([kafka.partitions, gateway.port]).toEqual([6, 8083]);
});

test('the gateway lets the topics of pins, geolocations and users through, and the streams of the template', () => {
  expect(configOf({}).gateway).toMatchObject({ topics: ['*.pin', '*.geo', '*.user'], streams: ['streaming-*-*'] });
  expect(configOf({ PINFLOW_STREAM_NAMES: 'Kinesis-Prod-Stream' }).gateway.streams).toEqual(['Kinesis-Prod-Stream']);
  const given = { PINFLOW_GATEWAY_TOPICS: 'a.*, b', PINFLOW_GATEWAY_STREAMS: 's-*,t' };
  expect(configOf(given).gateway).toMatchObject({ topics: ['a.*', 'b'], streams: ['s-*', 't'] });
});

test.each(['', ',', 'a b', 'a.*,', 'a/b', '[ab]'])('%j is no list of patterns', (text) => {
  expect(environmentSchema.safeParse({ PINFLOW_GATEWAY_TOPICS: text }).error?.issues).toMatchObject([
    {
      path: ['PINFLOW_GATEWAY_TOPICS'],
      message: 'expected names in which * stands for any characters, several separated by commas',
    },
  ]);
});

test.each(['0.0.0.0', 'gateway.internal'])(
  'on %s the gateway asks for keys, which is said beside whatever else is wrong',
  (host) => {
    const { error } = environmentSchema.safeParse({ PINFLOW_GATEWAY_HOST: host, PINFLOW_GATEWAY_PORT: '0' });
    expect(error?.issues).toMatchObject([
      { path: ['PINFLOW_GATEWAY_PORT'] },
      { path: ['PINFLOW_GATEWAY_KEYS'], message: expect.stringContaining('PINFLOW_GATEWAY_HOST is not a loopback') },
    ]);
    expect(configOf({ PINFLOW_GATEWAY_HOST: host, PINFLOW_GATEWAY_KEYS: 'keys.json' }).gateway.host).toBe(host);
  },
);

test.each(['127.0.0.1', '::1', 'localhost'])('on %s it does not', (host) => {
  expect(configOf({ PINFLOW_GATEWAY_HOST: host }).gateway.keys).toBeUndefined();
});

test('without keys the default AWS provider chain is used', () => {
  expect(configOf({}).s3.credentials).toBeUndefined();
  expect(configOf({ PINFLOW_S3_ACCESS_KEY_ID: 'id', PINFLOW_S3_SECRET_ACCESS_KEY: 'key' }).s3.credentials).toEqual({
    accessKeyId: 'id',
    secretAccessKey: 'key',
  });
});

test('the gateway counts nothing unless it is told where to say so', () => {
  expect(configOf({}).gateway.metrics).toBeUndefined();
  expect(configOf({ PINFLOW_GATEWAY_METRICS_PORT: '9100' }).gateway.metrics).toEqual({ host: '127.0.0.1', port: 9100 });
});

test('a worker hosts every queue, unversioned and without a health endpoint, unless told otherwise', () => {
  expect(configOf({}).worker).toEqual({
    queues: ['pinflow', 'pinflow-io', 'pinflow-bulk', 'pinflow-databricks', 'pinflow-wait', 'pinflow-paced'],
    health: undefined,
    deployment: undefined,
  });
});

test('the queues of a worker are named in any order, and a queue that does not exist is refused', () => {
  const queues = (text: string) => configOf({ PINFLOW_WORKER_QUEUES: text }).worker.queues;
  expect(queues('pinflow-bulk, pinflow')).toEqual(['pinflow', 'pinflow-bulk']);
  expect(queues('pinflow-io,pinflow-io')).toEqual(['pinflow-io']);
  for (const wrong of ['pinflow-gpu', 'pinflow,', ',']) {
    expect(() => queues(wrong)).toThrow(
      'expected pinflow, pinflow-io, pinflow-bulk, pinflow-databricks, pinflow-wait, pinflow-paced, or some of them, separated by commas',
    );
  }
});

test('streams are on AWS, one for each kind, with one shard, unless told otherwise', () => {
  const { kinesis, stream } = configOf({});
  expect(kinesis).toEqual({ endpoint: undefined, region: 'us-east-1', credentials: undefined });
  expect(stream).toEqual({
    names: 'streaming-{pipeline}-{kind}',
    shards: 1,
    triggerSeconds: 0.5,
    cluster: undefined,
    serviceCredential: undefined,
  });
});

test('a template of which Kinesis would not take the names is refused', () => {
  const { error } = environmentSchema.safeParse({ PINFLOW_STREAM_NAMES: 'streaming {kind}' });
  expect(error?.issues).toMatchObject([
    {
      path: ['PINFLOW_STREAM_NAMES'],
      message: expect.stringMatching(/^expected letters, .*, got "streaming \{kind\}"$/),
    },
  ]);
});

test.each([
  ['PINFLOW_KINESIS_ACCESS_KEY_ID', 'PINFLOW_KINESIS_SECRET_ACCESS_KEY'],
  ['PINFLOW_KINESIS_SECRET_ACCESS_KEY', 'PINFLOW_KINESIS_ACCESS_KEY_ID'],
  ['PINFLOW_GATEWAY_TLS_CERT', 'PINFLOW_GATEWAY_TLS_KEY'],
  ['PINFLOW_GATEWAY_TLS_KEY', 'PINFLOW_GATEWAY_TLS_CERT'],
  ['PINFLOW_WORKER_DEPLOYMENT', 'PINFLOW_WORKER_BUILD'],
  ['PINFLOW_WORKER_BUILD', 'PINFLOW_WORKER_DEPLOYMENT'],
])('%s is not given without %s', (given, missing) => {
  const checked = environmentSchema.safeParse({ [given]: 'pinflow' });
  expect(checked.error?.issues).toMatchObject([{ path: [missing], message: `expected together with ${given}` }]);
});

test('the name of a deployment has no period, which Temporal puts before the build', () => {
  const worker = { PINFLOW_WORKER_DEPLOYMENT: 'pin.flow', PINFLOW_WORKER_BUILD: '1.2' };
  expect(environmentSchema.safeParse(worker).error?.issues).toMatchObject([{ path: ['PINFLOW_WORKER_DEPLOYMENT'] }]);
  expect(configOf({ ...worker, PINFLOW_WORKER_DEPLOYMENT: 'pinflow' }).worker.deployment).toEqual({
    name: 'pinflow',
    build: '1.2',
  });
});

test('a CA for a source database that is talked to in the clear is a mistake', () => {
  const issues = (env: object) => environmentSchema.safeParse(env).error?.issues;
  expect(issues({ PINFLOW_MYSQL_CA: '/ca.pem' })).toMatchObject([
    { path: ['PINFLOW_MYSQL_TLS'], message: 'expected "on" together with PINFLOW_MYSQL_CA' },
  ]);
  expect(issues({ PINFLOW_MYSQL_CA: '/ca.pem', PINFLOW_MYSQL_TLS: 'on' })).toBeUndefined();
});

test('every variable that is given ends in the configuration', () => {
  const given = {
    TEMPORAL_ADDRESS: 'value-1',
    TEMPORAL_NAMESPACE: 'value-2',
    PINFLOW_TEMPORAL_UI: 'http://value-3',
    PINFLOW_GATEWAY_URL: 'http://value-4',
    PINFLOW_GATEWAY_HOST: 'value-5',
    PINFLOW_GATEWAY_METRICS_HOST: 'metrics-host',
    PINFLOW_GATEWAY_METRICS_PORT: '9101',
    PINFLOW_GATEWAY_PORT: '10006',
    PINFLOW_GATEWAY_TOPICS: 'value-46.*',
    PINFLOW_GATEWAY_STREAMS: 'value-47-*',
    PINFLOW_GATEWAY_KEYS: 'value-48',
    PINFLOW_GATEWAY_TLS_CERT: 'value-50',
    PINFLOW_GATEWAY_TLS_KEY: 'value-51',
    PINFLOW_GATEWAY_KEY: `value-49.${'x'.repeat(43)}`,
    PINFLOW_KAFKA_BROKERS: 'value-7:9092',
    PINFLOW_KAFKA_PARTITIONS: '10008',
    PINFLOW_KAFKA_REPLICATION: '10009',
    PINFLOW_KINESIS_ENDPOINT: 'http://value-37',
    PINFLOW_KINESIS_REGION: 'value-38',
    PINFLOW_KINESIS_ACCESS_KEY_ID: 'value-39',
    PINFLOW_KINESIS_SECRET_ACCESS_KEY: 'value-40',
    PINFLOW_STREAM_NAMES: 'value-41-{kind}',
    PINFLOW_STREAM_SHARDS: '10042',
    PINFLOW_STREAM_TRIGGER_SECONDS: '43.5',
    PINFLOW_STREAM_SERVICE_CREDENTIAL: 'value-44',
    PINFLOW_S3_BUCKET: 'value-10',
    PINFLOW_S3_ENDPOINT: 'http://value-11',
    PINFLOW_S3_REGION: 'value-12',
    PINFLOW_S3_ACCESS_KEY_ID: 'value-13',
    PINFLOW_S3_SECRET_ACCESS_KEY: 'value-14',
    PINFLOW_LANDING_MODE: 'connect',
    PINFLOW_LAND_WAIT_MINUTES: '109',
    PINFLOW_LAND_MAX_RECORDS: '10015',
    PINFLOW_LAND_MAX_SECONDS: '17',
    PINFLOW_LANDING_ROOT: 's3://value-16',
    PINFLOW_TABLES_ROOT: 's3://value-17',
    DATABRICKS_HOST: 'http://value-18',
    DATABRICKS_TOKEN: 'value-19',
    PINFLOW_DATABRICKS_NOTEBOOKS: '/value-20',
    PINFLOW_DATABRICKS_CLUSTER: 'value-21',
    PINFLOW_DATABRICKS_STREAM_CLUSTER: 'value-45',
    PINFLOW_MWAA_ENVIRONMENT: 'value-32',
    PINFLOW_MWAA_REGION: 'value-33',
    PINFLOW_MWAA_ENDPOINT: 'http://value-34',
    PINFLOW_MWAA_ACCESS_KEY_ID: 'value-35',
    PINFLOW_MWAA_SECRET_ACCESS_KEY: 'value-36',
    PINFLOW_MYSQL_HOST: 'value-22',
    PINFLOW_MYSQL_PORT: '10023',
    PINFLOW_MYSQL_USER: 'value-24',
    PINFLOW_MYSQL_PASSWORD: 'value-25',
    PINFLOW_MYSQL_DATABASE: 'value-26',
    PINFLOW_MYSQL_TLS: 'on',
    PINFLOW_MYSQL_CA: 'value-46',
    PINFLOW_WORKER_QUEUES: 'pinflow-bulk',
    PINFLOW_WORKER_HEALTH_HOST: 'value-28',
    PINFLOW_WORKER_HEALTH_PORT: '10029',
    PINFLOW_WORKER_DEPLOYMENT: 'value-30',
    PINFLOW_WORKER_BUILD: 'value-31',
    PINFLOW_LOG_LEVEL: 'warn',
  };
  expect(Object.keys(given).toSorted()).toEqual(Object.keys(environmentSchema.shape).toSorted());
  const text = JSON.stringify(configOf(given));
  expect(Object.values(given).filter((value) => !text.includes(value))).toEqual([]);
});
