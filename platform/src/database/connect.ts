/** Opens the one database. Everything that asks it goes through the Kysely instance made here. */
import { Kysely, PostgresDialect } from 'kysely';
import type { LogEvent } from 'kysely';
import { Pool, TypeOverrides, types } from 'pg';
import { preparing } from './prepared.ts';
import type { Database } from './schema.ts';

/** How a server is reached; fits into the options of `pg` and of pg-boss as it is. May carry a password: never log it. */
export type DatabaseConnection =
  /** `postgres://user:password@host:port/name` */
  | { readonly connectionString: string }
  | SocketConnection;

/** A private server: `host` is the folder of its Unix socket. */
export interface SocketConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

export interface DatabaseOptions {
  /** An idle connection broke. The pool replaces it; without a listener Node would end the process. */
  readonly onPoolError: (error: Error) => void;
  /** Connections at most. */
  readonly poolSize?: number;
  /** Sees each statement after it ran, with its duration and without its parameters' meaning. */
  readonly onQuery?: (event: LogEvent) => void;
}

/**
 * `destroy()` of the result ends its connections.
 *
 * `int8` arrives as a number that is exact: a value beyond 2⁵³−1 rejects the query with a RangeError rather than being
 * rounded. (`numeric`, which sums of int8 are, stays a string: cast such a sum to bigint.)
 */
export function openDatabase(connection: DatabaseConnection, options: DatabaseOptions): Kysely<Database> {
  const pool = new Pool({
    ...connection,
    max: options.poolSize ?? 10,
    application_name: 'haulier',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: exactTypes(),
  });
  pool.on('error', options.onPoolError);
  return new Kysely<Database>({
    dialect: new PostgresDialect({ pool: preparing(pool) }),
    ...(options.onQuery === undefined ? {} : { log: options.onQuery }),
  });
}

function exactTypes(): TypeOverrides {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(types.builtins.INT8, parseExactInteger);
  return overrides;
}

/** Decimal digits to a number without loss. Throws RangeError when a number cannot hold the value. */
export function parseExactInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database holds ${text}, which a number cannot hold exactly`);
  return value;
}
