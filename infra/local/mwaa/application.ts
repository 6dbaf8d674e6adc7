import fastify, { type FastifyInstance } from 'fastify';
import type { AirflowRole } from './airflow/airflow-users.ts';
import type { LocalEnvironment } from './environment.ts';
import type { Identity } from './identities.ts';
import type { RealAirflow } from './open-session.ts';
import type { RunCli } from './run-cli.ts';
import { ServiceError } from './service-error.ts';
import { addServiceRoutes } from './service-routes.ts';
import { SingleUseTokens } from './single-use-tokens.ts';
import { addWebRoutes } from './web-routes.ts';

export interface MwaaOptions {
  readonly environment: LocalEnvironment;
  readonly identities: readonly Identity[];
  readonly airflow: RealAirflow;
  readonly runCli: RunCli;
  readonly now: () => number;
}

/** MWAA's service and web server, which are two hosts on AWS, at one address in front of one Airflow. */
export function createMwaa({ environment, identities, airflow, runCli, now }: MwaaOptions): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  // Bodies are handed on as they came; only the service's own routes read them.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (request, text, done) => {
    const isOurs = /^\/(environments|webtoken|clitoken|restapi)(\/|$)/.test(request.url);
    try {
      done(null, isOurs && text !== '' ? JSON.parse(String(text)) : text);
    } catch {
      done(new ServiceError(400, 'ValidationException', 'the body is not JSON'));
    }
  });
  server.setErrorHandler((error, _, reply) => {
    const { status, type, message } =
      error instanceof ServiceError ? error : new ServiceError(500, 'InternalServerException', String(error));
    void reply.code(status).header('x-amzn-errortype', type).send({ message });
  });
  const webTokens = new SingleUseTokens<AirflowRole>(now);
  const cliTokens = new SingleUseTokens<string>(now);
  addServiceRoutes(server, { environment, identities, airflow, webTokens, cliTokens });
  addWebRoutes(server, { airflow, webTokens, cliTokens, runCli });
  return server;
}
