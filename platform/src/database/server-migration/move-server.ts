/**
 * The only place that writes the states of sources and tasks. Whoever changes a server does it in {@link withServer}: the
 * source's row is locked first, then its task's, so that the pair changes together or not at all and nobody waits in a circle.
 */
import { sql } from 'kysely';
import type { Kysely, SqlBool, Transaction } from 'kysely';
import type { DomainId, Order, ServerTaskId, ServerTaskState, SourceId } from '../../server-migration/server.ts';
import { isRunning, nextMove, ordersIn, taskStateOf, toldMove } from '../../server-migration/server-life-cycle.ts';
import type { LifeEvent, Move, Position, Told } from '../../server-migration/server-life-cycle.ts';
import { serverTaskId, sourceId } from '../../server-migration/server-id.ts';
import { isOver } from '../../server-migration/server-task-store.ts';
import type { Database } from '../schema.ts';
import { forgetSecrets } from './pg-task-secrets.ts';

/** A source under lock, as it is until this transaction moves it. */
export interface LockedServer {
  readonly id: SourceId;
  readonly domain: DomainId;
  readonly enterpriseProject: string;
  readonly position: Position;
  readonly task: LockedTask | undefined;
  /** Its agent was heard of within the limit. */
  readonly heardMsAgo: number;
}

export interface LockedTask {
  readonly id: ServerTaskId;
  readonly state: ServerTaskState;
  readonly run: number;
  readonly copyRun: number;
}

/** Found by its own id, or by that of its current task. */
export type ServerKey = { readonly source: SourceId } | { readonly task: ServerTaskId };

/** Resolves to undefined, without working, when the domain has no such server or task. What `work` throws undoes all. */
export async function withServer<T>(db: Kysely<Database>, domain: DomainId, key: ServerKey, work: (trx: Transaction<Database>, server: LockedServer) => Promise<T>): Promise<T | undefined> {
  return db.transaction().execute(async (trx) => {
    const server = await lockServer(trx, domain, key);
    return server && await work(trx, server);
  });
}

/** All of them or none: `work` gets undefined in the place of one that is not there. Locked in the order of their ids, whoever names them how. */
export async function withServers<T>(db: Kysely<Database>, domain: DomainId, keys: readonly ServerKey[], work: (trx: Transaction<Database>, servers: readonly (LockedServer | undefined)[]) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => work(trx, await lockServers(trx, domain, keys)));
}

export async function lockServer(trx: Transaction<Database>, domain: DomainId, key: ServerKey): Promise<LockedServer | undefined> {
  const [server] = await lockServers(trx, domain, [key]);
  return server;
}

/** In as few statements for many as for one. */
async function lockServers(trx: Transaction<Database>, domain: DomainId, keys: readonly ServerKey[]): Promise<readonly (LockedServer | undefined)[]> {
  const ids = await sourcesOf(trx, domain, keys);
  const sources = await lockSources(trx, domain, ids.flatMap((id) => id ?? []));
  const tasks = sources.size === 0 ? new Map<string, LockedTask>() : await lockTasks(trx, [...sources.keys()]);
  return keys.map((key, index) => {
    const id = ids[index];
    const [source, task] = id === undefined ? [] : [sources.get(id), tasks.get(id)];
    return id === undefined || source === undefined || ('task' in key && task?.id !== key.task) ? undefined : { id, domain, ...source, task };
  });
}

/** Of each key, in the order of the keys. */
async function sourcesOf(trx: Transaction<Database>, domain: DomainId, keys: readonly ServerKey[]): Promise<readonly (SourceId | undefined)[]> {
  const tasks = keys.flatMap((key) => ('task' in key ? [key.task] : []));
  const rows = tasks.length === 0 ? [] : await trx.selectFrom('server_task').select(['id', 'source_id']).where('domain_id', '=', domain).where(isOneOf('id', tasks)).execute();
  const sources = new Map(rows.map((row) => [row.id, sourceId(row.source_id)]));
  return keys.map((key) => ('source' in key ? key.source : sources.get(key.task)));
}

