/**
 * What a crash leaves behind: whatever changes a server is made to fail at its first write, at its second, and so on until it has made
 * them all. Each time every row must be as it was, so that no state is without its order, and no answer is taken without what it means.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ProgressReport } from '@haulier/platform/server-migration/server-migration.ts';
import type { ServerTaskId, SourceId, SubtaskName, TaskAction, Tenant } from '@haulier/platform/server-migration/server.ts';
import { createTestDatabase } from '../database/test-database.ts';
import type { TestDatabase } from '../database/test-database.ts';
import { newTenant, openRooms, registration, type Rooms } from './rooms.ts';

const tables = ['source_server', 'server_task', 'server_task_progress', 'server_task_secret', 'agent_command', 'server_migration_project'] as const;

let database: TestDatabase;
let rooms: Rooms;
beforeAll(async () => {
  database = await createTestDatabase();
  rooms = openRooms(database);
  await sql`create sequence crash_writes`.execute(database.db);
  await sql`create table crash_at (write bigint)`.execute(database.db);
  await sql`create function crash() returns trigger language plpgsql as $$ begin
    if nextval('crash_writes') = (select write from crash_at) then raise exception 'crashed'; end if;
    return null;
  end $$`.execute(database.db);
  for (const table of tables) await sql`create trigger crash after insert or update or delete on ${sql.table(table)} for each statement execute function crash()`.execute(database.db);
});
afterAll(() => database.drop());

let tenant: Tenant;
let source: SourceId;
let task: ServerTaskId;
beforeEach(async () => {
  await crashAt(0);
  tenant = newTenant();
  source = await rooms.sources.register(tenant, registration());
  task = await rooms.createTask(tenant, source);
});

async function crashAt(write: number): Promise<void> {
  await sql`delete from crash_at`.execute(database.db);
  await sql`insert into crash_at values (${write})`.execute(database.db);
  await sql`select setval('crash_writes', 1, false)`.execute(database.db);
}

async function rows(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const table of tables) {
    const { rows: each } = await sql<{ text: string }>`select ${table} || xmin::text || to_jsonb(each)::text as text from ${sql.table(table)} each`.execute(database.db);
    found.push(...each.map(({ text }) => text));
  }
  return found.sort();
}

/** Resolves to how many statements it writes with. */
async function writesOf(change: () => Promise<unknown>): Promise<number> {
  const before = await rows();
  for (let write = 1; ; write += 1) {
    await crashAt(write);
    const crashed = await change().then(() => false, (error: unknown) => {
      if (error instanceof Error && error.message === 'crashed') return true;
      throw error;
    });
    if (!crashed) {
      await crashAt(0);
      return write - 1;
    }
    expect(await rows(), `crashed at write ${write}`).toEqual(before);
  }
}

const act = (action: TaskAction) => rooms.serverTasks.act(tenant, task, action, { template: undefined, switchHce: undefined, consistencyCheck: action === 'cutover' ? true : undefined });
const answer = (command: string, succeeded = true) => rooms.sources.takeResult(tenant, source, { command, succeeded, detail: 'a reason' });
const tell = (state: 'syncing' | 'error' | 'stopping') => rooms.sources.changeState(tenant, source, { state, cycle: undefined });
const report = (subtask: SubtaskName, progress: number) => rooms.serverTasks.report(tenant, task, reportOf(subtask, progress));

function reportOf(subtask: SubtaskName, progress: number): ProgressReport {
  return { subtask, progress, copied: progress, total: 100, processTrace: '', speed: 8, compressRate: undefined, remainingSeconds: undefined, agentTime: undefined, usage: {} };
}

/** How it comes to where the change is made, and the change. */
const changes: Readonly<Record<string, { readonly before?: () => Promise<unknown>; readonly change: () => Promise<unknown> }>> = {
  'the registration of another server': { change: () => rooms.sources.register(tenant, registration()) },
  'the registration of an agent that begins anew': { before: () => act('start'), change: () => rooms.sources.register(tenant, { ...registration(), id: source }) },
  'a task that is created': { before: () => rooms.actions.remove(tenant, [task]), change: () => rooms.createTask(tenant, source) },
  'a start': { change: () => act('start') },
  'a stop': { before: () => act('start'), change: () => act('stop') },
  'a cutover': { before: () => act('start').then(() => tell('syncing')), change: () => act('cutover') },
  'a clone': { before: () => act('start').then(() => tell('syncing')), change: () => act('clone_test') },
  'the order for a log': { change: () => rooms.serverTasks.collectLog(tenant, task, 'a-bucket') },
  'the answer to START that is a failure': { before: () => act('start').then(() => rooms.sources.nextCommand(tenant, source)), change: () => answer('START', false) },
  'the answer to STOP': { before: () => act('start').then(() => act('stop')).then(() => rooms.sources.nextCommand(tenant, source)), change: () => answer('STOP') },
  // That of START notes by a statement of its own which run was told: without that, there is no answer and the agent asks again.
  'the delivery of an order': { before: () => act('start').then(() => act('stop')), change: () => rooms.sources.nextCommand(tenant, source) },
  'the first bytes': { before: () => act('start'), change: () => report('MIGRATE_LINUX_FILE', 1) },
  'the end of a copy': { before: () => act('start'), change: () => report('MIGRATE_LINUX_FILE', 100) },
  'a state that the agent tells': { before: () => act('start'), change: () => tell('stopping') },
  'the deletion of a task': { change: () => rooms.actions.remove(tenant, [task]) },
  'the deletion of a server that keeps something': { before: () => act('start').then(() => tell('error')), change: () => rooms.sources.remove(tenant, [source]) },
};

test.each(Object.entries(changes))('%s happens as a whole or not at all', { timeout: 60_000 }, async (_, { before, change }) => {
  await before?.();
  expect(await writesOf(change)).toBeGreaterThan(0);
});
