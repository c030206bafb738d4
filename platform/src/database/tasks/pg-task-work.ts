/** What workers ask of the tasks, in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely, UpdateObject } from 'kysely';
import { activeStates, runnableStates } from '../../object-migration/life-cycle.ts';
import { taskId } from '../../object-migration/task-id.ts';
import type { TaskId } from '../../object-migration/task.ts';
import type { Assignment, TaskWork, WantingTask } from '../../object-migration/task-work.ts';
import type { Database } from '../schema.ts';
import { selectTasks, taskOf } from './rows.ts';

export function createPgTaskWork(db: Kysely<Database>): TaskWork {
  const patch = async (id: TaskId, values: UpdateObject<Database, 'task'>) => {
    await db.updateTable('task').set(values).where('id', '=', id).execute();
  };
  return {
    checkIn: (processId) => checkIn(db, processId),
    async checkOut(processId) {
      await db.deleteFrom('worker_process').where('id', '=', processId).execute();
    },
    wanting: (limit, workersPerTask) => wantingTasks(db, limit, workersPerTask),
    assignment: (id) => findAssignment(db, id),
    async stateOf(id) {
      return db.selectFrom('task').select(['state', 'run_number as run']).where('id', '=', id).where('deleted_at', 'is', null).executeTakeFirst();
    },
    postpone: (id, ms) => patch(id, { not_before: later(ms) }),
    postponeHelp: (id, ms) => patch(id, { help_after: later(ms) }),
    async countCrash(id) {
      const row = await db.updateTable('task').set({ crashes: sql<number>`crashes + 1` }).where('id', '=', id).returning('crashes').executeTakeFirst();
      return row?.crashes ?? 0;
    },
    forgetCrashes: (id) => patch(id, { crashes: 0 }),
    noteBrokenRecords: (id) => patch(id, { records_broken: true }),
    takeCleanup: (id, ms) => takeCleanup(db, id, ms),
    postponeCleanup: (id, ms) => patch(id, { cleanup_at: later(ms) }),
    async endCleanup(id, run) {
      await db.updateTable('task').set({ cleanup_at: null, credentials: null }).where('id', '=', id).where('run_number', '=', run).where(toClean).execute();
    },
    async purge() {
      await db.deleteFrom('task').where('deleted_at', 'is not', null).where('cleanup_at', 'is', null)
        .where('created_at', '<', sql<Date>`clock_timestamp() - interval '24 hours'`).execute();
    },
  };
}

function later(ms: number) {
  return sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;
}

/** A process that has not checked in for this long is gone. */
const processLife = sql`interval '10 seconds'`;

async function checkIn(db: Kysely<Database>, processId: string): Promise<number> {
  await db.insertInto('worker_process').values({ id: processId, seen_at: sql<Date>`clock_timestamp()` })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: sql<Date>`clock_timestamp()` })).execute();
  await db.deleteFrom('worker_process').where('seen_at', '<', sql<Date>`clock_timestamp() - ${processLife}`).execute();
  const { alive } = await db.selectFrom('worker_process').select((eb) => eb.fn.countAll<number>().as('alive')).executeTakeFirstOrThrow();
  return alive;
}

/** Only what is over, or deleted, is cleaned: a run under way needs its uploads. */
const toClean = sql<boolean>`(task.run_over or task.deleted_at is not null)`;

async function wantingTasks(db: Kysely<Database>, limit: number, workersPerTask: number): Promise<readonly WantingTask[]> {
  const { rows } = await sql<{ id: number; urgency: number; unprepared: boolean }>`
    select task.id,
      task.priority + case when live.workers = 0 then 10 else 0 end as urgency,
      task.deleted_at is null and coalesce(ledger.starts, 0) < task.run_number as unprepared
    from task
    left join ledger_state ledger on ledger.task_id = task.id
    cross join lateral (
      select count(*)::integer as workers from ledger_worker where task_id = task.id and lease_until > clock_timestamp()
    ) live
    where task.deleted_at is null and task.state in (${sql.join(runnableStates)}) and (
        live.workers = 0 and (task.not_before is null or task.not_before <= clock_timestamp() or task.state = 'pausing')
        or live.workers between 1 and ${workersPerTask} - 1 and task.state in (${sql.join(activeStates)}) and task.state <> 'pausing'
          and (task.help_after is null or task.help_after <= clock_timestamp())
      )
      or task.cleanup_at <= clock_timestamp() and ${toClean} and live.workers = 0
    order by urgency desc, task.created_at
    limit ${limit}
  `.execute(db);
  return rows.map((row) => ({ ...row, id: taskId(row.id) }));
}

async function findAssignment(db: Kysely<Database>, id: TaskId): Promise<Assignment | undefined> {
  const row = await selectTasks(db).where('task.id', '=', id).executeTakeFirst();
  return row && { task: taskOf(row), deleted: row.deleted_at !== null, sealedCredentials: row.credentials ?? undefined };
}

async function takeCleanup(db: Kysely<Database>, id: TaskId, ms: number): Promise<number | undefined> {
  const taken = await db.updateTable('task').set({ cleanup_at: later(ms), cleanup_turns: sql<number>`cleanup_turns + 1` })
    .where('id', '=', id).where('cleanup_at', '<=', sql<Date>`clock_timestamp()`).where(toClean).returning('cleanup_turns').executeTakeFirst();
  return taken?.cleanup_turns;
}
