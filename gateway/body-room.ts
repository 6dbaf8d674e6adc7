import type { FastifyInstance, FastifyRequest, RequestPayload } from 'fastify';
import { BODY_LIMIT } from './http-limits.ts';
import { RestError } from './rest-errors.ts';

/**
 * The memory that bodies may take, all of them together. A body holds its part until its request is answered, because
 * records are slices of it. What counts are the bytes that have arrived: were it those that are announced, seven requests
 * that send nothing could keep everybody else out.
 */
export class BodyRoom {
  readonly #limit: number;
  #held = 0;

  constructor(bytes: number) {
    this.#limit = bytes;
  }

  /** Lets the routes take bodies of these types, and refuses one that there is no room for before any of it is read. */
  takeBodies(server: FastifyInstance, types: readonly string[]): void {
    server.addHook('onRequest', (request, _reply, done) => {
      const announced = readLength(request);
      if (announced > BODY_LIMIT) return done(tooLarge());
      if (announced > 0 || isChunked(request)) {
        if (this.#held + Math.max(announced, 1) > this.#limit) return done(this.#full());
        (request as WithBody)[BODY] = new GrowingBuffer(announced);
      }
      done();
    });
    // Also where the client went away before its answer.
    server.addHook('onResponse', (request: WithBody, _reply, done) => {
      if (request[BODY] !== undefined) this.#release(request[BODY]);
      done();
    });
    server.addContentTypeParser([...types], (request: FastifyRequest, payload: RequestPayload, done) =>
      this.#read(request, payload, done),
    );
  }

  #read(request: FastifyRequest, payload: RequestPayload, done: (error: Error | null, body?: Buffer) => void): void {
    const body = (request as WithBody)[BODY];
    if (body === undefined) return done(null, Buffer.alloc(0));
    const end = (error: Error | null) => {
      payload.removeListener('data', take).removeListener('end', finish).removeListener('error', fail);
      if (error === null) return done(null, body.toBuffer());
      this.#release(body);
      done(error);
    };
    const finish = () => end(null);
    const fail = () => end(new RestError('MALFORMED', 'the body did not arrive as a whole'));
    const take = (part: Buffer) => {
      if (body.length + part.length > BODY_LIMIT) return end(tooLarge());
      const before = body.size;
      body.append(part);
      this.#held += body.size - before;
      if (this.#held > this.#limit) end(this.#full());
    };
    payload.on('data', take).on('end', finish).on('error', fail);
  }

  #release(body: GrowingBuffer): void {
    this.#held -= body.size;
    body.drop();
  }

  #full(): RestError {
    const message = `bodies of ${this.#held} bytes are under way, of at most ${this.#limit}`;
    return new RestError('OVERLOADED', `${message}; nothing of this request was taken`);
  }
}

const NOTHING: Buffer = Buffer.alloc(0);

/** Where a request has its body. A WeakMap would be one more thing for the collector to look through. */
const BODY = Symbol('body');

type WithBody = FastifyRequest & { [BODY]?: GrowingBuffer };

/** One buffer, not a list of parts: a body may come in chunks of one byte, each of which would weigh a hundred. */
class GrowingBuffer {
  readonly #announced: number;
  #bytes = NOTHING;
  length = 0;

  /** Of so many bytes, 0 where that is not known. It takes as much only when they come. */
  constructor(announced: number) {
    this.#announced = announced;
  }

  get size(): number {
    return this.#bytes.length;
  }

  append(part: Buffer): void {
    const needed = this.length + part.length;
    // Most bodies come in one part.
    if (needed === this.#announced && this.length === 0) this.#bytes = part;
    if (needed > this.size) {
      const doubled = Math.max(needed, Math.min(2 * needed, this.#announced || BODY_LIMIT));
      const grown = Buffer.allocUnsafe(doubled);
      this.#bytes.copy(grown, 0, 0, this.length);
      this.#bytes = grown;
    }
    if (this.#bytes !== part) part.copy(this.#bytes, this.length);
    this.length = needed;
  }

  toBuffer(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  drop(): void {
    this.#bytes = NOTHING;
    this.length = 0;
  }
}

function readLength({ headers }: FastifyRequest): number {
  return Number(headers['content-length'] ?? 0);
}

function isChunked({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined;
}

function tooLarge(): RestError {
  return new RestError('TOO_LARGE', 'body is larger than 10 MiB');
}
