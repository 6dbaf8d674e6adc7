import { z } from 'zod';
import { type AddedFault, FaultRules as SharedRules } from '../../faults/fault-rules.ts';

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

interface Request {
  readonly method: string;
  readonly path: string;
}

interface Taken {
  readonly fault: Fault;
  /** Fires when the rule is removed. */
  readonly removed: AbortSignal;
}

/** Faults by id, as clients from outside add and remove them. A request meets at most one, the first that is not used up. */
export class FaultRules {
  readonly #rules = new SharedRules<Request, Taken>('unused: no fault here is left to chance');
  readonly #added = new Map<number, { fault: Fault; added: AddedFault; removed: AbortController }>();
  #lastId = 0;

  add(fault: Fault): number {
    const id = ++this.#lastId;
    const removed = new AbortController();
    const { skip, times } = fault;
    const matches = (request: Request) => isMatch(fault, request);
    const added = this.#rules.add({ matches, fault: { fault, removed: removed.signal }, skip, times });
    this.#added.set(id, { fault, added, removed });
    return id;
  }

  list(): FaultRule[] {
    return [...this.#added].map(([id, { fault, added }]) => ({
      id,
      fault,
      matched: added.matched(),
      hits: added.hits(),
    }));
  }

  /** Whether there was such a rule. What hangs on it is let go. */
  remove(id: number): boolean {
    const rule = this.#added.get(id);
    rule?.added.remove();
    rule?.removed.abort();
    return this.#added.delete(id);
  }

  removeAll(): void {
    for (const id of this.#added.keys()) this.remove(id);
  }

  /** The fault that this request meets; it counts as hit. */
  take(request: Request): Taken | undefined {
    return this.#rules.take(request);
  }
}

function isMatch(fault: Fault, { method, path }: Request): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  return fault.path.endsWith('*') ? path.startsWith(fault.path.slice(0, -1)) : path === fault.path;
}
