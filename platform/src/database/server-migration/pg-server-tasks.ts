/** The kept tasks of servers, in PostgreSQL. */
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { afterUpdate, newClone, newProgress, type TaskProgress } from '../../server-migration/progress.ts';
import type { ServerTaskFilter } from '../../server-migration/server-migration.ts';
import type { DomainId, Facts, ServerTask, ServerTaskId, SourceId } from '../../server-migration/server.ts';
import type { ContentsChange, Creation, NewStoredTask, OpenTask, ServerTaskStore } from '../../server-migration/server-task-store.ts';
import { sourceSaid } from '../../server-migration/source-said.ts';
import { stoppingLimits, vmIdOf, type TaskContents } from '../../server-migration/task-contents.ts';
import type { Database } from '../schema.ts';
import { searchable } from './column-fields.ts';
import { createTask, moveServer, withServer, type LockedServer, type LockedTask } from './move-server.ts';
import { addConsistencyCheck, configure, readConfigurations, readConsistencyChecks } from './pg-task-details.ts';
import { keepCertificates, keepPassphrase, readSecrets } from './pg-task-secrets.ts';
import { namedColumns } from './register-source.ts';
import { progressReports } from './report-progress.ts';
import { readProgress, selectServerTasks, serverTaskOf } from './server-task-rows.ts';
import { toldColumn } from './source-columns.ts';
import { contentsColumn, limitsColumn, progressColumn } from './task-columns.ts';

export function createPgServerTasks(db: Kysely<Database>): ServerTaskStore {
  return {
    create: (domain, source, task, actions) => insertTask(db, domain, source, task, actions),
    async find(domain, id) {
      const row = await selectServerTasks(db).where('server_task.domain_id', '=', domain).where('server_task.id', '=', id).executeTakeFirst();
      return row && serverTaskOf(row);
    },
    async findAll(domain, ids) {
      const rows = await selectServerTasks(db).where('server_task.domain_id', '=', domain).where(sql<boolean>`server_task.id = any(${ids}::text[])`).execute();
      return rows.map(serverTaskOf);
    },
    list: (domain, filter) => listTasks(db, domain, filter),
    async contents(domain, id) {
      const row = await db.selectFrom('server_task').select('spec').where('domain_id', '=', domain).where('id', '=', id).executeTakeFirst();
      return row && contentsColumn.read(row.spec, id);
    },
    change: (domain, id, change) => changeTask(db, domain, id, change),
    report: progressReports(db),
    collectLog: (domain, id, bucket) => collectLog(db, domain, id, bucket),
    secrets: (domain, id) => readSecrets(db, domain, id),
    keepPassphrase: (id, sealed) => keepPassphrase(db, id, sealed),
    keepCertificates: (id, run, sealed) => keepCertificates(db, id, run, sealed),
    configure: (domain, id, configurations) => configure(db, domain, id, configurations),
    configurations: (domain, ids, key) => readConfigurations(db, domain, ids, key),
    addConsistencyCheck: (domain, id, results) => addConsistencyCheck(db, domain, id, results),
    consistencyChecks: (domain, ids) => readConsistencyChecks(db, domain, ids),
  };
}

async function insertTask(db: Kysely<Database>, domain: DomainId, source: SourceId, task: NewStoredTask, actions: readonly ('start' | 'network_check')[]): Promise<Creation> {
  const created = await withServer(db, domain, { source }, async (trx, server): Promise<Creation> => {
    if (server.task !== undefined) return { kind: 'has-task' };
    const { id, name, contents, plan } = task;
    const made = await createTask(trx, server, { id, name: searchable(name), enterpriseProject: server.enterpriseProject, spec: contentsColumn.write(contents), vmId: vmColumn(contents) ?? undefined });
    if (made === 'refused') return { kind: 'refused', state: server.position.state };
    await trx.insertInto('server_task_progress')
      .values({ task_id: id, copy_run: 0, state: progressColumn.write(newProgress(plan, await newSubtaskIds(trx, plan.length))), limits: writeLimits(contents) }).execute();
    let current = made;
    for (const action of actions) {
      const move = await moveServer(trx, current, action);
      if (move.kind !== 'moved') throw new Error(`a task that was just created cannot ${action}`);
      current = { ...current, position: move.position };
    }
    return { kind: 'created' };
  });
  return created ?? { kind: 'no-such-source' };
}

async function newSubtaskIds(trx: Transaction<Database>, count: number): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`select nextval('server_subtask_id') as id from generate_series(1, ${count}::integer)`.execute(trx);
  return rows.map(({ id }) => id);
}

function writeLimits(contents: TaskContents): string | null {
  const limits = stoppingLimits(contents);
  return limits === undefined ? null : limitsColumn.write(limits);
}

async function listTasks(db: Kysely<Database>, domain: DomainId, { state, name, id, source, enterpriseProject, limit, offset }: ServerTaskFilter) {
  const matching = sql<boolean>`
    server_task.domain_id = ${domain}
    and (${state ?? null}::text is null or server_task.state = ${state ?? null}::text)
    and (${id ?? null}::text is null or server_task.id = lower(${id ?? null}::text))
    and (${source ?? null}::text is null or server_task.source_id = lower(${source ?? null}::text))
    and (${enterpriseProject ?? null}::text is null or server_task.enterprise_project = ${enterpriseProject ?? null}::text)
    and (${name ?? null}::text is null or position(lower(${name ?? null}::text) in lower(server_task.name)) > 0)
  `;
  const { count } = await db.selectFrom('server_task').select((eb) => eb.fn.countAll<number>().as('count')).where(matching).executeTakeFirstOrThrow();
  const rows = await selectServerTasks(db).where(matching).orderBy('server_task.created_at', 'desc').orderBy('server_task.id', 'desc').limit(limit).offset(offset).execute();
  return { items: rows.map(serverTaskOf), count };
}

