import { runDown } from '../../../../../infra/local/stack/commands/down.ts';
import { runUp } from '../../../../../infra/local/stack/commands/up.ts';
import { readRecord } from '../../../../../infra/local/stack/stack-record.ts';
import { makeContext } from './command-context.ts';

test('taking the stack down names what ends, and a second time finds nothing', async () => {
  const { context, said } = makeContext();
  await runUp(context);
  const [engine] = readRecord(context.stateDirectory).engines;
  said.splice(0);

  await expect(runDown(context)).resolves.toBe(0);
  expect(said).toEqual([`s3: stopped (process ${engine?.pid})`, 'the stack is down']);

  said.splice(0);
  await expect(runDown(context)).resolves.toBe(0);
  expect(said).toEqual(['the stack was not running']);
});
