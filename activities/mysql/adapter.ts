import { createPool, type RowDataPacket } from 'mysql2/promise';
import { PinflowError } from '../../domain/errors.ts';
import type { RowSource } from '../ports.ts';
import { createMysqlSource } from './row-source.ts';

/** Address and account of the source database. */
export interface MysqlAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Rows of the tables pinterest_data, geolocation_data and user_data. Connects at the first read; `close` ends the pool.
 * @throws PinflowError SOURCE_UNAVAILABLE, SOURCE_MISSING for an absent table, CONFIG_INVALID for a refused account
 */
export async function openMysqlSource(access: MysqlAccess): Promise<RowSource> {
  const pool = createPool({
    ...access,
    charset: 'utf8mb4',
    connectTimeout: CONNECT_TIMEOUT_MS,
    // As text, dates reach the wire as the database prints them; as Date objects they would get a zone they do not have.
    dateStrings: true,
    // DECIMAL would come as text, but coordinates are numbers on the wire.
    decimalNumbers: true,
    supportBigNumbers: true,
  });
  const query = async (sql: string, values: readonly unknown[]) => {
    try {
      // `query` and not `execute`: in the binary protocol a FLOAT of -89.9787 comes as -89.97869873046875.
      const [rows] = await pool.query<RowDataPacket[]>(sql, [...values]);
      return rows;
    } catch (error) {
      throw classifyError(error, access);
    }
  };
  // It fails with what a connection that was still being opened has met, and would hide the error that ends the read.
  return createMysqlSource(query, () => pool.end().catch(() => undefined));
}

/** What an error of the driver means. Its text may quote the statement, which holds no secret; the password is in none. */
export function classifyError(error: unknown, { host, port, user, database }: MysqlAccess): PinflowError {
  const { code = 'unknown error', message } = error as NodeJS.ErrnoException;
  const place = `database "${database}" at "${host}:${port}"`;
  switch (code) {
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_DBACCESS_DENIED_ERROR':
    case 'ER_TABLEACCESS_DENIED_ERROR':
      return new PinflowError(
        'CONFIG_INVALID',
        `PINFLOW_MYSQL_USER, PINFLOW_MYSQL_PASSWORD: ${place} denied access to user "${user}"`,
      );
    case 'ER_BAD_DB_ERROR':
      return new PinflowError('CONFIG_INVALID', `PINFLOW_MYSQL_DATABASE: there is no ${place}`);
    case 'ER_NO_SUCH_TABLE':
    case 'ER_BAD_FIELD_ERROR':
      return new PinflowError('SOURCE_MISSING', `${place} lacks a table or a key column: ${message}`);
    default:
      return new PinflowError('SOURCE_UNAVAILABLE', `${place} did not answer (${code}): ${message}`);
  }
}
