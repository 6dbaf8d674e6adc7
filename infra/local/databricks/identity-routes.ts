import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';

/** The workspace's id, which clients read from a header. */
const WORKSPACE_ID = '0';
const USER = 'local';

/** Who the caller is, and what clients look at before their first call. */
export function identityRoutes(): FastifyPluginCallback {
  return (server, _options, done) => {
    server.get('/api/2.0/preview/scim/v2/Me', (_request, reply) => sendUser(reply));
    // Where it is missing, the Python SDK warns on every start, and with OAuth ends in "Invalid URL 'None'".
    server.get('/.well-known/databricks-config', ({ protocol, host }) => ({
      oidc_endpoint: `${protocol}://${host}/oidc`,
      workspace_id: WORKSPACE_ID,
    }));
    server.post('/telemetry-ext', countEvents);
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

/** The CLI sends its events again and again until it is told that all of them were taken. */
function countEvents({ body }: FastifyRequest): object {
  const { protoLogs: events } = (body ?? {}) as { readonly protoLogs?: unknown };
  return Array.isArray(events) ? { errors: [], numProtoSuccess: events.length } : {};
}
