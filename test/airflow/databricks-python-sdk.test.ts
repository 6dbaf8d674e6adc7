import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { RealServer } from '../infra/local/databricks/real-server.ts';
import { readToolchain } from '../support/read-toolchain.ts';

/** Databricks' own SDK for Python, as it is, against the double: everything in strangers/python_sdk.py, theme by theme. */

let server: RealServer;
let results: Record<string, unknown>;
beforeAll(async () => {
  server = await RealServer.start();
  const args = ['test/airflow/strangers/python_sdk.py', server.address, 'token', '/Shared/pinflow'];
  const sdk = spawn(String(readToolchain().airflow['3.3']), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = await Promise.all([text(sdk.stdout), once(sdk, 'exit')]);
  results = JSON.parse(printed) as typeof results;
});
afterAll(() => server.remove());

test('a submitted run is waited for and gives its result', () => {
  expect(results['submit']).toEqual({
    ...{ state: ['TERMINATED', 'SUCCESS'], status: 'TERMINATED', result: 'got 7' },
    page: expect.stringContaining(server.address),
  });
});

test('a failed run raises, and tells the error of its notebook', () => {
  expect(results['failing']).toEqual({
    raised: expect.stringMatching(/^OperationFailed: .*Task fail failed/),
    error: 'ValueError: bad row 7',
  });
});

test('a job is created, run once for a token, repaired, renamed, found and deleted', () => {
  expect(results['life_of_a_job']).toEqual({
    same: true,
    tasks: [
      ['returns', 0, 'SUCCESS'],
      ['undefined-widget', 0, 'FAILED'],
      ['undefined-widget', 1, 'FAILED'],
    ],
    first_history: 1,
    history: [
      ['ORIGINAL', 2],
      ['REPAIR', 1],
    ],
    result: 'got called',
    names: ['renamed'],
    gone: 'ResourceDoesNotExist',
  });
});

test('a run is cancelled and waited for', () => {
  expect(results['cancelling']).toBe('CANCELED');
});

test('check 26: the SDK gets all of 101 tasks and of 30 runs, page by page', () => {
  expect(results['pages']).toEqual({ job: 101, run: 101, listed: 30 });
});

test('notebooks go into the workspace and come out again', () => {
  expect(results['workspace_files']).toEqual({
    kinds: { '/Users/sdk/note': 'NOTEBOOK', '/Users/sdk/source': 'NOTEBOOK' },
    text: '# Databricks notebook source\nprint(1)\n',
    exported: Buffer.from('# Databricks notebook source\nprint(2)\n').toString('base64'),
    absent: 'ResourceDoesNotExist',
  });
});

test('2.5 MB go through DBFS and through volumes', () => {
  expect(results['other_files']).toEqual({ dbfs: true, volume: true, names: ['big.bin'], absent: 'NotFound' });
});

test('secrets, clusters and the user are there', () => {
  expect(results['neighbours']).toEqual({
    ...{ secrets: ['key'], clusters: ['local'], state: true, versions: 1, nodes: 1, me: 'local' },
  });
});

test('check 27 and check 28: an unknown run is not found and a bad token is not let in, in the words of the SDK', () => {
  expect(results['errors']).toMatchObject({
    unknown_run: expect.arrayContaining(['NotFound']),
    unknown_cluster: expect.arrayContaining(['NotFound']),
    long_token: 'InvalidParameterValue',
    bad_token: 'Unauthenticated',
    refused: 'NotImplemented',
  });
});
