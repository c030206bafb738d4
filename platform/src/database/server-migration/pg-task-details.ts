/** What is kept of tasks row by row: configurations and verifications. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { serverTaskId } from '../../server-migration/server-id.ts';
import type { Configuration, ConsistencyCheck, ConsistencyResult } from '../../server-migration/server-migration.ts';
import type { DomainId, ServerTaskId } from '../../server-migration/server.ts';
import { isConsistent } from '../../server-migration/consistency.ts';
import type { Database } from '../schema.ts';
import { withServer } from './move-server.ts';
import { configurationColumn, consistencyColumn } from './task-columns.ts';

export async function configure(db: Kysely<Database>, domain: DomainId, id: ServerTaskId, configurations: readonly Configuration[]): Promise<boolean> {
  const latest = [...new Map(configurations.map((configuration) => [configuration.key, configuration])).values()];
  const done = await withServer(db, domain, { task: id }, async (trx) => {
    if (latest.length === 0) return true;
    await trx.insertInto('server_task_configuration')
      .values(latest.map((configuration) => ({ task_id: id, key: configuration.key, content: configurationColumn.write(configuration) })))
      .onConflict((conflict) => conflict.columns(['task_id', 'key']).doUpdateSet({ content: sql<string>`excluded.content` })).execute();
    return true;
  });
  return done ?? false;
}

export async function readConfigurations(db: Kysely<Database>, domain: DomainId, ids: readonly ServerTaskId[], key: string | undefined): Promise<ReadonlyMap<ServerTaskId, readonly Configuration[]>> {
  let rows = db.selectFrom('server_task_configuration').innerJoin('server_task', 'server_task.id', 'task_id')
    .where('domain_id', '=', domain).where(sql<boolean>`task_id = any(${ids}::text[])`).orderBy(sql`key collate "C"`);
  if (key !== undefined) rows = rows.where('key', '=', key);
  const found = await rows.select(['task_id', 'content']).execute();
  const grouped = Map.groupBy(found, ({ task_id: id }) => serverTaskId(id));
  return new Map([...grouped].map(([id, each]) => [id, each.map(({ content }) => configurationColumn.read(content, id))]));
}

export async function addConsistencyCheck(db: Kysely<Database>, domain: DomainId, id: ServerTaskId, results: readonly ConsistencyResult[]): Promise<boolean> {
  const done = await withServer(db, domain, { task: id }, async (trx) => {
    await trx.insertInto('server_consistency_check').values({ task_id: id, results: consistencyColumn.write(results) }).execute();
    await trx.updateTable('server_task').set({ consistency_checked: true }).where('id', '=', id).execute();
    return true;
  });
  return done ?? false;
}

export async function readConsistencyChecks(db: Kysely<Database>, domain: DomainId, ids: readonly ServerTaskId[]): Promise<ReadonlyMap<ServerTaskId, readonly ConsistencyCheck[]>> {
  const rows = await db.selectFrom('server_consistency_check').innerJoin('server_task', 'server_task.id', 'task_id')
    .select(['task_id', 'server_consistency_check.finished_at', 'results'])
    .where('domain_id', '=', domain).where(sql<boolean>`task_id = any(${ids}::text[])`).orderBy('server_consistency_check.id').execute();
  return Map.groupBy(rows.map((row) => ({ ...checkOf(row), task: serverTaskId(row.task_id) })), ({ task }) => task);
}

function checkOf({ task_id: task, finished_at: finishedAt, results: text }: { readonly task_id: string; readonly finished_at: Date; readonly results: string }): ConsistencyCheck {
  const results = consistencyColumn.read(text, task);
  return { finishedAt: finishedAt.getTime(), consistent: isConsistent(results), results };
}
