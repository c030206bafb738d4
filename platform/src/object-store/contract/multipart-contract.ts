import { beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { MultipartUploads, ObjectStore } from '../object-store.ts';
import { get, listKeys, md5Hex, never, noMetadata, pattern, put, type StoreFixture } from './fixture.ts';

/** Uploads in parts, where the store has them. */
export function describeMultipart(fixture: () => StoreFixture): void {
  describe('multipart', () => {
    let store: ObjectStore;
    beforeAll(async () => {
      store = await fixture().newBucket();
    });

    test('parts written out of order make the object', async ({ skip }) => {
      const multipart = store.multipart ?? skip();
      const [first, second, third] = [pattern(multipart.minPartBytes, 1), pattern(multipart.minPartBytes, 2), pattern(1000, 3)];
      const upload = await multipart.create('parts', { metadata: { contentType: 'text/x-parts', user: { some: 'thing' } } }, never);
      const late = await multipart.writePart(upload, 3, bytesSource(third), never);
      const parts = [await multipart.writePart(upload, 1, bytesSource(first), never), await multipart.writePart(upload, 2, bytesSource(second), never), late];
      expect(await listKeys(store, 'parts')).toEqual([]);
      expect(await multipart.partsOf(upload, never)).toEqual(parts);

      const written = await multipart.complete(upload, parts, never);
      const { object, bytes } = await get(store, 'parts');
      expect(bytes.equals(Buffer.concat([first, second, third]))).toBe(true);
      expect(object).toMatchObject({ etag: written.etag, metadata: { contentType: 'text/x-parts', user: { some: 'thing' } } });
      expect(await multipart.uploadsOf('parts', never)).toEqual([]);
      if (store.traits.etag === 'md5') expect(object.etag).toContain('-');
    });

    test('one short part is enough', async ({ skip }) => {
      const multipart = store.multipart ?? skip();
      const upload = await multipart.create('single', { metadata: noMetadata }, never);
      await multipart.complete(upload, [await multipart.writePart(upload, 1, bytesSource(Buffer.from('short')), never)], never);
      expect((await get(store, 'single')).bytes.toString()).toBe('short');
    });

    test('a part that is not what contentMd5 says is refused', async ({ skip }) => {
      const multipart = store.multipart ?? skip();
      const upload = await multipart.create('digest', { metadata: noMetadata }, never);
      const right = Buffer.from(md5Hex(Buffer.from('right')), 'hex').toString('base64');
      const part = await multipart.writePart(upload, 1, bytesSource(Buffer.from('right')), never, right);
      await expect(multipart.writePart(upload, 2, bytesSource(Buffer.from('wrong')), never, right)).rejects.toMatchObject({ kind: 'corrupt' });
      expect(await multipart.partsOf(upload, never)).toEqual([part]);
      await multipart.complete(upload, [part], never);
      expect((await get(store, 'digest')).bytes.toString()).toBe('right');
    });

    test('a part written again replaces the first', async ({ skip }) => {
      const multipart = store.multipart ?? skip();
      const upload = await multipart.create('replaced', { metadata: noMetadata }, never);
      await multipart.writePart(upload, 1, bytesSource(Buffer.from('first')), never);
      const part = await multipart.writePart(upload, 1, bytesSource(Buffer.from('second try')), never);
      expect(await multipart.partsOf(upload, never)).toEqual([part]);
      await multipart.complete(upload, [part], never);
      expect((await get(store, 'replaced')).bytes.toString()).toBe('second try');
    });

    test('a completed upload replaces the object that was there', async ({ skip }) => {
      const multipart = store.multipart ?? skip();
      await put(store, 'over', 'an object of old', { contentType: 'text/old', user: {} });
      const upload = await multipart.create('over', { metadata: { contentType: 'text/new', user: {} } }, never);
      const part = await multipart.writePart(upload, 1, bytesSource(Buffer.from('new')), never);
      expect((await get(store, 'over')).bytes.toString()).toBe('an object of old');
      await multipart.complete(upload, [part], never);
      const { object, bytes } = await get(store, 'over');
      expect([bytes.toString(), object.metadata.contentType]).toEqual(['new', 'text/new']);
    });

    test('uploads are found by exactly their key, oldest first', async ({ skip }) => {
      const multipart = store.multipart ?? skip();
      const uploads = [];
      for (const key of ['up', 'up', 'up/x', 'up2', '/up', 'u']) uploads.push(await multipart.create(key, { metadata: noMetadata }, never));
      const found = await multipart.uploadsOf('up', never);
      expect(found.map(({ uploadId }) => uploadId).toSorted()).toEqual(uploads.slice(0, 2).map(({ uploadId }) => uploadId).toSorted());
      expect(found.every(({ key }) => key === 'up')).toBe(true);
      expect(found.map(({ initiated }) => initiated)).toEqual(found.map(({ initiated }) => initiated).toSorted((a, b) => a - b));
      for (const upload of uploads) await multipart.abort(upload, never);
      expect(await multipart.uploadsOf('up', never)).toEqual([]);
    });

    test('what was aborted is gone, and can be aborted again', async ({ skip }) => {
      const multipart = store.multipart ?? skip();
      const upload = await multipart.create('aborted', { metadata: noMetadata }, never);
      const part = await multipart.writePart(upload, 1, bytesSource(Buffer.from('x')), never);
      await multipart.abort(upload, never);
      await multipart.abort(upload, never);
      await expect(multipart.writePart(upload, 2, bytesSource(Buffer.from('y')), never)).rejects.toMatchObject({ kind: 'absent' });
      await expect(multipart.partsOf(upload, never)).rejects.toMatchObject({ kind: 'absent' });
      await expect(multipart.complete(upload, [part], never)).rejects.toMatchObject({ kind: 'absent' });
      expect(await listKeys(store, 'aborted')).toEqual([]);
    });

    test('completing with a part that was never written makes no object', async ({ skip }) => {
      const multipart = store.multipart ?? skip();
      const upload = await multipart.create('lacking', { metadata: noMetadata }, never);
      const part = await multipart.writePart(upload, 1, bytesSource(pattern(multipart.minPartBytes)), never);
      const made = { number: 2, etag: part.etag, size: part.size };
      await expect(multipart.complete(upload, [part, made], never)).rejects.toMatchObject({ name: 'StoreFailure' });
      expect(await listKeys(store, 'lacking')).toEqual([]);
      await multipart.abort(upload, never);
    });

    test.each(['a//b/', '/x', 'both', 'both/in', '../x', 'pl+us %25', '\u{1f4a9}', 'new\nline'])('takes the key %j', async (key) => {
      const multipart: MultipartUploads | undefined = store.multipart;
      if (multipart === undefined || fixture().refuses?.includes(key) === true) return;
      const upload = await multipart.create(key, { metadata: noMetadata }, never);
      expect((await multipart.uploadsOf(key, never)).map(({ uploadId }) => uploadId)).toEqual([upload.uploadId]);
      await multipart.complete(upload, [await multipart.writePart(upload, 1, bytesSource(Buffer.from(key)), never)], never);
      expect((await get(store, key)).bytes.toString()).toBe(key);
    });
  });
}
