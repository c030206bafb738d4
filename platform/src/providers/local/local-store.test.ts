import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import { get, listAll, never, noMetadata, put } from '../../object-store/contract/fixture.ts';
import { describeStoreContract } from '../../object-store/contract/store-contract.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import { createLocalStore } from './local-store.ts';

describeStoreContract('Local', async () => {
  const root = await mkdtemp(join(tmpdir(), 'haulier-local-'));
  const storeOf = (bucket: string) => createLocalStore({ root, bucket, uniqueName: randomUUID });
  return {
    async newBucket() {
      const bucket = `bucket-${randomUUID()}`;
      await mkdir(join(root, bucket));
      return storeOf(bucket);
    },
    missing: storeOf('missing'),
    close: () => rm(root, { recursive: true }),
  };
});

describe('a bucket whose folder vanishes', () => {
  let root: string;
  let store: ObjectStore;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'haulier-local-'));
    await mkdir(join(root, 'bucket'));
    store = createLocalStore({ root, bucket: 'bucket', uniqueName: randomUUID });
    await put(store, 'there', 'x');
  });
  afterEach(() => rm(root, { recursive: true }));

  test('fails as no-bucket, whatever is asked of it', async () => {
    const upload = await store.multipart?.create('large', { metadata: noMetadata }, never);
    await rm(join(root, 'bucket'), { recursive: true });
    const attempts = [
      () => put(store, 'new', 'x'), () => put(store, 'deep/er', 'x'), () => store.stat('there', never), () => get(store, 'there'), () => listAll(store),
      () => store.multipart?.create('other', { metadata: noMetadata }, never), () => upload && store.multipart?.writePart(upload, 1, bytesSource(Buffer.from('x')), never),
    ];
    for (const attempt of attempts) await expect(Promise.resolve(attempt())).rejects.toMatchObject({ kind: 'no-bucket' });
  });

  test('fails object by object while it is there', async () => {
    await expect(store.stat('gone', never)).rejects.toMatchObject({ kind: 'absent' });
  });
});
