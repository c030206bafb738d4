import { beforeAll, describe, expect, test } from 'vitest';
import type { ObjectStore } from '../object-store.ts';
import { get, md5Hex, never, noMetadata, pattern, put, type StoreFixture } from './fixture.ts';

/** Copies that the store makes by itself, from one bucket into another. */
export function describeCopying(fixture: () => StoreFixture): void {
  describe('server-side copy', () => {
    let store: ObjectStore;
    let source: ObjectStore;
    beforeAll(async () => {
      store = await fixture().newBucket();
      source = await fixture().newBucket();
    });

    test('knows what it can copy from', ({ skip }) => {
      const copier = store.serverSideCopy ?? skip();
      expect(copier.canCopyFrom(source.location)).toBe(true);
      expect(copier.canCopyFrom({ ...source.location, account: `not-${source.location.account}` })).toBe(false);
      expect(copier.canCopyFrom({ ...source.location, endpoint: 'https://elsewhere.example' })).toBe(false);
    });

    test.each(['plain', 'a//b/', '/x', '../x', 'pl+us %25?#&', '\u{1f4a9} \u6771', 'new\nline'])('copies %j with the metadata given', async (key) => {
      const copier = store.serverSideCopy;
      if (copier === undefined || fixture().refuses?.includes(key) === true) return;
      const content = pattern(50_000);
      await put(source, key, content, { contentType: 'text/source', user: { from: 'source' } });
      const { etag } = await source.stat(key, never);
      const written = await copier.copy(source.location, key, etag, `to/${key}`, { metadata: { contentType: 'text/copy', user: { from: 'copy', place: 'Zürich' } } }, never);
      const { object, bytes } = await get(store, `to/${key}`);
      expect(bytes.equals(content)).toBe(true);
      expect(object.etag).toBe(written.etag);
      if (store.traits.etag === 'md5' && !object.keyEncrypted) expect(object.etag).toBe(md5Hex(content));
      expect(object.metadata).toMatchObject({ contentType: 'text/copy', user: { from: 'copy', place: 'Zürich' } });
    });

    test('fails as changed when the source is another version', async ({ skip }) => {
      const copier = store.serverSideCopy ?? skip();
      await put(source, 'versioned', 'x');
      await expect(copier.copy(source.location, 'versioned', 'ffffffffffffffffffffffffffffffff', 'never', { metadata: noMetadata }, never)).rejects.toMatchObject({ kind: 'changed' });
      await expect(store.stat('never', never)).rejects.toMatchObject({ kind: 'absent' });
    });

    test('fails as absent without a source', async ({ skip }) => {
      const copier = store.serverSideCopy ?? skip();
      await expect(copier.copy(source.location, 'nothing', undefined, 'never', { metadata: noMetadata }, never)).rejects.toMatchObject({ kind: 'absent' });
    });

    test('copies in parts', async ({ skip }) => {
      const multipart = store.multipart ?? skip();
      const copier = store.serverSideCopy ?? skip();
      if (copier.copyPart === undefined) return skip();
      const content = pattern(multipart.minPartBytes + 1000);
      await put(source, 'large', content);
      const { etag } = await source.stat('large', never);
      const upload = await multipart.create('large', { metadata: noMetadata }, never);
      const second = await copier.copyPart(source.location, 'large', etag, { first: multipart.minPartBytes, last: content.length - 1 }, upload, 2, never);
      const first = await copier.copyPart(source.location, 'large', etag, { first: 0, last: multipart.minPartBytes - 1 }, upload, 1, never);
      await multipart.complete(upload, [first, second], never);
      expect((await get(store, 'large')).bytes.equals(content)).toBe(true);
    });
  });
}
