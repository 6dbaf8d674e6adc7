import { createServer } from 'node:net';
import { createKafkaLog } from '../../../activities/kafka/adapter.ts';

/** A port of this machine on which nobody listens. */
async function findClosedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function createLog(port: number) {
  return createKafkaLog({ brokers: [`127.0.0.1:${port}`], partitions: 3, replication: 1, clientId: 'test' });
}

describe('createKafkaLog', () => {
  it('says what it was doing when no broker answers', async () => {
    const log = createLog(await findClosedPort());
    await expect(log.readOffsets('a.pin')).rejects.toMatchObject({
      code: 'KAFKA_UNAVAILABLE',
      message: expect.stringMatching(/^reading the offsets of topic "a\.pin" failed: .*ECONNREFUSED/) as string,
    });
    await log.close();
  }, 20_000);

  it('answers a ping at once that there is no broker', async () => {
    const log = createLog(await findClosedPort());
    const began = performance.now();
    await expect(log.ping()).rejects.toMatchObject({
      code: 'KAFKA_UNAVAILABLE',
      message: expect.stringMatching(/^asking for brokers failed: .*ECONNREFUSED/) as string,
    });
    expect(performance.now() - began).toBeLessThan(1_000);
    await log.close();
  });

  it('reads nothing for empty ranges, without asking a broker', async () => {
    const log = createLog(await findClosedPort());
    const onRecords = jest.fn();
    const ranges = [{ partition: 0, start: 7, end: 7 }];
    await log.readRanges({ topic: 'a.pin', ranges, signal: new AbortController().signal, onRecords });
    expect(onRecords).not.toHaveBeenCalled();
    await log.close();
  });

  it('rejects a read whose signal is aborted already', async () => {
    const log = createLog(await findClosedPort());
    const ranges = [{ partition: 0, start: 0, end: 7 }];
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(log.readRanges({ topic: 'a.pin', ranges, signal, onRecords: jest.fn() })).rejects.toThrow('cancelled');
    await log.close();
  });
});
