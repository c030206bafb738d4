/** Synchronisation tasks over the API: the real server between two accounts of a real Ceph gateway. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../worker/until.ts';
import { SyncSetting } from './sync-setting.ts';

let setting: SyncSetting;

beforeAll(async () => {
  setting = await SyncSetting.open();
});

afterAll(() => setting[Symbol.asyncDispose]());

const settled = (id: string, requests: number) => until(() => setting.counts(id), ([accepted, success = 0, failure = 0, skip = 0]) => accepted === requests && success + failure + skip === requests);

describe('the events of a synchronisation task', () => {
  it('bring what was created, written again, deleted and oddly named', async () => {
    const id = await setting.create({ enable_metadata_migration: true, description: 'from the test' });
    const odd = ['test/001.txt', 'test+001.txt', 'a b.txt', '100%.txt', 'ü/日本語 🚚.txt', "quote'\"&<>.txt", 'semi;colon=?#.txt', '~tilde*.txt'];
    for (const key of odd) await setting.put(key, `content of ${key}`);
    await setting.request(id, odd);
    expect(await settled(id, 8)).toEqual([8, 8, 0, 0, odd.reduce((sum, key) => sum + Buffer.byteLength(`content of ${key}`), 0)]);
    for (const key of odd) expect(await setting.arrived(key)).toBe(`content of ${key}`);

    await setting.request(id, [odd[0] ?? '']);
    expect((await settled(id, 9)).slice(0, 4)).toEqual([9, 8, 0, 1]);

    await setting.put('test/001.txt', 'written again');
    await setting.request(id, ['test/001.txt']);
    expect((await settled(id, 10)).slice(0, 4)).toEqual([10, 9, 0, 1]);
    expect(await setting.arrived('test/001.txt')).toBe('written again');

    await setting.remove('a b.txt');
    await setting.request(id, ['a b.txt', 'never/was.txt']);
    expect((await settled(id, 12)).slice(0, 4)).toEqual([12, 9, 0, 3]);
    expect(await setting.arrived('a b.txt'), 'nothing is deleted in the destination').toBe('content of a b.txt');
  });

  it('never lose a version of the same size that is written at once', async () => {
    const id = await setting.create();
    for (let version = 0; version < 20; version += 1) {
      await setting.put('changing.txt', `version ${String(version).padStart(2, '0')}`);
      await setting.request(id, ['changing.txt']);
    }
    await settled(id, 20);
    expect(await setting.arrived('changing.txt')).toBe('version 19');
    await setting.ask('POST', `/${id}/stop`);
    await setting.ask('DELETE', `/${id}`);
  });

  it('bring large objects in parts, and name duplicates once', async () => {
    const id = await setting.create();
    const large = Buffer.alloc(40 * 1024 * 1024 + 17, 'a large object ');
    await setting.put('large.bin', large);
    await setting.request(id, ['large.bin', 'large.bin', 'large.bin']);
    expect(await settled(id, 3)).toEqual([3, 1, 0, 2, large.length]);
    const digest = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
    expect(digest((await setting.arrived('large.bin')) ?? '')).toBe(digest(large));
  });
});

it('are measured', async () => {
  const text = await (await fetch(`${setting.installation.url}/metrics`)).text();
  const measured = (name: string) => Number(new RegExp(`^${name.replaceAll(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);
  const outcomes = ['succeeded', 'skipped', 'failed'].map((outcome) => measured(`haulier_sync_settled_total{outcome="${outcome}"}`)).filter((count) => !Number.isNaN(count));
  expect(measured('haulier_sync_events_total')).toBe(35);
  expect(outcomes.reduce((sum, count) => sum + count, 0)).toBe(35);
  expect(measured('haulier_sync_lag_seconds_count')).toBeGreaterThan(0);
  expect([measured('haulier_sync_backlog'), measured('haulier_sync_oldest_event_seconds')]).toEqual([0, 0]);
});

describe('the life of a synchronisation task', () => {
  it('lists, stops, keeps what was accepted, starts and deletes', async () => {
    const id = await setting.create();
    expect(await setting.ask('GET', '?status=SYNCHRONIZING&limit=1')).toMatchObject({ status: 200, body: { tasks: [{ sync_task_id: id, status: 'SYNCHRONIZING', source_cdn: null, app_id: null }] } });
    expect(await setting.ask('DELETE', `/${id}`)).toMatchObject({ status: 400, body: { error_code: 'OMS.0063' } });
    expect(await setting.ask('POST', `/${id}/start`, setting.keys)).toMatchObject({ status: 400, body: { error_code: 'OMS.0065' } });
    expect((await setting.ask('POST', `/${id}/stop`)).status).toBe(200);
    expect(await setting.ask('POST', `/${id}/stop`)).toMatchObject({ status: 400, body: { error_code: 'OMS.0066' } });
    expect(await setting.ask('POST', `/${id}/events`, { object_keys: ['a'] })).toMatchObject({ status: 400, body: { error_code: 'OMS.0094' } });
    expect(await setting.show(id)).toMatchObject({ status: 'STOPPED', monthly_acceptance_request: 0 });

    await setting.put('while-stopped.txt', 'kept');
    const told = await fetch(await setting.webhook(id), { method: 'POST', body: JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', eventSource: 'aws:s3', s3: { bucket: { name: setting.source.location.bucket }, object: { key: 'while-stopped.txt' } } }] }) });
    expect([told.status, await told.json()]).toEqual([200, { accepted: 1, ignored: 0 }]);
    expect(await setting.ask('POST', `/${id}/start`, { ...setting.keys, src_sk: 'wrong' })).toMatchObject({ status: 400 });
    const before = await setting.show(id);
    expect((await setting.ask('POST', `/${id}/start`, setting.keys)).status).toBe(200);
    await until(() => setting.arrived('while-stopped.txt'), (text) => text === 'kept');
    const after = await setting.show(id);
    expect(after.last_start_time).toBeGreaterThan(before.last_start_time);
    expect(after.create_time).toBe(before.create_time);

    await setting.ask('POST', `/${id}/stop`);
    expect((await setting.ask('DELETE', `/${id}`)).status).toBe(200);
    expect(await setting.ask('GET', `/${id}?query_time=${Date.now()}`)).toMatchObject({ status: 404 });
    expect(await setting.ask('POST', `/${id}/events`, { object_keys: ['a'] })).toMatchObject({ status: 404 });
  });

  it('refuses a sixth task, and unreachable or equal buckets', async () => {
    const { body } = await setting.ask('GET', '?limit=100');
    const { count } = body as { readonly count: number };
    for (let more = count; more < 5; more += 1) await setting.create();
    expect(await setting.ask('POST', '', setting.createBody())).toMatchObject({ status: 400, body: { error_code: 'S3M.0091' } });
    for (const { sync_task_id: id } of ((await setting.ask('GET', '?limit=100')).body as { readonly tasks: readonly { readonly sync_task_id: string }[] }).tasks) {
      await setting.ask('POST', `/${id}/stop`);
      await setting.ask('DELETE', `/${id}`);
    }
    expect(await setting.ask('POST', '', setting.createBody({ dst_bucket: 'no-such-bucket' }))).toMatchObject({ status: 400, body: { error_code: 'OMS.1020' } });
    expect(await setting.ask('POST', '', setting.createBody({ dst_bucket: setting.source.location.bucket, dst_ak: setting.keys.src_ak, dst_sk: setting.keys.src_sk }))).toMatchObject({ status: 400, body: { error_code: 'OMS.0058' } });
    expect(await setting.ask('GET', '')).toMatchObject({ status: 200, body: { tasks: [], count: 0 } });
  });
});
