import { isProduceRequest, rewriteBrokerPort, rewriteProduceError } from '../../../../infra/local/faults/kafka-wire.ts';

function broker(host: string, port: number): Buffer {
  const bytes = Buffer.alloc(2 + host.length + 4);
  bytes.writeInt16BE(host.length);
  bytes.write(host, 2);
  bytes.writeInt32BE(port, 2 + host.length);
  return bytes;
}

test('the port of brokers on this machine becomes the proxy, and no other byte changes', () => {
  const rewrite = rewriteBrokerPort({ brokerPort: 9092 });
  const [front, back] = [Buffer.from('front'), Buffer.from('127.0.0.1 back')];
  const answer = [front, broker('127.0.0.1', 9092), broker('127.0.0.1', 9093), broker('10.0.0.0.1', 9092), back];

  expect(rewrite(Buffer.concat(answer), 4711)).toEqual(
    Buffer.concat([front, broker('127.0.0.1', 4711), broker('127.0.0.1', 9093), broker('10.0.0.0.1', 9092), back]),
  );
});

test('a chunk that ends within a port is left as it is', () => {
  const cut = broker('127.0.0.1', 9092).subarray(0, -1);
  expect(rewriteBrokerPort({ brokerPort: 9092 })(Buffer.from(cut), 4711)).toEqual(cut);
});

test('produce requests are told from others', () => {
  const request = (api: number) => Buffer.from([0, 0, 0, 9, api >> 8, api & 0xff, 0, 7]);
  expect([0, 1, 3, 18].map((api) => isProduceRequest(request(api)))).toEqual([true, false, false, false]);
  expect(isProduceRequest(Buffer.of(0, 0, 0))).toBe(false);
});

test('an error is put into the answers about one topic, and into no other', () => {
  /** Length, correlation id, count of topics, name, count of partitions, partition, error, offset. */
  const answer = (topic: string, error: number) =>
    Buffer.from(
      `0000002c00000007000000010005${Buffer.from(topic).toString('hex')}0000000100000002${error.toString(16).padStart(4, '0')}0000000000000009`,
      'hex',
    );
  const rewrite = rewriteProduceError({ topic: 'a.pin', error: 58 });
  expect(rewrite(answer('a.pin', 0))).toEqual(answer('a.pin', 58));
  expect(rewrite(answer('b.pin', 0))).toEqual(answer('b.pin', 0));
  expect(rewrite(Buffer.of(0, 0, 0, 1))).toEqual(Buffer.of(0, 0, 0, 1));
});
