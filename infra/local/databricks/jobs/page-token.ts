import { invalidParameter } from '../errors.ts';

/** The platform's size of a page of the arrays within a job or a run. */
const ARRAY_PAGE = 100;

/** Opaque to clients: how many elements come before the page. */
export function encodePageToken(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString('base64url');
}

/** An absent or empty token is the first page, as the Airflow provider asks for it. */
export function decodePageToken(token: string | undefined): number {
  if (token === undefined || token === '') return 0;
  const [, offset] = /^offset:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (offset === undefined) throw invalidParameter(`page_token "${token}" was not given by this server`);
  return Number(offset);
}

/** The same page of each array; with a token for the next one when some array goes on. */
export function takePages<T extends object>(arrays: T, offset: number): T & { readonly next_page_token?: string } {
  const entries = Object.entries(arrays as Readonly<Record<string, readonly unknown[] | undefined>>);
  const end = offset + ARRAY_PAGE;
  const pages = Object.fromEntries(
    entries.flatMap(([name, items]) => (items === undefined ? [] : [[name, items.slice(offset, end)]])),
  ) as T;
  const goesOn = entries.some(([, items]) => items !== undefined && items.length > end);
  return { ...pages, ...(goesOn && { next_page_token: encodePageToken(end) }) };
}

/** Tokens and the older `has_more` of a list of which `found` elements from `offset` on were looked at, one too many. */
export function describePages({ offset, limit, found }: { offset: number; limit: number; found: number }): object {
  return {
    has_more: found > limit,
    ...(found > limit && { next_page_token: encodePageToken(offset + limit) }),
    ...(offset > 0 && { prev_page_token: encodePageToken(Math.max(0, offset - limit)) }),
  };
}
