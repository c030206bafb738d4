/** Looks into the private database of a test installation while its server runs. */
import type { Kysely } from 'kysely';
import { openDatabase } from '@haulier/platform/database/connect.ts';
import type { Database } from '@haulier/platform/database/schema.ts';
import { startDatabaseServer } from '@haulier/platform/database/server/server.ts';

export async function withDatabase<T>(dataFolder: string, use: (db: Kysely<Database>) => Promise<T>): Promise<T> {
  const server = await startDatabaseServer({ dataFolder, env: process.env, log: { info() {}, warn() {} } });
  const db = openDatabase(server.connection, { onPoolError() {} });
  try {
    return await use(db);
  } finally {
    await db.destroy();
    await server.release();
  }
}

/** By which another process reaches it. */
export async function databaseUrl(dataFolder: string): Promise<string> {
  const server = await startDatabaseServer({ dataFolder, env: process.env, log: { info() {}, warn() {} } });
  const { host, port, user, database } = server.connection;
  await server.release();
  return `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
}
