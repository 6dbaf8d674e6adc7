import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { invalidParameter } from '../errors.ts';
import type { Fault, FaultRules } from './fault-rules.ts';

/** How many answers are remembered for stale reads. */
const MAX_REMEMBERED = 1_000;

type Taken = NonNullable<ReturnType<FaultRules['take']>>;

/** Makes the faults of the rules happen. To be called on the server itself, before anything else is added to it. */
export function faultPlugin(rules: FaultRules): FastifyPluginCallback {
  const met = new WeakMap<FastifyRequest, Taken>();
  const answers = new Map<string, string>();
  return (server, _options, done) => {
    server.addHook('onRequest', async (request, reply) => {
      const taken = rules.take({ method: request.method, path: pathOf(request) });
      if (taken === undefined) return;
      met.set(request, taken);
      await meetBefore(taken, request, reply);
    });
    server.addHook('preHandler', async (request, reply) => {
      if (met.get(request)?.fault.kind !== 'stale') return;
      const before = answers.get(keyOf(request));
      if (before === undefined) throw invalidParameter(`${pathOf(request)} of ${keyOf(request)} does not exist.`);
      await reply.type('application/json').send(before);
    });
    // A promise that is never kept leaves the rest of the answer unsent.
    server.addHook('onSend', (request, reply, payload) => {
      if (request.method === 'GET' && reply.statusCode === 200 && typeof payload === 'string' && !met.has(request))
        remember(answers, keyOf(request), payload);
      return spoil(met.get(request)?.fault.kind, { request, reply, payload });
    });
    done();
  };
}

interface Answer {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly payload: unknown;
}

function spoil(kind: Fault['kind'] | undefined, { request, reply, payload }: Answer): Promise<unknown> {
  if (kind === 'garbage') {
    void reply.status(200).removeHeader('content-length');
    return Promise.resolve('<html>this is no JSON');
  }
  if (kind === 'effect-then-drop') request.raw.socket.destroy();
  else if (kind === 'truncate') sendHalf(reply, toBytes(payload));
  else return Promise.resolve(payload);
  return new Promise(() => undefined);
}

async function meetBefore({ fault, removed }: Taken, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { socket } = request.raw;
  if (fault.kind === 'status') await answer(fault, reply);
  else if (fault.kind === 'delay') await new Promise((wake) => setTimeout(wake, fault.delayMs));
  else if (fault.kind === 'reset' || fault.kind === 'hang') {
    reply.hijack();
    if (fault.kind === 'hang') await untilEither(removed, socket);
    socket.resetAndDestroy();
  }
}

async function answer(fault: Extract<Fault, { kind: 'status' }>, reply: FastifyReply): Promise<void> {
  void reply.status(fault.status).headers(fault.headers);
  const { body } = fault;
  if (typeof body === 'string') await reply.type('text/plain').send(body);
  else await reply.type('application/json').send(JSON.stringify(body ?? {}));
}

async function untilEither(removed: AbortSignal, socket: FastifyRequest['raw']['socket']): Promise<void> {
  await new Promise<void>((wake) => {
    if (removed.aborted || socket.destroyed) wake();
    removed.addEventListener('abort', () => wake());
    socket.once('close', () => wake());
  });
}

/** The head promises all of it. */
function sendHalf(reply: FastifyReply, body: Buffer): void {
  const { raw } = reply;
  raw.writeHead(reply.statusCode, { 'content-type': 'application/json', 'content-length': body.length });
  raw.write(body.subarray(0, Math.floor(body.length / 2)), () => raw.socket?.destroy());
}

function toBytes(payload: unknown): Buffer {
  return Buffer.isBuffer(payload) ? payload : Buffer.from(typeof payload === 'string' ? payload : '');
}

function remember(answers: Map<string, string>, key: string, payload: string): void {
  answers.set(key, payload);
  const [oldest] = answers.keys();
  if (answers.size > MAX_REMEMBERED && oldest !== undefined) answers.delete(oldest);
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?')[0] ?? url;
}

/** Some clients put what they ask for into the query and some into the body. */
function keyOf({ url, body }: FastifyRequest): string {
  return body === undefined || body === null ? url : `${url} ${JSON.stringify(body)}`;
}
