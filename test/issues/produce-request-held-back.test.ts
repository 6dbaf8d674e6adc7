import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { createLogger } from '../../gateway/create-logger.ts';
import { createKafka } from '../../gateway/kafka-client.ts';
import { KafkaTrouble } from '../../gateway/kafka-trouble.ts';

// kafkajs leaves TCP to hold back the end of a long request until the rest is confirmed, for up to 40 ms.
test('a connection of the gateway to Kafka sends what it is given at once', async () => {
  const broker = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(broker, 'listening');
  const setNoDelay = jest.spyOn(Socket.prototype, 'setNoDelay');
  const { port } = broker.address() as AddressInfo;
  const input = { brokers: [`127.0.0.1:${port}`], retries: 0, trouble: new KafkaTrouble() };
  const admin = createKafka({ ...input, logger: createLogger('silent') }).admin();

  await expect(admin.connect()).rejects.toThrow();

  expect(setNoDelay.mock.calls).toEqual([[true]]);
  await admin.disconnect();
  broker.close();
});
