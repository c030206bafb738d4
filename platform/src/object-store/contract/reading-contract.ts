import { beforeAll, describe, expect, test } from 'vitest';
import type { ObjectStore } from '../object-store.ts';
import { get, md5Hex, never, pattern, put, type StoreFixture } from './fixture.ts';

/** Whole, ranged and conditional reads, and what ends one early. */
export function describeReading(fixture: () => StoreFixture): void {
  describe('reading', () => {
    const content = pattern(100_000);
    let store: ObjectStore;
    beforeAll(async () => {
      store = await fixture().newBucket();
      await put(store, 'object', content);
      await put(store, 'empty', '');
    });

    test('a whole object, with its size and tag', async () => {
      const { object, bytes } = await get(store, 'object');
      expect(bytes.equals(content)).toBe(true);
      expect(object).toMatchObject({ key: 'object', size: content.length, archived: false });
      expect(object.etag).toBe((await store.stat('object', never)).etag);
      if (store.traits.etag === 'md5' && !object.keyEncrypted) expect(object.etag).toBe(md5Hex(content));
    });

    test('nothing of an empty object', async () => {
      const { object, bytes } = await get(store, 'empty');
      expect(bytes.byteLength).toBe(0);
      expect(object.size).toBe(0);
    });

    test.each([[0, 0], [0, 99_999], [1, 70_000], [65_535, 65_536], [99_999, 99_999]])('the bytes %i to %i', async (first, last) => {
      const { object, bytes } = await get(store, 'object', { range: { first, last } });
      expect(bytes.equals(content.subarray(first, last + 1))).toBe(true);
      expect(object.size).toBe(content.length);
    });

    test('a range that goes past the end gives what there is', async () => {
      const { bytes } = await get(store, 'object', { range: { first: 99_990, last: 200_000 } });
      expect(bytes.equals(content.subarray(99_990))).toBe(true);
    });

    test('only the version asked for', async () => {
      const { etag = '' } = await store.stat('object', never);
      expect((await get(store, 'object', { ifMatch: etag })).bytes.byteLength).toBe(content.length);
      await expect(get(store, 'object', { ifMatch: 'ffffffffffffffffffffffffffffffff' })).rejects.toMatchObject({ kind: 'changed' });
      await expect(get(store, 'object', { ifMatch: 'ffffffffffffffffffffffffffffffff', range: { first: 5, last: 9 } })).rejects.toMatchObject({ kind: 'changed' });
    });

    test('an object that is not there is absent', async () => {
      await expect(store.stat('nothing', never)).rejects.toMatchObject({ kind: 'absent' });
      await expect(get(store, 'nothing')).rejects.toMatchObject({ kind: 'absent' });
      await expect(get(store, 'object/below')).rejects.toMatchObject({ kind: 'absent' });
      await expect(get(store, 'object/')).rejects.toMatchObject({ kind: 'absent' });
    });

    test('a body can be given up', async () => {
      const { body } = await store.read('object', {}, never);
      body.discard();
      body.discard();
      expect((await get(store, 'object')).bytes.byteLength).toBe(content.length);
    });

    test('the error of a sink ends the read', async () => {
      const { body } = await store.read('object', {}, never);
      await expect(body.pipe({ write: () => Promise.reject(new Error('sink is full')) })).rejects.toThrow('sink is full');
    });

    test('an aborted signal ends each operation with its reason', async () => {
      const reason = new Error('enough');
      const signal = AbortSignal.abort(reason);
      await expect(store.list({ prefix: '', from: { kind: 'start' } }, signal)).rejects.toBe(reason);
      await expect(store.stat('object', signal)).rejects.toBe(reason);
      await expect(store.read('object', {}, signal)).rejects.toBe(reason);
      await expect(store.remove('object', signal)).rejects.toBe(reason);
      await expect(store.checkBucket(signal)).rejects.toBe(reason);
    });

    test('a signal aborted under way ends the body with its reason', async () => {
      await put(store, 'long', pattern(8 * 1024 * 1024));
      const abort = new AbortController();
      const reason = new Error('enough');
      const { body } = await store.read('long', {}, abort.signal);
      await expect(body.pipe({
        write() {
          abort.abort(reason);
          return undefined;
        },
      })).rejects.toBe(reason);
    });
  });
}
