import { createPgTaskRepository } from '@haulier/platform/database/tasks/pg-task-repository.ts';
import { createPgTaskWork } from '@haulier/platform/database/tasks/pg-task-work.ts';
import type { Database } from '@haulier/platform/database/schema.ts';
import { taskId } from '@haulier/platform/object-migration/task-id.ts';
import type { Priority, TaskId, TaskState } from '@haulier/platform/object-migration/task.ts';
import type { NewStoredTask, TaskChange, TaskRepository } from '@haulier/platform/object-migration/task-repository.ts';
import type { TaskWork } from '@haulier/platform/object-migration/task-work.ts';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../database/test-database.ts';
import type { TestDatabase } from '../database/test-database.ts';
import { newTask, projectId } from './tasks.ts';

const quotas = { perDay: 1500, waiting: 1500 };
const project = projectId('p1');

let database: TestDatabase;
let db: Kysely<Database>;
let tasks: TaskRepository;
let work: TaskWork;

beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database);
  tasks = createPgTaskRepository(db);
  work = createPgTaskWork(db);
});

afterAll(async () => {
  await database.drop();
});

beforeEach(async () => {
  await sql`truncate task, worker_process, ledger_worker, ledger_state cascade`.execute(db);
});

function stored(id: number, change: Partial<NewStoredTask> = {}): NewStoredTask {
  const { description, source, destination, options, bandwidth, priority, notice } = newTask();
  return { description, source, destination, options, bandwidth, priority, notice, project, id: taskId(id), name: `task-${id}`, sealedCredentials: new Uint8Array([1, 2, 3]), ...change };
}

async function add(id: number, change: Partial<NewStoredTask> = {}): Promise<TaskId> {
  expect(await tasks.insert(stored(id, change), quotas)).toBe('inserted');
  return taskId(id);
}

async function moveAlong(id: TaskId, ...steps: readonly (readonly [TaskState, TaskChange])[]): Promise<void> {
  for (const [from, change] of steps) expect(await tasks.move(id, from, change)).toBe(true);
}

/** A worker's lease, as its ledger would keep it. */
async function lease(id: TaskId, workerId: string, seconds: number): Promise<void> {
  await db.insertInto('ledger_state').values({ task_id: id, run: 1, starts: 1 }).onConflict((conflict) => conflict.doNothing()).execute();
  await db.insertInto('ledger_worker').values({ task_id: id, worker_id: workerId, lease_until: sql<Date>`clock_timestamp() + ${seconds} * interval '1 second'` }).execute();
}

describe('kept tasks', () => {
  it('come back as they went in, whatever their strings hold', async () => {
    let id = 1;
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constant('nul \u0000 and \ud800 alone'));
    await fc.assert(fc.asyncProperty(text, text, async (description, savePrefix) => {
      const task = stored((id += 1), { description, destination: { region: 'r', bucket: 'b', savePrefix } });
      expect(await tasks.insert(task, quotas)).toBe('inserted');
      const { source, destination, options } = task;
      const found = await tasks.find(project, task.id);
      expect({ source: found?.source, destination: found?.destination, options: found?.options }).toEqual({ source, destination, options });
      expect(found).toMatchObject({ description, state: 'waiting' });
    }), { numRuns: 30 });
  });

  it('belong to their project', async () => {
    const id = await add(7);
    expect(await tasks.find(projectId('p2'), id)).toBeUndefined();
    expect((await tasks.list(projectId('p2'), { limit: 10, offset: 0 })).count).toBe(0);
  });

  it('refuse an id that is taken', async () => {
    await add(7);
    expect(await tasks.insert(stored(7), quotas)).toBe('id-taken');
  });

  it('are listed newest first, with an exact count, by state and by part of a name', async () => {
    for (const id of [1, 2, 30, 4]) await add(id);
    await moveAlong(taskId(2), ['waiting', { to: 'paused' }]);
    const ids = async (filter: object) => {
      const { tasks: found, count } = await tasks.list(project, { limit: 2, offset: 0, ...filter });
      return { ids: found.map((task) => task.id), count };
    };
    expect(await ids({})).toEqual({ ids: [4, 30], count: 4 });
    expect(await ids({ offset: 3 })).toEqual({ ids: [1], count: 4 });
    expect(await ids({ offset: 9 })).toEqual({ ids: [], count: 4 });
    expect(await ids({ state: 'paused' })).toEqual({ ids: [2], count: 1 });
    expect(await ids({ name: 'k-3' })).toEqual({ ids: [30], count: 1 });
    expect(await ids({ name: '%' })).toEqual({ ids: [], count: 0 });
    expect(await ids({ groupId: 'g' })).toEqual({ ids: [], count: 0 });
  });
});

