import { TopicDirectory } from '../../gateway/topic-directory.ts';

/** A cluster whose topics can be changed, and a clock that can be moved. */
function createDirectory() {
  const cluster = new Map<string, number[]>();
  let requests = 0;
  let away = false;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
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
    passMs: (ms: number) => clock.mockReturnValue(Date.now() + ms),
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

  it('answers a miss from memory for 250 ms and then finds a topic that was made meanwhile', async () => {
    const { directory, cluster, requests, passMs } = createDirectory();
    const missing = { status: 404, code: 40401, message: 'topic "a.pin" does not exist' };
    await expect(directory.findLeaders('a.pin')).rejects.toMatchObject(missing);
    cluster.set('a.pin', [1]);
    passMs(250);
    await expect(directory.findLeaders('a.pin')).rejects.toMatchObject(missing);
    expect(requests()).toBe(1);
    passMs(1);
    expect(await directory.findLeaders('a.pin')).toEqual([1]);
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
