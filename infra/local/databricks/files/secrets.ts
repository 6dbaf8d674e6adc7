import type { DatabaseSync } from 'node:sqlite';
import { ApiError } from '../errors.ts';

/** The platform's limits: of one secret in bytes, and of secrets in one scope. */
const MAX_BYTES = 128 * 1024;
const MAX_SECRETS = 1_000;

export interface SecretEntry {
  readonly key: string;
  readonly updated: number;
}

/** Secrets in the clear, in the server's own file: a double keeps nobody's real secrets. */
export class SecretStore {
  readonly #db: DatabaseSync;
  readonly #now: () => number;

  constructor(connection: DatabaseSync, now: () => number = Date.now) {
    this.#db = connection;
    this.#now = now;
    connection.exec(`
      create table if not exists secretScopes (scope text primary key);
      create table if not exists secrets (
        scope text not null, key text not null, value blob not null, updated integer not null, primary key (scope, key)
      );
    `);
  }

  createScope(scope: string): void {
    checkName('scope', scope);
    if (this.#hasScope(scope)) throw new ApiError(400, 'RESOURCE_ALREADY_EXISTS', `Scope ${scope} already exists!`);
    this.#db.prepare('insert into secretScopes (scope) values (?)').run(scope);
  }

  deleteScope(scope: string): void {
    this.#requireScope(scope);
    this.#db.prepare('delete from secrets where scope = ?').run(scope);
    this.#db.prepare('delete from secretScopes where scope = ?').run(scope);
  }

  listScopes(): string[] {
    return this.#db
      .prepare('select scope from secretScopes order by scope')
      .all()
      .map((row) => String(row['scope']));
  }

  put(scope: string, key: string, value: Buffer): void {
    this.#requireScope(scope);
    checkName('key', key);
    if (value.length > MAX_BYTES)
      throw new ApiError(400, 'INVALID_PARAMETER_VALUE', `the value of ${key} has more than ${MAX_BYTES} bytes`);
    const others = this.list(scope).filter((secret) => secret.key !== key);
    if (others.length >= MAX_SECRETS)
      throw new ApiError(400, 'RESOURCE_LIMIT_EXCEEDED', `scope ${scope} has ${MAX_SECRETS} secrets already`);
    const insert = this.#db.prepare('insert or replace into secrets (scope, key, value, updated) values (?, ?, ?, ?)');
    insert.run(scope, key, value, this.#now());
  }

  get(scope: string, key: string): Buffer {
    this.#requireScope(scope);
    const row = this.#db.prepare('select value from secrets where scope = ? and key = ?').get(scope, key);
    if (row === undefined) throw absent(`Secret does not exist with scope: ${scope} and key: ${key}`);
    return Buffer.from(row['value'] as Uint8Array);
  }

  delete(scope: string, key: string): void {
    this.get(scope, key);
    this.#db.prepare('delete from secrets where scope = ? and key = ?').run(scope, key);
  }

  list(scope: string): SecretEntry[] {
    this.#requireScope(scope);
    const query = this.#db.prepare('select key, updated from secrets where scope = ? order by key');
    return query.all(scope) as unknown as SecretEntry[];
  }

  /** For the work of clusters: scope → key → value as text. */
  readAll(): Record<string, Record<string, string>> {
    // Entries, because assigning to a scope that is called `__proto__` would lose it.
    return Object.fromEntries(
      this.listScopes().map((scope) => [
        scope,
        Object.fromEntries(this.list(scope).map(({ key }) => [key, this.get(scope, key).toString()])),
      ]),
    );
  }

  #hasScope(scope: string): boolean {
    return this.#db.prepare('select 1 from secretScopes where scope = ?').get(scope) !== undefined;
  }

  #requireScope(scope: string): void {
    if (!this.#hasScope(scope)) throw absent(`Scope ${scope} does not exist!`);
  }
}

function checkName(what: string, name: string): void {
  if (!/^[\w.@/-]{1,128}$/.test(name))
    throw new ApiError(400, 'INVALID_PARAMETER_VALUE', `${what} "${name}" is not 1 to 128 letters, digits, _ - . @ /`);
}

function absent(message: string): ApiError {
  return new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', message);
}
