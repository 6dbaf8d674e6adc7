import { findReusable } from '../../../../infra/local/stack/find-reusable.ts';
import { readSecrets } from '../../../../infra/local/stack/secrets.ts';
import { readRecord, updateRecord } from '../../../../infra/local/stack/stack-record.ts';
import { startStack } from '../../../../infra/local/stack/start-stack.ts';
import { stopStack } from '../../../../infra/local/stack/stop-stack.ts';
import { makeFakeCheckout } from './fake-checkout.ts';

const checkout = makeFakeCheckout();
const { stateDirectory } = checkout;
const wanted = { stateDirectory, engines: ['s3'], asked: {}, secrets: readSecrets(stateDirectory) } as const;
const s3Port = () => Number(readRecord(stateDirectory).ports.s3);

// The group ends before the folders of this file are removed, and with them the record that stopping needs.
describe('finding a stack', () => {
  beforeAll(async () => (await startStack({ ...checkout, report: () => {} })).leaveUp());

  afterAll(() => stopStack({ stateDirectory }));

  test('a stack that was left up and answers is found with its ports', async () => {
    const found = await findReusable({ ...wanted, asked: { s3: s3Port() } });

    expect(found).toMatchObject({ stateDirectory, ports: { s3: s3Port() } });
  });

  test('a stack on another port than the one asked for is not', async () => {
    await expect(findReusable({ ...wanted, asked: { s3: s3Port() + 1 } })).resolves.toBeUndefined();
  });

  test('a stack without an engine that is wanted is not', async () => {
    await expect(findReusable({ ...wanted, engines: ['s3', 'kafka'] })).resolves.toBeUndefined();
  });

  test('a stack that has an owner is not', async () => {
    updateRecord(stateDirectory, (record) => ({ ...record, owner: { pid: 2 ** 30, startTime: '1' } }));

    await expect(findReusable(wanted)).resolves.toBeUndefined();

    updateRecord(stateDirectory, (record) => ({ ...record, owner: null }));
  });

  test('a stack that runs but does not answer is not', async () => {
    const ports = { ...readRecord(stateDirectory).ports };
    updateRecord(stateDirectory, (record) => ({ ...record, ports: { s3: 1 } }));

    await expect(findReusable(wanted)).resolves.toBeUndefined();

    updateRecord(stateDirectory, (record) => ({ ...record, ports }));
    await expect(findReusable(wanted)).resolves.toBeDefined();
  });
});
