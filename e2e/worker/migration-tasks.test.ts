/** The use cases, with no worker running. */
import { mkdtemp, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { statesAllowing } from '@haulier/platform/object-migration/life-cycle.ts';
import { createMigrationTasks } from '@haulier/platform/object-migration/migration-tasks.ts';
import { taskId } from '@haulier/platform/object-migration/task-id.ts';
import { MigrationRefusal } from '@haulier/platform/object-migration/task.ts';
import type { MigrationTasks, NewTask, Refusal, TaskId, TaskState } from '@haulier/platform/object-migration/task.ts';
import { StoreFailure } from '@haulier/platform/object-store/failure.ts';
import type { ObjectStore } from '@haulier/platform/object-store/object-store.ts';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../database/test-database.ts';
import type { TestDatabase } from '../database/test-database.ts';
import { fillBucket } from './buckets.ts';
import { openInstallation } from './installation.ts';
import type { Installation } from './installation.ts';
import { newTask, projectId } from './tasks.ts';

const project = projectId('p1');
const states: readonly TaskState[] = ['waiting', 'migrating', 'pausing', 'paused', 'retrying', 'failed', 'succeeded'];

let database: TestDatabase;
let root: string;
let test: Installation;
let tasks: MigrationTasks;
let hanging: string | undefined;
let unopened: string | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  root = await mkdtemp('/tmp/haulier-room-');
  await fillBucket(root, 'source', { a: 'a', 'lists/list.txt': 'a\n' });
  await fillBucket(root, 'destination', {});
  const around = (store: ObjectStore, { bucket }: { bucket: string }): ObjectStore => {
    if (bucket === unopened) throw new StoreFailure('unsupported', 'no provider');
    return { ...store, checkBucket: (signal) => (bucket === hanging ? never(signal) : store.checkBucket(signal)) };
  };
  test = openInstallation({ connection: database.connection, root, around });
  tasks = createMigrationTasks({ ...test.deps, reachLimitMs: 300, quotas: { perDay: 20, waiting: 10 }, wake: () => {} });
});

afterAll(async () => {
  await test.db.destroy();
  await database.drop();
  await rm(root, { recursive: true, force: true });
});

beforeEach(async () => {
  hanging = undefined;
  unopened = undefined;
  await sql`truncate task, ledger_state`.execute(test.db);
});

async function never(signal: AbortSignal): Promise<never> {
  await sleep(60_000, undefined, { signal }).catch(() => undefined);
  throw signal.reason instanceof Error ? signal.reason : new StoreFailure('transient', 'it hung');
}

async function refusalOf(action: Promise<unknown>): Promise<Refusal> {
  try {
    await action;
  } catch (error) {
    if (error instanceof MigrationRefusal) return error.refusal;
    throw error;
  }
  throw new Error('it was not refused');
}

async function create(change: Partial<NewTask> = {}): Promise<TaskId> {
  return (await tasks.create(newTask(change))).id;
}

/** Puts a task where its life would have brought it. */
async function taskIn(state: TaskState, columns: { readonly complete?: boolean; readonly kind?: 'all' | 'failed-only'; readonly failed?: number } = {}): Promise<TaskId> {
  const id = await create();
  const active = ['migrating', 'pausing', 'retrying'].includes(state);
  await sql`update task set state = ${state}, run_kind = ${columns.kind ?? 'all'}, complete = ${columns.complete ?? false},
    running_since = ${active ? sql`now()` : null} where id = ${id}`.execute(test.db);
  await sql`update ledger_state set failed_objects = ${columns.failed ?? 0} where task_id = ${id}`.execute(test.db);
  return id;
}

const { credentials } = newTask();

