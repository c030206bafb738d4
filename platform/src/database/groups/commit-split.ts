import { sql } from 'kysely';
import type { Kysely, Selectable } from 'kysely';
import type { GroupId, GroupState } from '../../object-migration/groups/group.ts';
import type { NewMember, SplitCommit } from '../../object-migration/groups/group-repository.ts';
import { insertStartedLedger } from '../ledger/started-ledger.ts';
import type { Database } from '../schema.ts';

/** All tasks are made ("split-over" of the life cycle). */
const monitoring: GroupState = 'monitoring';

/** The group's row is locked first: whoever took a later turn, or stopped the group, has the word. */
export async function commitSplit(db: Kysely<Database>, id: GroupId, epoch: number, { members, cursor, left }: SplitCommit): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const group = await trx.selectFrom('task_group').selectAll().where('id', '=', id).where('epoch', '=', epoch)
      .where('state', '=', 'creating').where('deleted_at', 'is', null).forUpdate().executeTakeFirst();
    if (group === undefined) return false;
    for (const [index, member] of members.entries()) await insertMember(trx, group, member, group.tasks_made + index);
    await trx.updateTable('task_group').set({
      tasks_made: group.tasks_made + members.length,
      tasks_left: left,
      ...(cursor === undefined ? { split_cursor: null, split_over: true, state: monitoring } : { split_cursor: JSON.stringify(cursor) }),
    }).where('id', '=', id).execute();
    return true;
  });
}

async function insertMember(trx: Kysely<Database>, group: Selectable<Database['task_group']>, { id, name, selection, found, sealedCredentials }: NewMember, number: number): Promise<void> {
  const { bandwidth, spec: { description, destination, options, source } } = group;
  await trx.insertInto('task').values({
    id,
    project_id: group.project_id,
    name,
    spec: JSON.stringify({ description, destination, options, source: { ...source, selection } }),
    state: 'waiting',
    priority: group.priority,
    bandwidth: JSON.stringify(bandwidth),
    credentials: Buffer.from(sealedCredentials),
    /** Of one statement each, so that the tasks of a step keep their order. */
    created_at: sql<Date>`clock_timestamp()`,
    group_id: group.id,
    group_number: number,
    group_order: group.order_number,
  }).execute();
  await insertStartedLedger(trx, { taskId: id, bandwidth, found, pool: group.id });
}
