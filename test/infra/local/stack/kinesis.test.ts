import { join } from 'node:path';
import { kinesisEngine, probeKinesis } from '../../../../infra/local/stack/kinesis.ts';
import { makeStackPlan, withHttpServer } from './stack-plan.ts';

test('the double keeps its streams in the state folder and waits for no other engine', () => {
  const plan = makeStackPlan();
  expect(kinesisEngine(plan)).toMatchObject({
    command: process.execPath,
    args: [
      ...['/checkout/infra/local/kinesis/main.ts', '--port', '9'],
      ...['--data', join(plan.stateDirectory, 'kinesis')],
    ],
    address: 'http://127.0.0.1:9',
    dependsOn: [],
  });
});

test.each([
  ['{"StreamNames":[],"HasMoreStreams":false}', 200, 'ready'],
  [
    '{"__type":"InternalFailure","message":""}',
    500,
    expect.stringMatching(/^ListStreams of .* was answered with 500$/),
  ],
])('the double is ready when it lists its streams, here with %s', async (body, status, outcome) => {
  await withHttpServer(
    ({ headers }) => (headers['x-amz-target'] === 'Kinesis_20131202.ListStreams' ? { status, body } : { status: 404 }),
    async (kinesis) => {
      const { ports, secrets } = makeStackPlan();
      const probe = probeKinesis({ ports: { ...ports, kinesis }, secrets });
      const found = probe.then(
        () => 'ready',
        (error: Error) => error.message,
      );
      await expect(found).resolves.toEqual(outcome);
    },
  );
});
