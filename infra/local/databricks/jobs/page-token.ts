import { invalidParameter } from '../errors.ts';

/** The platform's size of a page of the arrays within a job or a run. */
const ARRAY_PAGE = 100;

/** Arrays are counted; lists go on below an id, so that nothing is shown twice or left out when they change meanwhile. */
type TokenKind = 'offset' | 'before';

/** Opaque to clients. */
export function encodePageToken(kind: TokenKind, value: number): string {
  return Buffer.from(`${kind}:${value}`).toString('base64url');
}

/** An absent or empty token is the first page, as the Airflow provider asks for it. */
export function decodePageToken(kind: TokenKind, token: string | undefined): number | undefined {
  if (token === undefined || token === '') return undefined;
  const [, found, value] = /^(\w+):(\d{1,15})$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (found !== kind) throw invalidParameter(`page_token "${token}" was not given by this server for this list`);
  return Number(value);
}

/** The same page of each array; with a token for the next one when some array goes on. */
export function takePages<T extends object>(arrays: T, offset: number): T & { readonly next_page_token?: string } {
  const entries = Object.entries(arrays as Readonly<Record<string, readonly unknown[] | undefined>>);
  const end = offset + ARRAY_PAGE;
  const pages = Object.fromEntries(
    entries.flatMap(([name, items]) => (items === undefined ? [] : [[name, items.slice(offset, end)]])),
  ) as T;
  const goesOn = entries.some(([, items]) => items !== undefined && items.length > end);
  return { ...pages, ...(goesOn && { next_page_token: encodePageToken('offset', end) }) };
}

/** The first elements of a list of which one more than `limit` was looked for, and the token for those after them. */
export function takeListPage<T>(found: readonly T[], limit: number, idOf: (element: T) => number) {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const goesOn = found.length > limit && last !== undefined;
  return {
    shown,
    pages: { has_more: goesOn, ...(goesOn && { next_page_token: encodePageToken('before', idOf(last)) }) },
  };
}