describe('quotas', () => {
  it('count a project alone, and a deleted task for its day', async () => {
    const two = { perDay: 2, waiting: 1500 };
    const first = await add(1);
    await add(2, { project: projectId('p2') });
    await moveAlong(first, ['waiting', { to: 'paused' }]);
    expect(await tasks.remove(first, 'paused')).toBe(true);
    expect(await tasks.insert(stored(3), two)).toBe('inserted');
    expect(await tasks.insert(stored(4), two)).toBe('quota-per-day');
    await sql`update task set created_at = created_at - interval '24 hours' where id = 1`.execute(db);
    expect(await tasks.exceededQuota(project, two)).toBeUndefined();
  });

  it('let nobody take the last place twice', async () => {
    const limit = { perDay: 100, waiting: 5 };
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => tasks.insert(stored(index + 1), limit)));
    expect(answers.filter((answer) => answer === 'inserted')).toHaveLength(5);
    expect(answers.filter((answer) => answer === 'quota-waiting')).toHaveLength(7);
  });
});

describe('a change of state', () => {
  it('happens once', async () => {
    const id = await add(1);
    const moved = await Promise.all(Array.from({ length: 8 }, () => tasks.move(id, 'waiting', { to: 'migrating' })));
    expect(moved.filter(Boolean)).toHaveLength(1);
  });

  it('keeps time while running only, and starts over with a new run', async () => {
    const id = await add(1);
    await moveAlong(id, ['waiting', { to: 'migrating' }]);
    await sql`update task set running_since = running_since - interval '5 seconds'`.execute(db);
    await moveAlong(id, ['migrating', { to: 'pausing' }], ['pausing', { to: 'paused' }]);
    const paused = await tasks.find(project, id);
    expect(paused?.runningSince).toBeUndefined();
    expect(paused?.accumulatedMs).toBeGreaterThanOrEqual(5000);
    expect(paused?.accumulatedMs).toBeLessThan(6000);
    await moveAlong(id, ['paused', { to: 'waiting' }], ['waiting', { to: 'migrating' }], ['migrating', { to: 'failed', runOver: true, error: { code: 'TRF.0004', message: 'm' } }]);
    expect((await tasks.find(project, id))?.accumulatedMs).toBeGreaterThanOrEqual(5000);
    await moveAlong(id, ['failed', { to: 'waiting', newRun: 'all', error: undefined }]);
    expect(await tasks.find(project, id)).toMatchObject({ accumulatedMs: 0, error: undefined, run: { number: 2, base: 2, kind: 'all', over: false } });
    await moveAlong(id, ['waiting', { to: 'migrating' }], ['migrating', { to: 'failed', runOver: true }], ['failed', { to: 'retrying', newRun: 'failed-only' }]);
    expect(await tasks.find(project, id)).toMatchObject({ run: { number: 3, base: 2, kind: 'failed-only' }, toRetry: { objects: 0, bytes: 0 } });
  });

  it('is refused to a worker whose lease or run is another, or who is not alone', async () => {
    const id = await add(1);
    await moveAlong(id, ['waiting', { to: 'migrating' }], ['migrating', { to: 'pausing' }]);
    await lease(id, 'dead', -1);
    await lease(id, 'live', 60);
    const as = (workerId: string, run = 1, alone = false) => tasks.move(id, 'pausing', { to: 'paused' }, { workerId, run, alone });
    expect(await as('dead')).toBe(false);
    expect(await as('nobody')).toBe(false);
    expect(await as('live', 2)).toBe(false);
    await lease(id, 'other', 60);
    expect(await as('live', 1, true)).toBe(false);
    await db.deleteFrom('ledger_worker').where('worker_id', '=', 'other').execute();
    expect(await as('live', 1, true)).toBe(true);
  });
});

describe('a change of many tasks', () => {
  it('changes all or none', async () => {
    const [a, b] = [await add(1), await add(2)];
    await moveAlong(b, ['waiting', { to: 'migrating' }]);
    const window = { startMinute: 0, endMinute: 60, bytesPerSecond: 1_048_576 };
    const change = { bandwidth: [window], priority: 'high' as const };
    expect(await tasks.update(project, [a, b], change, ['waiting'])).toEqual({ id: b, state: 'migrating' });
    expect(await tasks.update(project, [a, taskId(9)], change, ['waiting'])).toEqual({ id: 9, state: 'none' });
    expect(await tasks.find(project, a)).toMatchObject({ bandwidth: [], priority: 'medium' });
    expect(await tasks.update(project, [a, a], change, ['waiting'])).toBeUndefined();
    expect(await tasks.find(project, a)).toMatchObject({ bandwidth: [window], priority: 'high' });
  });
});

