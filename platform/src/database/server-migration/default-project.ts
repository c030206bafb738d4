/** Exactly one migration project of a domain is its default, from the first look on. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { firstProject, migrationProjectId, type MigrationProjectId } from '../../server-migration/migration-project.ts';
import type { DomainId } from '../../server-migration/server.ts';
import type { Database } from '../schema.ts';
import { projectColumn } from './template-columns.ts';

/**
 * The project that a server belongs to when it names none; made when the domain has no project yet. With a transaction as `db`,
 * the project cannot be removed before that ends.
 */
export async function defaultProject(db: Kysely<Database>, domain: DomainId): Promise<MigrationProjectId> {
  for (;;) {
    const { rows: [row] } = await sql<{ id: string }>`select id from server_migration_project where domain_id = ${domain} and is_default for key share`.execute(db);
    if (row !== undefined) return migrationProjectId(row.id);
    await makeFirst(db, domain);
  }
}

/** Does nothing when another has been quicker. */
async function makeFirst(db: Kysely<Database>, domain: DomainId): Promise<void> {
  const { name, ...settings } = firstProject;
  await db.insertInto('server_migration_project')
    .values({ id: sql<string>`gen_random_uuid()`, domain_id: domain, name, is_default: true, settings: projectColumn.write(settings) })
    .onConflict((conflict) => conflict.doNothing()).execute();
}
