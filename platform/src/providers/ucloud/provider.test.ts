import { expect, test } from 'vitest';
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
  expect(store.restore).toBeUndefined();
});

test('UCloud has ETags of its own, and takes 1 GB in one write', async () => {
  const { store } = await fakeCloud(ucloud, 'cn-bj', () => ({}));
  expect(store.traits).toMatchObject({ etag: 'opaque', maxWriteBytes: 2 ** 30 });
});
