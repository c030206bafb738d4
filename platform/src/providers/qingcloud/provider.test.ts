import { expect, test } from 'vitest';
import { never } from '../../object-store/contract/fixture.ts';
import { fakeCloud, listAnswer } from '../s3/testing/fake-cloud.ts';
import { qingcloud } from './provider.ts';

test('QingCloud lists in version 1 without an encoding', async () => {
  const { store, seen } = await fakeCloud(qingcloud, 'pek3a', () => listAnswer());
  await store.list({ prefix: '', from: { kind: 'start' }, limit: 10 }, never);
  await store.folders?.list({ prefix: 'a/', from: { kind: 'start' }, limit: 10 }, never);
  expect(seen.map(({ target }) => target)).toEqual(['/b?max-keys=10&prefix=', '/b?delimiter=%2F&max-keys=10&prefix=a%2F']);
});

test('QingCloud has no archives, and classes that cannot be asked for', () => {
  expect(qingcloud.classOf('standard')).toBeUndefined();
  expect(Object.values(qingcloud.storageClasses)).toEqual(['standard', 'infrequent']);
});
