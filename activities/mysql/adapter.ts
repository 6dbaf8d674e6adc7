import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { createPool, type RowDataPacket, type SslOptions } from 'mysql2/promise';
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
  /** With `on`, a server that offers no TLS, or shows a certificate that is not trusted, is refused. */
  readonly tls: 'off' | 'on';
  /** File of the CA that signed the server's certificate; undefined: those that Node trusts. */
  readonly ca: string | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Rows of the tables pinterest_data, geolocation_data and user_data. Connects at the first read; `close` ends the pool.
 * @throws PinflowError SOURCE_UNAVAILABLE, SOURCE_MISSING for an absent table, CONFIG_INVALID for a refused account and
 * for a server that is not trusted
 */
export async function openMysqlSource(access: MysqlAccess): Promise<RowSource> {
  const { host, port, user, password, database, tls, ca } = access;
  const pool = createPool({
    ...{ host, port, user, password, database },
    ...(tls === 'on' && { ssl: await readTlsOptions(host, ca) }),
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

async function readTlsOptions(host: string, ca: string | undefined): Promise<SslOptions> {
  // For an address, mysql2 3.24 has the certificate checked for "localhost" instead.
  if (isIP(host) !== 0) {
    const text = `PINFLOW_MYSQL_HOST: "${host}" is an address, and with PINFLOW_MYSQL_TLS it has to be the name that the certificate is for`;
    throw new PinflowError('CONFIG_INVALID', text);
  }
  // Without `verifyIdentity` the driver takes the certificate of any host.
  const verified = { rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' };
  if (ca === undefined) return verified;
  try {
    return { ...verified, ca: await readFile(ca) };
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new PinflowError('CONFIG_INVALID', `PINFLOW_MYSQL_CA: cannot read "${ca}" (${code})`);
  }
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
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return new PinflowError(
        'CONFIG_INVALID',
        `PINFLOW_MYSQL_TLS: ${place} offers no TLS; have it offered there, or set "off" where the network is trusted`,
      );
    case 'HANDSHAKE_SSL_ERROR':
      return classifyHandshake(message, place);
    case 'ER_NO_SUCH_TABLE':
    case 'ER_BAD_FIELD_ERROR':
      return new PinflowError('SOURCE_MISSING', `${place} lacks a table or a key column: ${message}`);
    default:
      return new PinflowError('SOURCE_UNAVAILABLE', `${place} did not answer (${code}): ${message}`);
  }
}

/** The driver puts one code over all reasons. A connection that broke off may do better next time, a certificate will not. */
function classifyHandshake(message: string, place: string): PinflowError {
  if (/altnames/.test(message)) {
    const text = `PINFLOW_MYSQL_HOST: ${place} showed the certificate of another host, set a name that it is for: ${message}`;
    return new PinflowError('CONFIG_INVALID', text);
  }
  if (/certificate/.test(message)) {
    const text = `PINFLOW_MYSQL_CA: the certificate of ${place} is not trusted, name the file of the CA that signed it: ${message}`;
    return new PinflowError('CONFIG_INVALID', text);
  }
  return new PinflowError('SOURCE_UNAVAILABLE', `${place} broke off the TLS handshake: ${message}`);
}