describe('tasks that want a worker', () => {
  const wanted = async (limit = 10, workersPerTask = 1) => (await work.wanting(limit, workersPerTask)).map((task) => task.id);

  it('come by priority, then by age', async () => {
    const order: readonly [number, Priority][] = [[1, 'low'], [2, 'medium'], [3, 'high'], [4, 'medium'], [5, 'low']];
    for (const [id, priority] of order) await add(id, { priority });
    expect(await wanted()).toEqual([3, 2, 4, 1, 5]);
    expect(await wanted(2)).toEqual([3, 2]);
  });

  it('want none while a worker is alive, and one again when it is not', async () => {
    const id = await add(1);
    await moveAlong(id, ['waiting', { to: 'migrating' }]);
    await lease(id, 'live', 60);
    expect(await wanted()).toEqual([]);
    expect(await wanted(10, 2)).toEqual([1]);
    await work.postponeHelp(id, 60_000);
    expect(await wanted(10, 2)).toEqual([]);
    await sql`update ledger_worker set lease_until = clock_timestamp() - interval '1 second'`.execute(db);
    expect(await wanted()).toEqual([1]);
  });

  it('wait when told to, but not to be paused', async () => {
    const id = await add(1);
    await moveAlong(id, ['waiting', { to: 'migrating' }]);
    await work.postpone(id, 60_000);
    expect(await wanted()).toEqual([]);
    await moveAlong(id, ['migrating', { to: 'pausing' }]);
    await work.postpone(id, 60_000);
    expect(await wanted()).toEqual([1]);
  });

  it('say when their ledger lags behind', async () => {
    const id = await add(1);
    expect(await work.wanting(10, 1)).toMatchObject([{ id, unprepared: true }]);
    await lease(id, 'gone', -1);
    expect(await work.wanting(10, 1)).toMatchObject([{ id, unprepared: false }]);
  });

  it('are those at rest that are to be cleaned, one turn at a time', async () => {
    const id = await add(1);
    await moveAlong(id, ['waiting', { to: 'migrating' }], ['migrating', { to: 'succeeded', runOver: true, complete: true }]);
    expect(await wanted()).toEqual([1]);
    const turns = await Promise.all([work.takeCleanup(id, 60_000), work.takeCleanup(id, 60_000)]);
    expect(turns.toSorted()).toEqual([1, undefined]);
    expect(await wanted()).toEqual([]);
    await work.endCleanup(id, 2);
    expect((await work.assignment(id))?.sealedCredentials).toBeDefined();
    await work.endCleanup(id, 1);
    expect((await work.assignment(id))?.sealedCredentials).toBeUndefined();
  });

  it('are those deleted, until they are clean', async () => {
    const id = await add(1);
    expect(await tasks.remove(id, 'paused')).toBe(false);
    expect(await tasks.remove(id, 'waiting')).toBe(true);
    expect(await tasks.find(project, id)).toBeUndefined();
    expect(await work.stateOf(id)).toBeUndefined();
    expect(await wanted()).toEqual([1]);
    expect((await work.assignment(id))?.deleted).toBe(true);
    expect(await work.takeCleanup(id, 60_000)).toBe(1);
    await work.endCleanup(id, 1);
    await work.purge();
    expect(await work.assignment(id)).toBeDefined();
    await sql`update task set created_at = created_at - interval '24 hours'`.execute(db);
    await work.purge();
    expect(await work.assignment(id)).toBeUndefined();
  });
});

describe('processes', () => {
  it('are counted while they check in', async () => {
    expect(await work.checkIn('a')).toBe(1);
    expect(await work.checkIn('b')).toBe(2);
    await sql`update worker_process set seen_at = seen_at - interval '1 minute' where id = 'a'`.execute(db);
    expect(await work.checkIn('b')).toBe(1);
    await work.checkOut('b');
    expect(await work.checkIn('c')).toBe(1);
  });

  it('count the crashes of a task until it moves on', async () => {
    const id = await add(1);
    expect(await work.countCrash(id)).toBe(1);
    expect(await work.countCrash(id)).toBe(2);
    await work.forgetCrashes(id);
    expect(await work.countCrash(id)).toBe(1);
    await moveAlong(id, ['waiting', { to: 'migrating' }]);
    expect(await work.countCrash(id)).toBe(1);
  });
});
