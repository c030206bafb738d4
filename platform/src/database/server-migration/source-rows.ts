/** Rows of the table `source_server`, with what their tasks say of them, to sources. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { domainId, serverTaskId, sourceId } from '../../server-migration/server-id.ts';
import type { DomainId, SourceId, SourceServer } from '../../server-migration/server.ts';
import type { Database } from '../schema.ts';
import { int64Of } from './column-fields.ts';
import { checksColumn, planColumn, toldColumn } from './source-columns.ts';

/** An agent that has not been heard of for so long is not connected. */
export interface Silence {
  readonly silentAfterMs: number;
}

/** Derived by the database's clock as it is read, so that nobody has to notice when an agent falls silent. */
export function isConnected({ silentAfterMs }: Silence) {
  return sql<boolean>`(source_server.heard_at > clock_timestamp() - make_interval(secs => ${silentAfterMs / 1000}))`;
}

/** Sources with the id of their task and what it says of them. */
export function selectSources(db: Kysely<Database>, silence: Silence) {
  return db
    .selectFrom('source_server')
    .leftJoin('server_task', 'server_task.source_id', 'source_server.id')
    .select([
      'source_server.id', 'source_server.domain_id', 'source_server.enterprise_project', 'migration_project', 'source_server.state', 'cycle', 'told', 'checks', 'plan',
      'added_at', 'heard_at', 'state_since', 'cycle_since', 'server_task.id as task_id', 'consistency_checked',
      sql<string>`coalesce(copied, 0)::text`.as('copied'), sql<string>`coalesce(total, 0)::text`.as('total'), isConnected(silence).as('connected'),
    ]);
}

/** Those of the domain's sources that there are. */
export async function readSources(db: Kysely<Database>, silence: Silence, domain: DomainId, ids: readonly SourceId[]): Promise<ReadonlyMap<SourceId, SourceServer>> {
  const rows = await selectSources(db, silence).where('source_server.domain_id', '=', domain).where(sql<boolean>`source_server.id = any(${ids}::text[])`).execute();
  return new Map(rows.map(sourceOf).map((source) => [source.id, source]));
}

type SourceRow = Awaited<ReturnType<ReturnType<typeof selectSources>['executeTakeFirstOrThrow']>>;

export function sourceOf(row: SourceRow): SourceServer {
  const { name, ip, ipv6, hostname, osType, osVersion, agentVersion, oemSystem, startType, facts } = toldColumn.read(row.told, row.id);
  return {
    name, ip, ipv6, hostname, osType, osVersion, agentVersion, oemSystem, startType, facts,
    id: sourceId(row.id),
    domain: domainId(row.domain_id),
    enterpriseProject: row.enterprise_project,
    migrationProject: row.migration_project ?? undefined,
    state: row.state,
    cycle: row.cycle,
    connected: row.connected,
    checks: checksColumn.read(row.checks, row.id),
    targetPlan: row.plan === null ? undefined : planColumn.read(row.plan, row.id),
    currentTask: row.task_id === null ? undefined : serverTaskId(row.task_id),
    copied: int64Of(row.copied),
    total: int64Of(row.total),
    addedAt: row.added_at.getTime(),
    lastHeardAt: row.heard_at.getTime(),
    stateSince: row.state_since.getTime(),
    cycleSince: row.cycle_since.getTime(),
    consistencyChecked: row.consistency_checked ?? false,
  };
}
