import { IdempotentReplies } from '../../gateway/idempotent-replies.ts';

const body = Buffer.from('body');

function createReplies(maxKeys?: number) {
  let calls = 0;
  const replies = new IdempotentReplies<string>({
    isWhole: (reply) => reply.startsWith('ok'),
    ...(maxKeys !== undefined && { maxKeys }),
  });
  const ask = (key: string, reply: string | Error = 'ok', target = 't') =>
    replies.answer({
      key,
      target,
      body,
      work: async (earlier) => {
        calls++;
        await new Promise((resolve) => setImmediate(resolve));
        if (reply instanceof Error) throw reply;
        return earlier === undefined ? `${reply} ${calls}` : `${reply} ${calls} after ${earlier}`;
      },
    });
  return { replies, ask, calls: () => calls };
}

describe('IdempotentReplies', () => {
  it('answers a repetition with the first answer, during the work and after it', async () => {
    const { ask, calls } = createReplies();
    const [first, during] = await Promise.all([ask('k'), ask('k')]);
    const after = await ask('k');
    expect([first, during, after]).toEqual(['ok 1', 'ok 1', 'ok 1']);
    expect(calls()).toBe(1);
  });

  it('works anew for another key and for another topic', async () => {
    const { ask } = createReplies();
    expect(await ask('k')).toBe('ok 1');
    expect(await ask('l')).toBe('ok 2');
    expect(await ask('k', 'ok', 'u')).toBe('ok 3');
  });

  it('tries again after a failure', async () => {
    const { ask } = createReplies();
    await expect(ask('k', new Error('away'))).rejects.toThrow('away');
    expect(await ask('k')).toBe('ok 2');
    expect(await ask('k')).toBe('ok 2');
  });

  it('gives the next try what the one before has come to, also when one that failed was between', async () => {
    const { ask } = createReplies();
    expect(await ask('k', 'half')).toBe('half 1');
    await expect(ask('k', new Error('away'))).rejects.toThrow('away');
    const [next, during] = await Promise.all([ask('k'), ask('k')]);
    expect([next, during]).toEqual(['ok 3 after half 1', 'ok 3 after half 1']);
    expect(await ask('k')).toBe('ok 3 after half 1');
  });

  it('refuses a key that was used with another body', async () => {
    const { replies, ask, calls } = createReplies();
    await ask('k');
    const other = { key: 'k', target: 't', body: Buffer.from('other'), work: () => Promise.resolve('ok') };
    expect(() => replies.answer(other)).toThrow(
      expect.objectContaining({
        status: 422,
        message: 'the Idempotency-Key "k" was used for t with another body',
      }),
    );
    expect(calls()).toBe(1);
  });

  it('keeps the keys that were used last', async () => {
    const { ask } = createReplies(2);
    await ask('a');
    await ask('b');
    await ask('a');
    await ask('c');
    expect(await ask('a')).toBe('ok 1');
    expect(await ask('b')).toBe('ok 4');
  });

  it.each(['', 'ü', 'x'.repeat(256)])('refuses %j as a key', (key) => {
    const { ask } = createReplies();
    expect(() => ask(key)).toThrow(expect.objectContaining({ status: 400 }));
  });
});
