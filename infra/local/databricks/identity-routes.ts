import type { FastifyPluginCallback, FastifyReply } from 'fastify';
import { ApiError } from './errors.ts';

/** The workspace's id, which clients read from a header. */
const WORKSPACE_ID = '0';
const USER = 'local';

/** Who the caller is, and what clients look at before their first call. */
export function identityRoutes(): FastifyPluginCallback {
  return (server, _options, done) => {
    server.get('/api/2.0/preview/scim/v2/Me', (_request, reply) => sendUser(reply));
    // The Python SDK and the CLI ask on every start and go on without an answer; an unreachable host they retry for minutes.
    server.get('/.well-known/databricks-config', () => {
      throw new ApiError(404, 'NOT_FOUND', 'this local server has no account and no OAuth endpoints');
    });
    server.post('/telemetry-ext', () => ({}));
    done();
  };
}

function sendUser(reply: FastifyReply): FastifyReply {
  return reply.header('x-databricks-org-id', WORKSPACE_ID).send({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    id: '1',
    userName: USER,
    displayName: USER,
    active: true,
    emails: [{ type: 'work', value: USER, primary: true }],
    groups: [{ display: 'users', value: '2', type: 'direct' }],
  });
}
