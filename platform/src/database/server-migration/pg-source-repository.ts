/** The kept sources, in PostgreSQL. */
import { sql } from 'kysely';
import type { Expression, Kysely, RawBuilder, SqlBool, Transaction } from 'kysely';
import type { DomainId, Overview, SourceId } from '../../server-migration/server.ts';
import { counterOf } from '../../server-migration/server-life-cycle.ts';
import { ServerRefusal, type Listed, type SourceFilter, type SourceWithTask } from '../../server-migration/server-migration.ts';
import type { FailedSource, SourceChange, SourceRepository } from '../../server-migration/source-repository.ts';
import type { Database } from '../schema.ts';
import { searchable } from './column-fields.ts';
import { markHeard } from './heard.ts';
import { moveServer, tellServer, withServer, withServers, type LockedServer } from './move-server.ts';
import { nextCommand, takeResult } from './pg-agent-commands.ts';
import { namedColumns, registerSource, setDiskInfo } from './register-source.ts';
import { selectServerTasks, serverTaskOf } from './server-task-rows.ts';
import { planColumn, toldColumn } from './source-columns.ts';
import { isConnected, selectSources, sourceOf, type Silence } from './source-rows.ts';

export function createPgSourceRepository(db: Kysely<Database>, settings: Silence): SourceRepository {
  return {
    register: (domain, registration, machine, fresh) => registerSource(db, domain, registration, machine, fresh),
    find: (domain, id) => atOneMoment(db, async (trx) => {
      const [found] = await withTasks(trx, selectSources(trx, settings).where('source_server.domain_id', '=', domain).where('source_server.id', '=', id));
      return found;
    }),
    list: (domain, filter) => atOneMoment(db, (trx) => listSources(trx, settings, domain, filter)),
    failures: (domain, filter) => atOneMoment(db, (trx) => listFailures(trx, settings, domain, filter)),
    overview: (domain, enterpriseProject) => readOverview(db, domain, enterpriseProject),
    async update(domain, id, change) {
      return await withServer(db, domain, { source: id }, (trx) => updateSource(trx, domain, id, change)) ?? 'absent';
    },
    async setDiskInfo(domain, id, facts, storage) {
      return await withServer(db, domain, { source: id }, async (trx, server) => {
        await markHeard(trx, id);
        await setDiskInfo(trx, server, facts, storage);
        return true;
      }) ?? false;
    },
    async tell(domain, id, told) {
      return await withServer(db, domain, { source: id }, async (trx, server) => {
        await markHeard(trx, id);
        await tellServer(trx, server, told);
        return true;
      }) ?? false;
    },
    remove: (domain, ids) => removeSources(db, settings, domain, ids),
    nextCommand: (domain, id) => nextCommand(db, domain, id),
    takeResult: (domain, id, result) => takeResult(db, domain, id, result),
  };
}

/** What several statements read, they read of one moment. */
function atOneMoment<T>(db: Kysely<Database>, read: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read);
}

type Sources = ReturnType<typeof selectSources>;

async function withTasks(trx: Transaction<Database>, sources: Sources): Promise<readonly SourceWithTask[]> {
  const found = (await sources.execute()).map(sourceOf);
  const rows = await selectServerTasks(trx).where(sql<SqlBool>`server_task.id = any(${found.flatMap(({ currentTask }) => currentTask ?? [])}::text[])`).execute();
  const tasks = new Map(rows.map(serverTaskOf).map((task) => [task.id, task]));
  return found.map((source) => ({ source, task: source.currentTask && tasks.get(source.currentTask) }));
}

async function listSources(trx: Transaction<Database>, settings: Silence, domain: DomainId, filter: SourceFilter): Promise<Listed<SourceWithTask>> {
  const matching = selectSources(trx, settings).where((eb) => eb.and([eb('source_server.domain_id', '=', domain), ...conditions(settings, filter)]));
  const { count } = await trx.selectFrom(matching.as('matching')).select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const page = matching.orderBy('added_at', 'desc').orderBy('source_server.id', 'desc').limit(filter.limit).offset(filter.offset);
  return { items: await withTasks(trx, page), count };
}

function conditions(silence: Silence, filter: SourceFilter): Expression<SqlBool>[] {
  const { state, name, id, ip, ipv6, migrationProject, cycle, connected, enterpriseProject, consistencyChecked, vmId } = filter;
  const where = <T>(value: T | undefined, condition: (value: T) => RawBuilder<SqlBool>) => (value === undefined ? [] : [condition(value)]);
  return [
    ...where(state, (value) => sql`source_server.state = ${value}`),
    ...where(name, (value) => sql`source_server.name ilike ${`%${searchable(value).replaceAll(/[\\%_]/g, '\\$&')}%`}`),
    ...where(id, (value) => sql`source_server.id = ${searchable(value).toLowerCase()}`),
    ...where(ip, (value) => sql`source_server.ip = ${searchable(value)}`),
    ...where(ipv6, (value) => sql`lower(source_server.ipv6) = lower(${searchable(value)})`),
    ...where(migrationProject, (value) => sql`source_server.migration_project = ${searchable(value).toLowerCase()}`),
    ...where(cycle, (value) => sql`source_server.cycle = ${value}`),
    ...where(connected, (value) => sql`${isConnected(silence)} = ${value}`),
    ...where(enterpriseProject, (value) => sql`source_server.enterprise_project = ${searchable(value)}`),
    ...where(consistencyChecked, (value) => sql`coalesce(server_task.consistency_checked, false) = ${value}`),
    ...where(vmId, (value) => sql`server_task.vm_id = ${searchable(value)}`),
  ];
}

