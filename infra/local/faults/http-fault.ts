/** What can go wrong with a request that passes an {@link HttpFaultProxy}. */
export type HttpFault =
  /** Answers this and passes nothing on. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Passes the request on after a while. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Passes the request on once the promise has settled. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** Neither passes on nor answers; the connection stays open. */
  | { readonly kind: 'hang' }
  /** Resets the connection before anything is passed on. */
  | { readonly kind: 'reset' }
  /** Passes the request on, waits for the answer and resets the connection without a byte of it. */
  | { readonly kind: 'drop-answer' }
  /** Passes half of the answer's body on and closes the connection. */
  | { readonly kind: 'truncate' }
  /** Flips one bit in the middle of the answer's body. */
  | { readonly kind: 'corrupt' }
  /** Passes the answer's body on at this rate. */
  | { readonly kind: 'drip'; readonly bytesPerSecond: number }
  /** Passes so many bytes of the request's body on and then nothing more: an upload that its sender never ends. */
  | { readonly kind: 'stall-upload'; readonly afterBytes: number };

/** What a rule may look at. */
export interface HttpRequestHead {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
}
