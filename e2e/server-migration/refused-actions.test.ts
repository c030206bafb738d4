/**
 * Every verb in every state. What may be asked in which is written here once more, from the documents and decision 16; everything else
 * is refused, and leaves each row of the server, its task and its orders as it was: not even written again with the same values.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deafStates, isRunning, migrationCycles, nextMove, ordersIn, sourceStates, taskActions, taskStateOf } from '@haulier/platform/server-migration/server-life-cycle.ts';
import type { Position } from '@haulier/platform/server-migration/server-life-cycle.ts';
import { serverTaskId } from '@haulier/platform/server-migration/server-id.ts';
import type { ServerTaskId, SourceId, SourceState, Tenant } from '@haulier/platform/server-migration/server.ts';
import { createTestDatabase } from '../database/test-database.ts';
import type { TestDatabase } from '../database/test-database.ts';
import { newTenant, openRooms, refusalOf, registration, type Rooms } from './rooms.ts';

let database: TestDatabase;
let rooms: Rooms;
beforeAll(async () => {
  database = await createTestDatabase();
  rooms = openRooms(database);
});
afterAll(() => database.drop());

const verbs = [...taskActions, 'delete-task', 'delete-source', 'delete-silent-source'] as const;
type Verb = (typeof verbs)[number];

/** Nothing runs, and nothing is under way. */
const atRest = ['stopped', 'error', 'finished', 'cleared', 'clearfailed', 'premiged', 'premigfailed'] as const;
const notBegun = ['unavailable', 'waiting', 'premigready'] as const;

/** By verb the states of a source with a task; `!cutovered`: unless the cycle is that. */
const allowedIn: Readonly<Record<Verb, readonly (SourceState | `${SourceState} !cutovered` | `${SourceState} syncing`)[]>> = {
  start: ['waiting', 'premigready', 'premiged', 'premigfailed', 'stopped !cutovered', 'error !cutovered', 'cleared !cutovered', 'clearfailed !cutovered'],
  restart: ['stopped', 'error', 'premigfailed', 'cleared !cutovered', 'clearfailed !cutovered'],
  stop: ['initialize', 'replicate', 'syncing', 'premiging'],
  test: ['syncing'],
  cutover: ['syncing'],
  clone_test: ['syncing'],
  skip: ['replicate', 'syncing', 'cutovering'],
  clear: ['stopped', 'error', 'finished', 'clearfailed'],
  sync_failed_rollback: ['error syncing'],
  migration_test: ['waiting', 'premigready', 'premiged', 'premigfailed'],
  network_check: ['waiting', 'premigready', 'initialize', 'replicate', 'syncing', 'premiging', ...atRest],
  collect_log: sourceStates.filter((state) => state !== 'deleting'),
  'delete-task': [...notBegun, ...atRest],
  'delete-source': [...notBegun, ...atRest, 'deleting'],
  'delete-silent-source': [...notBegun, ...atRest, 'deleting', 'stopping', 'skipping', 'clearing', 'cloning', 'cutovering'],
};

function isAllowed(verb: Verb, { state, cycle }: Position): boolean {
  const states: readonly string[] = allowedIn[verb];
  return states.includes(state) || states.includes(`${state} ${cycle}`) || (cycle !== 'cutovered' && states.includes(`${state} !cutovered`));
}

const positions = sourceStates.flatMap((state) => migrationCycles.map((cycle): Position => ({ state, cycle })));

interface Standing {
  readonly tenant: Tenant;
  readonly source: SourceId;
  readonly task: ServerTaskId;
}

/** A server of a tenant of its own, with a task that has run, and with every order that may wait in its state. */
async function placed({ state, cycle }: Position): Promise<Standing> {
  const tenant = newTenant();
  const source = await rooms.sources.register(tenant, registration());
  const task = await rooms.createTask(tenant, source, { logCollection: { state: 'UPLOADED', bucket: 'a-bucket', uploadedAt: 1 } });
  const taskState = taskStateOf({ state, cycle });
  await sql`update source_server set state = ${state}, cycle = ${cycle} where id = ${source}`.execute(database.db);
  await sql`update server_task set state = ${taskState}, run = 1, copy_run = 1, copied = 7, total = 9, running_since = ${isRunning(taskState) ? sql`clock_timestamp()` : null} where id = ${task}`.execute(database.db);
  for (const name of ordersIn[state]) await sql`insert into agent_command (source_id, name, task_id, deliveries) values (${source}, ${name}, ${task}, 1)`.execute(database.db);
  return { tenant, source, task };
}

/** Every row with the transaction that wrote it last. */
async function rowsOf({ source, task }: Standing): Promise<readonly string[]> {
  const { rows } = await sql<{ text: string }>`
    select xmin::text || to_jsonb(each)::text as text from source_server each where id = ${source}
    union all select xmin::text || to_jsonb(each)::text from server_task each where source_id = ${source}
    union all select xmin::text || to_jsonb(each)::text from server_task_progress each where task_id = ${task}
    union all select xmin::text || to_jsonb(each)::text from server_task_secret each where task_id = ${task}
    union all select xmin::text || to_jsonb(each)::text from agent_command each where source_id = ${source}
  `.execute(database.db);
  return rows.map(({ text }) => text).sort();
}

