import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { API_KEY_HEADER } from '../domain/api-key.ts';
import { answerOf, documentErrors } from './answer-documents.ts';

/** What the OpenAPI document says of a route. */
export interface RouteDocument extends FastifySchema {
  /** By status. */
  readonly response: object;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * It stands here and not in the route's `schema`, from which fastify would make a validator and a serialiser: bodies
     * are bytes that nobody parses before they are cut (I8), and answers are written by hand. Absent: not in the document.
     */
    readonly document?: RouteDocument;
  }
}

const DESCRIPTION = `Records for Kafka by the REST v2 contract, and the paths of the course's API Gateway in front of Kinesis.
Values are stored as the bytes of the request. An answer of 200 may hold records that failed: look at each.`;

/** A request that does not arrive is answered for before its path is known. */
const UNREAD = documentErrors('TIMED_OUT', 'HEADERS_TOO_LARGE');

/** Gathers the documents of all routes that are registered after this. */
export function gatherDocuments(server: FastifyInstance): void {
  void server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Pinflow gateway', version: '2', description: DESCRIPTION },
      components: {
        securitySchemes: {
          key: { type: 'apiKey', in: 'header', name: API_KEY_HEADER },
          basic: { type: 'http', scheme: 'basic', description: 'id of the key, and what follows the period' },
        },
      },
      // Without a file of keys everybody may ask.
      security: [{}, { key: [] }, { basic: [] }],
      tags: [
        { name: 'topics', description: 'Kafka' },
        { name: 'streams', description: 'Kinesis' },
        { name: 'gateway', description: 'this process' },
      ],
    },
    transform({ route, url }) {
      const document = route.config?.document;
      const schema = document ? { ...document, response: { ...UNREAD, ...document.response } } : { hide: true };
      // Fastify serves the root of a prefix with and without a slash at its end; they are one path.
      return { schema, url: url.replace(/\/$/, '') };
    },
  });
}

/** Serves what was gathered. */
export function serveDocument(server: FastifyInstance): void {
  let document: Buffer | undefined;
  const config = {
    document: {
      tags: ['gateway'],
      summary: 'This document',
      response: { 200: answerOf({ type: 'application/json', schema: { type: 'object' }, description: 'OpenAPI 3.1' }) },
    },
  };
  server.get('/openapi.json', { config }, (_request, reply) => {
    document ??= Buffer.from(JSON.stringify(server.swagger()));
    return reply.type('application/json').send(document);
  });
}
