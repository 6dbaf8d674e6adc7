import { createGateway } from './create-gateway.ts';

describe('a request with an Idempotency-Key', () => {
  it('answers a repeated Idempotency-Key without storing the records again', async () => {
    const { post, stored } = createGateway();
    const headers = { 'idempotency-key': 'chunk-1' };
    const first = await post('{"records":[{"value":1},{"value":2}]}', { headers });
    const again = await post('{"records":[{"value":1},{"value":2}]}', { headers });
    expect(again.body).toBe(first.body);
    expect(stored).toHaveLength(2);
    const other = await post('{"records":[{"value":3}]}', { headers });
    expect(other.statusCode).toBe(422);
    expect(other.json()).toEqual({
      error_code: 422,
      message: 'the Idempotency-Key "chunk-1" was used for json records of topic "a.pin" with another body',
    });
    await post('{"records":[{"value":3}]}');
    expect(stored).toHaveLength(3);
  });

  it('answers 503 in time while Kafka confirms nothing, and the same Idempotency-Key with what became of it', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const hold = Promise.withResolvers<void>();
      const { post, stored, trouble } = createGateway({ hold: hold.promise });
      trouble.note('Disk error');
      const request = () => post('{"records":[{"key":1,"value":1}]}', { headers: { 'idempotency-key': 'chunk-1' } });
      const first = request();
      while (jest.getTimerCount() < 2) await new Promise(setImmediate);
      jest.advanceTimersByTime(10_000);
      expect(await first).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
      expect((await first).json()).toMatchObject({
        error_code: 50302,
        message: expect.stringContaining('10 s (heard of Kafka: Disk error)'),
      });

      const second = request();
      hold.resolve();
      expect((await second).json()).toMatchObject({ offsets: [{ offset: 0, error_code: null }] });
      expect(stored).toHaveLength(1);
    } finally {
      jest.useRealTimers();
    }
  });

  it('stores the records of a repeated Idempotency-Key whose first try failed', async () => {
    let away = true;
    const failure = { kind: 'unavailable', code: 50003, message: 'away' } as const;
    const { post, stored } = createGateway({ outcome: () => (away ? { failure } : { baseOffset: 5 }) });
    const headers = { 'idempotency-key': 'chunk-1' };
    expect((await post('{"records":[{}]}', { headers })).body).toContain('50003');
    away = false;
    expect((await post('{"records":[{}]}', { headers })).body).toContain('"offset":5');
    expect(stored).toHaveLength(1);
  });

  it('sends under a repeated Idempotency-Key only what Kafka has not taken, and answers for all', async () => {
    let isAway = true;
    const failure = { kind: 'unavailable', code: 50003, message: 'away' } as const;
    const { post, stored } = createGateway({
      outcome: ({ partition }) => (isAway && partition === 1 ? { failure } : { baseOffset: 10 * (partition + 1) }),
    });
    const headers = { 'idempotency-key': 'chunk-1' };
    const body = '{"records":[{"partition":0,"value":1},{"partition":1,"value":2},{"partition":0,"value":3}]}';
    const offsets = async () => {
      const reply = (await post(body, { headers })).json<{ offsets: { offset: number | null }[] }>();
      return reply.offsets.map(({ offset }) => offset);
    };
    expect(await offsets()).toEqual([10, null, 11]);
    isAway = false;
    expect(await offsets()).toEqual([10, 20, 11]);
    expect(await offsets()).toEqual([10, 20, 11]);
    expect(stored).toHaveLength(3);
  });
});
