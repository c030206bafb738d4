/** The kept synchronisation tasks, in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { nothingCounted } from '../../object-migration/sync/statistics.ts';
import type { SyncState, SyncTaskFilter, SyncTaskId } from '../../object-migration/sync/sync-task.ts';
import type { NewStoredSyncTask, SyncTaskRepository } from '../../object-migration/sync/sync-task-repository.ts';
import type { ProjectId } from '../../object-migration/task.ts';
import type { Database } from '../schema.ts';
import { acceptEvents } from './accept-events.ts';
import { syncTaskOf } from './rows.ts';

const now = sql<Date>`clock_timestamp()`;

export function createPgSyncTaskRepository(db: Kysely<Database>): SyncTaskRepository {
  return {
    insert: (task, limit) => insertTask(db, task, limit),
    count: (project) => countTasks(db, project),
    async find(project, id) {
      const row = await existing(db, project).where('id', '=', id).selectAll().executeTakeFirst();
      return row && syncTaskOf(row);
    },
    list: (project, filter) => listTasks(db, project, filter),
    async move(id, from, to, sealed) {
      const start = sealed === undefined ? {} : { credentials: Buffer.from(sealed), starts: sql<number>`starts + 1`, started_at: now };
      const moved = await db.updateTable('sync_task').set({ state: to, ...start })
        .where('id', '=', id).where('state', '=', from).where('deleted_at', 'is', null).executeTakeFirst();
      return moved.numUpdatedRows === 1n;
    },
    remove: (id, from) => removeTask(db, id, from),
    accept: (id, keys, states) => acceptEvents(db, id, keys, states),
    async total(id, { from, to }) {
      const sum = (column: string) => sql<number>`coalesce(sum(${sql.ref(column)}), 0)::bigint`;
      const row = await db.selectFrom('sync_statistic')
        .select([sum('requests').as('requests'), sum('successes').as('successes'), sum('failures').as('failures'), sum('skips').as('skips'), sum('bytes').as('bytes')])
        .where('task_id', '=', id).where('step', '>=', from).where('step', '<=', to).executeTakeFirst();
      return row ?? nothingCounted;
    },
    steps: (id, { from, to }) => db.selectFrom('sync_statistic')
      .select(['step as time', 'requests', 'successes', 'failures', 'skips', 'bytes'])
      .where('task_id', '=', id).where('step', '>=', from).where('step', '<=', to).orderBy('step').execute(),
    async setTokenDigest(id, digest) {
      await db.updateTable('sync_task').set({ token_digest: digest === undefined ? null : Buffer.from(digest) }).where('id', '=', id).execute();
    },
    async tokenDigest(project, id) {
      const row = await existing(db, project).where('id', '=', id).select('token_digest').executeTakeFirst();
      return row?.token_digest ?? undefined;
    },
  };
}

function existing(db: Kysely<Database>, project: ProjectId) {
  return db.selectFrom('sync_task').where('project_id', '=', project).where('deleted_at', 'is', null);
}

async function countTasks(db: Kysely<Database>, project: ProjectId): Promise<number> {
  const { tasks } = await existing(db, project).select((eb) => eb.fn.countAll<number>().as('tasks')).executeTakeFirstOrThrow();
  return tasks;
}

/** One creation of a project at a time, so that two cannot take the last place both. */
async function insertTask(db: Kysely<Database>, task: NewStoredSyncTask, limit: number): Promise<boolean> {
  const { id, project, sealedCredentials, description, source, destination, options } = task;
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('sync task quota of ' || ${project}, 0))`.execute(trx);
    if (await countTasks(trx, project) >= limit) return false;
    await trx.insertInto('sync_task').values({
      id,
      project_id: project,
      spec: JSON.stringify({ description, source, destination, options }),
      state: 'synchronizing',
      credentials: Buffer.from(sealedCredentials),
    }).execute();
    return true;
  });
}

async function listTasks(db: Kysely<Database>, project: ProjectId, { state, limit, offset }: SyncTaskFilter) {
  const matching = state === undefined ? existing(db, project) : existing(db, project).where('state', '=', state);
  const { count } = await matching.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const rows = await matching.selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).offset(offset).execute();
  return { tasks: rows.map(syncTaskOf), count };
}

/** A worker that still copies lets go long before; what it created until then is the janitor's. */
const janitorAfter = sql`interval '30 seconds'`;

async function removeTask(db: Kysely<Database>, id: SyncTaskId, from: SyncState): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const removed = await trx.updateTable('sync_task').set({ deleted_at: now, token_digest: null, cleanup_at: sql<Date>`clock_timestamp() + ${janitorAfter}` })
      .where('id', '=', id).where('state', '=', from).where('deleted_at', 'is', null).executeTakeFirst();
    if (removed.numUpdatedRows !== 1n) return false;
    await sql`
      with dropped as (delete from sync_event where task_id = ${id} returning task_id, key, upload)
      insert into sync_upload_abandoned (task_id, destination_key, upload) select task_id, key, upload from dropped where upload is not null
    `.execute(trx);
    return true;
  });
}