async function lockSources(trx: Transaction<Database>, domain: DomainId, ids: readonly SourceId[]): Promise<ReadonlyMap<string, Pick<LockedServer, 'enterpriseProject' | 'position' | 'heardMsAgo'>>> {
  if (ids.length === 0) return new Map();
  const rows = await trx.selectFrom('source_server')
    .select(['id', 'enterprise_project', 'state', 'cycle', sql<number>`extract(epoch from clock_timestamp() - heard_at)::float8 * 1000`.as('heard_ms_ago')])
    .where(isOneOf('id', ids)).where('domain_id', '=', domain).orderBy('id').forNoKeyUpdate().execute();
  return new Map(rows.map(({ id, enterprise_project, state, cycle, heard_ms_ago }) => [id, { enterpriseProject: enterprise_project, position: { state, cycle }, heardMsAgo: heard_ms_ago }]));
}

/** Read after the lock of their sources: until then another may delete them, or make them. By the ids of the sources. */
async function lockTasks(trx: Transaction<Database>, sources: readonly string[]): Promise<ReadonlyMap<string, LockedTask>> {
  const rows = await trx.selectFrom('server_task').select(['id', 'source_id', 'state', 'run', 'copy_run']).where(isOneOf('source_id', sources)).orderBy('source_id').forNoKeyUpdate().execute();
  return new Map(rows.map(({ id, source_id, state, run, copy_run }) => [source_id, { id: serverTaskId(id), state, run, copyRun: copy_run }]));
}

/** One parameter, however many there are. */
function isOneOf(column: 'id' | 'source_id', values: readonly string[]) {
  return sql<SqlBool>`${sql.ref(column)} = any(${values}::text[])`;
}

/** What an event brings along. */
export interface MoveDetail {
  /** Why the migration failed. */
  readonly error?: string;
  /** Of an order about a log. */
  readonly bucket?: string;
}

/** Writes what the table answers; 'create-task' leaves the row to {@link createTask}. */
export async function moveServer(trx: Transaction<Database>, server: LockedServer, event: LifeEvent, detail: MoveDetail = {}): Promise<Move> {
  const move = nextMove(server.position, server.task !== undefined, event);
  if (move.kind === 'gone') await trx.deleteFrom('source_server').where('id', '=', server.id).execute();
  if (move.kind !== 'moved') return move;
  if (event === 'delete-task') await deleteTask(trx, server);
  await writeMove(trx, event === 'delete-task' ? { ...server, task: undefined } : server, event, move, detail);
  return move;
}

/** Several events of a source's record as one change: what it is at the end alone is written, with the last order of them. */
export async function moveThrough(trx: Transaction<Database>, server: LockedServer, events: readonly LifeEvent[]): Promise<void> {
  let end: Moved = { kind: 'moved', position: server.position, order: undefined };
  for (const event of events) {
    const move = nextMove(end.position, server.task !== undefined, event);
    if (move.kind === 'moved') end = { ...move, order: move.order ?? end.order };
  }
  await writeMove(trx, server, undefined, end, {});
}

/** changestate. */
export async function tellServer(trx: Transaction<Database>, server: LockedServer, told: Told, detail: MoveDetail = {}): Promise<Move> {
  const orders = await trx.selectFrom('agent_command').select('name').where('source_id', '=', server.id).execute();
  const move = toldMove(server.position, server.task !== undefined, told, orders.map(({ name }) => name));
  if (move.kind !== 'moved') return move;
  await writeMove(trx, server, undefined, move, detail);
  return move;
}

async function writeMove(trx: Transaction<Database>, server: LockedServer, event: LifeEvent | undefined, move: Moved, detail: MoveDetail): Promise<void> {
  if (server.task !== undefined) await moveTask(trx, server, server.task, event, move, detail);
  await moveSource(trx, server, move.position);
  await giveOrder(trx, server, move, detail);
}

/** What a task begins with. */
export interface TaskRow {
  readonly id: ServerTaskId;
  readonly name: string;
  readonly enterpriseProject: string;
  /** `TaskContents`, as exact JSON. */
  readonly spec: string;
  readonly vmId: string | undefined;
}

