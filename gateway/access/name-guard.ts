import type { FastifyInstance } from 'fastify';
import { isReserved, NamePatterns } from '../../domain/name-patterns.ts';
import { RestError } from '../rest-errors.ts';

/** The topics, or the streams, that this gateway lets through. */
export class NameGuard {
  readonly #noun: 'topic' | 'stream';
  readonly #variable: string;
  readonly #allowed: NamePatterns;

  constructor(input: {
    readonly noun: 'topic' | 'stream';
    /** Where the patterns were set. */
    readonly variable: string;
    readonly patterns: readonly string[];
  }) {
    this.#noun = input.noun;
    this.#variable = input.variable;
    this.#allowed = new NamePatterns(input.patterns);
  }

  /** Checks the name in the path of every request, before its body is read. */
  guard(server: FastifyInstance): void {
    server.addHook('onRequest', (request, _reply, done) => {
      const { [this.#noun]: name } = request.params as { topic?: string; stream?: string };
      done(name === undefined || this.allows(name) ? undefined : this.#refuse(name));
    });
  }

  allows(name: string): boolean {
    return this.#allowed.cover(name);
  }

  #refuse(name: string): RestError {
    const reason = isReserved(name)
      ? 'names that begin with "__" are reserved'
      : `${this.#variable} is ${this.#allowed.patterns.join(',')}`;
    return new RestError('UNAUTHORIZED', `${this.#noun} ${JSON.stringify(name)} is not let through: ${reason}`);
  }
}
