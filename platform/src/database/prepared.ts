/**
 * Statements that are asked all the time: PostgreSQL parses and plans them once a connection, which would cost it more than running
 * them. Kysely has no word for that, so such a statement begins with {@link prepared}.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';

const mark = '/* prepared */';

/**
 * Only for a statement whose best plan is the same whatever its parameters are, which names the columns that it returns, and whose
 * text comes in few forms: each stays in the memory of each connection.
 */
export const prepared = sql.raw(mark);

/** The pool, as Kysely knows one. */
export function preparing(pool: Pool): PostgresPool {
  const known = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      const before = known.get(client);
      if (before !== undefined) return before;
      const now = preparingClient(client);
      known.set(client, now);
      return now;
    },
  };
}

/** What of `pg` Kysely's types leave out. */
interface Preparer {
  query<R>(statement: { readonly name: string; readonly text: string; readonly values: unknown[] }): Promise<PostgresQueryResult<R>>;
}

function preparingClient(client: PoolClient): PostgresPoolClient {
  const plain: PostgresPoolClient = client;
  const preparer: Preparer = client;
  function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query<R>(asked: string | PostgresCursor<R>, values: readonly unknown[] = []): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof asked !== 'string') return plain.query(asked);
    return asked.startsWith(mark) ? preparer.query({ name: nameOf(asked), text: asked, values: [...values] }) : plain.query(asked, values);
  }
  return { query, release: (destroy) => client.release(destroy) };
}

const names = new Map<string, string>();

/** Of the text alone, so that processes of two versions never mean two statements by one name behind a pooler. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `haulier-${createHash('sha256').update(text).digest('base64url')}`;
  names.set(text, name);
  return name;
}