/** The move and the row; 'refused' when the source's state allows no task. The source must have none. */
export async function createTask(trx: Transaction<Database>, server: LockedServer, task: TaskRow): Promise<LockedServer | 'refused'> {
  const move = await moveServer(trx, server, 'create-task');
  if (move.kind !== 'moved') return 'refused';
  const state = taskStateOf(move.position);
  const { id, name, enterpriseProject, spec, vmId } = task;
  await trx.insertInto('server_task')
    .values({ id, name, spec, state, domain_id: server.domain, source_id: server.id, enterprise_project: enterpriseProject, vm_id: vmId ?? null }).execute();
  return { ...server, position: move.position, task: { id, state, run: 0, copyRun: 0 } };
}

async function deleteTask(trx: Transaction<Database>, { id, task }: LockedServer): Promise<void> {
  if (task === undefined) return;
  await trx.deleteFrom('server_task').where('id', '=', task.id).execute();
  await trx.deleteFrom('agent_command').where('source_id', '=', id).execute();
}

type Moved = Extract<Move, { kind: 'moved' }>;

async function moveSource(trx: Transaction<Database>, { id, position: from }: LockedServer, { state, cycle }: Position): Promise<void> {
  const stateSince = state === from.state ? {} : { state, state_since: now };
  const cycleSince = cycle === from.cycle ? {} : { cycle, cycle_since: now };
  const change = { ...stateSince, ...cycleSince };
  if (Object.keys(change).length > 0) await trx.updateTable('source_server').set(change).where('id', '=', id).execute();
}

const now = sql<Date>`clock_timestamp()`;

async function moveTask(trx: Transaction<Database>, server: LockedServer, task: LockedTask, event: LifeEvent | undefined, move: Moved, { error }: MoveDetail): Promise<void> {
  const state = taskStateOf(move.position);
  // START without a move is for an agent that begins anew: the run goes on.
  const run = move.order === 'START' && move.position.state !== server.position.state ? runOf(server, task, event) : {};
  const fault = error === undefined || !isFailure(state) ? {} : { error };
  if (state === task.state && Object.keys({ ...run, ...fault }).length === 0) return;
  await trx.updateTable('server_task').set({ state, ...timesOf(task.state, state) }).set(run).set(fault).where('id', '=', task.id).execute();
  if (isOver(state)) await forgetSecrets(trx, task.id);
}

/** A task that was ready, and one that is started over, copies anew; any other goes on where it was. */
function runOf(server: LockedServer, task: LockedTask, event: LifeEvent | undefined) {
  const run = task.run + 1;
  const anew = event === 'restart' || task.state === 'READY' || server.position.state === 'cleared';
  return { run, error: null, finished_at: null, ...(anew ? { copy_run: run, started_at: now, accumulated_ms: 0, copied: 0, total: 0 } : {}) };
}

function timesOf(from: ServerTaskState, to: ServerTaskState) {
  const before = isRunning(from);
  if (isRunning(to)) return before ? {} : { running_since: now };
  const ran = before ? { running_since: null, accumulated_ms: sql<number>`accumulated_ms + greatest(0, (extract(epoch from clock_timestamp() - running_since) * 1000)::bigint)` } : {};
  return to === from || !hasEnded(to) ? ran : { ...ran, finished_at: now };
}

const isFailure = (state: ServerTaskState) => state === 'MIGRATE_FAIL' || state === 'SYNC_FAIL';
const hasEnded = (state: ServerTaskState) => isFailure(state) || state === 'MIGRATE_SUCCESS' || state === 'SYNC_SUCCESS';

/** An order takes the place of an earlier one of its name, so that an answer to that is not taken for an answer to this before this was delivered. */
async function giveOrder(trx: Transaction<Database>, { id, position, task }: LockedServer, { position: { state }, order }: Moved, { bucket }: MoveDetail): Promise<void> {
  if (order === undefined && state === position.state) return;
  const kept = ordersIn[state].filter((name) => name !== order);
  await trx.deleteFrom('agent_command').where('source_id', '=', id).where(sql<boolean>`name <> all(${kept}::text[])`).execute();
  if (order !== undefined) await insertOrder(trx, id, order, task?.id, bucket);
}

async function insertOrder(trx: Transaction<Database>, id: SourceId, name: Order, task: ServerTaskId | undefined, bucket: string | undefined): Promise<void> {
  await trx.insertInto('agent_command').values({ source_id: id, name, task_id: task ?? null, bucket: bucket ?? null }).execute();
}