describe('creating a task', () => {
  it('shows it waiting, with an id of at most 15 digits, and without secrets', async () => {
    const { id, name } = await tasks.create(newTask({ description: 'a \u0000 b' }));
    expect(String(id).length).toBeLessThanOrEqual(15);
    const shown = await tasks.show(project, id);
    expect(shown).toMatchObject({ id, name, state: 'waiting', description: 'a \u0000 b', progress: 0, speed: 0, total: undefined, error: undefined, startedAt: undefined, activeMs: 0 });
    expect(JSON.stringify(shown)).not.toMatch(/-ak|-sk/);
    const { rows } = await sql<{ kept: string }>`select task::text || encode(credentials, 'escape') as kept from task`.execute(test.db);
    expect(JSON.stringify(rows)).not.toMatch(/source-ak|source-sk|destination-ak|destination-sk/);
  });

  const source = newTask().source;
  const destination = newTask().destination;
  it.each<[string, Partial<NewTask>, Refusal]>([
    ['the source region', { source: { ...source, region: 'nowhere' } }, { kind: 'unknown-region', side: 'source', region: 'nowhere' }],
    ['the destination region', { destination: { ...destination, region: 'nowhere' } }, { kind: 'unknown-region', side: 'destination', region: 'nowhere' }],
    ['a region of another cloud', { source: { ...source, cloud: 'AWS' } }, { kind: 'unknown-region', side: 'source', region: 'here' }],
    ['enable_restore', { options: { ...newTask().options, enableRestore: true } }, { kind: 'unsupported-option', option: 'enable_restore' }],
    ['enable_kms where no key service is', { options: { ...newTask().options, enableKms: true } }, { kind: 'unsupported-option', option: 'enable_kms' }],
    ['a storage class that is not there', { options: { ...newTask().options, storagePolicy: 'IA' } }, { kind: 'unsupported-option', option: 'dst_storage_policy' }],
    ['the class of the source', { options: { ...newTask().options, storagePolicy: 'SRC_STORAGE_MAPPING' } }, { kind: 'unsupported-option', option: 'dst_storage_policy' }],
    ['requester pays', { options: { ...newTask().options, enableRequesterPays: true } }, { kind: 'unsupported-option', option: 'enable_requester_pays' }],
    ['a copy into itself', { destination: { ...destination, bucket: 'source', savePrefix: 'copy/' } }, { kind: 'overlap' }],
  ])('refuses %s', async (_name, change, refusal) => {
    expect(await refusalOf(create(change))).toEqual(refusal);
    expect((await tasks.list(project, { limit: 1, offset: 0 })).count).toBe(0);
  });

  it.each<[string, Partial<NewTask>, Partial<Refusal>]>([
    ['source', { source: { ...source, bucket: 'missing' } }, { side: 'source', failure: 'no-bucket' }],
    ['destination', { destination: { ...destination, bucket: 'missing' } }, { side: 'destination', failure: 'no-bucket' }],
    ['list file', { source: { ...source, selection: { kind: 'list-file', bucket: 'source', key: 'lists/none.txt' } } }, { side: 'list-file', failure: 'absent' }],
  ])('refuses a %s that is not there', async (_name, change, refusal) => {
    expect(await refusalOf(create(change))).toMatchObject({ kind: 'bucket', ...refusal });
  });

  it('refuses a cloud that no provider opens', async () => {
    unopened = 'destination';
    expect(await refusalOf(create())).toEqual({ kind: 'bucket', side: 'destination', failure: 'unsupported', message: 'no provider' });
  });

  it('accepts a list file that is there, and a folder beside the one that is read', async () => {
    await create({ source: { ...source, selection: { kind: 'list-file', bucket: 'source', key: 'lists/list.txt' } } });
    await create({ source: { ...source, selection: { kind: 'prefixes', prefixes: ['lists/'] } }, destination: { ...destination, bucket: 'source', savePrefix: 'copy/' } });
  });

  it('waits for a silent store no longer than its limit', async () => {
    hanging = 'destination';
    const began = Date.now();
    expect(await refusalOf(create())).toMatchObject({ kind: 'bucket', side: 'destination' });
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  it('keeps to the quotas, and leaves other projects theirs', async () => {
    for (let made = 0; made < 10; made += 1) await create();
    expect(await refusalOf(create())).toEqual({ kind: 'quota-waiting' });
    await sql`update task set state = 'paused'`.execute(test.db);
    for (let made = 0; made < 10; made += 1) await create();
    expect(await refusalOf(create())).toEqual({ kind: 'quota-per-day' });
    await create({ project: projectId('p2') });
  });
});

describe('a task of another project, or none', () => {
  it('is not there for any use case', async () => {
    const id = await create();
    const other = projectId('p2');
    const none = { kind: 'no-such-task', id: String(id) };
    expect(await refusalOf(tasks.show(other, id))).toEqual(none);
    expect(await refusalOf(tasks.stop(other, id))).toEqual(none);
    expect(await refusalOf(tasks.start(other, id, { credentials, failedObjectsOnly: false }))).toEqual(none);
    expect(await refusalOf(tasks.remove(other, id))).toEqual(none);
    expect(await refusalOf(tasks.setBandwidth(other, id, []))).toEqual(none);
    expect(await refusalOf(tasks.batchUpdate(other, { ids: [id], bandwidth: [], priority: undefined }))).toEqual(none);
    expect(await refusalOf(tasks.failures(other, id, undefined, 10))).toEqual(none);
    expect(await refusalOf(tasks.show(project, taskId(1)))).toEqual({ kind: 'no-such-task', id: '1' });
  });
});

describe('in each state', () => {
  const window = { startMinute: 0, endMinute: 1439, bytesPerSecond: 1_048_576 };
  const actions = {
    stop: { event: 'stop', run: (id: TaskId) => tasks.stop(project, id) },
    start: { event: 'start', run: (id: TaskId) => tasks.start(project, id, { credentials, failedObjectsOnly: false }) },
    delete: { event: 'delete', run: (id: TaskId) => tasks.remove(project, id) },
    bandwidth: { event: 'change-bandwidth', run: (id: TaskId) => tasks.setBandwidth(project, id, [window]) },
    'batch-update': { event: 'change-priority', run: (id: TaskId) => tasks.batchUpdate(project, { ids: [id], bandwidth: [], priority: 'high' }) },
  } as const;

  for (const action of ['stop', 'start', 'delete', 'bandwidth', 'batch-update'] as const) {
    it(`${action} does what the table of the life cycle says`, async () => {
      const { event, run } = actions[action];
      for (const state of states) {
        const id = await taskIn(state);
        if (statesAllowing(event).includes(state)) await run(id);
        else expect(await refusalOf(run(id)), state).toEqual({ kind: 'not-allowed-in-state', action, state });
        await sql`truncate task, ledger_state`.execute(test.db);
      }
    });
  }

  it('stops a waiting task at once, and a running one by its worker', async () => {
    const waiting = await taskIn('waiting');
    await tasks.stop(project, waiting);
    expect((await tasks.show(project, waiting)).state).toBe('paused');
    const running = await taskIn('migrating');
    await tasks.stop(project, running);
    expect((await tasks.show(project, running)).state).toBe('pausing');
  });

  it('changes nothing of a batch that holds one task that may not', async () => {
    const [waiting, running] = [await taskIn('waiting'), await taskIn('migrating')];
    const update = { ids: [waiting, running], bandwidth: [window], priority: 'low' as const };
    expect(await refusalOf(tasks.batchUpdate(project, update))).toEqual({ kind: 'not-allowed-in-state', action: 'batch-update', state: 'migrating' });
    expect(await tasks.show(project, waiting)).toMatchObject({ priority: 'medium', bandwidth: [] });
    await tasks.batchUpdate(project, { ...update, priority: undefined });
    expect(await tasks.show(project, running)).toMatchObject({ priority: 'medium', bandwidth: [window] });
  });
});

describe('starting a task', () => {
  const start = (id: TaskId, failedObjectsOnly: boolean, keys = credentials) => tasks.start(project, id, { credentials: keys, failedObjectsOnly });
  const run = async (id: TaskId) => (await sql<{ run_number: number; run_kind: string; starts: number }>`
    select run_number, run_kind, starts from task join ledger_state on task_id = id where id = ${id}`.execute(test.db)).rows[0];

  it('goes on with the run of a paused task', async () => {
    const id = await taskIn('paused');
    await start(id, false);
    expect((await tasks.show(project, id)).state).toBe('waiting');
    expect(await run(id)).toEqual({ run_number: 1, run_kind: 'all', starts: 1 });
  });

  it('goes on with the retry of a paused task', async () => {
    const id = await taskIn('paused', { kind: 'failed-only', complete: true });
    await start(id, false);
    expect((await tasks.show(project, id)).state).toBe('retrying');
    expect(await run(id)).toMatchObject({ run_number: 1 });
  });

  it('looks at all again when the task has failed', async () => {
    const id = await taskIn('failed', { complete: true, failed: 3 });
    await start(id, false);
    expect(await tasks.show(project, id)).toMatchObject({ state: 'waiting', progress: 0, error: undefined, tally: { failed: { objects: 0 } } });
    expect(await run(id)).toEqual({ run_number: 2, run_kind: 'all', starts: 2 });
  });

  it('migrates the failed objects alone when asked to', async () => {
    const id = await taskIn('failed', { complete: true, failed: 3 });
    await start(id, true);
    expect(await tasks.show(project, id)).toMatchObject({ state: 'retrying', tally: { failed: { objects: 3 } } });
    expect(await run(id)).toEqual({ run_number: 2, run_kind: 'failed-only', starts: 2 });
  });

  it.each<[string, TaskState, Parameters<typeof taskIn>[1]]>([
    ['has none', 'failed', { complete: true, failed: 0 }],
    ['broke off before everything was looked at', 'failed', { complete: false, failed: 3 }],
    ['was paused before that', 'paused', { failed: 3 }],
  ])('has no failed objects to migrate when it %s', async (_name, state, columns) => {
    expect(await refusalOf(start(await taskIn(state, columns), true))).toEqual({ kind: 'no-failed-objects' });
  });

  it('migrates no failed objects that were not recorded', async () => {
    const id = await create({ options: { ...newTask().options, recordFailures: false } });
    await tasks.stop(project, id);
    expect(await refusalOf(start(id, true))).toEqual({ kind: 'failed-objects-not-recorded' });
  });

  it('happens once when asked for at the same time', async () => {
    const id = await taskIn('failed', { complete: true, failed: 1 });
    const answers = await Promise.allSettled([start(id, false), start(id, false), start(id, false)]);
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
    expect(await run(id)).toMatchObject({ run_number: 2, starts: 2 });
  });
});

describe('deleting a task', () => {
  it('hides it at once', async () => {
    const id = await taskIn('paused');
    await tasks.remove(project, id);
    expect(await refusalOf(tasks.show(project, id))).toMatchObject({ kind: 'no-such-task' });
    expect(await tasks.list(project, { limit: 10, offset: 0 })).toEqual({ tasks: [], count: 0 });
  });
});
