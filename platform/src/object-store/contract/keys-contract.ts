import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { ObjectStore } from '../object-store.ts';
import { get, listKeys, never, noMetadata, put, type StoreFixture } from './fixture.ts';
import { oddKeys } from './odd-keys.ts';

/** Every key stays exactly as it is, alone and beside all the others. */
export function describeKeys(fixture: () => StoreFixture): void {
  describe('keys', () => {
    let store: ObjectStore;
    beforeAll(async () => {
      store = await fixture().newBucket();
    });
    afterAll(() => store.close());

    const kept = (): string[] => oddKeys.filter((key) => fixture().refuses?.includes(key) !== true && fixture().damages?.includes(key) !== true);

    test.each(oddKeys.map((key) => ({ key })))('keeps $key', async ({ key }) => {
      if (fixture().refuses?.includes(key) === true) {
        await expect(put(store, key, 'x')).rejects.toMatchObject({ kind: 'bad-key' });
        return;
      }
      if (fixture().damages?.includes(key) === true) return;
      await put(store, key, `content of ${key}`);
      expect((await store.stat(key, never)).key).toBe(key);
      const { object, bytes } = await get(store, key);
      expect(object.key).toBe(key);
      expect(bytes.toString()).toBe(`content of ${key}`);
    });

    test('lists all of them side by side, in byte order', async () => {
      const expected = store.traits.listOrder === 'bytes' ? kept().toSorted(compareUtf8) : kept().toSorted();
      const listed = await listKeys(store);
      expect(store.traits.listOrder === 'bytes' ? listed : listed.toSorted()).toEqual(expected);
    });

    test('none has damaged another', async () => {
      await Promise.all(kept().map(async (key) => {
        expect((await get(store, key)).bytes.toString()).toBe(`content of ${key}`);
      }));
    });

    test('removes each without touching its neighbours', async () => {
      const left = new Set(kept());
      for (const key of [...left].filter((_, index) => index % 2 === 0)) {
        await store.remove(key, never);
        left.delete(key);
      }
      expect(new Set(await listKeys(store))).toEqual(left);
    });

    test('refuses a key that is too long', async () => {
      const key = 'k'.repeat(store.traits.maxKeyBytes + 1);
      await expect(put(store, key, 'x')).rejects.toMatchObject({ kind: 'bad-key' });
    });

    test('refuses an empty key, and leaves the bucket alone', async () => {
      const upload = store.multipart === undefined ? [] : [store.multipart.create('', { metadata: noMetadata }, never)];
      const attempts = await Promise.allSettled([put(store, '', 'x'), store.stat('', never), get(store, ''), store.remove('', never), ...upload]);
      for (const attempt of attempts) expect(attempt).toMatchObject({ status: 'rejected', reason: { kind: 'bad-key' } });
      await store.checkBucket(never);
    });
  });
}
