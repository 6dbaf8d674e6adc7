import { statSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../../config/load.ts';
import {
  listStackVariables,
  removeStackVariables,
  writeStackVariables,
} from '../../../../infra/local/stack/stack-variables.ts';
import { makeFolder } from './temporary-folder.ts';

const ports = {
  ...{ temporal: 1, temporalHttp: 2, temporalUi: 3, s3: 4, kafka: 5, kafkaController: 6 },
  ...{ databricks: 7, gateway: 8, gatewayMetrics: 10, kinesis: 9 },
};
const secrets = { s3AccessKeyId: 'key', s3SecretAccessKey: 'secret', databricksToken: 'token' };

test('the configuration follows a running stack, and no longer after its stop', () => {
  const stateDirectory = makeFolder();
  const environment = { PINFLOW_STATE: stateDirectory };

  writeStackVariables({ stateDirectory, ports, secrets });

  expect(statSync(join(stateDirectory, 'stack.env')).mode & 0o777).toBe(0o600);
  expect(loadConfig(environment)).toMatchObject({
    temporal: { address: '127.0.0.1:1', namespace: 'default', ui: 'http://127.0.0.1:3' },
    gateway: {
      ...{ url: 'http://127.0.0.1:8', host: '127.0.0.1', port: 8 },
      metrics: { host: '127.0.0.1', port: 10 },
    },
    kafka: { brokers: ['127.0.0.1:5'], replication: 1 },
    kinesis: {
      endpoint: 'http://127.0.0.1:9',
      region: 'us-east-1',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    },
    s3: {
      bucket: 'pinflow',
      endpoint: 'http://127.0.0.1:4',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    },
    landing: { root: `file://${stateDirectory}/s3/pinflow`, tablesRoot: `file://${stateDirectory}/lake` },
    databricks: { host: 'http://127.0.0.1:7', token: 'token', notebooks: '/Shared/pinflow', cluster: 'local' },
  });

  removeStackVariables(stateDirectory);
  expect(loadConfig(environment).s3.endpoint).toBeUndefined();
});

test.each(['/home/me/my project/.pinflow', '/home/me/50%/.pinflow', "/home/me/it's/.pinflow"])(
  'a state folder whose path Spark cannot take is refused: %s',
  (stateDirectory) => {
    expect(() => listStackVariables({ stateDirectory, ports, secrets })).toThrow(
      `PINFLOW_STATE: Spark cannot read below "${stateDirectory}/s3/pinflow", choose a folder whose path has no spaces or special characters`,
    );
  },
);
