import { ServerFixture, TOKEN } from './server-fixture.ts';

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(() => fixture.close());

async function ask(url: string, more: object = {}) {
  return fixture.application.server.inject({ url, ...more });
}

test('the caller is the one user of the workspace, whose id is in a header', async () => {
  const url = '/api/2.0/preview/scim/v2/Me';
  const me = await ask(url, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect([me.statusCode, me.headers['x-databricks-org-id']]).toEqual([200, '0']);
  expect(me.json()).toMatchObject({
    ...{ userName: 'local', active: true, groups: [{ display: 'users' }] },
    emails: [{ value: 'local', primary: true }],
  });
  expect((await ask(url)).statusCode).toBe(401);
});

test('events of the CLI are taken, all of them, so that it does not send them again', async () => {
  const send = (payload?: object) => ask('/telemetry-ext', { method: 'POST', ...(payload && { payload }) });
  const sent = await send({ uploadTime: 1, items: [], protoLogs: ['{"a":1}', '{"b":2}'] });
  expect([sent.statusCode, sent.json()]).toEqual([200, { errors: [], numProtoSuccess: 2 }]);
  for (const payload of [undefined, {}, { protoLogs: 'none' }]) {
    const empty = await send(payload);
    expect([empty.statusCode, empty.json()]).toEqual([200, {}]);
  }
});

test('clients learn without a token where OAuth is refused by name', async () => {
  const config = await ask('/.well-known/databricks-config', { headers: { host: 'here:8650' } });
  expect([config.statusCode, config.json()]).toEqual([
    200,
    { oidc_endpoint: 'http://here:8650/oidc', workspace_id: '0' },
  ]);
  const oauth = await ask('/oidc/.well-known/oauth-authorization-server');
  expect([oauth.statusCode, oauth.json().error_code]).toEqual([501, 'NOT_IMPLEMENTED']);
});
