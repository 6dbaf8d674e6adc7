import { allowWithRole } from '../../../../infra/local/mwaa/identities.ts';
import { createRunCli } from '../../../../infra/local/mwaa/run-cli.ts';
import { MwaaDouble } from '../../../support/mwaa-double.ts';

let double: MwaaDouble;
afterEach(() => double.stop());

async function startDouble(major: 2 | 3 = 3): Promise<MwaaDouble> {
  double = await MwaaDouble.start(major);
  double.openAs('user');
  return double;
}

/** The web token of a user, put into the form of the login. */
async function takeToken(): Promise<string> {
  const { body } = await double.call('user', 'POST', '/webtoken/env', {});
  return (body as { WebToken: string }).WebToken;
}

function logIn(token: string) {
  const url = double.airflow.major === 3 ? '/pluginsv2/aws_mwaa/login' : '/aws_mwaa/login';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return double.server.inject({ method: 'POST', url, headers, body: `token=${token}` });
}

describe('a web login token', () => {
  test('becomes the cookie of Airflow 3 by a redirection', async () => {
    await startDouble(3);
    const { statusCode, headers } = await logIn(await takeToken());
    const [session] = double.airflow.sessions.keys();
    expect({ statusCode, cookie: headers['set-cookie'] }).toEqual({
      statusCode: 303,
      cookie: `_token=${session}; Path=/; HttpOnly; Secure`,
    });
  });

  test('becomes the session of Airflow 2 by a redirection', async () => {
    await startDouble(2);
    const { statusCode, headers } = await logIn(await takeToken());
    const [session] = double.airflow.sessions.keys();
    expect({ statusCode, cookie: headers['set-cookie'] }).toEqual({
      statusCode: 302,
      cookie: `session=${session}; Path=/; HttpOnly; Secure`,
    });
  });

  test('is good for one login', async () => {
    await startDouble();
    const token = await takeToken();
    expect((await logIn(token)).statusCode).toBe(303);
    expect((await logIn(token)).statusCode).toBe(403);
  });

  test.each([
    [59_999, 303],
    [60_000, 403],
  ])('after %d ms is answered with %d', async (age, status) => {
    await startDouble();
    const token = await takeToken();
    double.now += age;
    expect((await logIn(token)).statusCode).toBe(status);
    expect((await logIn(await takeToken())).statusCode).toBe(303);
  });
});

describe('the service', () => {
  test('refuses who has no key, an unknown key or no right, as IAM does', async () => {
    await startDouble();
    double.openAs('reader', [{ Effect: 'Allow', Action: ['airflow:GetEnvironment'], Resource: ['*'] }]);
    expect((await double.server.inject({ url: '/environments/env' })).statusCode).toBe(403);
    expect(await double.call('nobody', 'GET', '/environments/env')).toMatchObject({ type: 'AccessDeniedException' });
    expect(await double.call('reader', 'GET', '/environments/env')).toMatchObject({ status: 200 });
    expect(await double.call('reader', 'POST', '/webtoken/env', {})).toEqual({
      status: 403,
      type: 'AccessDeniedException',
      body: {
        message: expect.stringContaining(
          'arn:reader is not authorized to perform: airflow:CreateWebLoginToken',
        ) as string,
      },
    });
    expect(double.airflow.sessions.size).toBe(0);
  });

  test('gives the role in Airflow for which the policy allows a login', async () => {
    await startDouble();
    double.openAs('viewer', allowWithRole('Viewer'));
    const { body } = await double.call('viewer', 'POST', '/webtoken/env', {});
    expect(body).toMatchObject({ AirflowIdentity: 'Viewer', IamIdentity: 'arn:viewer' });
  });

  test('knows one environment', async () => {
    await startDouble();
    expect(await double.call('user', 'GET', '/environments')).toMatchObject({ body: { Environments: ['env'] } });
    expect(await double.call('user', 'GET', '/environments/other')).toMatchObject({ status: 404 });
  });

  test('refuses a second update while one runs, and takes it afterwards', async () => {
    await startDouble();
    const update = { RequirementsS3Path: 'requirements.txt', RequirementsS3ObjectVersion: 'v1' };
    expect(await double.call('user', 'PATCH', '/environments/env', update)).toMatchObject({ status: 200 });
    expect(await double.call('user', 'GET', '/environments/env')).toMatchObject({
      body: { Environment: { Status: 'UPDATING', LastUpdate: { Status: 'PENDING' } } },
    });
    expect(await double.call('user', 'PATCH', '/environments/env', update)).toMatchObject({
      type: 'ValidationException',
    });
    double.endUpdate();
    await double.environment.settle();
    expect(await double.call('user', 'GET', '/environments/env')).toMatchObject({
      body: { Environment: { Status: 'AVAILABLE', RequirementsS3ObjectVersion: 'v1' } },
    });
    expect(await double.call('user', 'PATCH', '/environments/env', update)).toMatchObject({ status: 200 });
    double.endUpdate();
  });

  test('calls the REST API in the role of the caller', async () => {
    await startDouble();
    double.openAs('viewer', allowWithRole('Viewer'));
    const read = { Method: 'GET', Path: '/importErrors' };
    expect(await double.call('user', 'POST', '/restapi/env', read)).toMatchObject({
      body: { RestApiStatusCode: 200, RestApiResponse: { import_errors: [] } },
    });
    const trigger = { Method: 'POST', Path: '/dags/d/dagRuns', Body: { dag_run_id: 'a', logical_date: 'b' } };
    expect(await double.call('viewer', 'POST', '/restapi/env', trigger)).toMatchObject({
      type: 'RestApiClientException',
    });
    expect(double.airflow.runs).toEqual([]);
  });
});

describe('the web server', () => {
  test('asks nobody for a password, and hands everything else on to Airflow', async () => {
    await startDouble();
    expect((await double.server.inject({ method: 'POST', url: '/auth/token', body: {} })).statusCode).toBe(403);
    expect((await double.server.inject({ url: '/api/v2/importErrors' })).statusCode).toBe(401);
    await logIn(await takeToken());
    const [session] = double.airflow.sessions.keys();
    const headers = { authorization: `Bearer ${session}` };
    expect((await double.server.inject({ url: '/api/v2/importErrors', headers })).json()).toEqual({
      import_errors: [],
    });
  });

  test('runs a line of the command line for one token once', async () => {
    await startDouble();
    const { body } = await double.call('user', 'POST', '/clitoken/env', {});
    const headers = {
      authorization: `Bearer ${(body as { CliToken: string }).CliToken}`,
      'content-type': 'text/plain',
    };
    const say = () => double.server.inject({ method: 'POST', url: '/aws_mwaa/cli', headers, body: 'version' });
    const { stdout } = (await say()).json<{ stdout: string }>();
    expect(Buffer.from(stdout, 'base64').toString()).toBe('ran version');
    expect((await say()).statusCode).toBe(403);
  });
});

test('the command line refuses what the service blocks, and a second command meanwhile', async () => {
  await startDouble();
  const run = createRunCli({ python: process.execPath, variables: {} });
  expect(await run('db reset -y')).toMatchObject({ status: 400, stderr: 'the command "db" is not supported' });
  const first = run('version');
  expect(await run('version')).toMatchObject({ status: 429 });
  await first;
  // Beside Node there is no airflow, which ends at once; the next one may run.
  expect(await run('version')).toMatchObject({ status: 400 });
});
