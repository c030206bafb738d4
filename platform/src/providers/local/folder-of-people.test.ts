/** What people, other programs and crashes do to a bucket's folder. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFile, chmod, lstat, mkdir, mkdtemp, readdir, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import { get, listAll, listKeys, md5Hex, never, pattern, put } from '../../object-store/contract/fixture.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';
import { createLocalStore } from './local-store.ts';

let root: string;
let folder: string;
let store: ObjectStore;
const storeOf = (bucket: string): ObjectStore => createLocalStore({ root, bucket, uniqueName: randomUUID });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'haulier-people-'));
  folder = join(root, 'bucket');
  await mkdir(folder);
  store = storeOf('bucket');
});
afterEach(() => rm(root, { recursive: true }));

describe('ordinary files', () => {
  test('are objects whose key is their path', async () => {
    await mkdir(join(folder, 'photos/2024'), { recursive: true });
    await writeFile(join(folder, 'photos/2024/a b.jpg'), 'jpeg');
    await writeFile(join(folder, 'README'), 'read me');
    expect(await listAll(store)).toMatchObject([{ key: 'README', size: 7 }, { key: 'photos/2024/a b.jpg', size: 4 }]);
    const { object, bytes } = await get(store, 'photos/2024/a b.jpg');
    expect(bytes.toString()).toBe('jpeg');
    expect(object).toMatchObject({ size: 4, metadata: { user: {} } });
    expect(await readdir(folder), 'reading leaves no trace').toEqual(['README', 'photos']);
  });

  test('have an ETag of their version that nobody takes for an MD5', async () => {
    await writeFile(join(folder, 'file'), 'one');
    const { etag = '' } = await store.stat('file', never);
    expect(etag).toMatch(/^[0-9a-f]{32}-f$/);
    expect((await get(store, 'file', { ifMatch: etag })).object.etag).toBe(etag);
    await appendFile(join(folder, 'file'), ' more');
    await expect(get(store, 'file', { ifMatch: etag })).rejects.toMatchObject({ kind: 'changed' });
    expect((await store.stat('file', never)).etag).not.toBe(etag);
  });

  test('can be overwritten and removed', async () => {
    await writeFile(join(folder, 'file'), 'theirs');
    await put(store, 'file', 'ours');
    expect((await get(store, 'file')).object.etag).toBe(md5Hex(Buffer.from('ours')));
    await store.remove('file', never);
    expect(await listKeys(store)).toEqual([]);
  });

  test('with names that are no UTF-8 are listed, read and removed', async () => {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]), 'latin');
    expect(await listKeys(store)).toEqual(['caf%E9']);
    expect((await get(store, 'caf%E9')).bytes.toString()).toBe('latin');
    await store.remove('caf%E9', never);
    expect(await listKeys(store)).toEqual([]);
  });

  test('keep their place unless a folder of their name is needed', async () => {
    await writeFile(join(folder, 'a'), 'theirs');
    await put(store, 'a/b', 'below');
    expect((await get(store, 'a')).bytes.toString()).toBe('theirs');
    expect(await listKeys(store)).toEqual(['a', 'a/b']);
    await put(store, 'a', 'again');
    expect((await get(store, 'a')).bytes.toString()).toBe('again');
    await store.remove('a', never);
    expect(await listKeys(store)).toEqual(['a/b']);
  });

  test('are where people find them', async () => {
    await put(store, 'reports/2024/final.pdf', 'pdf');
    expect((await lstat(join(folder, 'reports/2024/final.pdf'))).isFile()).toBe(true);
  });
});

describe('metadata', () => {
  const metadata = { contentType: 'text/x', user: { a: 'b' } };

  test('belongs to the version: an edit drops it', async () => {
    await put(store, 'file', 'content', metadata);
    await writeFile(join(folder, 'file'), 'edited');
    expect((await get(store, 'file')).object).toMatchObject({ metadata: { user: {} } });
  });

  test('outlives a move of the whole bucket, as a backup makes it', async () => {
    await put(store, 'dir/file', 'content', metadata);
    execFileSync('cp', ['-a', folder, join(root, 'restored')]);
    expect((await get(storeOf('restored'), 'dir/file')).object).toMatchObject({ metadata, etag: md5Hex(Buffer.from('content')) });
  });

  test('of versions of one size and time is told apart', async () => {
    for (let i = 0; i < 20; i++) {
      await put(store, 'same', `content ${i % 10}`, { user: { version: String(i) } });
      expect((await store.stat('same', never)).metadata.user).toEqual({ version: String(i) });
    }
    await Promise.all(Array.from({ length: 20 }, (_, i) => put(store, 'same', `content ${i % 10}`, { user: { version: String(i % 10) } })));
    const { object, bytes } = await get(store, 'same');
    expect(`content ${object.metadata.user['version'] ?? ''}`).toBe(bytes.toString());
    expect(object.etag).toBe(md5Hex(bytes));
  });

  test('leaves no records behind', async () => {
    for (let i = 0; i < 5; i++) await put(store, 'file', `version ${i}`, metadata);
    const records = async (): Promise<number> => (await readdir(join(folder, '.haulier/records'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;
    expect(await records()).toBe(1);
    await store.remove('file', never);
    expect([await records(), await readdir(join(folder, '.haulier/unfinished'))]).toEqual([0, []]);
  });
});

describe('nothing outside the bucket', () => {
  beforeEach(async () => {
    await mkdir(join(root, 'secret'));
    await writeFile(join(root, 'secret/file'), 'secret');
    await writeFile(join(root, 'passwd'), 'secret');
  });

  test.each(['../passwd', '../secret/file', 'x/../../passwd', '/etc/hostname', './../passwd', '..'])('is read as %j', async (key) => {
    await expect(get(store, key)).rejects.toMatchObject({ kind: 'absent' });
  });

  test('is written by keys with dots', async () => {
    await put(store, '../passwd', 'ours');
    await put(store, '../../x/../passwd', 'ours');
    expect(await readdir(root)).toEqual(['bucket', 'passwd', 'secret']);
    expect(await listKeys(store)).toEqual(['../../x/../passwd', '../passwd']);
  });

  test('is reached through symbolic links', async () => {
    await symlink(join(root, 'secret'), join(folder, 'folder'));
    await symlink(join(root, 'passwd'), join(folder, 'file'));
    await symlink(folder, join(folder, 'loop'));
    await writeFile(join(folder, 'own'), 'own');
    expect(await listKeys(store)).toEqual(['own']);
    expect(await listKeys(store, 'folder/')).toEqual([]);
    for (const key of ['folder/file', 'file', 'loop/own', 'loop/loop/own']) await expect(get(store, key)).rejects.toMatchObject({ kind: 'absent' });
    for (const key of ['folder/file', 'folder/new', 'loop/own', 'folder/deep/new']) await expect(put(store, key, 'ours')).rejects.toMatchObject({ kind: 'denied' });
    await store.remove('folder/file', never);
    expect(await readdir(join(root, 'secret'))).toEqual(['file']);
  });

  test.each(['..', '.', '', 'bucket/..', 'a/b', '.haulier', 'nul\0'])('is the bucket %j', async (bucket) => {
    await expect(storeOf(bucket).checkBucket(never)).rejects.toMatchObject({ kind: 'no-bucket' });
  });

  test('is a bucket that is a link', async () => {
    await symlink('/etc', join(root, 'linked'));
    await expect(storeOf('linked').checkBucket(never)).rejects.toMatchObject({ kind: 'no-bucket' });
  });
});

test('pipes, sockets and empty folders are no objects, and a read of one does not hang', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  await mkdir(join(folder, 'empty/folder'), { recursive: true });
  expect(await listKeys(store)).toEqual([]);
  await expect(get(store, 'pipe')).rejects.toMatchObject({ kind: 'absent' });
});

test('our own records are no objects', async () => {
  await put(store, 'file', 'x');
  await writeFile(join(folder, '.haulier/unfinished/left-by-a-crash'), 'x');
  expect(await listKeys(store)).toEqual(['file']);
  await expect(get(store, '.haulier/unfinished/left-by-a-crash')).rejects.toMatchObject({ kind: 'absent' });
});

test('what a crash left unfinished for a day is swept', async () => {
  await put(store, 'file', 'x');
  const left = join(folder, '.haulier/unfinished/left-by-a-crash');
  await writeFile(left, 'x');
  await utimes(left, 1_000_000, 1_000_000);
  await put(storeOf('bucket'), 'other', 'x');
  expect(await readdir(join(folder, '.haulier/unfinished'))).toEqual([]);
});

describe('a file that is written to while it is read', () => {
  const size = 2 * 1024 * 1024;

  test.each([
    ['edited in place', () => writeFile(join(folder, 'file'), pattern(size, 2))],
    ['cut short', () => truncate(join(folder, 'file'), 1000)],
    ['added to', () => appendFile(join(folder, 'file'), 'more')],
  ])('%s, fails as changed before its last byte is handed over', async (_, edit) => {
    await writeFile(join(folder, 'file'), pattern(size, 1));
    const { body } = await store.read('file', {}, never);
    let isEdited = false;
    let handedOver = 0;
    await expect(body.pipe({
      write: (chunk) => {
        handedOver += chunk.byteLength;
        if (isEdited) return undefined;
        isEdited = true;
        return edit();
      },
    })).rejects.toMatchObject({ kind: 'changed' });
    expect(handedOver).toBeLessThan(size);
  });

  test('replaced by another, goes on with the version that was opened', async () => {
    await put(store, 'file', pattern(size, 1));
    const { body } = await store.read('file', {}, never);
    await put(store, 'file', 'new');
    let read = 0;
    await body.pipe({ write: (chunk) => void (read += chunk.byteLength) });
    expect(read).toBe(size);
  });
});

test('a page of a large folder goes on from one reading', async () => {
  for (let i = 0; i < 6000; i++) await writeFile(join(folder, `n${i}`), '');
  const keys = await listKeys(store, '', 700);
  expect(keys).toEqual(Array.from({ length: 6000 }, (_, i) => `n${i}`).toSorted());
  const first = await store.list({ prefix: '', from: { kind: 'start' }, limit: 10 }, never);
  await rm(join(folder, 'n1006'));
  await rename(join(folder, 'n1007'), join(folder, 'n1007x'));
  const second = await store.list({ prefix: '', from: first.next ?? { kind: 'start' }, limit: 10 }, never);
  expect(first.objects.at(-1)?.key).toBe('n1005');
  expect(second.objects.map(({ key }) => key)).toEqual(['n1008', 'n1009', 'n101', 'n1010', 'n1011', 'n1012', 'n1013', 'n1014']);
});

test('a bucket whose folder vanishes is named, and never made again', async () => {
  await put(store, 'file', 'x');
  await rm(folder, { recursive: true });
  await expect(store.list({ prefix: '', from: { kind: 'start' } }, never)).rejects.toMatchObject({ kind: 'no-bucket' });
  await expect(put(store, 'file', 'x')).rejects.toMatchObject({ name: 'StoreFailure' });
  await expect(store.checkBucket(never)).rejects.toMatchObject({ kind: 'no-bucket' });
  expect(await readdir(root)).toEqual([]);
});

test('options that a folder cannot fulfil are refused by name', async () => {
  const write = (options: object) => store.write('key', bytesSource(Buffer.from('x')), { metadata: { user: {} }, ...options }, never);
  await expect(write({ storageClass: 'GLACIER' })).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringContaining('GLACIER') as string });
  await expect(write({ encryption: { kind: 'kms' } })).rejects.toMatchObject({ kind: 'unsupported' });
  await write({ storageClass: 'STANDARD' });
});

test.skipIf(process.getuid?.() === 0)('what may not be read is denied', async () => {
  await writeFile(join(folder, 'file'), 'x');
  await chmod(join(folder, 'file'), 0);
  await expect(get(store, 'file')).rejects.toMatchObject({ kind: 'denied' });
});
