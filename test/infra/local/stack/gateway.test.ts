import { gatewayEngine, probeGateway } from '../../../../infra/local/stack/gateway.ts';
import { makeStackPlan, withHttpServer } from './stack-plan.ts';

test('the gateway starts after Kafka, from the checkout, with the environment of the stack', () => {
  const plan = makeStackPlan();

  expect(gatewayEngine(plan)).toMatchObject({
    command: process.execPath,
    args: ['/checkout/gateway/main.ts'],
    env: plan.environment,
    cwd: '/checkout',
    address: 'http://127.0.0.1:8',
    dependsOn: ['kafka'],
  });
});

test('the gateway is ready when it says that it can reach Kafka', async () => {
  let status = 503;
  await withHttpServer(
    ({ url }) => ({ status: url === '/readyz' ? status : 404 }),
    async (gateway) => {
      const facts = { ports: { ...makeStackPlan().ports, gateway } };
      await expect(probeGateway(facts)).rejects.toThrow(`/readyz was answered with 503`);
      status = 200;
      await expect(probeGateway(facts)).resolves.toBeUndefined();
    },
  );
});
