import { join } from 'node:path';
import type { Engine, StackFacts, StackPlan } from './engine.ts';
import { expectStatus } from './readiness.ts';

/** The HTTP edge that producers post to; it takes its addresses from the stack's variables. */
export function gatewayEngine(plan: StackPlan): Engine {
  const { checkout, ports, environment } = plan;
  return {
    name: 'gateway',
    command: process.execPath,
    args: [join(checkout, 'gateway', 'main.ts')],
    env: environment,
    cwd: checkout,
    address: `http://127.0.0.1:${ports.gateway}`,
    dependsOn: ['kafka'],
    ready: () => probeGateway(plan),
  };
}

export async function probeGateway({ ports }: Pick<StackFacts, 'ports'>): Promise<void> {
  const answer = await expectStatus(`http://127.0.0.1:${ports.gateway}/readyz`, [200]);
  await answer.body?.cancel();
}
