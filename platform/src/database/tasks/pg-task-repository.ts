/** The kept tasks, in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { ProjectId, TaskFilter, TaskId, TaskState } from '../../object-migration/task.ts';
import type { NewStoredTask, QuotaRefusal, Quotas, TaskRepository, TaskUpdate, UpdateProblem } from '../../object-migration/task-repository.ts';
import type { Database } from '../schema.ts';
import { moveTask } from './move-task.ts';
import { priorityRank, selectTasks, taskOf } from './rows.ts';

export function createPgTaskRepository(db: Kysely<Database>): TaskRepository {
  return {
    insert: (task, quotas) => insertTask(db, task, quotas),
    exceededQuota: (project, quotas) => exceededQuota(db, project, quotas),
    async find(project, id) {
      const row = await selectTasks(db).where('task.project_id', '=', project).where('task.id', '=', id).where('task.deleted_at', 'is', null).executeTakeFirst();
      return row && taskOf(row);
    },
    list: (project, filter) => listTasks(db, project, filter),
    move: (id, from, change, fence) => moveTask(db, id, from, change, fence),
    async remove(id, from) {
      const now = sql<Date>`clock_timestamp()`;
      const removed = await db.updateTable('task').set({ deleted_at: now, cleanup_at: now, cleanup_turns: 0 })
        .where('id', '=', id).where('state', '=', from).where('deleted_at', 'is', null).executeTakeFirst();
      return removed.numUpdatedRows === 1n;
    },
    update: (project, ids, change, states) => updateTasks(db, project, ids, change, states),
  };
}

/** One creation of a project at a time, so that two cannot take the last place of a quota both. */
async function insertTask(db: Kysely<Database>, task: NewStoredTask, quotas: Quotas): Promise<'inserted' | 'id-taken' | QuotaRefusal> {
  const { id, name, project, sealedCredentials, priority, bandwidth, description, source, destination, options, notice } = task;
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('task quota of ' || ${project}, 0))`.execute(trx);
    const exceeded = await exceededQuota(trx, project, quotas);
    if (exceeded !== undefined) return exceeded;
    const inserted = await trx
      .insertInto('task')
      .values({
        id,
        project_id: project,
        name,
        spec: JSON.stringify({ description, source, destination, options, notice }),
        state: 'waiting',
        priority: priorityRank(priority),
        bandwidth: JSON.stringify(bandwidth),
        credentials: Buffer.from(sealedCredentials),
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    return inserted.numInsertedOrUpdatedRows === 1n ? 'inserted' : 'id-taken';
  });
}

async function exceededQuota(db: Kysely<Database>, project: ProjectId, quotas: Quotas): Promise<QuotaRefusal | undefined> {
  const { created, waiting } = await db
    .selectFrom('task')
    .select((eb) => [
      eb.fn.countAll<number>().filterWhere(sql<boolean>`created_at > clock_timestamp() - interval '24 hours'`).as('created'),
      eb.fn.countAll<number>().filterWhere('state', '=', 'waiting').filterWhere('deleted_at', 'is', null).as('waiting'),
    ])
    .where('project_id', '=', project)
    .where('group_id', 'is', null)
    .executeTakeFirstOrThrow();
  if (created >= quotas.perDay) return 'quota-per-day';
  return waiting >= quotas.waiting ? 'quota-waiting' : undefined;
}

async function listTasks(db: Kysely<Database>, project: ProjectId, filter: TaskFilter) {
  const { state, name, groupId } = filter;
  const matching = sql<boolean>`
    task.project_id = ${project} and task.deleted_at is null
    and (${groupId ?? null}::text is null or task.group_id = ${groupId ?? null}::text)
    and (${state ?? null}::text is null or task.state = ${state ?? null}::text)
    and (${name ?? null}::text is null or position(${name ?? null}::text in task.name) > 0)
  `;
  const { count } = await db.selectFrom('task').select((eb) => eb.fn.countAll<number>().as('count')).where(matching).executeTakeFirstOrThrow();
  const rows = await selectTasks(db).where(matching).orderBy('task.created_at', 'desc').orderBy('task.id', 'desc').limit(filter.limit).offset(filter.offset).execute();
  return { tasks: rows.map(taskOf), count };
}

async function updateTasks(db: Kysely<Database>, project: ProjectId, ids: readonly TaskId[], { bandwidth, priority }: TaskUpdate, states: readonly TaskState[]): Promise<UpdateProblem | undefined> {
  if (ids.length === 0) return undefined;
  return db.transaction().execute(async (trx) => {
    const rows = await trx.selectFrom('task').select(['id', 'state']).where('project_id', '=', project).where('deleted_at', 'is', null)
      .where('id', 'in', ids).orderBy('id').forUpdate().execute();
    const stateOf = new Map<number, TaskState>(rows.map((row) => [row.id, row.state]));
    for (const id of ids) {
      const state = stateOf.get(id) ?? 'none';
      if (state === 'none' || !states.includes(state)) return { id, state };
    }
    await trx.updateTable('task')
      .set({ bandwidth: JSON.stringify(bandwidth), ...(priority === undefined ? {} : { priority: priorityRank(priority) }) })
      .where('id', 'in', ids).execute();
    return undefined;
  });
}
