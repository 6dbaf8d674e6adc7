import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { choosePorts } from '../../../../infra/local/stack/choose-ports.ts';
import type { EngineName, StackPlan } from '../../../../infra/local/stack/engine.ts';
import { isRunning } from '../../../../infra/local/stack/process-identity.ts';
import { startEngines } from '../../../../infra/local/stack/start-engines.ts';
import { readRecord } from '../../../../infra/local/stack/stack-record.ts';
import { stopEngines } from '../../../../infra/local/stack/stop-recorded.ts';
import { makeFakeCheckout } from './fake-checkout.ts';
import { makeStackPlan } from './stack-plan.ts';

const ENGINES: readonly EngineName[] = ['s3', 'gateway'];
const plans: StackPlan[] = [];

/** A plan of the stand-in for the S3 server and of a gateway that does as told. */
async function makePlan(gateway: string): Promise<StackPlan> {
  const { toolchain, checkout, stateDirectory, cacheDirectory } = makeFakeCheckout();
  mkdirSync(join(checkout, 'gateway'));
  writeFileSync(join(checkout, 'gateway', 'main.ts'), gateway);
  const ports = await choosePorts({ engines: ENGINES, environment: {}, previous: {}, from: 'free' }, () => {});
  const environment = { ...process.env, PORT: String(ports.gateway) };
  mkdirSync(stateDirectory);
  const plan = { ...makeStackPlan(), toolchain, checkout, stateDirectory, cacheDirectory, ports, environment };
  plans.push(plan);
  return plan;
}

afterEach(async () => {
  for (const { stateDirectory } of plans.splice(0)) await stopEngines(stateDirectory, () => {});
});

test('engines are recorded with their names, and said to be ready when they are', async () => {
  const plan = await makePlan(
    "import { createServer } from 'node:http'; createServer((_, r) => r.end()).listen(process.env['PORT'], '127.0.0.1');",
  );
  const said: string[] = [];

  const processes = await startEngines(ENGINES, plan, { report: (line) => said.push(line) });

  expect(processes.map(({ name }) => name)).toEqual(ENGINES);
  expect(said.toSorted()).toEqual([
    expect.stringMatching(`^gateway: ready after \\d+\\.\\d s, http://127.0.0.1:${plan.ports.gateway}$`),
    expect.stringMatching(`^s3: ready after \\d+\\.\\d s, http://127.0.0.1:${plan.ports.s3}$`),
  ]);
  const { engines } = readRecord(plan.stateDirectory);
  expect(engines.map(({ name }) => name).toSorted()).toEqual(['gateway', 's3']);
  expect(engines.every(isRunning)).toBe(true);
});

test('the first engine that fails ends the waiting for the others', async () => {
  const plan = await makePlan('console.log("no broker"); process.exitCode = 1;');
  const silent = makeFakeCheckout({ server: 'setInterval(() => {}, 1000);' }).toolchain;
  const began = Date.now();

  const starting = startEngines(ENGINES, { ...plan, toolchain: silent }, { report: () => {} });

  await expect(starting).rejects.toThrow(/^gateway ended with code 1; .*\n {4}no broker$/);
  expect(Date.now() - began).toBeLessThan(4_500);
  expect(readRecord(plan.stateDirectory).engines.map(({ name }) => name)).toContain('s3');
});
