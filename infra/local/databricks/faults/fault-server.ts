import fastify, { type FastifyInstance } from 'fastify';
import { faultPlugin } from './fault-plugin.ts';
import { FaultRules, faultSchema } from './fault-rules.ts';

export interface FaultServer {
  /** To be called on the server that the faults are for. */
  readonly plugin: (server: FastifyInstance) => void;
  readonly port: number;
  close(): Promise<void>;
}

/** Where tests say what is to go wrong: POST, GET and DELETE `/faults`, on this machine only and on a port of its own. */
export async function startFaultServer(port: number): Promise<FaultServer> {
  const rules = new FaultRules();
  const server = fastify({ forceCloseConnections: true });
  server.post('/faults', (request, reply) => {
    const fault = faultSchema.safeParse(request.body);
    if (fault.success) return { id: rules.add(fault.data) };
    const problems = fault.error.issues.map(({ path, message }) => `${path.join('.') || 'fault'}: ${message}`);
    return reply.status(400).send({ message: problems.join('; ') });
  });
  server.get('/faults', () => ({ faults: rules.list() }));
  server.delete('/faults', () => {
    rules.removeAll();
    return {};
  });
  server.delete('/faults/:id', (request, reply) => {
    const { id } = request.params as { readonly id: string };
    return rules.remove(Number(id)) ? {} : reply.status(404).send({ message: `there is no fault ${id}` });
  });
  const address = await server.listen({ host: '127.0.0.1', port });
  return { plugin: faultPlugin(rules), port: Number(new URL(address).port), close: () => server.close() };
}
