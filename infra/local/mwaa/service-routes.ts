import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AirflowRole } from './airflow/airflow-users.ts';
import type { LocalEnvironment } from './environment.ts';
import { checkAccess, findIdentity, findRole, type Identity } from './identities.ts';
import { openSession, type RealAirflow, sessionHeaders } from './open-session.ts';
import { invalid, ServiceError } from './service-error.ts';
import type { SingleUseTokens } from './single-use-tokens.ts';

export interface ServiceOptions {
  readonly environment: LocalEnvironment;
  readonly identities: readonly Identity[];
  readonly airflow: RealAirflow;
  readonly webTokens: SingleUseTokens<AirflowRole>;
  readonly cliTokens: SingleUseTokens<string>;
}

/** The service itself: what the SDK calls. */
export function addServiceRoutes(server: FastifyInstance, options: ServiceOptions): void {
  const { environment, webTokens, cliTokens, airflow } = options;
  const identify = (request: FastifyRequest) => findIdentity(request.headers.authorization, options.identities);

  server.get('/environments', async (request) => {
    checkAccess(identify(request), 'airflow:ListEnvironments', '*');
    return { Environments: [environment.name] };
  });

  server.get('/environments/:name', async (request) => {
    checkAccess(identify(request), 'airflow:GetEnvironment', environment.arn);
    expectName(request);
    return { Environment: environment.describe() };
  });

  server.patch('/environments/:name', async (request) => {
    checkAccess(identify(request), 'airflow:UpdateEnvironment', environment.arn);
    expectName(request);
    environment.update(request.body as Record<string, unknown>);
    return { Arn: environment.arn };
  });

  server.post('/webtoken/:name', async (request) => {
    const identity = identify(request);
    expectName(request);
    const role = findRole(identity, 'airflow:CreateWebLoginToken', (name) => environment.roleArn(name));
    return {
      WebToken: webTokens.issue(role),
      WebServerHostname: request.host,
      IamIdentity: identity.arn,
      AirflowIdentity: role,
    };
  });

  server.post('/clitoken/:name', async (request) => {
    const identity = identify(request);
    checkAccess(identity, 'airflow:CreateCliToken', environment.arn);
    expectName(request);
    return { CliToken: cliTokens.issue(identity.arn), WebServerHostname: request.host };
  });

  server.post('/restapi/:name', async (request) => {
    const identity = identify(request);
    expectName(request);
    const role = findRole(identity, 'airflow:InvokeRestApi', (name) => environment.roleArn(name));
    return invokeRestApi(airflow, role, request.body as RestApiRequest);
  });

  function expectName(request: FastifyRequest): void {
    const { name } = request.params as { name: string };
    if (name !== environment.name)
      throw new ServiceError(404, 'ResourceNotFoundException', `Environment ${name} not found`);
  }
}

interface RestApiRequest {
  readonly Path?: string;
  readonly Method?: string;
  readonly QueryParameters?: Readonly<Record<string, string>>;
  readonly Body?: object;
}

async function invokeRestApi(airflow: RealAirflow, role: AirflowRole, request: RestApiRequest): Promise<object> {
  const { Path, Method, QueryParameters, Body } = request;
  if (Path === undefined || Method === undefined) throw invalid('Path and Method are required');
  const session = await openSession(airflow, role);
  const query = new URLSearchParams(QueryParameters).toString();
  const answer = await fetch(`${airflow.address}/api/v${airflow.major - 1}${Path}${query && `?${query}`}`, {
    method: Method,
    headers: { ...sessionHeaders(session), 'content-type': 'application/json' },
    ...(Body !== undefined && { body: JSON.stringify(Body) }),
  });
  const text = await answer.text();
  if (answer.ok)
    return { RestApiStatusCode: answer.status, RestApiResponse: text === '' ? {} : (JSON.parse(text) as object) };
  const type = answer.status < 500 ? 'RestApiClientException' : 'RestApiServerException';
  throw new ServiceError(answer.status < 500 ? 400 : 500, type, `${answer.status}: ${text}`);
}
