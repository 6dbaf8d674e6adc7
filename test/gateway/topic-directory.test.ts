import { TopicDirectory, type TopicPartition } from '../../gateway/topic-directory.ts';
import { ledBy } from './led-by.ts';

/** A cluster whose topics can be changed, and a clock that can be moved. */
function createDirectory() {
  const cluster = new Map<string, TopicPartition[]>();
  let requests = 0;
  let away = false;
  const directory = new TopicDirectory(async () => {
    requests++;
    if (away) throw new Error('connection refused');
    return new Map(cluster);
  });
  return {
    directory,
    cluster,
    requests: () => requests,
    goAway: () => void (away = true),
    passMs: (ms: number) => jest.spyOn(Date, 'now').mockReturnValue(Date.now() + ms),
  };
}

describe('TopicDirectory', () => {
  afterEach(() => jest.restoreAllMocks());

  it('asks Kafka once for many look-ups of a topic', async () => {
    const { directory, cluster, requests } = createDirectory();
    cluster.set('a.pin', ledBy(1, 2));
    expect(await Promise.all([directory.findPartitions('a.pin'), directory.findPartitions('a.pin')])).toEqual([
      ledBy(1, 2),
      ledBy(1, 2),
    ]);
    expect(await directory.findPartitions('a.pin')).toEqual(ledBy(1, 2));
    expect(directory.leaderOf('a.pin', 1)).toBe(2);
    expect(requests()).toBe(1);
  });

  it('asks Kafka for topics that it does not know four times a second at most', async () => {
    const { directory, requests } = createDirectory();
    const missing = { status: 404, code: 40401, message: 'topic "a.pin" does not exist' };
    const started = Date.now();
    for (let i = 0; i < 3; i++) await expect(directory.findPartitions('a.pin')).rejects.toMatchObject(missing);
    await Promise.allSettled(Array.from({ length: 100 }, (_, i) => directory.findPartitions(`typing-error-${i}`)));
    expect(requests()).toBe(4);
    expect(Date.now() - started).toBeGreaterThan(740);
  });

  it('lists the topics as they are now, in order', async () => {
    const { directory, cluster } = createDirectory();
    for (const topic of ['b.pin', 'a.pin']) cluster.set(topic, ledBy(1));
    expect(await directory.listTopics()).toEqual(['a.pin', 'b.pin']);
    cluster.delete('b.pin');
    expect(await directory.listTopics()).toEqual(['a.pin']);
  });

  it('asks again after 30 s, so that a deleted topic is noticed', async () => {
    const { directory, cluster, passMs } = createDirectory();
    cluster.set('a.pin', ledBy(1));
    await directory.findPartitions('a.pin');
    cluster.delete('a.pin');
    passMs(30_001);
    expect(directory.has('a.pin')).toBe(true);
    await expect(directory.findPartitions('a.pin')).rejects.toMatchObject({ code: 40401 });
    expect(directory.has('a.pin')).toBe(false);
  });

  it('goes on with what it knows while Kafka is away, and says so for anything else', async () => {
    const { directory, cluster, goAway, passMs } = createDirectory();
    cluster.set('a.pin', ledBy(1));
    await directory.findPartitions('a.pin');
    goAway();
    passMs(60_000);
    expect(await directory.findPartitions('a.pin')).toEqual(ledBy(1));
    await expect(directory.findPartitions('b.pin')).rejects.toMatchObject({
      status: 503,
      code: 50302,
      message: 'Kafka does not answer: connection refused',
    });
  });
});
