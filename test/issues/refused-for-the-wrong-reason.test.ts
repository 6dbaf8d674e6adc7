import { createGateway } from '../gateway/create-gateway.ts';

it('a method that a topic has not is refused as one, whatever the type of the body that comes with it', async () => {
  const { server } = createGateway();
  const payload = { records: [] };
  expect(await server.inject({ method: 'PUT', url: '/topics/one', payload })).toMatchObject({ statusCode: 405 });
});

it('settings of a topic that Kafka may not tell are not taken for a Kafka that is away', async () => {
  const error = Object.assign(new Error('Not authorized'), { type: 'TOPIC_AUTHORIZATION_FAILED' });
  const { server } = createGateway({ fetchConfigs: () => Promise.reject(error) });
  const { statusCode, body } = await server.inject('/topics/one');
  expect([statusCode, JSON.parse(body)]).toEqual([
    403,
    { error_code: 40301, message: 'Kafka does not let the gateway read the settings of topic "one"' },
  ]);
});
