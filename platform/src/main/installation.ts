/** Opens what every process of one installation shares: its database, its key, its regions. */
import { existsSync } from 'node:fs';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { openDatabase } from '../database/connect.ts';
import type { DatabaseConnection } from '../database/connect.ts';
import { migrateToLatest } from '../database/migrate.ts';
import type { Database } from '../database/schema.ts';
import { readKeyFile } from '../database/secrets/key-file.ts';
import type { SealingKey } from '../database/secrets/sealing-key.ts';
import type { Config } from './config.ts';
import { dataFolder, prepareDataFolder, type DataFolder } from './data-folder.ts';
import { StartProblem } from './start-problem.ts';

export interface Installation {
  readonly folder: DataFolder;
  readonly connection: DatabaseConnection;
  readonly db: Kysely<Database>;
  readonly key: SealingKey;
  /** Ends connections; stops a private database that nobody else uses. */
  close(): Promise<void>;
}

/** Throws {@link StartProblem} when `haulier init` has not been run. */
export async function openInstallation(config: Config, log: Logger): Promise<Installation> {
  const folder = dataFolder(config.dataFolder);
  if (!existsSync(folder.keyFile)) {
    throw new StartProblem(`There is no installation in ${folder.path}: it has no key file. Run "haulier init" first, or "haulier serve --init". (Joining the database of another machine? Copy its "key" file here.)`);
  }
  const key = readKeyFile(folder.keyFile);
  prepareDataFolder(config.dataFolder);
  const server = await openConnection(config, log);
  const db = openDatabase(server.connection, { onPoolError: (error) => log.warn({ err: error }, 'a database connection broke') });
  const close = async (): Promise<void> => {
    await db.destroy();
    await server.release();
  };
  try {
    await checkReachable(db, config);
    const migrated = await migrateToLatest(db);
    if (migrated.length > 0) log.info({ migrations: migrated }, 'the database is up to date');
    return { folder, connection: server.connection, db, key, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Only of a database that the user names: a private one answered when it was started. */
async function checkReachable(db: Kysely<Database>, { databaseUrl }: Config): Promise<void> {
  if (databaseUrl === undefined) return;
  try {
    await sql`select 1`.execute(db);
  } catch (error) {
    const message = error instanceof AggregateError ? error.errors.map(String).join(', ') : error instanceof Error ? error.message : String(error);
    throw new StartProblem(`The database at ${placeOf(databaseUrl)} cannot be used: ${message}`);
  }
}

/** Without user and password. */
function placeOf(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return 'the configured URL';
  const { host, pathname } = new URL(databaseUrl);
  return `${host === '' ? 'the configured socket' : host}${pathname}`;
}

interface Connection {
  readonly connection: DatabaseConnection;
  release(): Promise<void>;
}

async function openConnection({ databaseUrl, dataFolder }: Config, log: Logger): Promise<Connection> {
  if (databaseUrl !== undefined) return { connection: { connectionString: databaseUrl }, release: () => Promise.resolve() };
  const { startDatabaseServer } = await import('../database/server/server.ts');
  return startDatabaseServer({
    dataFolder,
    env: process.env,
    log: { info: (message) => log.info(message), warn: (message) => log.warn(message) },
  });
}
