/** Tasks that really run: a real database, real folders, workers in this process. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewTask, Task, TaskCredentials, TaskId, TaskState } from '@haulier/platform/object-migration/task.ts';
import { StoreFailure } from '@haulier/platform/object-store/failure.ts';
import { createLocalStore } from '@haulier/platform/providers/local/local-store.ts';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../database/test-database.ts';
import type { TestDatabase } from '../database/test-database.ts';
import { failing, slowParts, slowly } from './around-writes.ts';
import { fillBucket, readBucket } from './buckets.ts';
import { openRoom } from './room.ts';
import type { TestRoom, TestRoomOptions } from './room.ts';
import { newTask, projectId } from './tasks.ts';
import { until } from './until.ts';

const project = projectId('p1');

let database: TestDatabase;
let root: string;
let rooms: TestRoom[] = [];

beforeEach(async () => {
  root = await mkdtemp('/tmp/haulier-room-');
  database = await createTestDatabase();
});

afterEach(async ({ task }) => {
  for (const room of rooms) await room.close();
  if (task.result?.state === 'fail') process.stderr.write(`${rooms.flatMap((room) => room.log).join('\n')}\n`);
  rooms = [];
  await database.drop();
  await rm(root, { recursive: true, force: true });
});

async function startRoom(options: Partial<TestRoomOptions> = {}): Promise<TestRoom> {
  const room = await openRoom({ connection: database.connection, root, ...options });
  rooms.push(room);
  room.room.start();
  return room;
}

/** `count` objects of different sizes; the destination is an empty bucket. */
async function buckets(count: number, bytes = 2_000): Promise<Readonly<Record<string, string>>> {
  const objects = Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index % 7}/o${index}`, randomBytes(1 + ((index * 31) % bytes))]));
  await fillBucket(root, 'source', objects);
  await fillBucket(root, 'destination', {});
  return Object.fromEntries(Object.entries(objects).map(([key, content]) => [key, content.toString('latin1')]));
}

async function create({ room }: TestRoom, change: Partial<NewTask> = {}): Promise<TaskId> {
  return (await room.tasks.create(newTask(change))).id;
}

function reaches({ room }: TestRoom, id: TaskId, ...states: readonly TaskState[]): Promise<Task> {
  return until(() => room.tasks.show(project, id), (task) => states.includes(task.state));
}

const { credentials } = newTask();
const start = ({ room }: TestRoom, id: TaskId, failedObjectsOnly = false, keys: TaskCredentials = credentials) => room.tasks.start(project, id, { credentials: keys, failedObjectsOnly });

async function sealedCredentials({ db }: TestRoom, id: TaskId): Promise<Buffer | null> {
  return (await db.selectFrom('task').select('credentials').where('id', '=', id).executeTakeFirstOrThrow()).credentials;
}

describe('a task', () => {
  it('moves a bucket and tells true numbers', async () => {
    const objects = await buckets(300);
    const bytes = Object.values(objects).reduce((sum, content) => sum + content.length, 0);
    const test = await startRoom();
    const id = await create(test);
    const task = await reaches(test, id, 'succeeded', 'failed');
    expect(task).toMatchObject({
      state: 'succeeded', error: undefined, progress: 1, leftMs: 0, speed: 0,
      total: { objects: 300, bytes },
      tally: { succeeded: { objects: 300, bytes }, skipped: { objects: 0 }, failed: { objects: 0 } },
    });
    expect(task.startedAt).toBeGreaterThanOrEqual(task.createdAt);
    expect(task.activeMs).toBeGreaterThan(0);
    expect(await readBucket(root, 'destination')).toEqual(objects);
    await until(() => sealedCredentials(test, id), (sealed) => sealed === null);
    expect(await test.room.tasks.show(project, id)).toEqual({ ...task });
  });

  it('leaves its secrets nowhere', async () => {
    await buckets(5);
    const test = await startRoom();
    await reaches(test, await create(test), 'succeeded');
    await until(async () => (await sql<{ text: string }>`select query_to_xml('select * from pgboss.job', true, false, '')::text as text`.execute(test.db)).rows[0]?.text, (text) => text !== undefined && text !== '');
    const { rows } = await sql<{ text: string }>`select database_to_xml(true, false, '')::text as text`.execute(test.db);
    for (const place of [rows[0]?.text ?? '', test.log.join('\n')]) expect(place).not.toMatch(/source-ak|source-sk|destination-ak|destination-sk/);
  });

  it('looks at all again after it has failed, and skips what matches', async () => {
    await buckets(40);
    let broken = true;
    const test = await startRoom({ around: failing('no-bucket', () => broken), tuning: { attempts: 1 } });
    const id = await create(test);
    const failed = await reaches(test, id, 'failed', 'succeeded');
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'TRF.0058' } });
    expect(failed.progress).toBeLessThan(1);
    broken = false;
    await fillBucket(root, 'destination', {});
    await start(test, id);
    expect(await reaches(test, id, 'succeeded')).toMatchObject({ total: { objects: 40 }, tally: { succeeded: { objects: 40 } }, error: undefined });
  });

  it('stops and goes on where it was', async () => {
    const objects = await buckets(400);
    const test = await startRoom({ around: slowly(100) });
    const id = await create(test);
    await until(() => test.room.tasks.show(project, id), (task) => task.tally.succeeded.objects > 20);
    await test.room.tasks.stop(project, id);
    expect(['pausing', 'paused']).toContain((await test.room.tasks.show(project, id)).state);
    const paused = await reaches(test, id, 'paused');
    expect(paused.tally.succeeded.objects).toBeLessThan(400);
    expect(Object.keys(await readBucket(root, 'destination'))).toHaveLength(paused.tally.succeeded.objects);
    await sleep(300);
    expect(await test.room.tasks.show(project, id)).toMatchObject({ state: 'paused', activeMs: paused.activeMs, tally: paused.tally });
    await start(test, id);
    expect(await reaches(test, id, 'succeeded', 'failed')).toMatchObject({ state: 'succeeded', tally: { succeeded: { objects: 400 }, skipped: { objects: 0 } } });
    expect(await readBucket(root, 'destination')).toEqual(objects);
  });

  it('fails when objects fail, and migrates those alone again', async () => {
    const objects = await buckets(30);
    let fails = true;
    const test = await startRoom({ around: failing('bad-key', (key) => fails && key.includes('o2')), tuning: { attempts: 1 } });
    const id = await create(test);
    const failed = await reaches(test, id, 'failed', 'succeeded');
    const bad = Object.keys(objects).filter((key) => key.includes('o2')).sort();
    expect(failed).toMatchObject({ state: 'failed', progress: 1, error: { code: 'TRF.0004' }, total: { objects: 30 }, tally: { failed: { objects: bad.length }, succeeded: { objects: 30 - bad.length } } });
    expect(failed.failedRecord).toMatchObject({ supported: true, errorCode: undefined });
    expect(failed.failedRecord?.listKey).toMatch(/^oms\//);
    expect((await test.room.tasks.failures(project, id, undefined, 100)).map((failure) => failure.sourceKey)).toEqual(bad);
    fails = false;
    await start(test, id, true);
    const retried = await reaches(test, id, 'succeeded', 'failed');
    expect(retried).toMatchObject({ state: 'succeeded', progress: 1, error: undefined, total: failed.total, tally: { failed: { objects: 0 }, succeeded: { objects: 30 } } });
    expect(await readBucket(root, 'destination')).toEqual(objects);
  });

  it('is paused by expired credentials, and goes on with new ones', async () => {
    await buckets(60);
    const test = await startRoom({ around: failing('expired-credentials', (key, keys) => key.includes('o3') && keys?.accessKey !== 'fresh') });
    const id = await create(test);
    const paused = await reaches(test, id, 'paused', 'failed', 'succeeded');
    expect(paused).toMatchObject({ state: 'paused', error: { code: 'TRF.0057' } });
    expect(await sealedCredentials(test, id)).not.toBeNull();
    await start(test, id, false, { ...credentials, destination: { accessKey: 'fresh', secretKey: 'fresh' } });
    expect(await reaches(test, id, 'succeeded', 'failed', 'paused')).toMatchObject({ state: 'succeeded', error: undefined, tally: { succeeded: { objects: 60 } } });
  });

  it('fails when its bucket goes away, and leaves its secrets no longer than its uploads', async () => {
    await buckets(400);
    let gone = false;
    const test = await startRoom({ around: (...args) => failing('no-bucket', () => gone)(slowly(50)(...args), args[1], args[2]) });
    const id = await create(test);
    await until(() => test.room.tasks.show(project, id), (task) => task.tally.succeeded.objects > 0);
    gone = true;
    const failed = await reaches(test, id, 'failed', 'succeeded');
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'TRF.0058' } });
    expect(failed.progress).toBeLessThan(1);
    await until(() => sealedCredentials(test, id), (sealed) => sealed === null);
  });
});

describe('a task that cannot be worked on', () => {
  it('fails for a store that is not opened', async () => {
    await buckets(1);
    let started = false;
    const test = await openRoom({ connection: database.connection, root, around: (store, { bucket }) => {
      if (started && bucket === 'source') throw new StoreFailure('unsupported', 'no provider');
      return store;
    } });
    rooms.push(test);
    const id = await create(test);
    started = true;
    test.room.start();
    expect(await reaches(test, id, 'failed')).toMatchObject({ error: { code: 'TRF.0157' } });
  });

  it('is tried again after an error of our own, and fails when that does not help', async () => {
    await buckets(1);
    let broken = false;
    const test = await openRoom({ connection: database.connection, root, change: { crashLimit: 2 }, around: (store) => (broken ? { ...store, list: () => Promise.reject(new TypeError('a slip of ours')) } : store) });
    rooms.push(test);
    const id = await create(test);
    broken = true;
    test.room.start();
    expect(await reaches(test, id, 'failed', 'succeeded')).toMatchObject({ state: 'failed', error: { code: 'TRF.0001' } });
    broken = false;
    await start(test, id);
    expect(await reaches(test, id, 'failed', 'succeeded')).toMatchObject({ state: 'succeeded' });
  });
});

describe('a large object', () => {
  const size = 100 * 1024 * 1024;
  const key = 'large';
  const uploads = () => createLocalStore({ root, bucket: 'destination', uniqueName: randomUUID }).multipart?.uploadsOf(key, AbortSignal.timeout(5_000)) ?? Promise.resolve([]);

  async function pausedInTheMiddle(): Promise<{ test: TestRoom; id: TaskId }> {
    await fillBucket(root, 'source', { [key]: Buffer.alloc(size, 'x') });
    await fillBucket(root, 'destination', {});
    const test = await startRoom({ around: slowParts(300), tuning: { drainMs: 100 } });
    const id = await create(test);
    await until(() => test.room.tasks.show(project, id), (task) => task.speed > 0);
    await test.room.tasks.stop(project, id);
    await reaches(test, id, 'paused');
    expect(await uploads()).toHaveLength(1);
    return { test, id };
  }

  it('goes on after a pause with the parts that are there', async () => {
    const { test, id } = await pausedInTheMiddle();
    const [upload] = await uploads();
    await start(test, id);
    await reaches(test, id, 'migrating');
    expect(await uploads()).toEqual([upload]);
    expect(await reaches(test, id, 'succeeded', 'failed')).toMatchObject({ state: 'succeeded', tally: { succeeded: { objects: 1, bytes: size } } });
    expect(await uploads()).toEqual([]);
  });

  it('leaves no parts behind when its task is deleted, and then no secrets', async () => {
    const { test, id } = await pausedInTheMiddle();
    await test.room.tasks.remove(project, id);
    await until(uploads, (left) => left.length === 0);
    await until(() => sealedCredentials(test, id), (sealed) => sealed === null);
  });
});

describe('several tasks', () => {
  it('come by priority, and a more urgent one takes the place of a less urgent', async () => {
    await buckets(200);
    const test = await startRoom({ around: slowly(150), change: { slots: 1 } });
    const prefix = (name: string) => ({ destination: { ...newTask().destination, savePrefix: name } });
    const low = await create(test, { ...prefix('low/'), priority: 'low' });
    await reaches(test, low, 'migrating');
    await until(() => test.room.tasks.show(project, low), (task) => task.tally.succeeded.objects > 0);
    const medium = await create(test, { ...prefix('medium/'), priority: 'medium' });
    const high = await create(test, { ...prefix('high/'), priority: 'high' });
    const order: TaskId[] = [];
    await until(async () => {
      for (const id of [low, medium, high]) {
        if (!order.includes(id) && (await test.room.tasks.show(project, id)).state === 'succeeded') order.push(id);
      }
      return order.length;
    }, (ended) => ended === 3, 60_000);
    expect(order).toEqual([high, medium, low]);
    expect(await test.room.tasks.show(project, low)).toMatchObject({ tally: { succeeded: { objects: 200 }, skipped: { objects: 0 } } });
  });

  it('wait while all workers are busy, and can be stopped and deleted then', async () => {
    await buckets(400);
    const test = await startRoom({ around: slowly(100), change: { slots: 1 } });
    const first = await create(test);
    await reaches(test, first, 'migrating');
    const second = await create(test, { destination: { ...newTask().destination, savePrefix: 'second/' } });
    await sleep(500);
    expect((await test.room.tasks.show(project, second)).state).toBe('waiting');
    await test.room.tasks.stop(project, second);
    expect((await test.room.tasks.show(project, second)).state).toBe('paused');
    await test.room.tasks.remove(project, second);
    await test.room.tasks.stop(project, first);
    await reaches(test, first, 'paused');
    await until(() => test.db.selectFrom('task').select('cleanup_at').where('id', '=', second).executeTakeFirstOrThrow(), (row) => row.cleanup_at === null);
  });
});

describe('several processes', () => {
  it('share one task, and each goes on when the other ends', async () => {
    const objects = await buckets(600);
    const one = await startRoom({ around: slowly(100) });
    const two = await startRoom({ around: slowly(100) });
    const id = await create(one);
    await until(() => one.room.tasks.show(project, id), (task) => task.tally.succeeded.objects > 50);
    await one.room.stop();
    const left = await two.room.tasks.show(project, id);
    expect(left.state).toBe('migrating');
    expect(left.tally.succeeded.objects).toBeLessThan(600);
    expect(await reaches(two, id, 'succeeded', 'failed')).toMatchObject({ state: 'succeeded', tally: { succeeded: { objects: 600 }, skipped: { objects: 0 } } });
    expect(await readBucket(root, 'destination')).toEqual(objects);
  });
});
