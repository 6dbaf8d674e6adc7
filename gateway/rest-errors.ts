/**
 * The error vocabulary of the Kafka REST v2 contract: the code in the body, the HTTP status it travels with, and what it
 * says to a caller.
 */
export const REST_ERRORS = {
  MALFORMED: { status: 400, code: 400, summary: 'the request or its JSON cannot be read' },
  NOT_FOUND: { status: 404, code: 404, summary: 'there is no such path' },
  METHOD_NOT_ALLOWED: { status: 405, code: 405, summary: 'the path has other methods, see `Allow`' },
  NOT_ACCEPTABLE: { status: 406, code: 406, summary: 'the `Accept` header excludes the answer' },
  TIMED_OUT: { status: 408, code: 408, summary: 'the request did not arrive in time' },
  TOO_LARGE: { status: 413, code: 413, summary: 'the body is too large, or has too many records' },
  URL_TOO_LONG: { status: 414, code: 414, summary: 'the URL is too long' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, code: 415, summary: 'the content type is absent or none that is served' },
  INVALID_REQUEST: { status: 422, code: 422, summary: 'the JSON is no request: for example, it has no records' },
  HEADERS_TOO_LARGE: { status: 431, code: 431, summary: 'the headers are too large' },
  UNAUTHENTICATED: { status: 401, code: 40101, summary: 'who asks is not known' },
  UNAUTHORIZED: { status: 403, code: 40301, summary: 'who asks may not do this' },
  TOPIC_NOT_FOUND: { status: 404, code: 40401, summary: 'the topic does not exist' },
  PARTITION_NOT_FOUND: { status: 404, code: 40402, summary: 'the topic has fewer partitions' },
  OVER_QUOTA: { status: 429, code: 42901, summary: 'the key has used up its quota for now' },
  INTERNAL: { status: 500, code: 500, summary: 'a defect of the gateway' },
  OVERLOADED: { status: 503, code: 503, summary: 'too much waits for Kafka; nothing of the request was taken' },
  BROKER_UNAVAILABLE: { status: 503, code: 50302, summary: 'Kafka does not answer, or has not confirmed in time' },
} as const;

/** Codes beside one record, in an answer that is otherwise 200: 401 and 403 stand for the whole answer too. */
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
