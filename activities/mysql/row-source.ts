import { PinflowError } from '../../domain/errors.ts';
import { KEY_FIELDS, mapKinds, type PerKind, type RecordKind } from '../../domain/kinds.ts';
import type { RowSource, SourceRow } from '../ports.ts';

/** Runs one statement with its values in place of the question marks; columns in the order of the table. */
export type Query = (sql: string, values: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;

const TABLES: PerKind<string> = { pin: 'pinterest_data', geo: 'geolocation_data', user: 'user_data' };
const KEYS_PER_PAGE = 10_000;
const ROWS_PER_PAGE = 1_000;

/**
 * Rows of the course's database. Positions follow the key, then the JSON text, rows without a key last: the tables
 * promise no order and no unique key, so `LIMIT n,1`, as the course reads, may give any row and scans the table each time.
 */
export function createMysqlSource(query: Query, close: () => Promise<void>): RowSource {
  const tables = mapKinds((kind) => new KeyedTable(kind, query));
  return {
    listKeys: (kind) => tables[kind].listKeys(),
    readRows: (kind, positions) => tables[kind].readRows(positions),
    close,
  };
}

/** Where a row is: the n-th of the rows of its key. */
interface Place {
  readonly key: number | null;
  readonly nth: number;
}

class KeyedTable {
  readonly #table: string;
  readonly #column: string;
  readonly #query: Query;
  #places: Promise<readonly Place[]> | undefined;

  constructor(kind: RecordKind, query: Query) {
    this.#table = `\`${TABLES[kind]}\``;
    this.#column = KEY_FIELDS[kind];
    this.#query = query;
  }

  async listKeys(): Promise<readonly (number | null)[]> {
    this.#places = this.#readPlaces();
    return (await this.#places).map(({ key }) => key);
  }

  async readRows(positions: readonly number[]): Promise<SourceRow[]> {
    const places = await (this.#places ??= this.#readPlaces());
    const rows: SourceRow[] = [];
    for (let start = 0; start < positions.length; start += ROWS_PER_PAGE) {
      const page = positions.slice(start, start + ROWS_PER_PAGE).map((position) => placeAt(places, position));
      const texts = await this.#readTexts(page);
      for (const { key, nth } of page) {
        const json = texts.get(key)?.[nth] ?? failVanished(this.#table, key);
        rows.push({ key, json });
      }
    }
    return rows;
  }

  /** Keys with their number of rows: unlike a page of rows, a page of keys cannot cut a key's rows in two. */
  async #readPlaces(): Promise<readonly Place[]> {
    const column = `\`${this.#column}\``;
    const counted: { key: number | null; count: number }[] = [];
    for (let last = Number.MIN_SAFE_INTEGER; ;) {
      const page = await this.#query(
        `SELECT ${column} AS k, COUNT(*) AS n FROM ${this.#table} WHERE ${column} > ? GROUP BY ${column} ORDER BY ${column} LIMIT ?`,
        [last, KEYS_PER_PAGE],
      );
      counted.push(...page.map((row) => ({ key: Number(row['k']), count: Number(row['n']) })));
      if (page.length < KEYS_PER_PAGE) break;
      last = counted.at(-1)?.key ?? last;
    }
    const [keyless] = await this.#query(`SELECT COUNT(*) AS n FROM ${this.#table} WHERE ${column} IS NULL`, []);
    counted.push({ key: null, count: Number(keyless?.['n'] ?? 0) });
    return counted.flatMap(({ key, count }) => Array.from({ length: count }, (_, nth) => ({ key, nth })));
  }

  /** JSON texts of all rows of the keys, by key, in the order of {@link Place}. */
  async #readTexts(places: readonly Place[]): Promise<ReadonlyMap<number | null, readonly string[]>> {
    const column = `\`${this.#column}\``;
    const keys = [...new Set(places.map(({ key }) => key))];
    const withKey = keys.filter((key) => key !== null);
    const found: Record<string, unknown>[] = [];
    if (withKey.length > 0) {
      found.push(...(await this.#query(`SELECT * FROM ${this.#table} WHERE ${column} IN (?)`, [withKey])));
    }
    if (withKey.length < keys.length) {
      found.push(...(await this.#query(`SELECT * FROM ${this.#table} WHERE ${column} IS NULL`, [])));
    }
    const keyOf = (row: Record<string, unknown>) => (row[this.#column] === null ? null : Number(row[this.#column]));
    const grouped = Map.groupBy(found, keyOf);
    return new Map([...grouped].map(([key, rows]) => [key, rows.map((row) => JSON.stringify(row)).sort()]));
  }
}

function placeAt(places: readonly Place[], position: number): Place {
  const place = places[position];
  if (place === undefined) throw new RangeError(`expected a position from 0 to ${places.length - 1}, got ${position}`);
  return place;
}

function failVanished(table: string, key: number | null): never {
  throw new PinflowError('SOURCE_UNAVAILABLE', `table ${table} lost a row with key ${key} while a run was reading it`);
}
