import type { FastifyInstance } from 'fastify';
import type { HttpLimits } from './http-limits.ts';
import { RestError } from './rest-errors.ts';

/** Refuses requests by what their head says, before any of their body is read. */
export function refuseHeads(server: FastifyInstance, { urlCharacters }: Pick<HttpLimits, 'urlCharacters'>): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
    if (request.url.length > urlCharacters) {
      const message = `the URL has ${request.url.length} characters, at most ${urlCharacters} are taken`;
      return done(new RestError('URL_TOO_LONG', message));
    }
    // What is never unpacked cannot become large.
    if (encoding !== 'identity')
      return done(new RestError('UNSUPPORTED_MEDIA_TYPE', 'bodies with a Content-Encoding are not taken'));
    done();
  });
}
