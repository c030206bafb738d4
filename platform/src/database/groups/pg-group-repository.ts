/** The kept task groups, in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { statesAllowing } from '../../object-migration/life-cycle.ts';
import type { GroupFilter, GroupState, GroupUpdate } from '../../object-migration/groups/group.ts';
import type { GroupLifeState } from '../../object-migration/groups/group-life-cycle.ts';
import type { GroupRepository, NewStoredGroup } from '../../object-migration/groups/group-repository.ts';
import type { ProjectId } from '../../object-migration/task.ts';
import type { Database } from '../schema.ts';
import { priorityRank } from '../tasks/rows.ts';
import { readGroupNumbers } from './group-numbers.ts';
import { moveGroup } from './move-group.ts';
import { groupOf, selectGroups } from './rows.ts';

export function createPgGroupRepository(db: Kysely<Database>): GroupRepository {
  return {
    insert: (group, perDay) => insertGroup(db, group, perDay),
    createdToday: (project) => createdToday(db, project),
    async find(project, id) {
      const row = await selectGroups(db).where('task_group.project_id', '=', project).where('task_group.id', '=', id).executeTakeFirst();
      return row && groupOf(row);
    },
    async sealedCredentials(id) {
      const row = await db.selectFrom('task_group').select('credentials').where('id', '=', id).executeTakeFirst();
      return row?.credentials ?? undefined;
    },
    list: (project, filter) => listGroups(db, project, filter),
    numbers: (ids) => readGroupNumbers(db, ids),
    move: (id, from, change) => moveGroup(db, id, from, change),
    update: (project, id, change, states) => updateGroup(db, project, id, change, states),
  };
}

/** One creation of a project at a time, so that two cannot take the last place of the quota both. */
async function insertGroup(db: Kysely<Database>, group: NewStoredGroup, perDay: number): Promise<'inserted' | 'quota-groups'> {
  const { id, project, description, source, destination, options, bandwidth, listFiles, notice, sealedCredentials, left } = group;
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('group quota of ' || ${project}, 0))`.execute(trx);
    if (await createdToday(trx, project) >= perDay) return 'quota-groups';
    await trx.insertInto('task_group').values({
      id,
      project_id: project,
      spec: JSON.stringify({ description, source, destination, options, notice }),
      list_files: listFiles ?? null,
      state: 'waiting',
      bandwidth: JSON.stringify(bandwidth),
      credentials: Buffer.from(sealedCredentials),
      tasks_left: left,
    }).execute();
    return 'inserted';
  });
}

async function createdToday(db: Kysely<Database>, project: ProjectId): Promise<number> {
  const { created } = await db.selectFrom('task_group').select((eb) => eb.fn.countAll<number>().as('created'))
    .where('project_id', '=', project).where('created_at', '>', sql<Date>`clock_timestamp() - interval '24 hours'`).executeTakeFirstOrThrow();
  return created;
}

async function listGroups(db: Kysely<Database>, project: ProjectId, { state, limit, offset }: GroupFilter) {
  const matching = sql<boolean>`
    task_group.project_id = ${project} and task_group.deleted_at is null and (${state ?? null}::text is null or task_group.state = ${state ?? null}::text)
  `;
  const { count } = await db.selectFrom('task_group').select((eb) => eb.fn.countAll<number>().as('count')).where(matching).executeTakeFirstOrThrow();
  const rows = await selectGroups(db).where(matching).orderBy('task_group.created_at', 'desc').orderBy('task_group.id', 'desc').limit(limit).offset(offset).execute();
  return { groups: rows.map(groupOf), count };
}

/** The group's row is locked as by the making of tasks, so that no task escapes the change. */
async function updateGroup(db: Kysely<Database>, project: ProjectId, id: string, change: GroupUpdate, states: readonly GroupState[]): Promise<GroupLifeState | undefined> {
  const { bandwidth, priority } = change;
  return db.transaction().execute(async (trx) => {
    const group = await trx.selectFrom('task_group').select('state').where('project_id', '=', project).where('id', '=', id)
      .where('deleted_at', 'is', null).forUpdate().executeTakeFirst();
    if (group === undefined) return 'none';
    if (!states.includes(group.state)) return group.state;
    const windows = JSON.stringify(bandwidth);
    const rank = priority === undefined ? {} : { priority: priorityRank(priority) };
    await trx.updateTable('task_group').set({ bandwidth: windows, ...rank }).where('id', '=', id).execute();
    await updateMembers(trx, id, windows, rank);
    return undefined;
  });
}

async function updateMembers(trx: Kysely<Database>, id: string, windows: string, rank: { readonly priority?: number }): Promise<void> {
  const members = () => trx.updateTable('task').where('group_id', '=', id).where('deleted_at', 'is', null);
  await members().set({ bandwidth: windows }).where('state', 'in', statesAllowing('change-bandwidth')).execute();
  if (rank.priority !== undefined) await members().set(rank).where('state', 'in', statesAllowing('change-priority')).execute();
  await sql`
    update ledger_state s set bandwidth_windows = ${windows}::jsonb
    from task t where t.group_id = ${id} and t.deleted_at is null and s.task_id = t.id and t.state in (${sql.join(statesAllowing('change-bandwidth'))})
  `.execute(trx);
}
