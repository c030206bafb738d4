/** An accepted event survives SIGKILL, and is counted once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../worker/until.ts';
import { SyncSetting } from './sync-setting.ts';

let setting: SyncSetting;

beforeAll(async () => {
  setting = await SyncSetting.open();
});

afterAll(() => setting[Symbol.asyncDispose]());

it('arrives and is counted exactly after the server was killed again and again', { timeout: 300_000 }, async () => {
  const id = await setting.create();
  const large = Array.from({ length: 3 }, (_, index) => ({ key: `large/${index}.bin`, content: Buffer.alloc(48 * 1024 * 1024 + index, `large ${index} `) }));
  const small = Array.from({ length: 120 }, (_, index) => ({ key: `small/${index}.txt`, content: Buffer.from(`the small object ${index}`) }));
  const began = Date.now();
  let accepted = 0;
  for (const { key, content } of [...large, ...small]) await setting.put(key, content);
  const request = async (keys: readonly string[]) => {
    await setting.request(id, keys);
    accepted += keys.length;
  };
  await request(large.map(({ key }) => key));
  for (let kill = 0; kill < 4; kill += 1) {
    const batch = small.slice(kill * 30, kill * 30 + 30).map(({ key }) => key);
    for (let first = 0; first < batch.length; first += 10) await request(batch.slice(first, first + 10));
    await sleep(Math.random() * 150);
    await setting.restart();
  }
  const counts = await until(() => setting.counts(id), ([, success = 0, failure = 0, skip = 0]) => success + failure + skip >= accepted, 120_000);
  const bytes = [...large, ...small].reduce((sum, { content }) => sum + content.length, 0);
  expect(counts).toEqual([accepted, accepted, 0, 0, bytes]);
  for (const { key, content } of [...large, ...small]) expect((await setting.arrived(key)) === content.toString(), key).toBe(true);

  const { statistic_time_type: width, statistic_datas: datas } = await setting.statistics(id, 'REQUEST,SUCCESS,FAILURE,SKIP,SIZE', began, Date.now());
  expect(width).toBe('FIVE_MINUTES');
  const sums = datas.map(({ data_type: type, data }) => [type, data.reduce((sum, point) => sum + point.statistic_num, 0)]);
  expect(sums).toEqual([['REQUEST', accepted], ['SUCCESS', accepted], ['FAILURE', 0], ['SKIP', 0], ['SIZE', bytes]]);
});

it('arrives by another machine\'s worker when the server is gone', { timeout: 120_000 }, async () => {
  const id = await setting.create();
  const worker = setting.installation.work();
  await until(() => Promise.resolve(worker.log()), (log) => log.includes('working'));
  const keys = Array.from({ length: 10 }, (_, index) => `left/${index}.txt`);
  for (const key of keys) await setting.put(key, key);
  await setting.request(id, keys);
  await setting.whileDown(async () => {
    for (const key of keys) await until(() => setting.arrived(key), (text) => text === key);
  });
  expect(await until(() => setting.counts(id), ([, success = 0, , skip = 0]) => success + skip === 10)).toEqual([10, 10, 0, 0, 100]);
});