function ask({ tenant, source, task }: Standing, verb: Exclude<Verb, 'delete-silent-source'>): Promise<unknown> {
  if (verb === 'delete-task') return rooms.actions.remove(tenant, [task]);
  if (verb === 'delete-source') return rooms.sources.remove(tenant, [source]);
  return rooms.actions.act(tenant, task, verb, { template: undefined, switchHce: undefined, consistencyCheck: verb === 'cutover' ? true : undefined });
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  await Promise.all(Array.from({ length: 6 }, async () => {
    for (const item of waiting) await work(item);
  }));
}

test('what may be asked of a server is what is written here', () => {
  for (const position of positions) {
    for (const verb of verbs) expect(nextMove(position, true, verb).kind !== 'refused', `${verb} in ${position.state}/${position.cycle}`).toBe(isAllowed(verb, position));
    for (const verb of [...taskActions, 'delete-task'] as const) expect(nextMove(position, false, verb).kind, `${verb} in ${position.state} without a task`).toBe('refused');
    expect(nextMove(position, false, 'create-task').kind !== 'refused', position.state).toBe(position.state === 'waiting');
    expect(nextMove(position, true, 'create-task').kind, position.state).toBe('refused');
  }
});

test('what is refused says so and changes nothing', { timeout: 120_000 }, async () => {
  let refused = 0;
  await each(positions, async (position) => {
    const standing = await placed(position);
    const before = await rowsOf(standing);
    const { tenant, source, task } = standing;
    for (const verb of verbs) {
      if (isAllowed(verb, position) || verb === 'delete-silent-source') continue;
      const where = `${verb} in ${position.state}/${position.cycle}`;
      const refusal = await refusalOf(ask(standing, verb));
      if (verb === 'start' && position.state === 'unavailable') expect(refusal, where).toEqual({ kind: 'source-unavailable', id: source });
      else if (verb === 'delete-source') expect(refusal, where).toEqual({ kind: 'action-not-allowed', action: 'delete', state: position.state, id: source });
      else expect(refusal, where).toEqual({ kind: 'action-not-allowed', action: verb === 'delete-task' ? 'delete' : verb, state: taskStateOf(position), source: position.state, id: task });
      expect(await rowsOf(standing), where).toEqual(before);
      refused += 1;
    }
    expect(await rooms.tasks.create(tenant.domain, source, await anotherTask(standing), []), position.state).toEqual({ kind: 'has-task' });
    expect(await rowsOf(standing), `create in ${position.state}`).toEqual(before);
  });
  expect(refused).toBe(positions.flatMap((position) => verbs.filter((verb) => verb !== 'delete-silent-source' && !isAllowed(verb, position))).length);
});

test('what is refused of a silent server changes nothing either', async () => {
  await each(positions.filter((position) => !isAllowed('delete-silent-source', position)), async (position) => {
    const standing = await placed(position);
    await sql`update source_server set heard_at = clock_timestamp() - interval '1 hour' where id = ${standing.source}`.execute(database.db);
    const before = await rowsOf(standing);
    for (const verb of ['delete-source', 'network_check'] as const) await refusalOf(ask(standing, verb));
    expect(await rowsOf(standing), position.state).toEqual(before);
  });
});

test('of several that are deleted together, one that may not be keeps all of them as they were', async () => {
  const tenant = newTenant();
  const idle = await rooms.sources.register(tenant, registration());
  const busy = await rooms.sources.register(tenant, registration());
  const [idleTask, busyTask] = [await rooms.createTask(tenant, idle), await rooms.createTask(tenant, busy)];
  await rooms.actions.act(tenant, busyTask, 'start', { template: undefined, switchHce: undefined, consistencyCheck: undefined });
  const rows = async () => [await rowsOf({ tenant, source: idle, task: idleTask }), await rowsOf({ tenant, source: busy, task: busyTask })];
  const before = await rows();
  expect(await refusalOf(rooms.actions.remove(tenant, [idleTask, busyTask]))).toMatchObject({ action: 'delete', id: busyTask });
  expect(await refusalOf(rooms.sources.remove(tenant, [idle, busy]))).toMatchObject({ action: 'delete', id: busy });
  expect(await rows()).toEqual(before);
});

test('changestate writes nothing in the states where it is documented to do nothing', async () => {
  await each(positions.filter(({ state }) => deafStates.some((deaf) => deaf === state)), async (position) => {
    const standing = await placed(position);
    const before = await rowsOf(standing);
    for (const state of sourceStates) await rooms.sources.changeState(standing.tenant, standing.source, { state, cycle: undefined });
    for (const cycle of migrationCycles) await rooms.sources.changeState(standing.tenant, standing.source, { state: undefined, cycle });
    expect(await rowsOf(standing), position.state).toEqual(before);
  });
});

async function anotherTask({ tenant, task }: Standing) {
  const contents = await rooms.tasks.contents(tenant.domain, task);
  if (contents === undefined) throw new Error('the task has gone');
  return { id: serverTaskId(randomUUID()), name: 'another task', contents, plan: [] };
}
