import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { HttpLimits } from './http-limits.ts';

/** Certificate and private key, in PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** The server of Node below fastify, with the limits that its parser of HTTP keeps. */
export function createHttpServer(
  handler: RequestListener,
  { limits, tls }: { readonly limits: HttpLimits; readonly tls?: TlsPair | undefined },
): Server {
  const options = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    keepAliveTimeout: limits.idleMs,
  };
  const server =
    tls === undefined
      ? createServer(options, handler)
      : createTlsServer({ ...options, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.headersMs }, handler);
  server.maxConnections = limits.connections;
  // Node drops what comes after 1,000 headers without a word, Content-Length included. Their bytes are limited already.
  server.maxHeadersCount = 0;
  return server;
}
