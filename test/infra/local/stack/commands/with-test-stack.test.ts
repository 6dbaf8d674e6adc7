import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTestStack } from '../../../../../infra/local/stack/commands/with-test-stack.ts';
import { isRunning } from '../../../../../infra/local/stack/process-identity.ts';
import { readRecord } from '../../../../../infra/local/stack/stack-record.ts';
import { makeContext } from './command-context.ts';

test('tests get a stack of their own in a fresh folder, which is gone afterwards', async () => {
  const { context, fake } = makeContext();
  const state = join(context.stateDirectory, 'test-stack');
  mkdirSync(join(state, 'lake'), { recursive: true });
  writeFileSync(join(state, 'lake', 'of-an-earlier-run'), '');
  let engines: ReturnType<typeof readRecord>['engines'] = [];

  const code = await withTestStack(context, fake.toolchain, (env) => {
    ({ engines } = readRecord(state));
    expect(existsSync(join(state, 'lake'))).toBe(false);
    expect(env).toMatchObject({
      PINFLOW_STATE: state,
      PINFLOW_CACHE: context.cacheDirectory,
      PINFLOW_S3_ENDPOINT: engines[0]?.address,
      PINFLOW_TEST_TEMPORAL_HTTP: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
    expect(JSON.parse(String(env['PINFLOW_TEST_TOOLCHAIN']))).toEqual(fake.toolchain);
    return Promise.resolve(3);
  });

  expect(code).toBe(3);
  expect(engines.map(isRunning)).toEqual([false]);
  expect(readRecord(context.stateDirectory).engines).toEqual([]);
});

test('tests that throw leave no stack behind', async () => {
  const { context, fake } = makeContext();
  const run = withTestStack(context, fake.toolchain, () => Promise.reject(new Error('lane broke')));

  await expect(run).rejects.toThrow('lane broke');

  expect(readRecord(join(context.stateDirectory, 'test-stack'))).toMatchObject({ owner: null, engines: [] });
});
