import { statSync } from 'node:fs';
import { join } from 'node:path';
import { probeS3, s3Engine } from '../../../../infra/local/stack/s3.ts';
import { makeStackPlan, withHttpServer } from './stack-plan.ts';

test('the server gets its bucket as a folder and its credentials where other users cannot read them', async () => {
  const plan = makeStackPlan();
  const engine = s3Engine(plan);

  await engine.prepare?.(new AbortController().signal);

  expect(statSync(join(plan.stateDirectory, 's3', 'pinflow')).isDirectory()).toBe(true);
  expect(engine.args).toEqual([
    ...['--port', '127.0.0.1:4', '--quiet', 'posix'],
    ...['--versioning-dir', join(plan.stateDirectory, 's3-versions'), join(plan.stateDirectory, 's3')],
  ]);
  expect(statSync(join(plan.stateDirectory, 's3-versions')).isDirectory()).toBe(true);
  expect(engine.env).toMatchObject({ ROOT_ACCESS_KEY_ID: 'the-key', ROOT_SECRET_ACCESS_KEY: 'the-secret' });
});

test.each([
  [403, '<Error><Code>AccessDenied</Code></Error>', 'ready'],
  [403, '<html>Forbidden</html>', expect.stringMatching(/^GET .*\/pinflow was not answered by an S3 server$/)],
  [500, '', expect.stringMatching(/^GET .*\/pinflow was answered with 500$/)],
])('an answer with %d "%s" counts only from an S3 server that is ready', async (status, body, outcome) => {
  await withHttpServer(
    () => ({ status, body }),
    async (s3) => {
      const probe = probeS3({ ports: { ...makeStackPlan().ports, s3 } });
      const found = probe.then(
        () => 'ready',
        (error: Error) => error.message,
      );
      await expect(found).resolves.toEqual(outcome);
    },
  );
});
