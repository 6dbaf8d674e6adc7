import { runClient } from '../../../../../infra/local/stack/commands/run-client.ts';
import { type StartedProcess, startProcess } from '../../../../../infra/local/stack/start-process.ts';
import type { Stack } from '../../../../../infra/local/stack/start-stack.ts';
import { stopProcess } from '../../../../../infra/local/stack/stop-process.ts';
import { makeFakeCheckout } from '../fake-checkout.ts';

const WAITING = 'setInterval(() => {}, 1000);';

/** Runs a client of one line; only the environment of the stack matters to it. */
function run(client: string, { needs = [], signal }: { needs?: StartedProcess[]; signal?: AbortSignal } = {}) {
  const { checkout, stateDirectory } = makeFakeCheckout({ client });
  const stack = { stateDirectory, environment: { PATH: process.env['PATH'], GREETING: 'hello' } } as unknown as Stack;
  return runClient({ stack, checkout, args: ['run', 'now'], needs, signal: signal ?? new AbortController().signal });
}

test('the client gets its arguments and the environment of the stack, and its code is the answer', async () => {
  const check = `process.exitCode = process.argv[3] === 'now' && process.env['GREETING'] === 'hello' ? 7 : 1;`;

  await expect(run(check)).resolves.toBe(7);
});

test('a client that a signal ends has the code that shells give', async () => {
  await expect(run(`process.kill(process.pid, 'SIGTERM');${WAITING}`)).resolves.toBe(143);
});

test('a client without what it needs is ended, with the reason', async () => {
  const { stateDirectory } = makeFakeCheckout();
  const plan = { name: 'kafka', command: '/bin/sh', env: {}, cwd: '/', address: '' } as const;
  const needed = startProcess({ ...plan, args: ['-c', 'sleep 0.3; exit 2'] }, stateDirectory);

  await expect(run(WAITING, { needs: [needed] })).rejects.toMatchObject({
    code: 'PROCESS_ENDED',
    message: expect.stringMatching(/^kafka ended with code 2; its log /),
  });
  await stopProcess(needed.record, { stateDirectory, graceMs: 1_000 });
});

test('an interruption ends a client that takes no notice of Ctrl-C', async () => {
  const interrupted = new AbortController();
  const running = run(`process.on('SIGINT', () => {}); ${WAITING}`, { signal: interrupted.signal });

  setTimeout(() => interrupted.abort(new Error('told to stop')), 300);

  await expect(running).rejects.toThrow('told to stop');
});

test('nothing is started after an interruption', async () => {
  await expect(run(WAITING, { signal: AbortSignal.abort(new Error('told to stop')) })).rejects.toThrow('told to stop');
});
