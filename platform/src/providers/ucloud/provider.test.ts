import { expect, test } from 'vitest';
import { planParts } from '../../engine/transfer/parts.ts';
import { never } from '../../object-store/contract/fixture.ts';
import { fakeCloud, listAnswer } from '../s3/testing/fake-cloud.ts';
import { ucloud } from './provider.ts';

test('UCloud lists in version 1', async () => {
  const { store, seen } = await fakeCloud(ucloud, 'cn-bj', () => listAnswer());
  await store.list({ prefix: 'p', from: { kind: 'after', key: 'p1' } }, never);
  expect(seen.map(({ target }) => target)).toEqual(['/b?encoding-type=url&marker=p1&max-keys=1000&prefix=p']);
});

/** "Conversion of storage classes". */
test.each([['STANDARD', 'standard'], ['STANDARD_IA', 'standard'], ['ONEZONE_IA', 'infrequent'], ['GLACIER', 'archive']] as const)('UCloud means %s as %s', async (storageClass, tier) => {
  expect(ucloud.storageClasses[storageClass]).toBe(tier);
  const { store } = await fakeCloud(ucloud, 'cn-bj', () => ({ headers: { 'x-amz-storage-class': storageClass } }));
  expect((await store.stat('k', never)).archived).toBe(tier === 'archive');
});

/** "Supported APIs": RestoreObject and HeadObject as Amazon documents them. */
test('UCloud restores archives', async () => {
  let state: Readonly<Record<string, string>> = {};
  const { store, seen } = await fakeCloud(ucloud, 'cn-bj', ({ method }) => {
    if (method === 'POST') state = { 'x-amz-restore': 'ongoing-request="true"' };
    return method === 'POST' ? { status: 202 } : { headers: { 'x-amz-storage-class': 'GLACIER', ...state } };
  });
  expect(await store.restore?.request('a b%', 3, never)).toBe('requested');
  expect(await store.restore?.request('a b%', 3, never)).toBe('requested');
  expect(await store.stat('a b%', never)).toMatchObject({ archived: true, restoring: true });
  expect(seen.filter(({ method }) => method === 'POST').map(({ target, body }) => [target, body])).toEqual([['/b/a%20b%25?restore=', '<RestoreRequest><Days>3</Days></RestoreRequest>']]);
  state = { 'x-amz-restore': 'ongoing-request="false", expiry-date="Fri, 09 Jan 2026 00:00:00 GMT"' };
  expect(await store.restore?.request('a b%', 3, never)).toBe('readable');
  expect(await store.stat('a b%', never)).toMatchObject({ archived: false, restoredUntil: Date.UTC(2026, 0, 9) });
});

test('UCloud has ETags of its own, and takes 1 GB in one write', async () => {
  const { store } = await fakeCloud(ucloud, 'cn-bj', () => ({}));
  expect(store.traits).toMatchObject({ etag: 'opaque', maxWriteBytes: 2 ** 30 });
});

/** "Upload Part": every part but the last has exactly 8 MB; "UploadPartCopy": what is larger than 100 MB is copied in parts. */
test('UCloud is sent parts of 8 MB, and no copy of more than 100 MB', async () => {
  const { store } = await fakeCloud(ucloud, 'cn-bj', () => ({}));
  expect(store.serverSideCopy?.maxCopyBytes).toBe(100_000_000);
  if (store.multipart === undefined) throw new Error('UCloud takes parts');
  const [size, partBytes] = [100_000_001, 8 * 2 ** 20];
  for (const etag of [undefined, 'd41d8cd98f00b204e9800998ecf8427e-20', 'd41d8cd98f00b204e9800998ecf8427e-1']) expect(planParts(size, etag, store.multipart, 64 * 2 ** 20)?.partBytes).toBe(partBytes);
  expect(planParts(partBytes * 10_000 + 1, undefined, store.multipart, partBytes)).toBeUndefined();
});

test('UCloud may refuse to read an archive as it likes', async () => {
  const { store } = await fakeCloud(ucloud, 'cn-bj', ({ method }) => (method === 'HEAD' ? { headers: { 'x-amz-storage-class': 'GLACIER' } } : { status: 403, body: '<Error><Code>Frozen</Code></Error>' }));
  await expect(store.read('k', {}, never)).rejects.toMatchObject({ kind: 'archived', message: 'GET b/k: Frozen' });
});
