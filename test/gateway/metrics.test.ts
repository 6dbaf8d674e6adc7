import { GatewayMetrics } from '../../gateway/metrics.ts';
import { createMetricsServer } from '../../gateway/metrics-server.ts';
import { waitUntil } from '../support/running-stack.ts';
import { createGateway } from './create-gateway.ts';

/** A gateway that counts, and a way to look at the lines of one metric as Prometheus gets them. */
function createCountingGateway(options: Parameters<typeof createGateway>[0] = {}) {
  const metrics = new GatewayMetrics();
  const scrape = async (name: string) => {
    const { body } = await createMetricsServer(metrics).inject('/metrics');
    return body.split('\n').filter((line) => line.startsWith(name));
  };
  return { ...createGateway({ ...options, metrics }), scrape };
}

it('requests are counted and timed by the template of their path', async () => {
  const { server, post, scrape } = createCountingGateway();
  await post('{"records":[{}]}');
  await post('{"records":[{}]}', { topic: 'one' });
  await post('{"records":[]}');
  await server.inject('/topics');
  await server.inject('/a/path/of/somebody');
  expect(await scrape('pinflow_gateway_requests_total')).toEqual([
    'pinflow_gateway_requests_total{route="/topics/{topic}",method="POST",status="200"} 2',
    'pinflow_gateway_requests_total{route="/topics/{topic}",method="POST",status="422"} 1',
    'pinflow_gateway_requests_total{route="/topics",method="GET",status="200"} 1',
    'pinflow_gateway_requests_total{route="none",method="GET",status="404"} 1',
  ]);
  expect(await scrape('pinflow_gateway_request_duration_seconds_count{route="/topics/{topic}"}')).toEqual([
    'pinflow_gateway_request_duration_seconds_count{route="/topics/{topic}"} 3',
  ]);
  expect(await scrape('pinflow_gateway_request_body_bytes_total')).toEqual([
    `pinflow_gateway_request_body_bytes_total ${2 * '{"records":[{}]}'.length + '{"records":[]}'.length}`,
  ]);
});

it('records are counted once by what became of them, however often their request comes', async () => {
  let refuses = true;
  const { post, scrape } = createCountingGateway({
    outcome: ({ partition }) =>
      refuses && partition === 1 ? { failure: { kind: 'refused', code: 50002, message: 'no' } } : { baseOffset: 0 },
  });
  const send = () => post('{"records":[{"partition":0},{"partition":1}]}', { headers: { 'idempotency-key': 'k' } });
  await send();
  refuses = false;
  await send();
  await send();
  expect(await scrape('pinflow_gateway_records_total')).toEqual([
    'pinflow_gateway_records_total{topic="a.pin",outcome="acknowledged"} 2',
    'pinflow_gateway_records_total{topic="a.pin",outcome="50002"} 1',
  ]);
  expect(await scrape('pinflow_gateway_round_records_sum')).toEqual(['pinflow_gateway_round_records_sum 3']);
  expect(await scrape('pinflow_gateway_round_records_count')).toEqual(['pinflow_gateway_round_records_count 2']);
});

it('what waits for Kafka is told while it waits', async () => {
  const { promise: hold, resolve: release } = Promise.withResolvers<void>();
  const { post, scrape } = createCountingGateway({ hold });
  // A request is made when somebody wants its answer.
  const answer = post('{"records":[{},{}]}').then(({ statusCode }) => statusCode);
  await waitUntil('records wait', async () => !(await scrape('pinflow_gateway_queue_records'))[0]?.endsWith(' 0'), 5);
  expect(await scrape('pinflow_gateway_queue_records')).toEqual(['pinflow_gateway_queue_records 2']);
  release();
  expect(await answer).toBe(200);
  expect(await scrape('pinflow_gateway_queue')).toEqual([
    'pinflow_gateway_queue_records 0',
    'pinflow_gateway_queue_bytes 0',
  ]);
});

it('the process is measured, its event loop included', async () => {
  const { scrape } = createCountingGateway();
  expect((await scrape('nodejs_eventloop_lag_p99_seconds')).length).toBe(1);
  expect((await scrape('process_resident_memory_bytes')).length).toBe(1);
});

it('metrics are not on the port of the gateway', async () => {
  expect(await createCountingGateway().server.inject('/metrics')).toMatchObject({ statusCode: 404 });
});
