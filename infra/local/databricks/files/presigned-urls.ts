import { randomUUID } from 'node:crypto';
import type { FastifyPluginCallback } from 'fastify';
import { ApiError } from '../errors.ts';

/** What clients ask for before they move large files past the API, straight to the storage of a cloud. */
const URLS = ['upload-part-urls', 'resumable-upload-url', 'abort-upload-url', 'download-url'];

/**
 * There is no cloud behind this server, so it answers as a workspace where such URLs are not enabled. The Python SDK
 * (0.156: uploads from 50 MB on) asks for a session first, which has to succeed; when it gets no URLs for it, it sends the
 * file in one piece.
 */
export function presignedUrlRoutes(): FastifyPluginCallback {
  return (server, _options, done) => {
    server.post('/api/2.0/fs/files/*', (request) => {
      const { action } = request.query as { readonly action?: string };
      if (action === 'initiate-upload') return { multipart_upload: { session_token: randomUUID() } };
      throw new ApiError(
        501,
        'NOT_IMPLEMENTED',
        `action ${String(action)} of files is not served by this local server`,
      );
    });
    for (const url of URLS)
      server.post(`/api/2.0/fs/create-${url}`, (_request, reply) =>
        reply.status(403).send({
          error_code: 'PERMISSION_DENIED',
          message: `create-${url}: this local server has no presigned URLs; send and get files in one piece`,
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: 'FILES_API_API_IS_NOT_ENABLED',
              domain: 'filesystem.databricks.com',
            },
          ],
        }),
      );
    done();
  };
}
