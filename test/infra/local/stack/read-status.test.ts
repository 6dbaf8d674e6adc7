import { readStatus } from '../../../../infra/local/stack/read-status.ts';
import { readRecord, updateRecord } from '../../../../infra/local/stack/stack-record.ts';
import { startStack } from '../../../../infra/local/stack/start-stack.ts';
import { makeFakeCheckout } from './fake-checkout.ts';
import { endSleepers, startSleeper } from './sleeper.ts';
import { makeFolder } from './temporary-folder.ts';

const stateOf = async (stateDirectory: string) =>
  (await readStatus({ stateDirectory })).map(({ name, state }) => `${name} ${state}`);
const DOWN = ['kafka down', 'kinesis down', 'databricks down', 'gateway down'];

afterEach(endSleepers);

test('a folder without a stack has every engine down, and nothing is made in it', async () => {
  const folder = `${makeFolder()}/state`;

  await expect(stateOf(folder)).resolves.toEqual(['temporal down', 's3 down', ...DOWN]);
});

test('an engine is up while it answers, with its address and its log', async () => {
  const checkout = makeFakeCheckout();
  const stack = await startStack({ ...checkout, report: () => {} });

  await expect(stateOf(checkout.stateDirectory)).resolves.toEqual(['temporal down', 's3 up', ...DOWN]);
  const [engine] = readRecord(checkout.stateDirectory).engines;
  const status = await readStatus(checkout);
  expect(status.find(({ name }) => name === 's3')?.process).toEqual(engine);

  await stack.stop();
  await expect(stateOf(checkout.stateDirectory)).resolves.toEqual(['temporal down', 's3 down', ...DOWN]);
});

test('an engine that runs without answering is told apart, and workers are listed', async () => {
  const stateDirectory = makeFolder();
  const facts = { startedAt: 0, address: '', log: '' };
  updateRecord(stateDirectory, (record) => ({
    ...record,
    ports: { s3: 1 },
    engines: [{ ...startSleeper().identity, ...facts, name: 's3' }],
    attached: [{ ...startSleeper().identity, ...facts, name: 'worker' as const, owner: null }],
  }));

  await expect(stateOf(stateDirectory)).resolves.toEqual(['temporal down', 's3 not answering', ...DOWN, 'worker up']);
});
