import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration';
import { migrations } from './migrations/index.ts';

/** The database does not fit this version of Haulier. It is as it was. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Brings the database up to this version, in one transaction. Any number of processes may call it at once: an advisory
 * lock lets one of them do it while the others wait.
 *
 * @returns the names that were run now.
 * @throws {@link MigrationError} also when a newer version has migrated this database.
 */
export async function migrateToLatest<T>(db: Kysely<T>): Promise<readonly string[]> {
  const unknown = (await executedMigrations(db)).filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length > 0) {
    throw new MigrationError(`The database was migrated by a newer Haulier (${unknown.join(', ')}). Start that version, or restore a backup taken before the upgrade.`);
  }
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results.find((result) => result.status === 'Error');
    const step = failed === undefined ? '' : ` at ${failed.migrationName}`;
    throw new MigrationError(`The database could not be migrated${step}: ${error instanceof Error ? error.message : JSON.stringify(error)}`, { cause: error });
  }
  return results.map((result) => result.migrationName);
}

async function executedMigrations<T>(db: Kysely<T>): Promise<readonly string[]> {
  const { rows: [table] } = await sql<{ found: boolean }>`select to_regclass(${DEFAULT_MIGRATION_TABLE}) is not null as found`.execute(db);
  if (table?.found !== true) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(db);
  return rows.map((row) => row.name);
}
