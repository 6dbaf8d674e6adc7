import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RouteOptions } from 'fastify';
import { AnswerContract, type OpenApiDocument } from '../support/answer-contract.ts';
import { createGateway } from './create-gateway.ts';

/** The document as it is served, and the routes as fastify has them. */
async function readContract() {
  const { server } = createGateway();
  const routes: RouteOptions[] = [];
  // A copy: fastify goes on with the same object for the path with a slash at its end.
  server.addHook('onRoute', (route) => void routes.push({ ...route }));
  const document = (await server.inject('/openapi.json')).json<OpenApiDocument>();
  return { server, document, routes: routes.filter(({ url, method }) => method !== 'HEAD' && !url.endsWith('/')) };
}

const namesOf = ({ method, url }: RouteOptions) =>
  [method].flat().map((one) => `${one} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);

const listSchemas = ({ paths }: OpenApiDocument) =>
  Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap(({ responses, requestBody, parameters = [] }) => [
      ...[...Object.values(responses), requestBody].flatMap((one) => Object.values(one?.content ?? {})),
      ...parameters,
    ])
    .map(({ schema }) => schema);

describe('the OpenAPI document', () => {
  it('has every route that the server has, and no other', async () => {
    const { server, document, routes } = await readContract();
    const documented = new AnswerContract(document).listOperations();
    const served = routes.flatMap(namesOf);
    expect(documented.filter((name) => !served.includes(name))).toEqual([]);
    expect(documented.length).toBeGreaterThan(10);
    for (const name of served.filter((one) => !documented.includes(one))) {
      const [method, url] = name.split(' ') as ['PUT', string];
      const path = url.replace('{topic}', 'a.pin');
      expect({ name, status: (await server.inject({ method, url: path })).statusCode }).toEqual({ name, status: 405 });
    }
  });

  it('costs a request nothing: no route has a schema of which fastify makes a validator or a serialiser', async () => {
    const { routes } = await readContract();
    expect(routes.filter(({ schema }) => schema !== undefined)).toEqual([]);
  });

  it('is OpenAPI 3.1 whose every operation says what it takes and answers, in schemas that a validator compiles', async () => {
    const { document } = await readContract();
    expect(document.openapi).toBe('3.1.0');
    for (const [path, methods] of Object.entries(document.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { summary, parameters = [], responses } of Object.values(methods)) {
        expect(summary).toMatch(/^[A-Z]/);
        expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(named);
        expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '408', '431']));
        expect(Object.values(responses).map(({ description = '' }) => description)).not.toContain('');
      }
    }
    const ajv = new Ajv2020({ strict: false });
    expect(listSchemas(document).filter((schema) => !ajv.validateSchema(schema))).toEqual([]);
  });

  it('holds an answer to its path, method, status, content type and schema', async () => {
    const contract = new AnswerContract((await readContract()).document);
    const answer = { method: 'GET', path: '/topics', status: 200, type: 'application/vnd.kafka.v2+json', text: '[]' };
    expect(contract.findProblem(answer)).toBeUndefined();
    const others = [{ method: 'POST' }, { status: 418 }, { type: 'text/html' }, { text: '[1]' }, { path: '/nope' }];
    for (const other of others) expect(contract.findProblem({ ...answer, ...other })).toEqual(expect.any(String));
  });
});
