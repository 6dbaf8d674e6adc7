import { randomUUID } from 'node:crypto';

/** How long a web or CLI token of MWAA can be used. */
const LIFE_MS = 60_000;

/** Tokens that each are good for one use, and for that only a minute. */
export class SingleUseTokens<Owner> {
  readonly #issued = new Map<string, { readonly owner: Owner; readonly until: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(owner: Owner): string {
    const token = Buffer.from(randomUUID()).toString('base64url');
    this.#issued.set(token, { owner, until: this.#now() + LIFE_MS });
    return token;
  }

  /** Who it was issued to; undefined for one that is unknown, used or too old. */
  redeem(token: string): Owner | undefined {
    const issued = this.#issued.get(token);
    this.#issued.delete(token);
    return issued !== undefined && this.#now() < issued.until ? issued.owner : undefined;
  }
}
