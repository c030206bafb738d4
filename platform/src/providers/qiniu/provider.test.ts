import { describe, expect, test } from 'vitest';
import { never } from '../../object-store/contract/fixture.ts';
import { fakeCloud, listAnswer } from '../s3/testing/fake-cloud.ts';
import { qiniu } from './provider.ts';

const qetag = 'Fto5o-5ea0sNMlW_75VgGJCv2AcJ';
const restored = 'ongoing-request="false", expiry-date="Fri, 09 Jan 2026 00:00:00 GMT"';

describe('Qiniu', () => {
  test('lists in version 1 without an encoding, and reads keys as they come', async () => {
    const entry = `<Key>a%20b+c &amp; ü\uffff</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>"${qetag}"</ETag><Size>3</Size><StorageClass>LINE</StorageClass>`;
    const { store, seen } = await fakeCloud(qiniu, 'cn-east-1', () => listAnswer(entry));
    const { objects } = await store.list({ prefix: 'a', from: { kind: 'after', key: 'a%2' } }, never);
    expect(objects).toMatchObject([{ key: 'a%20b+c & ü\uffff', etag: qetag, size: 3, storageClass: 'LINE' }]);
    expect(seen.map(({ target }) => target)).toEqual(['/b?marker=a%252&max-keys=1000&prefix=a']);
  });

  test('pins reads by an ETag that is no MD5', async () => {
    const { store, seen } = await fakeCloud(qiniu, 'cn-east-1', () => ({ headers: { etag: `"${qetag}"` }, body: 'abc' }));
    const { object, body } = await store.read('k', { ifMatch: qetag }, never);
    body.discard();
    expect(object.etag).toBe(qetag);
    expect(store.traits.etag).toBe('opaque');
    expect(seen[0]?.headers['if-match']).toBe(`"${qetag}"`);
  });

  test.each<[string, Readonly<Record<string, string>>, object]>([
    ['one that is archived', { 'x-amz-storage-class': 'GLACIER' }, { archived: true }],
    ['one that is being restored', { 'x-amz-storage-class': 'DEEP_ARCHIVE', 'x-amz-restore': 'ongoing-request="true"' }, { archived: true, restoring: true }],
    ['one that is restored', { 'x-amz-storage-class': 'GLACIER', 'x-amz-restore': restored }, { archived: false, restoredUntil: Date.UTC(2026, 0, 9) }],
    ['one that can be read at once', { 'x-amz-storage-class': 'GLACIER_IR' }, { archived: false }],
  ])('knows %s', async (_, headers, shown) => {
    const { store } = await fakeCloud(qiniu, 'cn-east-1', () => ({ headers }));
    expect(await store.stat('k', never)).toMatchObject(shown);
  });

  test.each([[3, 3], [30, 7]])('restores for %i days, as asked or for as long as it can', async (asked, days) => {
    const { store, seen } = await fakeCloud(qiniu, 'cn-east-1', ({ method }) => (method === 'HEAD' ? { headers: { 'x-amz-storage-class': 'GLACIER' } } : { status: 202 }));
    expect(await store.restore?.request('k', asked, never)).toBe('requested');
    expect(seen.map(({ method, target, body }) => [method, target, body])).toEqual([
      ['HEAD', '/b/k', ''],
      ['POST', '/b/k?restore=', `<RestoreRequest><Days>${days}</Days><GlacierJobParameters><Tier>Standard</Tier></GlacierJobParameters></RestoreRequest>`],
    ]);
  });
});
