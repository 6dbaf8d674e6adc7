import { z } from 'zod';

/** What can go wrong with a request, on demand. */
const where = {
  /** Exact, or with a `*` at its end for everything that begins so; without the query. */
  path: z.string().startsWith('/'),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']).optional(),
  /** How many requests it hits. */
  times: z.int().min(1).default(1),
  /** How many matching requests it lets pass first. */
  skip: z.int().min(0).default(0),
};

export const faultSchema = z.discriminatedUnion('kind', [
  /** Answers this instead of doing anything. */
  z.strictObject({
    kind: z.literal('status'),
    ...where,
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  z.strictObject({ kind: z.literal('delay'), ...where, delayMs: z.int().min(1) }),
  /** Never does or answers anything. */
  z.strictObject({ kind: z.literal('hang'), ...where }),
  /** Resets the connection before anything is done. */
  z.strictObject({ kind: z.literal('reset'), ...where }),
  /** Does it, and sends half of the answer. */
  z.strictObject({ kind: z.literal('truncate'), ...where }),
  /** Does it, and answers 200 with something that is no JSON. */
  z.strictObject({ kind: z.literal('garbage'), ...where }),
  /** Does it, and closes the connection without a byte of an answer. */
  z.strictObject({ kind: z.literal('effect-then-drop'), ...where }),
  /** Answers a GET as it was answered before, or that there is no such thing when it was not. */
  z.strictObject({ kind: z.literal('stale'), ...where, method: z.literal('GET').default('GET') }),
]);
export type Fault = z.output<typeof faultSchema>;

export interface FaultRule {
  readonly id: number;
  readonly fault: Fault;
  /** Requests that it has matched, and those that it has hit. */
  readonly matched: number;
  readonly hits: number;
}

/** Faults in the order in which they were added; a request meets at most one, the first that is not used up. */
export class FaultRules {
  readonly #rules = new Map<number, { fault: Fault; matched: number; hits: number; removed: AbortController }>();
  #lastId = 0;

  add(fault: Fault): number {
    const id = ++this.#lastId;
    this.#rules.set(id, { fault, matched: 0, hits: 0, removed: new AbortController() });
    return id;
  }

  list(): FaultRule[] {
    return [...this.#rules].map(([id, { fault, matched, hits }]) => ({ id, fault, matched, hits }));
  }

  /** Whether there was such a rule. What hangs on it is let go. */
  remove(id: number): boolean {
    this.#rules.get(id)?.removed.abort();
    return this.#rules.delete(id);
  }

  removeAll(): void {
    for (const id of this.#rules.keys()) this.remove(id);
  }

  /** The fault that the next request to this path meets; it counts as hit. The signal fires when its rule is removed. */
  take({
    method,
    path,
  }: {
    readonly method: string;
    readonly path: string;
  }): { fault: Fault; removed: AbortSignal } | undefined {
    for (const rule of this.#rules.values()) {
      const { fault } = rule;
      if (rule.hits >= fault.times || !isMatch(fault, { method, path })) continue;
      rule.matched++;
      if (rule.matched <= fault.skip) continue;
      rule.hits++;
      return { fault, removed: rule.removed.signal };
    }
    return undefined;
  }
}

function isMatch(fault: Fault, { method, path }: { readonly method: string; readonly path: string }): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  return fault.path.endsWith('*') ? path.startsWith(fault.path.slice(0, -1)) : path === fault.path;
}
