import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';
import { RESPONSE_TYPE } from './answer-error.ts';
import { REST_ERRORS } from './rest-errors.ts';

/** So long a client has to hear the answer before its connection is cut. */
const LINGER_MS = 1_000;

/**
 * Answers what is no request, or not one in time, in the envelope of every other error, and closes the connection. What
 * was received is part of no log line: it may hold records and keys (I10).
 */
export class ParserErrorAnswers {
  readonly #logger: FastifyBaseLogger;
  /** The answer to the last request of a connection. */
  readonly #last = new WeakMap<Duplex, ServerResponse>();

  constructor(logger: FastifyBaseLogger) {
    this.#logger = logger;
  }

  /** Keeps in mind what each connection is owed. */
  follow(server: Server): void {
    server.on('request', (request, response) => void this.#last.set(request.socket, response));
  }

  answer(error: Error & { readonly code?: string }, socket: Duplex): void {
    const found = describe(error.code ?? '');
    if (found === undefined || !socket.writable || !mayAnswer(this.#last.get(socket))) {
      socket.destroy();
      return;
    }
    const { status, code, message } = found;
    this.#logger.info({ status, code, reason: error.code }, 'no request could be read');
    const body = JSON.stringify({ error_code: code, message });
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${RESPONSE_TYPE}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
    const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.once('close', () => clearTimeout(linger));
  }
}

/** Undefined for what needs no answer, such as a connection that was reset. */
function describe(code: string) {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { ...REST_ERRORS.TIMED_OUT, message: 'the request did not arrive in time' };
  if (code === 'HPE_HEADER_OVERFLOW')
    return { ...REST_ERRORS.HEADERS_TOO_LARGE, message: 'the headers are larger than 16 KiB' };
  // Those of the parser of HTTP.
  if (code.startsWith('HPE_')) return { ...REST_ERRORS.MALFORMED, message: 'this is no request of HTTP/1.1' };
  return undefined;
}

/**
 * Whether the client would take an answer for that to what could not be read. While an earlier request waits for its own,
 * a 400 would tell that none of its records were stored; after an answer that came before its body was read, it
 * would belong to the next.
 */
function mayAnswer(last: ServerResponse | undefined): boolean {
  if (last === undefined) return true;
  return last.req.complete ? last.writableFinished : last.socket !== null && !last.headersSent;
}
