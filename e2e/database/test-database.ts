/**
 * A database of its own for a test, in a tenth of a second: a copy of a migrated template, on a private server that all
 * test files share. The server's folder stays between runs; whoever leaves last stops it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { openDatabase } from '@haulier/platform/database/connect.ts';
import type { SocketConnection } from '@haulier/platform/database/connect.ts';
import { migrateToLatest } from '@haulier/platform/database/migrate.ts';
import { migrations } from '@haulier/platform/database/migrations/index.ts';
import type { Database } from '@haulier/platform/database/schema.ts';
import { startDatabaseServer } from '@haulier/platform/database/server/server.ts';

export interface TestDatabase {
  readonly connection: SocketConnection;
  readonly db: Kysely<Database>;
  /** Another pool of connections to the same database; ended by `drop`. */
  open(poolSize?: number): Kysely<Database>;
  /** Ends all connections, drops the database and leaves the server. */
  drop(): Promise<void>;
}

/** @param options.migrated false: an empty database. */
export async function createTestDatabase(options: { readonly migrated?: boolean } = {}): Promise<TestDatabase> {
  const server = await startDatabaseServer({
    dataFolder: join(tmpdir(), `haulier-test-databases-${process.getuid?.() ?? 0}`),
    env: process.env,
    log: { info() {}, warn() {} },
    // What a power failure does to a test's database does not matter.
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '400' },
  });
  const admin = open(server.connection);
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const template = options.migrated === false ? 'template0' : await migratedTemplate(admin, server.connection);
  await sql`create database ${sql.id(name)} template ${sql.id(template)}`.execute(admin);

  const connection = { ...server.connection, database: name };
  const pools: Kysely<Database>[] = [];
  const openPool = (poolSize?: number) => {
    const pool = open(connection, poolSize);
    pools.push(pool);
    return pool;
  };
  return {
    connection,
    db: openPool(),
    open: openPool,
    async drop() {
      for (const pool of pools) await pool.destroy();
      await sql`drop database ${sql.id(name)} with (force)`.execute(admin);
      await admin.destroy();
      await server.release();
    },
  };
}

function open(connection: SocketConnection, poolSize = 10): Kysely<Database> {
  return openDatabase(connection, { onPoolError() {}, poolSize });
}

/** Made once for each state of the migrations, by one process while the others wait. */
async function migratedTemplate(admin: Kysely<Database>, connection: SocketConnection): Promise<string> {
  const sources = Object.entries(migrations).map(([name, migration]) => `${name}${migration.up.toString()}`);
  const name = `template_${createHash('sha256').update(sources.join('')).digest('hex').slice(0, 24)}`;
  await admin.connection().execute(async (locked) => {
    await sql`select pg_advisory_lock(1)`.execute(locked);
    try {
      if (!await databaseExists(locked, name)) await makeTemplate(locked, connection, name);
    } finally {
      await sql`select pg_advisory_unlock(1)`.execute(locked);
    }
  });
  return name;
}

async function makeTemplate(admin: Kysely<Database>, connection: SocketConnection, name: string): Promise<void> {
  const unfinished = `${name}_unfinished`;
  await sql`drop database if exists ${sql.id(unfinished)} with (force)`.execute(admin);
  await sql`create database ${sql.id(unfinished)}`.execute(admin);
  const db = open({ ...connection, database: unfinished });
  await migrateToLatest(db).finally(() => db.destroy());
  await sql`alter database ${sql.id(unfinished)} rename to ${sql.id(name)}`.execute(admin);
}

async function databaseExists(db: Kysely<Database>, name: string): Promise<boolean> {
  const { rows } = await sql`select from pg_database where datname = ${name}`.execute(db);
  return rows.length > 0;
}
