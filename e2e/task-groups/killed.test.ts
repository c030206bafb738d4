/** A server that is killed while it splits a group: no task is made twice, and none is left out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flat, openGroupWorld, type GroupWorld } from './group-world.ts';

const count = 3_000;
const perTask = 20;
const kills = 6;

let world: GroupWorld;

beforeAll(async () => {
  world = await openGroupWorld(perTask);
  await world.fill('many', flat(count));
  await world.fill('many-to', {});
}, 120_000);

afterAll(() => world.close());

test('a group whose server is killed again and again while it splits comes out whole', { timeout: 600_000 }, async () => {
  let server = await world.serve();
  const id = await world.create({ source: 'many', destination: 'many-to' });
  let killed = 0;
  let made = 0;
  while (killed < kills) {
    const group = await world.until(id, ({ status, create_task_num: now }) => now > made || status !== 1);
    if (group.status > 1) break;
    made = group.create_task_num;
    await sleep(Math.random() * 60);
    await server.kill();
    killed++;
    server = await world.serve();
  }
  expect(killed, 'kills while the group was being split').toBeGreaterThanOrEqual(2);
  const group = await world.until(id, ({ status }) => status >= 3 && status <= 6);
  expect(group).toMatchObject({
    status: 6, total_task_num: count / perTask, create_task_num: count / perTask, complete_task_num: count / perTask,
    total_num: count, success_num: count, skip_num: 0, fail_num: 0,
  });
  const members = await world.members(id);
  expect(members.map((task) => task.total_num)).toEqual(Array.from({ length: count / perTask }, () => perTask));
  expect(await world.contents('many-to')).toEqual(flat(count));
});
