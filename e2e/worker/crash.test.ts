/** Processes that are killed in the middle of a task. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fillBucket, readBucket } from './buckets.ts';
import { createTestDatabase } from '../database/test-database.ts';
import type { TestDatabase } from '../database/test-database.ts';
import { openRoom } from './room.ts';
import type { TestRoom } from './room.ts';
import { newTask, projectId } from './tasks.ts';
import { until } from './until.ts';

const project = projectId('p1');

let database: TestDatabase;
let root: string;
/** Serves the API only. */
let api: TestRoom;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  root = await mkdtemp('/tmp/haulier-crash-');
  api = await openRoom({ connection: database.connection, root });
});

afterEach(() => {
  worker?.kill('SIGKILL');
});

afterAll(async () => {
  await api.close();
  await database.drop();
  await rm(root, { recursive: true, force: true });
});

function startWorker(delayMs: number): ChildProcess {
  const script = fileURLToPath(new URL('process.ts', import.meta.url));
  worker = spawn(process.execPath, [script, JSON.stringify(database.connection), root, String(delayMs)], { stdio: ['ignore', 'ignore', 'inherit'] });
  return worker;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

describe('a task whose worker is killed', () => {
  it('goes on within seconds, loses nothing and counts nothing twice', async () => {
    const objects = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`f${index % 9}/o${index}`, randomBytes((index * 37) % 3_000)]));
    await fillBucket(root, 'source', objects);
    await fillBucket(root, 'destination', {});
    const { id } = await api.room.tasks.create(newTask());
    const succeeded = async () => (await api.room.tasks.show(project, id)).tally.succeeded.objects;
    for (const at of [100, 400, 800]) {
      const child = startWorker(5);
      await until(succeeded, (count) => count >= at, 60_000);
      child.kill('SIGKILL');
      await ended(child);
      await sleep(50);
      expect((await api.room.tasks.show(project, id)).state).toBe('migrating');
    }
    const before = await succeeded();
    const restarted = Date.now();
    startWorker(5);
    await until(succeeded, (count) => count > before);
    expect(Date.now() - restarted).toBeLessThan(10_000);
    const task = await until(() => api.room.tasks.show(project, id), ({ state }) => state === 'succeeded' || state === 'failed', 60_000);
    const bytes = Object.values(objects).reduce((sum, content) => sum + content.length, 0);
    expect(task).toMatchObject({ state: 'succeeded', total: { objects: 1_500, bytes }, tally: { succeeded: { objects: 1_500, bytes }, skipped: { objects: 0 }, failed: { objects: 0 } } });
    expect(await readBucket(root, 'destination')).toEqual(Object.fromEntries(Object.entries(objects).map(([key, content]) => [key, content.toString('latin1')])));
  });

  it('is paused when that was asked for while nobody worked on it', async () => {
    await fillBucket(root, 'source', Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`o${index}`, 'x'])));
    await fillBucket(root, 'destination', {});
    const { id } = await api.room.tasks.create(newTask({ destination: { ...newTask().destination, savePrefix: 'second/' } }));
    const child = startWorker(40);
    await until(() => api.room.tasks.show(project, id), (task) => task.tally.succeeded.objects > 0);
    child.kill('SIGKILL');
    await ended(child);
    await api.room.tasks.stop(project, id);
    startWorker(40);
    await until(() => api.room.tasks.show(project, id), (task) => task.state === 'paused');
  });

  it('is let go of at once by a process that ends in its own time', async () => {
    await fillBucket(root, 'source', Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`o${index}`, 'x'])));
    const { id } = await api.room.tasks.create(newTask({ destination: { ...newTask().destination, savePrefix: 'third/' } }));
    const child = startWorker(30);
    await until(() => api.room.tasks.show(project, id), (task) => task.tally.succeeded.objects > 0);
    child.kill('SIGTERM');
    await ended(child);
    expect(child.exitCode).toBe(0);
    expect(await api.db.selectFrom('ledger_worker').selectAll().where('task_id', '=', id).execute()).toEqual([]);
    await api.room.tasks.stop(project, id);
  });
});
