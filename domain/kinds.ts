/** The three kinds of record a post is made of; a post's key joins them one to one. */
export const RECORD_KINDS = ['pin', 'geo', 'user'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** One value per record kind. */
export type PerKind<T> = Readonly<Record<RecordKind, T>>;

/** Builds one value per kind, in the order of {@link RECORD_KINDS}. */
export function mapKinds<T>(build: (kind: RecordKind) => T): PerKind<T> {
  return { pin: build('pin'), geo: build('geo'), user: build('user') };
}

/** The field of a source row that holds its key. The pin table calls it `index`, the other two `ind`. */
export const KEY_FIELDS: PerKind<'index' | 'ind'> = { pin: 'index', geo: 'ind', user: 'ind' };
