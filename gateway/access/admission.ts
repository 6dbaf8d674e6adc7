import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isReserved, NamePatterns } from '../../domain/name-patterns.ts';
import { RestError } from '../rest-errors.ts';
import type { Caller, Callers } from './callers.ts';

/** Says of every request before its body is read whether it is let through: by caller, by name, by quota. */
export class Admission {
  readonly #noun: 'topic' | 'stream';
  readonly #variable: string;
  readonly #allowed: NamePatterns;
  readonly #callers: Callers | undefined;
  readonly #callerOf = new WeakMap<FastifyRequest, Caller>();

  constructor(input: {
    readonly noun: 'topic' | 'stream';
    /** Where the patterns were set. */
    readonly variable: string;
    readonly patterns: readonly string[];
    /** Undefined where everybody may ask. */
    readonly callers: Callers | undefined;
  }) {
    this.#noun = input.noun;
    this.#variable = input.variable;
    this.#allowed = new NamePatterns(input.patterns);
    this.#callers = input.callers;
  }

  guard(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      const caller = this.#identify(request, reply);
      const { [this.#noun]: name } = request.params as { topic?: string; stream?: string };
      if (name !== undefined) this.#checkName(name, caller);
      if (caller !== undefined) takeFromQuota(caller, { request, reply });
      done();
    });
    server.addHook('preHandler', (request, _reply, done) => {
      const { body, headers } = request;
      if (headers['transfer-encoding'] !== undefined && Buffer.isBuffer(body))
        this.#callerOf.get(request)?.quota.charge(body.length, performance.now());
      done();
    });
  }

  /** Whether the caller of the request could ask for the name. */
  allows(name: string, request: FastifyRequest): boolean {
    const caller = this.#callerOf.get(request);
    return this.#allowed.cover(name) && caller?.[this.#noun].cover(name) !== false;
  }

  #identify(request: FastifyRequest, reply: FastifyReply): Caller | undefined {
    if (this.#callers === undefined) return undefined;
    try {
      const caller = this.#callers.identify(request.headers);
      this.#callerOf.set(request, caller);
      return caller;
    } catch (error) {
      void reply.header('www-authenticate', 'Basic realm="pinflow"');
      throw error;
    }
  }

  /** @throws RestError 403 / 40301 */
  #checkName(name: string, caller: Caller | undefined): void {
    const refused = `${this.#noun} ${JSON.stringify(name)} is not let through`;
    if (isReserved(name)) throw new RestError('UNAUTHORIZED', `${refused}: names that begin with "__" are reserved`);
    if (!this.#allowed.cover(name)) {
      const patterns = this.#allowed.patterns.join(',');
      throw new RestError('UNAUTHORIZED', `${refused}: ${this.#variable} is ${patterns}`);
    }
    const own = caller?.[this.#noun];
    if (own?.cover(name) === false) {
      const patterns = own.patterns.length === 0 ? 'none' : own.patterns.join(',');
      throw new RestError('UNAUTHORIZED', `${refused}: the ${this.#noun}s of key "${caller?.id}" are ${patterns}`);
    }
  }
}

/** @throws RestError 429 / 42901 */
function takeFromQuota(
  { id, quota }: Caller,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): void {
  const waitMs = quota.take(Number(request.headers['content-length'] ?? 0), performance.now());
  if (waitMs === 0) return;
  const seconds = Math.ceil(waitMs / 1_000);
  void reply.header('retry-after', seconds);
  throw new RestError('OVER_QUOTA', `key "${id}" has used up its quota; it may come back in ${seconds} s`);
}
