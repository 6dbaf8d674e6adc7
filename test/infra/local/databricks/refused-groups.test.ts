import { ServerFixture, TOKEN } from './server-fixture.ts';

let fixture: ServerFixture;
beforeAll(() => {
  fixture = new ServerFixture();
});
afterAll(() => fixture.close());

async function send(request: string, headers: object = { authorization: `Bearer ${TOKEN}` }): Promise<string> {
  const [method = '', url = ''] = request.split(' ');
  const { status, body } = await fixture.send({ method, url, headers });
  return [status, body.error_code, body.message].filter((part) => part !== undefined).join(' ');
}

/** What clients of the platform ask for, by their own paths. */
test.each([
  ['runs/export', 'GET /api/2.2/jobs/runs/export?run_id=1'],
  ['runs/export', 'GET /api/2.0/jobs/runs/export?run_id=1'],
  ['making clusters', 'POST /api/2.1/clusters/edit'],
  ['making clusters', 'POST /api/2.1/clusters/update'],
  ['making clusters', 'POST /api/2.1/clusters/events'],
  ['making clusters', 'GET /api/2.1/clusters/list-zones'],
  ['libraries', 'POST /api/2.0/libraries/install'],
  ['libraries', 'GET /api/2.0/libraries/all-cluster-statuses'],
  ['policies', 'GET /api/2.0/policies/clusters/list'],
  ['policies', 'GET /api/2.0/policies/jobs/get-compliance?job_id=1'],
  ['policies', 'GET /api/2.0/policy-families'],
  ['execution contexts', 'POST /api/1.2/contexts/create'],
  ['execution contexts', 'GET /api/1.2/commands/status'],
  ['SQL warehouses', 'GET /api/2.0/sql/warehouses/42'],
  ['SQL warehouses', 'POST /api/2.0/sql/statements'],
  ['SQL warehouses', 'POST /api/2.0/sql/statements/42/cancel'],
  ['repos', 'PATCH /api/2.0/repos/42'],
  ['repos', 'GET /api/2.0/git-credentials'],
  ['pipelines', 'GET /api/2.0/pipelines'],
  ['pipelines', 'POST /api/2.0/pipelines/42/updates'],
  ['instance pools', 'GET /api/2.0/instance-pools/list'],
  ['instance profiles', 'GET /api/2.0/instance-profiles/list'],
  ['init scripts', 'GET /api/2.0/global-init-scripts'],
  ['Unity Catalog', 'GET /api/2.1/unity-catalog/catalogs'],
  ['permissions', 'PUT /api/2.0/permissions/clusters/local'],
  ['permissions', 'GET /api/2.0/permissions/jobs/1/permissionLevels'],
  ['permissions', 'POST /api/2.0/secrets/acls/put'],
  ['users and groups', 'GET /api/2.0/preview/scim/v2/Users'],
  ['tokens', 'POST /api/2.0/token/create'],
  ['MLflow', 'POST /api/2.0/mlflow/experiments/create'],
  ['model serving', 'GET /api/2.0/serving-endpoints'],
  ['dashboards', 'GET /api/2.0/lakeview/dashboards'],
])('%s are refused by name: %s', async (group, request) => {
  expect(await send(request)).toBe(
    `501 NOT_IMPLEMENTED ${group}: this part of the API is not served by this local server`,
  );
});

test.each([
  ['GET /api/2.0/preview/scim/v2/Me', /^200/],
  ['GET /api/2.0/permissions/jobs/1', /^400 INVALID_PARAMETER_VALUE Job 1 does not exist/],
  ['GET /api/2.0/secrets/scopes/list', /^200/],
  ['GET /api/2.2/jobs/runs/list', /^200/],
])('what is served beside a refused part stays served: %s', async (request, expected) => {
  expect(await send(request)).toMatch(expected);
});

test.each([
  'GET /api/2.2/jobs/runs/exports',
  'POST /api/2.1/clusters/clone',
  'GET /api/2.0/repositories',
  'GET /api/9',
])('what no client of the platform knows is no path: %s', async (request) => {
  expect(await send(request)).toBe(`404 ENDPOINT_NOT_FOUND No API found for '${request}'`);
});

test('who carries no token learns nothing of what is refused', async () => {
  expect(await send('GET /api/2.0/sql/warehouses', {})).toMatch(/^401 UNAUTHENTICATED/);
});

test('OAuth is refused without a token, because that is how a client would ask for one', async () => {
  for (const path of ['GET /oidc/.well-known/oauth-authorization-server', 'POST /oidc/v1/token'])
    expect(await send(path, {})).toMatch(/^501 NOT_IMPLEMENTED OAuth: /);
});
