import { beforeAll, describe, expect, test } from 'vitest';
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { ObjectStore } from '../object-store.ts';
import { listAll, listKeys, never, put, type StoreFixture } from './fixture.ts';

const allKeys = [
  'a', 'a/', 'a/1', 'a/2', 'a-1', 'a0', 'b/c/d', 'b/c-d', 'b/c', 'b/cc', 'dir-2/', 'dir-2/x', 'dir/', 'dir/x', 'dir', 'z/\uffff', 'z/\u{10000}', 'z/\ue000', 'z/~',
].toSorted(compareUtf8);

/** Pages, prefixes and positions. The keys here are harmless; odd ones have a suite of their own. */
export function describeListing(fixture: () => StoreFixture): void {
  describe('listing', () => {
    let store: ObjectStore;
    let keys: readonly string[];
    beforeAll(async () => {
      keys = allKeys.filter((key) => fixture().damages?.includes(key) !== true);
      store = await fixture().newBucket();
      for (const key of keys) await put(store, key, key);
    });
    const ordered = () => store.traits.listOrder === 'bytes';

    test('an empty bucket is one empty page', async () => {
      const empty = await fixture().newBucket();
      expect(await empty.list({ prefix: '', from: { kind: 'start' } }, never)).toEqual({ objects: [], next: undefined });
    });

    test.each([1, 2, 3, 7, allKeys.length - 1, allKeys.length, allKeys.length + 1, 1000])('gives everything once in pages of %i', async (limit) => {
      const listed = await listKeys(store, '', limit);
      expect(ordered() ? listed : listed.toSorted(compareUtf8)).toEqual(keys);
    });

    test.each(['', 'a', 'a/', 'a/1', 'b', 'b/c', 'b/c/', 'd', 'dir', 'dir/', 'dir-', 'z/', 'z/\u{10000}', 'none', 'a/1/'])('gives what starts with %j', async (prefix) => {
      const listed = await listKeys(store, prefix, 2);
      expect(ordered() ? listed : listed.toSorted(compareUtf8)).toEqual(keys.filter((key) => key.startsWith(prefix)));
    });

    test('starts after any key, present or not', async () => {
      if (!ordered()) return;
      await Promise.all([...keys, '!', 'a.', 'a/0', 'a/11', 'b/', 'b/c/', 'b/c/zzz', 'dir-2', 'dir.', 'z/\u{10001}', '\u{10ffff}'].map(async (after) => {
        const listed = await listKeys(store, '', 5, { kind: 'after', key: after });
        expect(listed, `after ${JSON.stringify(after)}`).toEqual(keys.filter((key) => compareUtf8(key, after) > 0));
      }));
    });

    test('joins a prefix with a position before, within and behind it', async () => {
      if (!ordered()) return;
      for (const prefix of ['a/', 'b/c', 'dir', 'z/']) {
        await Promise.all(['!', 'a/1', 'b/c', 'b/c/', 'dir', 'dir/', 'z', 'z/~', '\u{10ffff}'].map(async (after) => {
          const listed = await listKeys(store, prefix, 2, { kind: 'after', key: after });
          expect(listed, `${prefix} after ${after}`).toEqual(keys.filter((key) => key.startsWith(prefix) && compareUtf8(key, after) > 0));
        }));
      }
    });

    test('agrees with stat', async () => {
      for (const listed of await listAll(store)) {
        const stored = await store.stat(listed.key, never);
        expect(stored.size).toBe(listed.size);
        expect(Math.abs(stored.lastModified - listed.lastModified)).toBeLessThan(1000);
        if (listed.etag !== undefined) expect(stored.etag).toBe(listed.etag);
      }
    });

    test('shows a write and a removal at once', async () => {
      const fresh = await fixture().newBucket();
      await put(fresh, 'one', '1');
      await put(fresh, 'two', '2');
      expect(await listKeys(fresh)).toEqual(['one', 'two']);
      await fresh.remove('one', never);
      expect(await listKeys(fresh)).toEqual(['two']);
    });
  });
}
