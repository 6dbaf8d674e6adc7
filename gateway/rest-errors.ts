/**
 * The error vocabulary of the Kafka REST v2 contract: the code in the body and the HTTP status it travels with.
 * `RECORD_*` codes stand beside one record in an answer that is otherwise 200.
 */
export const REST_ERRORS = {
  MALFORMED: { status: 400, code: 400 },
  NOT_FOUND: { status: 404, code: 404 },
  METHOD_NOT_ALLOWED: { status: 405, code: 405 },
  NOT_ACCEPTABLE: { status: 406, code: 406 },
  TIMED_OUT: { status: 408, code: 408 },
  TOO_LARGE: { status: 413, code: 413 },
  URL_TOO_LONG: { status: 414, code: 414 },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, code: 415 },
  INVALID_REQUEST: { status: 422, code: 422 },
  HEADERS_TOO_LARGE: { status: 431, code: 431 },
  UNAUTHENTICATED: { status: 401, code: 40101 },
  UNAUTHORIZED: { status: 403, code: 40301 },
  TOPIC_NOT_FOUND: { status: 404, code: 40401 },
  PARTITION_NOT_FOUND: { status: 404, code: 40402 },
  INTERNAL: { status: 500, code: 500 },
  OVERLOADED: { status: 503, code: 503 },
  BROKER_UNAVAILABLE: { status: 503, code: 50302 },
} as const;

export const RECORD_ERRORS = {
  UNAUTHENTICATED: 40101,
  UNAUTHORIZED: 40301,
  PARTITION_NOT_FOUND: 40402,
  /** Kafka refused the record for good. */
  REFUSED: 50002,
  /** Kafka did not confirm the record in time; it may be sent again. */
  UNAVAILABLE: 50003,
} as const;

export type RestErrorName = keyof typeof REST_ERRORS;

/** A request that is answered with `{"error_code","message"}` instead of offsets. */
export class RestError extends Error {
  override readonly name = 'RestError';
  readonly status: number;
  readonly code: number;

  constructor(error: RestErrorName, message: string) {
    super(message);
    this.status = REST_ERRORS[error].status;
    this.code = REST_ERRORS[error].code;
  }
}

/** Seconds after which a caller that was answered 503 may come back. */
export const RETRY_AFTER_SECONDS = 1;
