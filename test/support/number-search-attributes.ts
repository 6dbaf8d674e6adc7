import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes.ts';

/** The server's API has numbers for the types. */
const NUMBERS = { Keyword: 2, Bool: 5 } as const;

/** The search attributes of runs, as a server is told of them. */
export function numberSearchAttributes(): Record<string, number> {
  return Object.fromEntries(Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, NUMBERS[type]]));
}
