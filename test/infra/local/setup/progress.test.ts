import { PassThrough } from 'node:stream';
import { showProgress } from '../../../../infra/local/setup/progress.ts';
import type { TaskReport } from '../../../../infra/local/setup/setup-work.ts';

const DONE: TaskReport = { task: 'kafka', state: 'done', seconds: 12, note: '' };

function makeOutput() {
  const output = new PassThrough() as unknown as NodeJS.WriteStream & { read(): Buffer | null };
  return { output, text: () => String(output.read() ?? '') };
}

test('where there is no terminal lines are written, the last with the time of all', async () => {
  const { output, text } = makeOutput();
  const result = await showProgress(async (report) => {
    report(DONE);
    return 'toolchain';
  }, output);
  expect(result).toBe('toolchain');
  expect(text()).toMatch(/^Kafka {12}installed in 12 s\ntools installed in 0\.\d s\n$/);
});

test('when nothing had to be installed one line says so', async () => {
  const { output, text } = makeOutput();
  await showProgress(async (report) => report({ ...DONE, state: 'kept' }), output);
  expect(text()).toMatch(/^tools in place, checked in 0\.\d s\n$/);
});

test('a failure passes through and no success is claimed', async () => {
  const { output, text } = makeOutput();
  const failing = showProgress(() => Promise.reject(new Error('no room')), output);
  await expect(failing).rejects.toThrow('no room');
  expect(text()).toBe('');
});
