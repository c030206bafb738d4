/** What the steward asks of the groups, in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { attendedGroupStates, groupStatesAtRest } from '../../object-migration/groups/group-life-cycle.ts';
import { groupId } from '../../object-migration/groups/group-id.ts';
import type { GroupId, TaskCounts } from '../../object-migration/groups/group.ts';
import type { GroupWork, Turn } from '../../object-migration/groups/group-repository.ts';
import { activeStates, runnableStates } from '../../object-migration/life-cycle.ts';
import type { Database } from '../schema.ts';
import { selectTasks, taskOf } from '../tasks/rows.ts';
import { commitSplit } from './commit-split.ts';
import { groupOf, selectGroups } from './rows.ts';

export function createPgGroupWork(db: Kysely<Database>): GroupWork {
  const members = (id: GroupId) => selectTasks(db).where('task.group_id', '=', id).where('task.deleted_at', 'is', null).orderBy('task.group_number');
  return {
    wanting: (limit) => wantingGroups(db, limit),
    take: (id, leaseMs) => takeTurn(db, id, leaseMs),
    async extend(id, epoch, leaseMs) {
      const row = await db.updateTable('task_group').set({ lease_until: later(leaseMs) })
        .where('id', '=', id).where('epoch', '=', epoch).where('deleted_at', 'is', null).returning('state').executeTakeFirst();
      return row?.state;
    },
    async rest(id, epoch, ms) {
      await db.updateTable('task_group').set({ lease_until: null, not_before: later(ms) }).where('id', '=', id).where('epoch', '=', epoch).execute();
    },
    commitSplit: (id, epoch, commit) => commitSplit(db, id, epoch, commit),
    tasks: (id) => countTasks(db, id),
    async membersIn(id, states, limit) {
      return (await members(id).where('task.state', 'in', states).limit(limit).execute()).map(taskOf);
    },
    async untold(id, order, limit) {
      return (await members(id).where('task.group_order', '<', order).limit(limit).execute()).map(taskOf);
    },
    async markTold(task, order) {
      await db.updateTable('task').set({ group_order: order }).where('id', '=', task).where('group_order', '<', order).execute();
    },
    async firstError(id) {
      const row = await members(id).where('task.state', '=', 'failed').where('task.error_code', 'is not', null).limit(1).executeTakeFirst();
      return row && taskOf(row).error;
    },
    async forget(id) {
      await db.updateTable('task_group').set({ deleted_at: sql<Date>`clock_timestamp()`, credentials: null }).where('id', '=', id).where('state', '=', 'deleting').execute();
    },
    async purge() {
      await db.deleteFrom('task_group').where('deleted_at', 'is not', null).where('created_at', '<', sql<Date>`clock_timestamp() - interval '24 hours'`).execute();
    },
  };
}

function later(ms: number) {
  return sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;
}

const isFree = sql<boolean>`(lease_until is null or lease_until <= clock_timestamp())`;

/** As the index `task_open_of_group` has them. */
const openTasks = sql`select from task where task.group_id = task_group.id and task.deleted_at is null and task.state <> 'succeeded'`;

/** A group at rest is looked at when one of its tasks runs, and when all of them have come to their end between two looks. */
async function wantingGroups(db: Kysely<Database>, limit: number): Promise<readonly GroupId[]> {
  const { rows } = await sql<{ id: string }>`
    select id from task_group
    where deleted_at is null and ${isFree} and (not_before is null or not_before <= clock_timestamp()) and (
      state in (${sql.join(attendedGroupStates)})
      or state in (${sql.join(groupStatesAtRest)}) and id in (
        select group_id from task where group_id is not null and deleted_at is null and state in (${sql.join(runnableStates)}))
      or state = 'paused' and split_over and not exists (${openTasks} and task.state <> 'failed')
      or state = 'failed' and not exists (${openTasks})
      or state = 'creation-failed' and exists (
        select from task where task.group_id = task_group.id and task.deleted_at is null and task.group_order < task_group.order_number)
    )
    order by coalesce(not_before, created_at) limit ${limit}
  `.execute(db);
  return rows.map(({ id }) => groupId(id));
}

async function takeTurn(db: Kysely<Database>, id: GroupId, leaseMs: number): Promise<Turn | undefined> {
  const taken = await db.updateTable('task_group').set({ epoch: sql<number>`epoch + 1`, lease_until: later(leaseMs) })
    .where('id', '=', id).where('deleted_at', 'is', null).where(isFree).returning(['epoch', 'credentials']).executeTakeFirst();
  if (taken === undefined) return undefined;
  const row = await selectGroups(db).where('task_group.id', '=', id).executeTakeFirst();
  return row && { group: groupOf(row), sealedCredentials: row.credentials ?? undefined, epoch: taken.epoch };
}

async function countTasks(db: Kysely<Database>, id: GroupId): Promise<TaskCounts> {
  const { rows: [row] } = await sql<TaskCounts>`
    select count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state in (${sql.join(activeStates)})) as executing,
      count(*) filter (where state = 'paused') as paused, count(*) filter (where state = 'failed') as failed,
      count(*) filter (where state = 'succeeded') as succeeded
    from task where group_id = ${id} and deleted_at is null
  `.execute(db);
  if (row === undefined) throw new Error('a count has one row');
  return row;
}
