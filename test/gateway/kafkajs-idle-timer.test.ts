import { createRequire } from 'node:module';
import { stopKafkajsIdleTimer } from '../../gateway/kafkajs-idle-timer.ts';

interface RequestQueue {
  push(request: { entry: { correlationId: number }; expectResponse: boolean; sendRequest: () => void }): void;
  fulfillRequest(answer: { correlationId: number; size: number; payload: Buffer }): void;
  maybeThrottle(ms: number): void;
}

const Queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (input: object) => RequestQueue;

/** The queue of a connection of kafkajs that may have one request under way. */
function openQueue() {
  const logger = { debug: () => undefined, warn: () => undefined };
  const queue = new Queue({ maxInFlightRequests: 1, requestTimeout: 5_000, clientId: 'c', broker: 'b', logger });
  const sent: number[] = [];
  const push = (correlationId: number) =>
    queue.push({
      entry: { correlationId, ...{ resolve: () => undefined, reject: () => undefined } },
      expectResponse: true,
      sendRequest: () => void sent.push(correlationId),
    });
  const answer = (correlationId: number) => queue.fulfillRequest({ correlationId, size: 0, payload: Buffer.alloc(0) });
  return { queue, sent, push, answer };
}

describe('stopKafkajsIdleTimer', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    stopKafkajsIdleTimer();
    stopKafkajsIdleTimer();
  });
  afterEach(() => jest.useRealTimers());

  it('leaves a connection without a timer when nothing waits', () => {
    const { sent, push, answer } = openQueue();
    push(1);
    answer(1);
    expect({ sent, timers: jest.getTimerCount() }).toEqual({ sent: [1], timers: 0 });
  });

  it('sends what waited for the answer to another request as soon as that is there, and rests again', () => {
    const { sent, push, answer } = openQueue();
    push(1);
    push(2);
    expect(sent).toEqual([1]);
    answer(1);
    expect(sent).toEqual([1, 2]);
    answer(2);
    jest.advanceTimersByTime(1_000);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('sends what Kafka had throttled once that is over, though nothing else comes', () => {
    const { queue, sent, push } = openQueue();
    queue.maybeThrottle(300);
    push(1);
    jest.advanceTimersByTime(299);
    expect(sent).toEqual([]);
    jest.advanceTimersByTime(20);
    expect(sent).toEqual([1]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
