import Fastify, { type FastifyInstance } from 'fastify';
import type { GatewayMetrics } from './metrics.ts';

/** `GET /metrics`, for Prometheus alone: it has an address of its own, which the world is not shown. */
export function createMetricsServer({ registry }: Pick<GatewayMetrics, 'registry'>): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true });
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  return server;
}
