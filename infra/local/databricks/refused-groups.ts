import type { FastifyPluginCallback } from 'fastify';
import { ApiError } from './errors.ts';

/** Parts of the platform's API that clients know and this server does not have: they are told so by name. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'runs/export': ['jobs/runs/export'],
  'making clusters': ['create', 'edit', 'delete', 'permanent-delete', 'resize', 'events', 'pin', 'unpin'].map(
    (name) => `clusters/${name}`,
  ),
  libraries: ['libraries/*'],
  'cluster policies': ['policies/clusters/*'],
  'execution contexts': ['contexts/*', 'commands/*'],
  'SQL warehouses': ['sql/*'],
  repos: ['repos', 'repos/*'],
  pipelines: ['pipelines', 'pipelines/*'],
  'instance pools': ['instance-pools/*'],
  'Unity Catalog': ['unity-catalog/*'],
};
const VERSIONS = ['1.2', '2.0', '2.1', '2.2'];
/** Only personal access tokens are known here. */
const OAUTH = ['/oidc/.well-known/oauth-authorization-server', '/oidc/v1/token', '/oidc/v1/authorize'];

export function refusedGroups(): FastifyPluginCallback {
  return (server, _options, done) => {
    const refuse = (group: string, path: string): void => {
      const error = new ApiError(
        501,
        'NOT_IMPLEMENTED',
        `${group}: this part of the API is not served by this local server`,
      );
      // Before the body is read, which may be anything.
      server.all(path, { onRequest: (_request, _reply, next) => next(error) }, () => undefined);
    };
    for (const [group, paths] of Object.entries(REFUSED))
      for (const path of paths) for (const version of VERSIONS) refuse(group, `/api/${version}/${path}`);
    for (const path of OAUTH) refuse('OAuth', path);
    done();
  };
}
