export const ABORTED = Symbol('aborted');

/** What the promise gives, or ABORTED when the signal is aborted first. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | typeof ABORTED> {
  const aborted = Promise.withResolvers<typeof ABORTED>();
  const onAbort = (): void => aborted.resolve(ABORTED);
  if (signal.aborted) return Promise.resolve(ABORTED);
  signal.addEventListener('abort', onAbort);
  return Promise.race([promise, aborted.promise]).finally(() => signal.removeEventListener('abort', onAbort));
}
