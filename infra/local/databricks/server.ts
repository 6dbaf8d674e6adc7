import { createHash, timingSafeEqual } from 'node:crypto';
import fastify, {
  type FastifyInstance,
  type FastifyPluginCallback,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { ApiError } from './errors.ts';
import type { RouteGroup } from './route.ts';

export interface ServerOptions {
  /** Bearer token that every request below `/api/` must carry. */
  readonly token: string;
  readonly groups: readonly RouteGroup[];
  /** What does not fit into a group: other paths than `/api/<version>/`, bodies that are no JSON. */
  readonly plugins: readonly FastifyPluginCallback[];
  /** Added before everything else, so that it sees every request. */
  readonly faults?: ((server: FastifyInstance) => void) | undefined;
}

/** Files come in whole, up to the 10 MB that the workspace takes, as base64 within JSON; uploads of volumes are streams. */
const BODY_LIMIT = 16 * 1024 * 1024;

export function createServer({ token, groups, plugins, faults }: ServerOptions): FastifyInstance {
  const server = fastify({ forceCloseConnections: true, bodyLimit: BODY_LIMIT });
  faults?.(server);
  readEveryBodyAsJson(server);
  server.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith('/api/') && !isAuthorised(request, token)) {
      void reply.header('www-authenticate', 'Bearer realm="databricks"');
      done(new ApiError(401, 'UNAUTHENTICATED', 'the request carries no valid token'));
    } else done();
  });
  server.setErrorHandler(sendError);
  server.setNotFoundHandler((request) => {
    throw new ApiError(404, 'ENDPOINT_NOT_FOUND', `No API found for '${request.method} ${request.url.split('?')[0]}'`);
  });
  for (const group of groups) addGroup(server, group);
  for (const plugin of plugins) void server.register(plugin);
  return server;
}

function addGroup(server: FastifyInstance, { versions, routes }: RouteGroup): void {
  for (const version of versions) {
    for (const [route, handle] of Object.entries(routes)) {
      const [method = '', path = ''] = route.split(' ');
      server.route({
        method,
        url: `/api/${version}/${path}`,
        handler: async (request) => handle({ parameters: mergeParameters(request), version }),
      });
    }
  }
}

/** Whatever a client calls it, and also on GET: Airflow's asynchronous hook sends the parameters of a GET as its body. */
function readEveryBodyAsJson(server: FastifyInstance): void {
  server.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? undefined : JSON.parse(String(text)));
    } catch {
      done(new ApiError(400, 'MALFORMED_REQUEST', 'the body is not JSON'));
    }
  });
}

/** A body that is no object is nothing that a route could use. */
function mergeParameters({ body, query, params }: FastifyRequest): unknown {
  const fields = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  return { ...fields, ...(query as object), ...(params as object) };
}

function isAuthorised(request: FastifyRequest, token: string): boolean {
  // Hashes have one length, whatever was sent, and are compared in constant time.
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`));
}

function sendError(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  const message = error instanceof Error ? error.message : String(error);
  const known =
    error instanceof ApiError
      ? error
      : status < 500
        ? new ApiError(status, 'BAD_REQUEST', message)
        : new ApiError(500, 'INTERNAL_ERROR', message);
  void reply.status(known.status).send(known.body);
}
