/** What agents ask for and answer. */
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { stringifyExactJson } from '@haulier/lib/exact-json/exact-json.ts';
import { serverTaskId } from '../../server-migration/server-id.ts';
import { answers } from '../../server-migration/server-life-cycle.ts';
import type { AgentCommand, CommandResult, DomainId, Order, ServerTaskState, SourceId } from '../../server-migration/server.ts';
import { prepared } from '../prepared.ts';
import type { Database } from '../schema.ts';
import { searchable } from './column-fields.ts';
import { heard, markHeard } from './heard.ts';
import { moveServer, withServer, type LockedServer } from './move-server.ts';
import { endLogCollection } from './pg-server-tasks.ts';

interface Polled {
  readonly task_id: string | null;
  readonly task_state: ServerTaskState | null;
  readonly run: number | null;
  readonly command: Order | null;
  readonly command_task: string | null;
  readonly bucket: string | null;
}

/**
 * One statement. Of several orders the one delivered least often comes first, so that an agent which answers START only when
 * all is done is told of the others meanwhile.
 *
 * Nothing here waits for anybody while it holds a row. The disk is waited for when an order is delivered, not for having heard of an
 * agent, which a power failure may take back.
 */
export async function nextCommand(db: Kysely<Database>, domain: DomainId, id: SourceId): Promise<AgentCommand | 'absent' | undefined> {
  const { rows: [row] } = await sql<Polled>`${prepared}
    with source as (
      select s.id, t.id as task_id, t.state as task_state, t.run
      from source_server s left join server_task t on t.source_id = s.id where s.id = ${id} and s.domain_id = ${domain}
    ), ${heard(sql`(select id from source)`)}, delivered as (
      update agent_command c set deliveries = deliveries + 1
      from (select command_id from agent_command where source_id = (select id from source) order by deliveries, command_id limit 1) next
      where c.command_id = next.command_id
      returning c.name, c.task_id, c.bucket
    )
    select source.task_id, source.task_state, source.run, delivered.name as command, delivered.task_id as command_task, delivered.bucket,
      case when delivered.name is null then set_config('synchronous_commit', 'off', true) end
    from source left join delivered on true
  `.execute(db);
  if (row === undefined) return 'absent';
  if (row.command === null) return idleAnswer(row);
  if (row.command === 'START') await noteTold(db, row);
  return { name: row.command, taskId: idOf(row.command_task), bucket: row.bucket ?? undefined };
}

/** Apart from the delivery, which must not wait for whoever holds the task; before the answer, without which the agent asks again. */
async function noteTold(db: Kysely<Database>, { task_id, run }: Polled): Promise<void> {
  if (run !== null) await db.updateTable('server_task').set({ told_run: run }).where('id', '=', task_id).where('told_run', '<', run).execute();
}

function idOf(text: string | null) {
  return text === null ? undefined : serverTaskId(text);
}

/** By the task's state; undefined while the agent is at work. */
function idleAnswer({ task_id, task_state }: Polled): AgentCommand | undefined {
  const name = task_state === null ? 'TASK_NOT_STARTED' : idleNames[task_state];
  return name && { name, taskId: idOf(task_id) };
}

const idleNames: Readonly<Record<ServerTaskState, 'TASK_NOT_STARTED' | 'TASK_HAS_STOPPED' | 'TASK_HAS_FINISHED' | undefined>> = {
  READY: 'TASK_NOT_STARTED',
  ABORT: 'TASK_HAS_STOPPED', MIGRATE_FAIL: 'TASK_HAS_STOPPED', SYNC_FAIL: 'TASK_HAS_STOPPED', DELETING: 'TASK_HAS_STOPPED',
  MIGRATE_SUCCESS: 'TASK_HAS_FINISHED', SYNC_SUCCESS: 'TASK_HAS_FINISHED',
  RUNNING: undefined, SYNCING: undefined, ABORTING: undefined, SKIPPING: undefined, RESETING: undefined,
};

/**
 * An answer counts for an order that waits and has been delivered: one that comes again finds none, and one to an earlier
 * order of the same name is not taken for the answer to an order that the agent has not seen.
 */
export async function takeResult(db: Kysely<Database>, domain: DomainId, id: SourceId, result: CommandResult): Promise<boolean> {
  return await withServer(db, domain, { source: id }, async (trx, server) => {
    await markHeard(trx, id);
    const order = await settleOrder(trx, id, result.command);
    if (order !== undefined) await settle(trx, server, order, result);
    return true;
  }) ?? false;
}

async function settleOrder(trx: Transaction<Database>, id: SourceId, command: string): Promise<Order | undefined> {
  const settled = await trx.deleteFrom('agent_command').where('source_id', '=', id).where(sql<boolean>`name = ${searchable(command).toUpperCase()}`).where('deliveries', '>', 0)
    .returning('name').executeTakeFirst();
  return settled?.name;
}

async function settle(trx: Transaction<Database>, server: LockedServer, order: Order, { succeeded, detail }: CommandResult): Promise<void> {
  if (order === 'UPLOAD_LOG' && server.task !== undefined) await endLogCollection(trx, server.task.id, succeeded ? await databaseTime(trx) : undefined);
  const report = answers[order][succeeded ? 'success' : 'failure'];
  if (report !== undefined) await moveServer(trx, server, report, succeeded ? {} : { error: reasonOf(order, detail) });
}

async function databaseTime(trx: Transaction<Database>): Promise<number> {
  const { rows: [row] } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(trx);
  return row?.now.getTime() ?? 0;
}

function reasonOf(order: Order, detail: unknown): string {
  if (typeof detail === 'string' && detail !== '') return searchable(detail);
  return typeof detail === 'object' && detail !== null ? stringifyExactJson(detail) : `The agent answered ${order} with a failure and no reason.`;
}
