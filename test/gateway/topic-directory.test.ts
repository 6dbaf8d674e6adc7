import { TopicDirectory } from '../../gateway/topic-directory.ts';

/** A cluster whose topics can be changed, and a clock that can be moved. */
function createDirectory() {
  const cluster = new Map<string, number[]>();
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
    cluster.set('a.pin', [1, 2]);
    expect(await Promise.all([directory.findLeaders('a.pin'), directory.findLeaders('a.pin')])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(await directory.findLeaders('a.pin')).toEqual([1, 2]);
    expect(directory.leaderOf('a.pin', 1)).toBe(2);
    expect(requests()).toBe(1);
  });

  it('asks Kafka for topics that it does not know four times a second at most', async () => {
    const { directory, requests } = createDirectory();
    const missing = { status: 404, code: 40401, message: 'topic "a.pin" does not exist' };
    const started = Date.now();
    for (let i = 0; i < 3; i++) await expect(directory.findLeaders('a.pin')).rejects.toMatchObject(missing);
    await Promise.allSettled(Array.from({ length: 100 }, (_, i) => directory.findLeaders(`typing-error-${i}`)));
    expect(requests()).toBe(4);
    expect(Date.now() - started).toBeGreaterThan(740);
  });

  it('asks again after 30 s, so that a deleted topic is noticed', async () => {
    const { directory, cluster, passMs } = createDirectory();
    cluster.set('a.pin', [1]);
    await directory.findLeaders('a.pin');
    cluster.delete('a.pin');
    passMs(30_001);
    expect(directory.has('a.pin')).toBe(true);
    await expect(directory.findLeaders('a.pin')).rejects.toMatchObject({ code: 40401 });
    expect(directory.has('a.pin')).toBe(false);
  });

  it('goes on with what it knows while Kafka is away, and says so for anything else', async () => {
    const { directory, cluster, goAway, passMs } = createDirectory();
    cluster.set('a.pin', [1]);
    await directory.findLeaders('a.pin');
    goAway();
    passMs(60_000);
    expect(await directory.findLeaders('a.pin')).toEqual([1]);
    await expect(directory.findLeaders('b.pin')).rejects.toMatchObject({
      status: 503,
      code: 50302,
      message: 'Kafka does not answer: connection refused',
    });
  });
});
