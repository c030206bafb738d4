/** Local buckets on a file system that folds case, has no hard links and keeps times to 10 ms: exFAT, as on a stick. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { get, listKeys, never, put } from '@haulier/platform/object-store/contract/fixture.ts';
import { describeStoreContract } from '@haulier/platform/object-store/contract/store-contract.ts';
import { createLocalStore } from '@haulier/platform/providers/local/local-store.ts';
import type { Standing } from '../stores/bed.ts';
import { mountExfat } from '../stores/file-systems.ts';

const canMount = process.getuid?.() === 0 && existsSync('/dev/fuse') && existsSync('/dev/loop-control');

describe.skipIf(!canMount)('on exFAT', () => {
  let folder: string;
  let exfat: Standing;
  let root: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'haulier-exfat-'));
    exfat = await mountExfat(folder);
    root = join(folder, 'mnt');
  });
  afterAll(async () => {
    await exfat.stop();
    await rm(folder, { recursive: true });
  });

  const storeOf = (bucket: string) => createLocalStore({ root, bucket, uniqueName: randomUUID });
  const newBucket = async () => {
    const bucket = randomUUID();
    await mkdir(join(root, bucket));
    return { bucket, store: storeOf(bucket) };
  };

  describeStoreContract('Local', () => Promise.resolve({
    newBucket: async () => (await newBucket()).store,
    missing: storeOf('missing'),
    close: () => Promise.resolve(),
  }));

  test('files of people are read as they are named, and never replaced under another name', async () => {
    const { bucket, store } = await newBucket();
    await mkdir(join(root, bucket, 'Docs'));
    await writeFile(join(root, bucket, 'Docs/Letter.TXT'), 'theirs');
    expect(await listKeys(store)).toEqual(['Docs/Letter.TXT']);
    expect((await get(store, 'Docs/Letter.TXT')).bytes.toString()).toBe('theirs');

    await put(store, 'DOCS/LETTER.txt', 'ours');
    await put(store, 'Docs/Other', 'other');
    await expect(put(store, 'docs/letter', 'x')).rejects.toMatchObject({ kind: 'bad-key' });
    await store.remove('docs/Letter.TXT', never);
    expect(await listKeys(store)).toEqual(['DOCS/LETTER.txt', 'Docs/Letter.TXT', 'Docs/Other']);
    expect((await get(store, 'Docs/Letter.TXT')).bytes.toString()).toBe('theirs');

    await put(store, 'Docs/Letter.TXT', 'replaced');
    expect(await listKeys(store)).toEqual(['DOCS/LETTER.txt', 'Docs/Letter.TXT', 'Docs/Other']);
    expect((await get(store, 'Docs/Letter.TXT')).bytes.toString()).toBe('replaced');
  });
});
