/** API Gateway, whose place this process takes, accepts as much. */
export const BODY_LIMIT = 10 * 1024 * 1024;

/** What one client may ask of the edge, so that no client can keep it from the others. */
export interface HttpLimits {
  /** Request line and headers together. */
  readonly headerBytes: number;
  readonly urlCharacters: number;
  /** From the first byte, or the connection, to the end of the headers. */
  readonly headersMs: number;
  /** From the first byte to the end of the body. */
  readonly requestMs: number;
  /** How often Node looks for requests that take too long. */
  readonly checkMs: number;
  readonly idleMs: number;
  readonly connections: number;
  /** Bodies of all requests that are not answered yet. */
  readonly bodiesBytes: number;
}

export const HTTP_LIMITS: HttpLimits = {
  headerBytes: 16 * 1024,
  urlCharacters: 2_048,
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 1_000,
  // Longer than the 60 s of a load balancer: who closes first must be the one that sends.
  idleMs: 72_000,
  connections: 4_096,
  bodiesBytes: 64 * 1024 * 1024,
};
