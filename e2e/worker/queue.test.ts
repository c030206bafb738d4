import { openPgBossQueue } from '@haulier/platform/queue/pg-boss-queue.ts';
import type { WorkQueue } from '@haulier/platform/queue/work-queue.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../database/test-database.ts';
import type { TestDatabase } from '../database/test-database.ts';

let database: TestDatabase;
let pool: pg.Pool;
let queue: WorkQueue;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ ...database.connection, max: 4 });
  pool.on('error', () => {});
  const failures: unknown[] = [];
  const open = () => openPgBossQueue({ database: pool, onError: (error) => failures.push(error) });
  const [first, second] = await Promise.all([open(), open()]);
  queue = first;
  await second.close();
  expect(failures).toEqual([]);
});

afterAll(async () => {
  await queue.close();
  await pool.end();
  await database.drop();
});

describe('the work queue', () => {
  it('lets one job of a task wait, and another while the first is taken', async () => {
    await queue.put([{ taskId: 1, urgency: 5 }, { taskId: 1, urgency: 5 }]);
    await queue.put([{ taskId: 1, urgency: 5 }]);
    const taken = await queue.take(10);
    expect(taken.map((job) => job.taskId)).toEqual([1]);
    expect(await queue.take(10)).toEqual([]);

    await queue.put([{ taskId: 1, urgency: 5 }]);
    const again = await queue.take(10);
    expect(again.map((job) => job.taskId)).toEqual([1]);
    for (const job of [...taken, ...again]) await queue.done(job);
  });

  it('hands out the urgent first, then the old', async () => {
    await queue.put([{ taskId: 2, urgency: 1 }]);
    await queue.put([{ taskId: 3, urgency: 3 }]);
    await queue.put([{ taskId: 4, urgency: 1 }]);
    expect(await queue.depth()).toBe(3);
    const order: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const [job] = await queue.take(1);
      if (job === undefined) break;
      order.push(job.taskId);
      await queue.done(job);
    }
    expect(order).toEqual([3, 2, 4]);
    expect(await queue.depth()).toBe(0);
  });

  it('gives each job to one taker', async () => {
    await queue.put(Array.from({ length: 40 }, (_, index) => ({ taskId: 100 + index, urgency: 1 })));
    const taken = (await Promise.all(Array.from({ length: 8 }, () => queue.take(5)))).flat();
    expect(new Set(taken.map((job) => job.taskId)).size).toBe(40);
    await Promise.all(taken.map((job) => queue.done(job)));
  });
});