async function changeTask(db: Kysely<Database>, domain: DomainId, id: ServerTaskId, change: (task: OpenTask) => ContentsChange): Promise<boolean> {
  const changed = await withServer(db, domain, { task: id }, async (trx, server) => {
    const { task } = server;
    if (task === undefined) return false;
    const row = await trx.selectFrom('server_task').select(['name', 'spec']).where('id', '=', id).executeTakeFirstOrThrow();
    const open: OpenTask = { name: row.name, state: task.state, contents: contentsColumn.read(row.spec, id) };
    await writeChange(trx, server, task, change(open));
    return true;
  });
  return changed ?? false;
}

async function writeChange(trx: Transaction<Database>, server: LockedServer, task: LockedTask, { name, enterpriseProject, error, contents, plan, subtasks, source }: ContentsChange): Promise<void> {
  const values = {
    ...(name === undefined ? {} : { name: searchable(name) }),
    ...(enterpriseProject === undefined ? {} : { enterprise_project: searchable(enterpriseProject) }),
    ...(error === undefined ? {} : { error: error === '' ? null : searchable(error) }),
    ...(contents === undefined ? {} : { spec: contentsColumn.write(contents), vm_id: vmColumn(contents) }),
  };
  if (Object.keys(values).length > 0) await trx.updateTable('server_task').set(values).where('id', '=', task.id).execute();
  if (contents !== undefined) await trx.updateTable('server_task_progress').set({ limits: writeLimits(contents) }).where('task_id', '=', task.id).execute();
  if (plan !== undefined) await writeProgressOf(trx, task, async () => newProgress(plan, await newSubtaskIds(trx, plan.length)));
  if (subtasks !== undefined) await writeProgressOf(trx, task, (progress) => afterUpdate(progress, subtasks));
  if (source !== undefined) await tellSource(trx, server.id, source);
}

function vmColumn(contents: TaskContents): string | null {
  const id = vmIdOf(contents);
  return id === undefined ? null : searchable(id);
}

/** What an agent says of its server beside its task is kept as if it had registered with it, but judged by no checks. */
async function tellSource(trx: Transaction<Database>, id: SourceId, said: Facts): Promise<void> {
  const row = await trx.selectFrom('source_server').select('told').where('id', '=', id).executeTakeFirstOrThrow();
  await trx.updateTable('source_server').set(namedColumns(sourceSaid(toldColumn.read(row.told, id), said))).where('id', '=', id).execute();
}

/** Under the lock of the task, which whoever reports its progress takes too. */
async function writeProgressOf(trx: Transaction<Database>, task: LockedTask, next: (progress: TaskProgress) => TaskProgress | Promise<TaskProgress>): Promise<void> {
  const row = await trx.selectFrom('server_task_progress').select(['state', 'copy_run']).where('task_id', '=', task.id).executeTakeFirstOrThrow();
  const state = progressColumn.write(await next(readProgress(task.id, row.state, row.copy_run, task.copyRun)));
  await trx.updateTable('server_task_progress').set({ state, copy_run: task.copyRun, version: sql<number>`version + 1` }).where('task_id', '=', task.id).execute();
}

/** A clone begins: what was told of an earlier one counts no more. */
export async function beginClone(trx: Transaction<Database>, task: LockedTask): Promise<void> {
  const [id = 0] = await newSubtaskIds(trx, 1);
  await writeProgressOf(trx, task, (progress) => newClone(progress, id));
}

async function collectLog(db: Kysely<Database>, domain: DomainId, id: ServerTaskId, bucket: string): ReturnType<ServerTaskStore['collectLog']> {
  const answer = await withServer(db, domain, { task: id }, async (trx, server) => {
    const { task } = server;
    if (task === undefined) return 'absent';
    const move = await moveServer(trx, server, 'collect_log', { bucket });
    if (move.kind !== 'moved') return { refusedIn: task.state };
    await beginLogCollection(trx, task.id, bucket);
    return 'ordered';
  });
  return answer ?? 'absent';
}

/** The agent is ordered to upload its log. */
export async function beginLogCollection(trx: Transaction<Database>, id: ServerTaskId, bucket: string): Promise<void> {
  await writeLogCollection(trx, id, { state: 'UPLOADING', bucket, uploadedAt: undefined });
}

/** The agent has answered the order for its log. */
export async function endLogCollection(trx: Transaction<Database>, id: ServerTaskId, uploadedAt: number | undefined): Promise<void> {
  await writeLogCollection(trx, id, uploadedAt === undefined ? { state: 'UPLOAD_FAIL' } : { state: 'UPLOADED', uploadedAt });
}

type LogCollection = NonNullable<ServerTask['logCollection']>;

/** Under the lock of the task. */
async function writeLogCollection(trx: Transaction<Database>, id: ServerTaskId, change: Partial<LogCollection> & Pick<LogCollection, 'state'>): Promise<void> {
  const row = await trx.selectFrom('server_task').select('spec').where('id', '=', id).executeTakeFirst();
  if (row === undefined) return;
  const contents = contentsColumn.read(row.spec, id);
  const logCollection = { bucket: undefined, uploadedAt: undefined, ...contents.logCollection, ...change };
  await trx.updateTable('server_task').set({ spec: contentsColumn.write({ ...contents, logCollection }) }).where('id', '=', id).execute();
}
