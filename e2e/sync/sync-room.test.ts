/** Rooms that really work, on a real database and folders of this host: stores that fail, rooms that stop, several that share. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPgSyncTaskRepository } from '@haulier/platform/database/sync/pg-sync-task-repository.ts';
import { createPgSyncWork } from '@haulier/platform/database/sync/pg-sync-work.ts';
import { syncTaskId } from '@haulier/platform/object-migration/sync/sync-task-id.ts';
import type { SyncTaskId } from '@haulier/platform/object-migration/sync/sync-task.ts';
import type { SyncTasks } from '@haulier/platform/object-migration/sync/sync-tasks.ts';
import { createSyncRoom } from '@haulier/platform/worker/sync/sync-room.ts';
import { syncSettings, type SyncSettings } from '@haulier/platform/worker/sync/sync-settings.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { failing, slowly, slowParts } from '../worker/around-writes.ts';
import { fillBucket, readBucket } from '../worker/buckets.ts';
import { openInstallation, type Around } from '../worker/installation.ts';
import { projectId } from '../worker/tasks.ts';
import { until } from '../worker/until.ts';

const project = projectId('p1');
const keys = (name: string) => ({ source: { accessKey: name, secretKey: name }, destination: { accessKey: name, secretKey: name } });

let database: TestDatabase;
let root: string;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'haulier-sync-'));
  await fillBucket(root, 'source', {});
  await mkdir(path.join(root, 'destination'));
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(root, { recursive: true });
});

interface TestRoom {
  readonly tasks: SyncTasks;
  stop(): Promise<void>;
}

function openRoom(around?: Around, change: Partial<SyncSettings> = {}): TestRoom {
  const { db, deps } = openInstallation({ connection: database.connection, root, around });
  const room = createSyncRoom({
    ...deps,
    syncTasks: createPgSyncTaskRepository(db),
    events: createPgSyncWork(db),
    newSyncTaskId: () => syncTaskId(randomUUID()),
    newToken: randomUUID,
    syncTaskLimit: 100,
    zone: 'UTC',
    accepted() {},
    parts: 2,
    settings: { ...syncSettings, pollMs: 50, leaseMs: 120_000, retryMs: 20, attempts: 4, drainMs: 100, ...change },
    observe: { bytes() {}, settled() {} },
    log: { info() {}, warn() {}, error() {} },
  });
  room.start();
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= room.stop().then(() => db.destroy()));
  closing.push(stop);
  return { tasks: room.syncTasks, stop };
}

function create({ tasks }: TestRoom): Promise<SyncTaskId> {
  return tasks.create({
    project, description: '', credentials: keys('first'),
    source: { cloud: 'Local', region: 'here', bucket: 'source', appId: undefined }, destination: { region: 'here', bucket: 'destination' },
    options: { check: 'size-and-time', carryMetadata: false, enableKms: false, enableRestore: false, storagePolicy: 'STANDARD' },
  });
}

async function counts({ tasks }: TestRoom, id: SyncTaskId): Promise<readonly number[]> {
  const { month: { requests, successes, failures, skips } } = await tasks.show(project, id, Date.now());
  return [requests, successes, failures, skips];
}

const settled = (room: TestRoom, id: SyncTaskId) => until(() => counts(room, id), ([requests, success = 0, failure = 0, skip = 0]) => requests === success + failure + skip);

it('tries again what may pass, and counts it once', async () => {
  let fails = 2;
  const room = openRoom(failing('transient', () => fails-- > 0));
  const id = await create(room);
  await fillBucket(root, 'source', { a: 'content' });
  await room.tasks.request(project, id, ['a', 'a']);
  expect(await settled(room, id)).toEqual([2, 1, 0, 1]);
  expect(await readBucket(root, 'destination')).toEqual({ a: 'content' });
});

it('fails what does not pass after its tries, and at once what is the object\'s own', async () => {
  let writes = 0;
  const room = openRoom(failing('transient', () => {
    writes += 1;
    return true;
  }), { attempts: 3 });
  const id = await create(room);
  await fillBucket(root, 'source', { a: 'content' });
  await room.tasks.request(project, id, ['a', 'a', 'gone']);
  expect(await settled(room, id)).toEqual([3, 0, 2, 1]);
  expect(writes).toBeGreaterThanOrEqual(3);

  const refused = openRoom(failing('denied', () => true), { attempts: 1_000_000 });
  await room.stop();
  await refused.tasks.request(project, id, ['a']);
  expect(await settled(refused, id)).toEqual([4, 0, 3, 1]);
});

it('waits with wrong keys for a start with right ones', async () => {
  const room = openRoom(failing('bad-credentials', (_key, credentials) => credentials?.secretKey === 'first'), { attempts: 1_000_000, longestRetryMs: 200 });
  const id = await create(room);
  await fillBucket(root, 'source', { a: 'content' });
  await room.tasks.request(project, id, ['a']);
  await room.tasks.stop(project, id);
  await room.tasks.start(project, id, keys('second'));
  expect(await settled(room, id)).toEqual([1, 1, 0, 0]);
});

it('shares the keys of a task among rooms', async () => {
  const written: [string[], string[]] = [[], []];
  const noting = (notes: string[]): Around => failing('transient', (key) => {
    notes.push(key);
    return false;
  });
  const slow = (around: Around): Around => (store, place, credentials) => around(slowly(20)(store, place, credentials), place, credentials);
  const [one, two] = [openRoom(slow(noting(written[0])), { slots: 2 }), openRoom(slow(noting(written[1])), { slots: 2 })];
  const id = await create(one);
  const objects = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`key-${index}`, `content ${index}`]));
  await fillBucket(root, 'source', objects);
  await one.tasks.request(project, id, Object.keys(objects));
  expect(await settled(two, id)).toEqual([60, 60, 0, 0]);
  expect(await readBucket(root, 'destination')).toEqual(objects);
  expect(written.flat().sort()).toEqual(Object.keys(objects).sort());
  expect(Math.min(...written.map((notes) => notes.length))).toBeGreaterThan(0);
});

it('gives back at once what it cannot finish when it stops', async () => {
  const first = openRoom(slowly(2_000));
  const id = await create(first);
  await fillBucket(root, 'source', { a: 'content', b: 'content' });
  await first.tasks.request(project, id, ['a', 'b']);
  await until(async () => (await database.db.selectFrom('sync_event').select('begun').where('task_id', '=', id).execute()).filter(({ begun }) => begun).length, (begun) => begun === 2);
  await first.stop();
  const second = openRoom();
  expect(await settled(second, id)).toEqual([2, 2, 0, 0]);
});

it('goes on with a large object where it was', async () => {
  const large = Buffer.alloc(70 * 1024 * 1024, 'a large object ');
  const first = openRoom(slowParts(400));
  const id = await create(first);
  await fillBucket(root, 'source', { large });
  await first.tasks.request(project, id, ['large']);
  const upload = async () => (await database.db.selectFrom('sync_event').select('upload').where('task_id', '=', id).executeTakeFirst())?.upload ?? undefined;
  const begun = await until(upload, (now) => now?.state === 'open');
  await first.stop();
  expect(await upload()).toEqual(begun);
  const second = openRoom();
  expect(await settled(second, id)).toEqual([1, 1, 0, 0]);
  expect((await readBucket(root, 'destination'))['large']?.length).toBe(large.length);
  expect(await database.db.selectFrom('sync_upload_abandoned').selectAll().execute()).toEqual([]);
});
