/** Grammar of the keys with which callers of the gateway say who they are: an id, a period, and 32 random bytes. */

export const API_KEY_ID = /^[a-z0-9][a-z0-9-]{0,39}$/;

export const API_KEY = /^[a-z0-9][a-z0-9-]{0,39}\.[\w-]{43}$/;

/** The header in which a key travels, as with API Gateway. */
export const API_KEY_HEADER = 'x-api-key';

/** Id of a key, or of what is taken for one. */
export function idOfApiKey(text: string): string {
  return text.slice(0, Math.max(0, text.indexOf('.')));
}
