import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AirflowRole } from './airflow/airflow-users.ts';
import { openSession, type RealAirflow } from './open-session.ts';
import type { RunCli } from './run-cli.ts';
import type { SingleUseTokens } from './single-use-tokens.ts';

export interface WebOptions {
  readonly airflow: RealAirflow;
  readonly webTokens: SingleUseTokens<AirflowRole>;
  readonly cliTokens: SingleUseTokens<string>;
  readonly runCli: RunCli;
}

/** Where Airflow asks for a name and a password, which MWAA has nobody do. */
const PASSWORD_PATHS = /^\/(login|auth)(\/|$|\?)/;
/** Belong to one connection, or no longer fit what is handed on. */
const NOT_HANDED_ON = [
  ...['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'host', 'expect'],
  'set-cookie',
];

/** The web server of the environment: both ways to log in, the command line, and everything else as Airflow answers it. */
export function addWebRoutes(server: FastifyInstance, options: WebOptions): void {
  const { airflow, webTokens, cliTokens, runCli } = options;

  server.post(airflow.major === 3 ? '/pluginsv2/aws_mwaa/login' : '/aws_mwaa/login', async (request, reply) => {
    const role = webTokens.redeem(new URLSearchParams(String(request.body)).get('token') ?? '');
    if (role === undefined) return reply.code(403).send({ message: 'the token is not valid, used or older than 60 s' });
    const { cookie, value } = await openSession(airflow, role);
    return reply
      .code(airflow.major === 3 ? 303 : 302)
      .header('location', airflow.major === 3 ? '/' : '/home')
      .header('set-cookie', `${cookie}=${value}; Path=/; HttpOnly; Secure`)
      .send();
  });

  server.post('/aws_mwaa/cli', async (request, reply) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (cliTokens.redeem(token) === undefined) return reply.code(403).send({ message: 'Forbidden' });
    const { status, stdout, stderr } = await runCli(String(request.body));
    const encode = (text: string) => Buffer.from(text).toString('base64');
    return reply.code(status).send({ stdout: encode(stdout), stderr: encode(stderr) });
  });

  server.all('/*', async (request, reply) => handOn(airflow, request, reply));
}

async function handOn(airflow: RealAirflow, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (PASSWORD_PATHS.test(request.url)) return reply.code(403).send({ message: 'log in with a web token' });
  const headers = Object.entries(request.headers).flatMap(([name, value]) => {
    const isPassword = name === 'authorization' && String(value).startsWith('Basic ');
    return NOT_HANDED_ON.includes(name) || isPassword ? [] : [[name, String(value)] as [string, string]];
  });
  const body =
    typeof request.body === 'string' || request.body === undefined ? request.body : JSON.stringify(request.body);
  const answer = await fetch(`${airflow.address}${request.url}`, {
    method: request.method,
    headers,
    redirect: 'manual',
    ...(body !== undefined && body !== '' && { body }),
  });
  void reply.code(answer.status);
  for (const [name, value] of answer.headers) if (!NOT_HANDED_ON.includes(name)) void reply.header(name, value);
  const location = answer.headers.get('location');
  if (location !== null) void reply.header('location', location.replace(airflow.address, ''));
  for (const cookie of answer.headers.getSetCookie()) void reply.header('set-cookie', cookie);
  return reply.send(Buffer.from(await answer.arrayBuffer()));
}
