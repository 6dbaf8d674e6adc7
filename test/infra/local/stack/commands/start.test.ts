import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planRun } from '../../../../../domain/run.ts';
import { runStart } from '../../../../../infra/local/stack/commands/start.ts';
import type { StartOptions } from '../../../../../infra/local/stack/commands/start-options.ts';
import { isRunning } from '../../../../../infra/local/stack/process-identity.ts';
import { readRecord } from '../../../../../infra/local/stack/stack-record.ts';
import { startStack } from '../../../../../infra/local/stack/start-stack.ts';
import { stopStack } from '../../../../../infra/local/stack/stop-stack.ts';
import { WORKER } from '../fake-checkout.ts';
import { until } from '../sleeper.ts';
import { makeContext } from './command-context.ts';

const used: string[] = [];

function prepare(scripts: Parameters<typeof makeContext>[0] = {}) {
  const made = makeContext(scripts);
  const { checkout, stateDirectory } = made.context;
  used.push(stateDirectory);
  const calls = () => {
    const path = join(checkout, 'calls');
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  };
  return { ...made, calls, record: () => readRecord(stateDirectory) };
}

/** A client that writes down how it was called, then does something. */
const client = (then: string) => `
  import { appendFileSync } from 'node:fs';
  appendFileSync('calls', [...process.argv.slice(2), process.env['PINFLOW_S3_ENDPOINT']].join(' ') + '\\n');
  ${then}`;

function options(more: Partial<StartOptions> = {}): StartOptions {
  const checked = planRun('daily-demo-2026-11-22', { date: '2026-11-22', pipeline: 'demo', rows: 5 });
  if ('problems' in checked) throw new Error(checked.problems.join());
  return { work: { kind: 'run', plan: checked.plan }, keep: false, reset: false, ...more };
}

afterEach(async () => {
  for (const stateDirectory of used.splice(0)) await stopStack({ stateDirectory });
});

test('a day runs on a stack and a worker that are gone afterwards, and nothing is said after the client', async () => {
  const { context, said, calls, record } = prepare({ client: client('setTimeout(() => process.exit(5), 700);') });
  let saidBefore = 0;
  const running = runStart(options(), {
    ...context,
    print: (line) => (context.print(line), (saidBefore = said.length)),
  });
  await until(() => record().attached.length === 2);
  const processes = [...record().engines, ...record().attached];

  await expect(running).resolves.toBe(5);

  expect(said).toHaveLength(saidBefore);
  expect(said.at(-1)).toMatch(/^worker: ready after \d+\.\d s \(process \d+\)$/);
  expect(calls()).toEqual([
    expect.stringMatching(
      /^run 2026-11-22 --pipeline demo --rows 5 --seed 100 --order sweep --source synthetic --pace batch http:/,
    ),
  ]);
  expect(processes.map(isRunning)).toEqual([false, false, false]);
  expect(record()).toMatchObject({ owner: null, engines: [], attached: [] });
});

test('a worker that does not come up fails the run before the client, and nothing is left', async () => {
  const { context, calls, record } = prepare({ worker: 'process.exitCode = 3;', client: client('') });

  await expect(runStart(options(), context)).rejects.toMatchObject({ code: 'ENGINE_NOT_READY' });

  expect(calls()).toEqual([]);
  expect(record()).toMatchObject({ owner: null, engines: [], attached: [] });
});

test('a reset comes before the run, and the run not at all when it fails', async () => {
  const { context, calls } = prepare({ client: client('process.exitCode = process.argv[2] === "reset" ? 4 : 0;') });

  await expect(runStart(options({ reset: true }), context)).resolves.toBe(4);

  expect(calls()).toEqual([expect.stringMatching(/^reset demo http:/)]);
});

test('stack and worker stay up when they are to be kept, and the next start replaces the worker only', async () => {
  const { context, said, record } = prepare();
  await expect(runStart(options({ keep: true }), context)).resolves.toBe(0);
  expect(said.at(-1)).toMatch(/^left up afterwards: Temporal UI at http:.*; stop it all with: npm run local:down$/);
  const { engines, attached: workers } = record();
  expect([...engines, ...workers].map(isRunning)).toEqual([true, true]);

  await runStart(options(), context);

  expect(record().engines).toEqual(engines);
  expect(record().attached).toHaveLength(1);
  expect([...workers, ...record().attached].map(isRunning)).toEqual([false, true]);
});

test('a worker that dies fails the run with the end of its log', async () => {
  const worker = `${WORKER} setTimeout(() => { console.error("out of memory"); process.exit(9); }, 800);`;
  const { context, record } = prepare({ worker, client: 'setInterval(() => {}, 1000);' });

  await expect(runStart(options(), context)).rejects.toMatchObject({
    code: 'PROCESS_ENDED',
    message: `worker ended with code 9; its log "${context.stateDirectory}/logs/worker.log" ends with:\n    out of memory`,
  });

  expect(record().engines).toEqual([]);
});

test('an interruption ends client, worker and stack, also those that were to be kept', async () => {
  const { context, interrupted, calls, record } = prepare({ client: client('setInterval(() => {}, 1000);') });
  const running = runStart(options({ keep: true }), context);
  await until(() => calls().length === 1);
  const processes = [...record().engines, ...record().attached];

  interrupted.abort(new Error('told to stop'));

  await expect(running).rejects.toThrow('told to stop');
  expect(processes.map(isRunning)).toEqual([false, false, false]);
});

test('an interruption leaves a stack alone that was up before', async () => {
  const { fake, context, interrupted, calls, record } = prepare({ client: client('setInterval(() => {}, 1000);') });
  (await startStack({ ...fake, report: () => {} })).leaveUp();
  const running = runStart(options(), context);
  await until(() => calls().length === 1);

  interrupted.abort(new Error('told to stop'));

  await expect(running).rejects.toThrow('told to stop');
  expect(record().engines.map(isRunning)).toEqual([true]);
  expect(record().attached).toEqual([]);
});
