import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ApiError, doesNotExist, invalidParameter } from '../errors.ts';
import type { Fault, FaultRules } from './fault-rules.ts';

/** How many answers are remembered for stale reads. */
const MAX_REMEMBERED = 1_000;

type Taken = NonNullable<ReturnType<FaultRules['take']>>;

/** Makes the faults of the rules happen. To be called on the server itself, before anything else is added to it. */
export function faultPlugin(rules: FaultRules): (server: FastifyInstance) => void {
  const met = new WeakMap<FastifyRequest, Taken>();
  const answers = new Map<string, string>();
  return (server) => {
    server.addHook('onRequest', async (request, reply) => {
      const taken = rules.take({ method: request.method, path: pathOf(request) });
      if (taken === undefined) return;
      met.set(request, taken);
      await meetBefore(taken, request, reply);
    });
    server.addHook('preHandler', async (request, reply) => {
      if (met.get(request)?.fault.kind !== 'stale') return;
      const before = answers.get(keyOf(request));
      if (before === undefined) throw unknownYet(request);
      await reply.type('application/json').send(before);
    });
    // A promise that is never kept leaves the rest of the answer unsent.
    server.addHook('onSend', (request, reply, payload) => {
      const kind = met.get(request)?.fault.kind;
      const isSeen = kind === undefined || kind === 'delay';
      if (isSeen && request.method === 'GET' && reply.statusCode === 200 && typeof payload === 'string')
        remember(answers, keyOf(request), payload);
      return spoil(kind, { request, reply, payload });
    });
  };
}

interface Answer {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly payload: unknown;
}

async function spoil(kind: Fault['kind'] | undefined, { request, reply, payload }: Answer): Promise<unknown> {
  if (kind === 'truncate') await sendHalf(reply, payload);
  else if (kind === 'garbage' || kind === 'effect-then-drop') {
    // A file that nobody reads any more would stay open.
    if (payload instanceof Readable) payload.destroy();
    if (kind === 'garbage') {
      void reply.status(200).removeHeader('content-length');
      return '<html>this is no JSON';
    }
    request.raw.socket.destroy();
  } else return payload;
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
  const { body } = fault;
  const isText = typeof body === 'string';
  void reply.status(fault.status).type(isText ? 'text/plain' : 'application/json');
  await reply.headers(fault.headers).send(isText ? body : JSON.stringify(body ?? {}));
}

async function untilEither(removed: AbortSignal, socket: FastifyRequest['raw']['socket']): Promise<void> {
  await new Promise<void>((wake) => {
    if (removed.aborted || socket.destroyed) wake();
    removed.addEventListener('abort', () => wake());
    socket.once('close', () => wake());
  });
}

/** The head promises all of it. What has no halves is lost as a whole: a client would take an empty body for complete. */
async function sendHalf(reply: FastifyReply, payload: unknown): Promise<void> {
  const { raw } = reply;
  const body = payload instanceof Readable ? await buffer(payload) : Buffer.from((payload ?? '') as string | Buffer);
  const half = body.subarray(0, Math.floor(body.length / 2));
  if (half.length === 0) raw.socket?.destroy();
  else {
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(reply.statusCode, { 'content-length': body.length });
    raw.write(half, () => raw.socket?.destroy());
  }
}

/** The words by which SDKs recognise that something is not there (yet). */
function unknownYet(request: FastifyRequest): ApiError {
  const asked = { ...(request.query as object), ...(request.body as object) } as Readonly<Record<string, string>>;
  const { run_id: run, job_id: job, cluster_id: cluster } = asked;
  if (run !== undefined) return doesNotExist('Run', run);
  if (job !== undefined) return doesNotExist('Job', job);
  if (cluster !== undefined) return doesNotExist('Cluster', cluster);
  return invalidParameter(`${request.url} does not exist.`);
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
