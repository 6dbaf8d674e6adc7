import { randomUUID } from 'node:crypto';
import { connectStack, type RunningStack } from '../support/running-stack.ts';

let stack: RunningStack;
let prefix: string;

beforeAll(async () => {
  stack = await connectStack();
});
beforeEach(() => {
  prefix = `test/object-store/${randomUUID()}/`;
});
afterEach(async () => stack.store.deleteObjects(await stack.store.listKeys(prefix)));
afterAll(() => stack.close());

const contentType = 'application/json';

describe('object store on a real S3 server', () => {
  test('lets exactly one of 32 racing writers create an object', async () => {
    const { store } = stack;
    for (let round = 0; round < 10; round++) {
      const key = `${prefix}${round}`;
      const outcomes = await Promise.all(
        Array.from({ length: 32 }, (_, i) =>
          store.createObject({ key, body: `${i}`, contentType, metadata: { writer: `${i}` } }),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      const winner = outcomes.indexOf('created');
      expect(String(await store.readObject(key))).toBe(`${winner}`);
      expect(await store.readMetadata(key)).toMatchObject({ writer: `${winner}` });
    }
  });

  test('lists keys in byte order over several pages, and from a key onwards', async () => {
    const { store } = stack;
    const keys = Array.from({ length: 1_005 }, (_, i) => `${prefix}${String(i).padStart(5, '0')}`);
    for (let start = 0; start < keys.length; start += 100) {
      await Promise.all(
        keys.slice(start, start + 100).map((key) => store.replaceObject({ key, body: 'x', contentType })),
      );
    }
    expect(await store.listKeys(prefix)).toEqual(keys);
    expect(await store.listKeys(prefix, keys[1_000])).toEqual(keys.slice(1_001));
  });

  test('lists another version once an object has another body, and the same for the same body', async () => {
    const { store } = stack;
    const key = `${prefix}versioned`;
    const versions: string[] = [];
    for (const body of ['a', 'b', 'b']) {
      await store.replaceObject({ key, body, contentType });
      versions.push(...(await store.listVersions(key)).map(({ version }) => version));
    }
    expect(versions).toEqual([expect.stringMatching(/./), expect.stringMatching(/./), versions[1]]);
    expect(versions[0]).not.toBe(versions[1]);
  });

  test('says undefined for an object that does not exist, and takes a missing bucket for an error', async () => {
    const { store } = stack;
    expect(await store.readObject(`${prefix}none`)).toBeUndefined();
    expect(await store.readMetadata(`${prefix}none`)).toBeUndefined();
    const { S3ObjectStore } = await import('../../activities/s3/adapter.ts');
    const other = new S3ObjectStore({ ...stack.config.s3, bucket: 'no-such-bucket' });
    await expect(other.readObject('a')).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    const { signal } = new AbortController();
    await expect(other.ping(signal)).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    await expect(store.ping(signal)).resolves.toBeUndefined();
    other.close();
  });

  test('names bucket and key when the server is away', async () => {
    const { S3ObjectStore } = await import('../../activities/s3/adapter.ts');
    const away = new S3ObjectStore({ ...stack.config.s3, endpoint: 'http://127.0.0.1:1' });
    await expect(away.readObject('a/b')).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining(`could not read "a/b" in bucket "${stack.config.s3.bucket}"`),
    });
    away.close();
  });
});
