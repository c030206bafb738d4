/** A server registers, for the first time or again. */
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { checkEnvironment, hasFailed } from '../../server-migration/environment-checks.ts';
import { sourceId, sourceIdOf } from '../../server-migration/server-id.ts';
import type { DomainId, EnvironmentCheck, Facts, Registration, SourceId } from '../../server-migration/server.ts';
import { ServerRefusal } from '../../server-migration/server-migration.ts';
import type { InspectedStorage } from '../../server-migration/source-repository.ts';
import type { Database } from '../schema.ts';
import { defaultProject } from './default-project.ts';
import { searchable } from './column-fields.ts';
import { lockServer, moveServer, moveThrough, type LockedServer } from './move-server.ts';
import { checksColumn, inspectedColumn, toldColumn, type SourceTold } from './source-columns.ts';

/** Of a server whose enterprise project is not told. */
const defaultEnterpriseProject = '0';

export async function registerSource(db: Kysely<Database>, domain: DomainId, registration: Registration, machine: string | undefined, fresh: SourceId): Promise<SourceId> {
  return db.transaction().execute(async (trx) => {
    if (machine !== undefined) await sql`select pg_advisory_xact_lock(hashtextextended('machine of ' || ${domain} || ' ' || ${machine}, 0))`.execute(trx);
    const known = await findKnown(trx, domain, registration, machine);
    const checks = checkEnvironment(registration.osType, registration.osVersion, registration.inspected);
    if (known === undefined) await insertSource(trx, domain, registration, machine, checks, fresh);
    else await updateSource(trx, known, registration, machine, checks);
    const id = known?.id ?? fresh;
    // An agent may know better than we do that its server cannot be migrated.
    await judge(trx, domain, id, hasFailed(checks) || registration.state === 'unavailable');
    return id;
  });
}

async function findKnown(trx: Transaction<Database>, domain: DomainId, { id: text }: Registration, machine: string | undefined): Promise<LockedServer | undefined> {
  const id = text === undefined ? undefined : sourceIdOf(text);
  const byId = id && await lockServer(trx, domain, { source: id });
  if (byId !== undefined || machine === undefined) return byId;
  const row = await trx.selectFrom('source_server').select('id').where('domain_id', '=', domain).where('machine', '=', machine).where('state', '<>', 'deleting')
    .orderBy('added_at', 'desc').limit(1).executeTakeFirst();
  return row && lockServer(trx, domain, { source: sourceId(row.id) });
}

async function judge(trx: Transaction<Database>, domain: DomainId, id: SourceId, failed: boolean): Promise<void> {
  const server = await lockServer(trx, domain, { source: id });
  if (server !== undefined) await moveThrough(trx, server, ['register', failed ? 'fail-checks' : 'pass-checks']);
}

async function insertSource(trx: Transaction<Database>, domain: DomainId, registration: Registration, machine: string | undefined, checks: readonly EnvironmentCheck[], id: SourceId): Promise<void> {
  await trx.insertInto('source_server').values({
    id,
    domain_id: domain,
    enterprise_project: searchable(registration.enterpriseProject ?? defaultEnterpriseProject),
    migration_project: await defaultProject(trx, domain),
    state: 'waiting',
    cycle: 'checking',
    ...columnsOf(registration, registration.name, machine, checks),
    plan: null,
  }).execute();
}

/**
 * A name that a person has given stays until the agent tells another than it did before. A machine with another operating system has
 * been set up anew: a task is for the server that it was, and a plan for its disks.
 */
async function updateSource(trx: Transaction<Database>, { id, task }: LockedServer, registration: Registration, machine: string | undefined, checks: readonly EnvironmentCheck[]): Promise<void> {
  const row = await trx.selectFrom('source_server').select('told').where('id', '=', id).executeTakeFirstOrThrow();
  const before = toldColumn.read(row.told, id);
  const otherSystem = registration.osType !== before.osType;
  if (otherSystem && task !== undefined) throw new ServerRefusal({ kind: 'other-system', id, was: before.osType });
  const { enterpriseProject } = registration;
  await trx.updateTable('source_server').set({
    ...columnsOf(registration, registration.name === before.toldName ? before.name : registration.name, machine, checks),
    ...(enterpriseProject === undefined ? {} : { enterprise_project: searchable(enterpriseProject) }),
    ...(otherSystem ? { plan: null } : {}),
    heard_at: sql<Date>`clock_timestamp()`,
  }).where('id', '=', id).execute();
}

function columnsOf(registration: Registration, name: string, machine: string | undefined, checks: readonly EnvironmentCheck[]) {
  const { ip, ipv6, hostname, osType, osVersion, agentVersion, oemSystem, startType, facts, inspected } = registration;
  return {
    ...namedColumns({ toldName: registration.name, name, ip, ipv6, hostname, osType, osVersion, agentVersion, oemSystem, startType, facts }),
    machine: machine ?? null,
    inspected: inspectedColumn.write(inspected),
    checks: checksColumn.write(checks),
  };
}

/** What was told, and what of it is filtered by. */
export function namedColumns(told: SourceTold) {
  return { told: toldColumn.write(told), name: searchable(told.name), ip: searchable(told.ip), ipv6: searchable(told.ipv6) };
}

/** Disks as they are now, judged with the rest as it was told. */
export async function setDiskInfo(trx: Transaction<Database>, server: LockedServer, facts: Facts, storage: InspectedStorage): Promise<void> {
  const row = await trx.selectFrom('source_server').select(['told', 'inspected']).where('id', '=', server.id).executeTakeFirstOrThrow();
  const before = toldColumn.read(row.told, server.id);
  const told = { ...before, facts: { ...before.facts, ...facts } };
  const inspected = { ...inspectedColumn.read(row.inspected, server.id), ...storage };
  const checks = checkEnvironment(told.osType, told.osVersion, inspected);
  await trx.updateTable('source_server').set({ told: toldColumn.write(told), inspected: inspectedColumn.write(inspected), checks: checksColumn.write(checks) })
    .where('id', '=', server.id).execute();
  await moveServer(trx, server, hasFailed(checks) ? 'fail-checks' : 'pass-checks');
}
