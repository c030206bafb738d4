/** The kept migration projects, in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { migrationProjectId, type MigrationProject, type MigrationProjectChange, type MigrationProjectId, type MigrationProjectRepository } from '../../server-migration/migration-project.ts';
import type { DomainId } from '../../server-migration/server.ts';
import type { Database } from '../schema.ts';
import { defaultProject } from './default-project.ts';
import { projectColumn } from './template-columns.ts';

export function createPgMigrationProjects(db: Kysely<Database>): MigrationProjectRepository {
  return {
    insert: (domain, project) => changing(db, domain, (trx) => insertProject(trx, domain, project)),
    async list(domain, { limit, offset }) {
      await defaultProject(db, domain);
      const { count } = await projectsOf(db, domain).select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
      const rows = await projectsOf(db, domain).selectAll().orderBy('number').limit(limit).offset(offset).execute();
      return { items: rows.map(projectOf), count };
    },
    async find(domain, id) {
      await defaultProject(db, domain);
      return findProject(db, domain, id);
    },
    update: (domain, id, change) => changing(db, domain, (trx) => updateProject(trx, domain, id, change)),
    remove: (domain, id) => changing(db, domain, (trx) => removeProject(trx, domain, id)),
  };
}

/** One change of a domain's projects at a time, after there is a default one. */
function changing<T>(db: Kysely<Database>, domain: DomainId, change: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('migration projects of ' || ${domain}, 0))`.execute(trx);
    await defaultProject(trx, domain);
    return change(trx);
  });
}

function projectsOf(db: Kysely<Database>, domain: DomainId) {
  return db.selectFrom('server_migration_project').where('domain_id', '=', domain);
}

async function findProject(db: Kysely<Database>, domain: DomainId, id: MigrationProjectId): Promise<MigrationProject | undefined> {
  const row = await projectsOf(db, domain).where('id', '=', id).selectAll().executeTakeFirst();
  return row && projectOf(row);
}

function projectOf(row: Selectable<Database['server_migration_project']>): MigrationProject {
  return { ...projectColumn.judge(row.settings, row.id), id: migrationProjectId(row.id), name: row.name, isDefault: row.is_default };
}

function columnsOf(domain: DomainId, { id, name, isDefault, ...settings }: MigrationProject) {
  return { id, domain_id: domain, name, is_default: isDefault, settings: projectColumn.write(settings) };
}

async function insertProject(trx: Transaction<Database>, domain: DomainId, project: MigrationProject): Promise<'done' | 'name-taken'> {
  if (await isTaken(trx, domain, project.name, project.id)) return 'name-taken';
  if (project.isDefault) await unmarkDefault(trx, domain);
  await trx.insertInto('server_migration_project').values(columnsOf(domain, project)).execute();
  return 'done';
}

async function updateProject(trx: Transaction<Database>, domain: DomainId, id: MigrationProjectId, change: MigrationProjectChange): Promise<'done' | 'absent' | 'name-taken' | 'is-default'> {
  const found = await findProject(trx, domain, id);
  if (found === undefined) return 'absent';
  if (found.isDefault && change.isDefault === false) return 'is-default';
  const changed = { ...found, ...change };
  if (await isTaken(trx, domain, changed.name, id)) return 'name-taken';
  if (changed.isDefault && !found.isDefault) await unmarkDefault(trx, domain);
  await trx.updateTable('server_migration_project').set(columnsOf(domain, changed)).where('id', '=', id).execute();
  return 'done';
}

async function isTaken(trx: Transaction<Database>, domain: DomainId, name: string, by: MigrationProjectId): Promise<boolean> {
  return await projectsOf(trx, domain).where('name', '=', name).where('id', '<>', by).select('id').executeTakeFirst() !== undefined;
}

async function unmarkDefault(trx: Transaction<Database>, domain: DomainId): Promise<void> {
  await trx.updateTable('server_migration_project').set({ is_default: false }).where('domain_id', '=', domain).where('is_default', '=', true).execute();
}

/** A server that is being put into the project holds its row: it is waited for, and then counted. */
async function removeProject(trx: Transaction<Database>, domain: DomainId, id: MigrationProjectId): Promise<'done' | 'absent' | 'is-default' | 'has-servers'> {
  const found = await projectsOf(trx, domain).where('id', '=', id).select('is_default').forUpdate().executeTakeFirst();
  if (found === undefined) return 'absent';
  if (found.is_default) return 'is-default';
  const server = await trx.selectFrom('source_server').where('domain_id', '=', domain).where('migration_project', '=', id).select('id').limit(1).executeTakeFirst();
  if (server !== undefined) return 'has-servers';
  await trx.deleteFrom('server_migration_project').where('id', '=', id).execute();
  return 'done';
}
