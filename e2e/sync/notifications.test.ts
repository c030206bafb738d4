/** A bucket stays in sync live: a real Ceph gateway pushes its notifications to the webhook of a synchronisation task. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushNotifications } from '../stores/rgw-notifications.ts';
import { until } from '../worker/until.ts';
import { SyncSetting } from './sync-setting.ts';

let setting: SyncSetting;
let id: string;
let webhook: string;

beforeAll(async () => {
  setting = await SyncSetting.open();
  id = await setting.create();
  webhook = await setting.webhook(id);
  await pushNotifications(setting.rgw, setting.rgw.users[0], setting.source.location.bucket, webhook, { persistent: false });
});

afterAll(() => setting[Symbol.asyncDispose]());

const allSettled = () => until(() => setting.counts(id), ([requests, success = 0, failure = 0, skip = 0]) => success + failure + skip === requests);

describe('notifications of a real gateway', () => {
  it('bring every PUT, however its key is written', async () => {
    const times: number[] = [];
    const keys = ['plain.txt', 'with blank.txt', 'with+plus.txt', 'with%20percent.txt', '100%.txt', 'ü/日本語 🚚.txt', '%E4%B8%AD.txt', 'a%2Bb.txt', "q'uo\"te&<>.txt", 'back\\slash.txt'];
    for (const key of keys) {
      const began = performance.now();
      await setting.put(key, `content of ${key}`);
      await until(() => setting.arrived(key), (text) => text === `content of ${key}`);
      times.push(Math.round(performance.now() - began));
    }
    console.log(`from PUT to arrival: ${times.join(', ')} ms`);
    expect((await allSettled()).slice(0, 4)).toEqual([keys.length, keys.length, 0, 0]);
  });

  it('keep up with many', async () => {
    const before = await allSettled();
    const keys = Array.from({ length: 200 }, (_, index) => `many/${index}.txt`);
    for (const key of keys) await setting.put(key, key);
    await until(() => setting.counts(id), ([requests = 0, success = 0, failure = 0, skip = 0]) => requests === (before[0] ?? 0) + 200 && success + failure + skip === requests);
    for (const key of keys) expect(await setting.arrived(key)).toBe(key);
  });

  it('delete nothing', async () => {
    const before = await allSettled();
    await setting.remove('plain.txt');
    const after = await until(() => setting.counts(id), ([requests = 0]) => requests > (before[0] ?? 0)).then(allSettled);
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 0, 0, 1, 0]);
    expect(await setting.arrived('plain.txt')).toBe('content of plain.txt');
  });
});

describe('the webhook', () => {
  const record = (key: string, source = 'aws:s3', name = 'ObjectCreated:Put', bucket = setting.source.location.bucket) => ({ eventVersion: '2.1', eventSource: source, eventName: name, s3: { bucket: { name: bucket }, object: { key } } });
  const notify = async (url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body), headers });
    const said: unknown = await answer.json();
    return { status: answer.status, body: said };
  };

  it('reads keys as those who send them write them, and more than ten at once', async () => {
    const before = await allSettled();
    await setting.put('red flower+.jpg', 'red');
    await allSettled();
    const records = [record('red+flower%2B.jpg'), record('red flower+.jpg', 'ceph:s3'), record('red%20flower%2B.jpg', 'minio:s3', 's3:ObjectCreated:Put'), ...Array.from({ length: 20 }, (_, index) => record(`none/${index}`, 'aws:s3', 'ObjectRemoved:Delete'))];
    expect(await notify(webhook, { Records: records })).toEqual({ status: 200, body: { accepted: 23, ignored: 0 } });
    expect((await allSettled()).map((count, index) => count - (before[index] ?? 0))).toEqual([24, 1, 0, 23, 3]);
    expect(await notify(webhook, { Records: [record('x', 'aws:s3', 'ObjectCreated:Put', 'another-bucket'), record('x', 'minio:s3', 's3:ObjectAccessed:Get')] })).toEqual({ status: 200, body: { accepted: 0, ignored: 1 } });
    expect(await notify(webhook, { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: setting.source.location.bucket })).toEqual({ status: 200, body: { accepted: 0, ignored: 0 } });
    expect(await notify(webhook, { Records: [{ eventName: 'ObjectCreated:Put' }] })).toMatchObject({ status: 400 });
  });

  it('opens to its newest token alone, which the log never shows', async () => {
    const url = new URL(webhook);
    const token = url.searchParams.get('token') ?? '';
    url.search = '';
    expect(await notify(url.href, { Records: [] }, { authorization: `Bearer ${token}` })).toMatchObject({ status: 200 });
    for (const wrong of [url.href, `${url.href}?token=`, `${url.href}?token=${token.slice(1)}`, webhook.replace(id, '00000000-0000-4000-8000-000000000000'), webhook.replace(id, 'x'), webhook.replace(/\/v2\/\w+\//, '/v2/another/')]) {
      expect(await notify(wrong, { Records: [record('x')] }), wrong).toMatchObject({ status: 401, body: { error_code: 'OMS.9999' } });
    }
    const next = await setting.webhook(id);
    expect(await notify(webhook, { Records: [] })).toMatchObject({ status: 401 });
    expect(await notify(next, { Records: [] })).toMatchObject({ status: 200 });
    expect((await setting.ask('DELETE', `/${id}/webhook`)).status).toBe(200);
    expect(await notify(next, { Records: [] })).toMatchObject({ status: 401 });
    expect(setting.log()).not.toContain(token);
  });
});
