import type { FastifyPluginCallback } from 'fastify';
import { ApiError } from './errors.ts';

/** Parts of the platform's API that clients know and this server does not have: they are told so by name. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'runs/export': ['jobs/runs/export'],
  'making clusters': [
    ...['create', 'edit', 'update', 'delete', 'permanent-delete', 'resize', 'change-owner', 'events', 'pin', 'unpin'],
    'list-zones',
  ].map((name) => `clusters/${name}`),
  libraries: ['libraries/*'],
  policies: ['policies/*', 'policy-families', 'policy-families/*'],
  'execution contexts': ['contexts/*', 'commands/*'],
  'SQL warehouses': ['sql/*'],
  repos: ['repos', 'repos/*', 'git-credentials', 'git-credentials/*'],
  pipelines: ['pipelines', 'pipelines/*'],
  'instance pools': ['instance-pools/*'],
  'instance profiles': ['instance-profiles/*'],
  'init scripts': ['global-init-scripts', 'global-init-scripts/*'],
  'Unity Catalog': ['unity-catalog/*'],
  // More exact paths win: the permissions of jobs and the caller's own user are served.
  permissions: ['permissions/*', 'secrets/acls/*'],
  'users and groups': ['preview/scim/*'],
  tokens: ['token/*', 'token-management/*'],
  MLflow: ['mlflow/*'],
  'model serving': ['serving-endpoints', 'serving-endpoints/*'],
  dashboards: ['lakeview/*'],
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
