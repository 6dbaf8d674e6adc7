import { createGateway } from '../gateway/create-gateway.ts';

it.each(['/topics/one', '/streams/one'])('what went wrong inside the gateway is in its log, for %s', async (url) => {
  const { server, lines } = createGateway();
  server.addHook('onRequest', () => Promise.reject(new TypeError('x is not a function')));
  expect(await server.inject(url)).toMatchObject({ statusCode: 500, body: expect.not.stringContaining('function') });
  const [line = ''] = lines;
  expect(JSON.parse(line)).toMatchObject({ err: { type: 'TypeError', message: 'x is not a function' } });
});
