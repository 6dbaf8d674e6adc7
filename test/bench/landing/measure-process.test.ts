import { measureProcess } from '../../../bench/landing/measure-process.ts';

const measure = (script: string) =>
  measureProcess({
    program: process.execPath,
    args: ['-e', script],
    env: {},
    signal: AbortSignal.timeout(30_000),
  });

test('the last line of a program tells when it could begin, when it was done and what that cost', async () => {
  const measured = await measure(`
    const at = Date.now();
    console.log('a line of its own');
    console.log(JSON.stringify({ began: { at, cpuSeconds: 0.5 }, ended: { at: at + 2_500, cpuSeconds: 2 } }));
  `);
  expect(measured).toMatchObject({ seconds: 2.5, cpuSeconds: 2, startCpuSeconds: 0.5 });
  expect(measured.startSeconds).toBeGreaterThan(0);
});

test('a program that fails, or that tells nothing, measures nothing', async () => {
  await expect(measure('throw new Error("no broker")')).rejects.toThrow('no broker');
  await expect(measure('')).rejects.toThrow('JSON');
});
