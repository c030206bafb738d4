/** Parts become the object without a copy where they can, and never while somebody may still write to them. */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bytesSource, type ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { get, never, pattern } from '../../object-store/contract/fixture.ts';
import type { MultipartUploads, ObjectStore, Upload, UploadedPart } from '../../object-store/object-store.ts';
import { createLocalStore } from './local-store.ts';

let root: string;
let store: ObjectStore;
let uploads: MultipartUploads;
let upload: Upload;
const metadata = { contentType: 'text/parts', user: { a: 'b' } };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'haulier-parts-'));
  await mkdir(join(root, 'bucket'));
  store = createLocalStore({ root, bucket: 'bucket', uniqueName: randomUUID });
  if (store.multipart === undefined) throw new Error('a local store takes parts');
  uploads = store.multipart;
  upload = await uploads.create('object', { metadata }, never);
});
afterEach(() => rm(root, { recursive: true }));

const write = (number: number, content: Buffer): Promise<UploadedPart> => uploads.writePart(upload, number, bytesSource(content), never);
const contentOf = (number: number, size = 1000): Buffer => pattern(size, number);

/** The file that the slots of a size share; undefined when there is none. */
async function slotsInode(size: number): Promise<number | undefined> {
  const folder = join(root, 'bucket/.haulier/uploads');
  const path = (await readdir(folder, { recursive: true })).find((name) => name.endsWith(`slots-${size}`));
  return path === undefined ? undefined : (await lstat(join(folder, path))).ino;
}

/** Completes and looks at the result; tells whether the slots became the object. */
async function completeWith(parts: readonly UploadedPart[], expected: Buffer): Promise<boolean> {
  const slots = await slotsInode(parts[0]?.size ?? 0);
  await uploads.complete(upload, parts, never);
  await expectObject(expected);
  expect(await uploads.uploadsOf('object', never)).toEqual([]);
  return (await lstat(join(root, 'bucket/object'))).ino === slots;
}

async function expectObject(expected: Buffer): Promise<void> {
  const { object, bytes } = await get(store, 'object');
  expect(bytes.equals(expected)).toBe(true);
  expect(object.metadata).toEqual(metadata);
  expect(object.etag).toMatch(/^[0-9a-f]{32}-\d+$/);
}

test.each([[[1, 2, 3, 4]], [[4, 3, 2, 1]], [[4, 1, 3, 2]]])('parts written in the order %j are moved, not copied', async (order) => {
  const contents = [contentOf(1), contentOf(2), contentOf(3), contentOf(4, 10)];
  const parts: UploadedPart[] = [];
  for (const number of order) parts[number - 1] = await write(number, contents[number - 1] ?? Buffer.alloc(0));
  expect(await completeWith(parts, Buffer.concat(contents))).toBe(true);
});

test('parts of any sizes and numbers make the object', async () => {
  const contents = [contentOf(2, 10), contentOf(3, 1000), contentOf(7, 10), contentOf(9, 500)];
  const parts = [await write(2, contentOf(2, 10)), await write(3, contentOf(3, 1000)), await write(7, contentOf(7, 10)), await write(9, contentOf(9, 500))];
  expect(await completeWith(parts, Buffer.concat(contents))).toBe(false);
});

test('fewer parts than were written make the object', async () => {
  const parts = [await write(1, contentOf(1)), await write(2, contentOf(2))];
  await write(3, contentOf(3));
  await completeWith(parts, Buffer.concat([contentOf(1), contentOf(2)]));
});

test('an attempt that failed leaves its slot to the next', async () => {
  const broken: ByteSource = { ...bytesSource(contentOf(9)), pipe: () => Promise.reject(new Error('broken')) };
  await expect(uploads.writePart(upload, 2, broken, never)).rejects.toThrow('broken');
  const parts = [await write(1, contentOf(1)), await write(2, contentOf(2))];
  expect(await completeWith(parts, Buffer.concat([contentOf(1), contentOf(2)]))).toBe(true);
});

test('a body longer than it said does not reach the next slot', async () => {
  const parts = [await write(1, contentOf(1)), await write(2, contentOf(2))];
  await expect(uploads.writePart(upload, 3, { ...bytesSource(contentOf(3, 5000)), length: 1000 }, never)).rejects.toMatchObject({ kind: 'corrupt' });
  const last = await write(4, contentOf(4));
  await expect(uploads.writePart(upload, 3, { ...bytesSource(contentOf(3, 5000)), length: 1000 }, never)).rejects.toMatchObject({ kind: 'corrupt' });
  const third = await write(3, contentOf(3));
  expect(await completeWith([...parts, third, last], Buffer.concat([1, 2, 3, 4].map((number) => contentOf(number))))).toBe(true);
});

test('a worker that was given up and writes on cannot touch the object', async () => {
  const stalled = stallingSource(contentOf(2));
  const late = uploads.writePart(upload, 2, stalled.source, never).then(() => 'written', (error: unknown) => error);
  await stalled.begun;
  const parts = [await write(1, contentOf(1)), await write(2, contentOf(2)), await write(3, contentOf(3))];
  const expected = Buffer.concat([contentOf(1), contentOf(2), contentOf(3)]);
  expect(await completeWith(parts, expected)).toBe(false);
  stalled.goOn();
  expect(await late).toMatchObject({ kind: 'absent' });
  await expectObject(expected);
});

test('of completions that meet one succeeds, and none spoils it', async () => {
  const parts = [await write(1, contentOf(1)), await write(2, contentOf(2)), await write(3, contentOf(3, 10))];
  const results = await Promise.allSettled([1, 2, 3].map(() => uploads.complete(upload, parts, never)));
  expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ kind: 'absent' });
  await expectObject(Buffer.concat([contentOf(1), contentOf(2), contentOf(3, 10)]));
});

test('a completion that a crash broke off can be repeated, or aborted', async () => {
  const parts = [await write(1, contentOf(1)), await write(2, contentOf(2, 10))];
  const folder = join(root, 'bucket/.haulier/uploads');
  const at = (await readdir(folder, { recursive: true })).find((name) => name.endsWith(upload.uploadId)) ?? '';
  await rename(join(folder, at), join(folder, `${at}.begun`));
  await expect(write(3, contentOf(3))).rejects.toMatchObject({ kind: 'absent' });
  expect(await uploads.partsOf(upload, never)).toEqual(parts);
  expect(await completeWith(parts, Buffer.concat([contentOf(1), contentOf(2, 10)]))).toBe(false);

  upload = await uploads.create('object', { metadata }, never);
  const again = (await readdir(folder, { recursive: true })).find((name) => name.endsWith(upload.uploadId)) ?? '';
  await rename(join(folder, again), join(folder, `${again}.begun`));
  expect(await uploads.uploadsOf('object', never)).toHaveLength(1);
  await uploads.abort(upload, never);
  expect(await uploads.uploadsOf('object', never)).toEqual([]);
});

/** Gives half of its bytes, and the rest when it is told to. */
function stallingSource(content: Buffer): { readonly source: ByteSource; readonly begun: Promise<undefined>; goOn(): void } {
  const begun = Promise.withResolvers<undefined>();
  const resumed = Promise.withResolvers<undefined>();
  return {
    begun: begun.promise,
    goOn: () => resumed.resolve(undefined),
    source: {
      length: content.length,
      async pipe(sink) {
        await sink.write(content.subarray(0, content.length / 2));
        begun.resolve(undefined);
        await resumed.promise;
        await sink.write(content.subarray(content.length / 2));
      },
      discard() {},
    },
  };
}
