/** The kept templates, in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely, SqlBool } from 'kysely';
import type { DomainId } from '../../server-migration/server.ts';
import { templateId, type Template, type TemplateFilter, type TemplateId, type TemplateRepository, type TemplateSettings } from '../../server-migration/template.ts';
import type { Database } from '../schema.ts';
import { templateColumn } from './template-columns.ts';

export function createPgTemplates(db: Kysely<Database>): TemplateRepository {
  return {
    async insert(domain, { id, ...settings }, sealedPassword) {
      await db.insertInto('server_template').values({ id, domain_id: domain, ...columnsOf(settings), password: sealedPassword === undefined ? null : Buffer.from(sealedPassword) }).execute();
    },
    async find(domain, id) {
      const row = await templatesOf(db, domain).where('id', '=', id).select(['id', 'settings']).executeTakeFirst();
      return row && templateOf(row);
    },
    async list(domain, filter) {
      const matching = filtered(db, domain, filter);
      const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
      const rows = await matching.select(['id', 'settings']).orderBy('number', 'desc').limit(filter.limit).offset(filter.offset).execute();
      return { items: rows.map(templateOf), count };
    },
    update: (domain, id, settings, sealedPassword) => updateTemplate(db, domain, id, settings, sealedPassword),
    remove: (domain, ids) => removeTemplates(db, domain, ids),
    async password(domain, id) {
      const row = await templatesOf(db, domain).where('id', '=', id).select('password').executeTakeFirst();
      return row && { sealed: row.password ?? undefined };
    },
  };
}

function templatesOf(db: Kysely<Database>, domain: DomainId) {
  return db.selectFrom('server_template').where('domain_id', '=', domain);
}

function filtered(db: Kysely<Database>, domain: DomainId, { name, id, region, availabilityZone }: TemplateFilter) {
  let rows = templatesOf(db, domain);
  if (name !== undefined) rows = rows.where('name', 'ilike', `%${name.replaceAll(/[\\%_]/g, '\\$&')}%`);
  if (id !== undefined) rows = rows.where('id', '=', id.toLowerCase());
  if (region !== undefined) rows = rows.where('region', '=', region);
  if (availabilityZone !== undefined) rows = rows.where('zone', '=', availabilityZone);
  return rows;
}

function columnsOf(settings: TemplateSettings) {
  return { settings: templateColumn.write(settings), name: settings.name, region: settings.region ?? null, zone: settings.availabilityZone ?? null };
}

function templateOf({ id, settings }: { readonly id: string; readonly settings: string }): Template {
  return { ...templateColumn.read(settings, id), id: templateId(id) };
}

async function updateTemplate(db: Kysely<Database>, domain: DomainId, id: TemplateId, change: Partial<TemplateSettings>, sealedPassword: Uint8Array | undefined): Promise<boolean> {
  const told = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return db.transaction().execute(async (trx) => {
    const row = await templatesOf(trx, domain).where('id', '=', id).select('settings').forUpdate().executeTakeFirst();
    if (row === undefined) return false;
    await trx.updateTable('server_template')
      .set({ ...columnsOf({ ...templateColumn.read(row.settings, id), ...told }), ...(sealedPassword === undefined ? {} : { password: Buffer.from(sealedPassword) }) })
      .where('id', '=', id).execute();
    return true;
  });
}

async function removeTemplates(db: Kysely<Database>, domain: DomainId, ids: readonly TemplateId[]): Promise<readonly TemplateId[]> {
  return db.transaction().execute(async (trx) => {
    const named = sql<SqlBool>`id = any(${ids}::text[])`;
    const rows = await templatesOf(trx, domain).where(named).select('id').orderBy('id').forUpdate().execute();
    const there = new Set(rows.map(({ id }) => id));
    const missing = ids.filter((id) => !there.has(id));
    if (missing.length === 0) await trx.deleteFrom('server_template').where(named).execute();
    return missing;
  });
}
