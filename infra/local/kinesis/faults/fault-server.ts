import fastify, { type FastifyInstance } from 'fastify';
import type { AddedFault } from '../../faults/fault-rules.ts';
import type { Store } from '../store.ts';
import { trimStream } from '../trim-stream.ts';
import { type Fault, faultSchema, type KinesisFaults } from './kinesis-faults.ts';

/** Where tests say what is to go wrong: POST, GET and DELETE `/faults` on a port of its own. */
export function createFaultServer(options: { readonly faults: KinesisFaults; readonly store: Store }): FastifyInstance {
  const { faults, store } = options;
  const listed = new Map<number, { readonly fault: Fault; readonly added: AddedFault }>();
  let lastId = 0;
  const server = fastify({ forceCloseConnections: true });
  server.post('/faults', async (request, reply) => {
    const { data: fault, error } = faultSchema.safeParse(request.body);
    if (fault === undefined) {
      const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'fault'}: ${message}`);
      return reply.status(400).send({ message: problems.join('; ') });
    }
    listed.set(++lastId, { fault, added: fault.kind === 'trim' ? await trim(store, fault) : faults.add(fault) });
    return { id: lastId };
  });
  server.get('/faults', () => ({
    faults: [...listed].map(([id, { fault, added }]) => ({ id, fault, matched: added.matched(), hits: added.hits() })),
  }));
  server.delete('/faults', () => {
    for (const { added } of listed.values()) added.remove();
    listed.clear();
    return {};
  });
  server.delete('/faults/:id', (request, reply) => {
    const id = Number((request.params as { readonly id: string }).id);
    listed.get(id)?.added.remove();
    return listed.delete(id) ? {} : reply.status(404).send({ message: `there is no fault ${id}` });
  });
  return server;
}

async function trim(store: Store, { stream, before }: Extract<Fault, { kind: 'trim' }>): Promise<AddedFault> {
  const removed = await trimStream(store, stream, new Date(before));
  return { matched: () => removed, hits: () => removed, remove: () => undefined };
}