async function listFailures(trx: Transaction<Database>, settings: Silence, domain: DomainId, { limit, offset, enterpriseProject }: Parameters<SourceRepository['failures']>[1]): Promise<Listed<FailedSource>> {
  const failed = selectSources(trx, settings)
    .where('source_server.domain_id', '=', domain).where('server_task.state', 'in', ['MIGRATE_FAIL', 'SYNC_FAIL'])
    .where((eb) => eb.and(conditions(settings, { limit, offset, ...(enterpriseProject === undefined ? {} : { enterpriseProject }) })));
  const { count } = await trx.selectFrom(failed.as('failed')).select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const items = await withTasks(trx, failed.orderBy('server_task.finished_at', 'desc').orderBy('source_server.id').limit(limit).offset(offset));
  return { items: items.map((item) => ({ ...item, error: item.task?.error ?? 'The agent told of a failure, and no reason.' })), count };
}

/** One statement sees one moment, however many sources change meanwhile. */
async function readOverview(db: Kysely<Database>, domain: DomainId, enterpriseProject: string | undefined): Promise<Overview> {
  const rows = await db.selectFrom('source_server').leftJoin('server_task', 'server_task.source_id', 'source_server.id')
    .select((eb) => ['source_server.state', eb('server_task.id', 'is not', null).as('has_task'), eb.fn.countAll<number>().as('count')])
    .where('source_server.domain_id', '=', domain)
    .where(enterpriseProject === undefined ? sql<SqlBool>`true` : sql<SqlBool>`source_server.enterprise_project = ${searchable(enterpriseProject)}`)
    .groupBy(['source_server.state', 'has_task']).execute();
  const counted: Record<keyof Overview, number> = {
    waiting: 0, replicate: 0, syncing: 0, stopped: 0, deleting: 0, cutovering: 0, unavailable: 0, stopping: 0, skipping: 0, finished: 0, initialize: 0, error: 0, cloning: 0,
    unconfigured: 0,
  };
  for (const { state, has_task, count } of rows) {
    const counter = counterOf(state, Boolean(has_task));
    if (counter !== undefined) counted[counter] += count;
  }
  return counted;
}

async function updateSource(trx: Transaction<Database>, domain: DomainId, id: SourceId, { name, migrationProject, plan }: SourceChange): Promise<'done' | 'no-such-project'> {
  const project = migrationProject && await holdProject(trx, domain, migrationProject);
  if (migrationProject !== undefined && project === undefined) return 'no-such-project';
  const before = await trx.selectFrom('source_server').select(['told', 'plan']).where('id', '=', id).executeTakeFirstOrThrow();
  await trx.updateTable('source_server').set({
    ...(name === undefined ? {} : namedColumns({ ...toldColumn.read(before.told, id), name })),
    ...(project === undefined ? {} : { migration_project: project }),
    ...(plan === undefined ? {} : { plan: planColumn.write({ ...before.plan === null ? {} : planColumn.read(before.plan, id), ...plan }) }),
    id,
  }).where('id', '=', id).execute();
  return 'done';
}

/** The project cannot be removed before the transaction ends. */
async function holdProject(trx: Transaction<Database>, domain: DomainId, id: string): Promise<string | undefined> {
  const { rows: [row] } = await sql<{ id: string }>`select id from server_migration_project where domain_id = ${domain} and id = ${searchable(id).toLowerCase()} for key share`.execute(trx);
  return row?.id;
}

async function removeSources(db: Kysely<Database>, { silentAfterMs }: Silence, domain: DomainId, ids: readonly SourceId[]): Promise<void> {
  await withServers(db, domain, ids.map((source) => ({ source })), async (trx, servers) => {
    for (const [index, server] of servers.entries()) await removeSource(trx, server, ids[index], silentAfterMs);
  });
}

async function removeSource(trx: Transaction<Database>, server: LockedServer | undefined, id: SourceId | undefined, silentAfterMs: number): Promise<void> {
  if (server === undefined) throw new ServerRefusal({ kind: 'no-such-source', id: id ?? '' });
  const event = server.heardMsAgo > silentAfterMs ? 'delete-silent-source' : 'delete-source';
  const { kind } = await moveServer(trx, server, event);
  if (kind === 'refused') throw new ServerRefusal({ kind: 'action-not-allowed', action: 'delete', state: server.position.state, id: server.id });
}
