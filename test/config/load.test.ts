import { mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  cacheDirectory,
  inheritedEnvironment,
  loadConfig,
  STACK_VARIABLES_FILE,
  stateDirectory,
} from '../../config/load.ts';
import { PinflowError } from '../../domain/errors.ts';

/** A state folder in which a running stack has left these lines, or nothing. */
function stateFolder(lines?: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'pinflow-config-'));
  if (lines !== undefined) writeFileSync(join(directory, STACK_VARIABLES_FILE), lines);
  return directory;
}

function messageOf(env: Record<string, string>): string {
  try {
    loadConfig({ PINFLOW_STATE: stateFolder(), ...env });
  } catch (error) {
    if (error instanceof PinflowError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('where values come from', () => {
  test('an empty environment gives the defaults', () => {
    const config = loadConfig({ PINFLOW_STATE: stateFolder() });
    expect(config.temporal).toEqual({ address: '127.0.0.1:7233', namespace: 'default', ui: undefined });
  });

  test('a running stack says where its engines are, and the environment wins over it', () => {
    const state = stateFolder('TEMPORAL_ADDRESS=127.0.0.1:9001\nPINFLOW_GATEWAY_PORT=9002\n');
    expect(loadConfig({ PINFLOW_STATE: state }).temporal.address).toBe('127.0.0.1:9001');
    const config = loadConfig({ PINFLOW_STATE: state, TEMPORAL_ADDRESS: 'temporal.internal:7233' });
    expect(config.temporal.address).toBe('temporal.internal:7233');
    expect(config.gateway.port).toBe(9002);
  });

  test('an empty variable counts as unset', () => {
    const state = stateFolder('TEMPORAL_ADDRESS=127.0.0.1:9001\n');
    const config = loadConfig({ PINFLOW_STATE: state, TEMPORAL_ADDRESS: '', PINFLOW_S3_ENDPOINT: '' });
    expect(config.temporal.address).toBe('127.0.0.1:9001');
    expect(config.s3.endpoint).toBeUndefined();
  });

  test('variables of other programs are left alone', () => {
    expect(() => loadConfig({ PINFLOW_STATE: stateFolder(), HOME: '', PATH: 'x', KAFKA_HOME: 'y' })).not.toThrow();
  });
});

describe('what is refused', () => {
  test.each([
    [
      { PINFLOW_GATEWAY_PORT: '70000' },
      'CONFIG_INVALID configuration has 1 problem(s): PINFLOW_GATEWAY_PORT: Too big: expected number to be <=65535',
    ],
    [
      { PINFLOW_KAFKA_PARTITIONS: 'three' },
      'CONFIG_INVALID configuration has 1 problem(s): PINFLOW_KAFKA_PARTITIONS: Invalid input: expected number, received NaN',
    ],
    [
      { PINFLOW_S3_ENDPOINT: 'localhost:9000' },
      'CONFIG_INVALID configuration has 1 problem(s): PINFLOW_S3_ENDPOINT: Invalid URL',
    ],
    [
      { PINFLOW_TABLES_ROOT: '/lake' },
      'CONFIG_INVALID configuration has 1 problem(s): PINFLOW_TABLES_ROOT: expected an s3:// or file:// URI',
    ],
    [
      { PINFLOW_S3_ACCESS_KEY_ID: 'id' },
      'CONFIG_INVALID configuration has 1 problem(s): PINFLOW_S3_SECRET_ACCESS_KEY: expected together with PINFLOW_S3_ACCESS_KEY_ID',
    ],
    [
      { PINFLOW_S3_SECRET_ACCESS_KEY: 'key' },
      'CONFIG_INVALID configuration has 1 problem(s): PINFLOW_S3_ACCESS_KEY_ID: expected together with PINFLOW_S3_SECRET_ACCESS_KEY',
    ],
    [
      { PINFLOW_KAFKA_BROKERS: 'b-1:9092,,b-2:9092' },
      'CONFIG_INVALID configuration has 1 problem(s): PINFLOW_KAFKA_BROKERS: expected host:port, several separated by commas',
    ],
  ])('%j is named with what was expected', (env, message) => {
    expect(messageOf(env)).toBe(message);
  });

  test('a missing half of a pair is named beside other bad variables', () => {
    const message = messageOf({ PINFLOW_S3_ACCESS_KEY_ID: 'id', PINFLOW_GATEWAY_PORT: '0' });
    expect(message).toMatch(/has 2 problem\(s\): .*PINFLOW_GATEWAY_PORT.*PINFLOW_S3_SECRET_ACCESS_KEY/);
  });

  test('all bad variables are named at once', () => {
    const message = messageOf({ PINFLOW_GATEWAY_PORT: '0', PINFLOW_S3_BUCKET: 'ab', PINFLOW_LOG_LEVEL: 'loud' });
    expect(message).toMatch(/^CONFIG_INVALID configuration has 3 problem\(s\): /);
    expect(message).toMatch(/PINFLOW_GATEWAY_PORT: .*; PINFLOW_S3_BUCKET: .*; PINFLOW_LOG_LEVEL: /);
  });

  test('a secret is never part of the message', () => {
    const message = messageOf({
      PINFLOW_MYSQL_PORT: 'x',
      PINFLOW_MYSQL_PASSWORD: 'hunter2',
      DATABRICKS_TOKEN: 'dapi-secret',
    });
    expect(message).toMatch(/PINFLOW_MYSQL_PORT/);
    expect(message).not.toMatch(/hunter2|dapi-secret/);
  });
});

describe('folders', () => {
  test('state lies in the checkout unless told otherwise', () => {
    expect(stateDirectory({})).toBe(resolve('.pinflow'));
    expect(stateDirectory({ PINFLOW_STATE: '/data/state' })).toBe('/data/state');
    // Never the checkout itself: what empties the state folder would empty that.
    expect(stateDirectory({ PINFLOW_STATE: '' })).toBe(resolve('.pinflow'));
  });

  test('the cache lies with the user unless told otherwise', () => {
    expect(cacheDirectory({})).toBe(join(homedir(), '.cache', 'pinflow'));
    expect(cacheDirectory({ XDG_CACHE_HOME: '', PINFLOW_CACHE: '' })).toBe(join(homedir(), '.cache', 'pinflow'));
    expect(cacheDirectory({ XDG_CACHE_HOME: '/data/cache' })).toBe('/data/cache/pinflow');
    expect(cacheDirectory({ XDG_CACHE_HOME: '/data/cache', PINFLOW_CACHE: '/data/own' })).toBe('/data/own');
  });
});

test('the environment that children inherit is a copy', () => {
  const copy = inheritedEnvironment();
  copy['PINFLOW_ONLY_IN_COPY'] = '1';
  expect(process.env['PINFLOW_ONLY_IN_COPY']).toBeUndefined();
  expect(copy['PATH']).toBe(process.env['PATH']);
});
