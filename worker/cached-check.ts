/** Asks something once; rejects with what is wrong. The signal says that nobody waits any more. */
export type Probe = (signal: AbortSignal) => Promise<void>;

/** What is wrong, or undefined when all is well. */
export type Check = () => Promise<string | undefined>;

export interface CheckLimits {
  /** Longest wait for an answer. */
  readonly limitMs: number;
  /** How long an answer is good for. */
  readonly keepMs: number;
}

/** An answer within `limitMs`, however long the probe hangs, and no more than one probe every `keepMs`. */
export function createCheck(probe: Probe, { limitMs, keepMs }: CheckLimits): Check {
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<string | undefined> = Promise.resolve(undefined);
  return () => {
    if (performance.now() - askedAt >= keepMs) {
      askedAt = performance.now();
      answer = ask(probe, limitMs);
    }
    return answer;
  };
}

async function ask(probe: Probe, limitMs: number): Promise<string | undefined> {
  const over = new AbortController();
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new Error(`no answer within ${limitMs / 1_000} s`);
    limit.reject(error);
    over.abort(error);
  }, limitMs);
  try {
    await Promise.race([probe(over.signal), limit.promise]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
