import { beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '@haulier/lib/bytes/byte-stream.ts';
import type { ByteSource, ObjectMetadata, ObjectStore } from '../object-store.ts';
import { get, listKeys, md5Hex, never, noMetadata, pattern, put, type StoreFixture } from './fixture.ts';

/** Everything that may travel with an object. */
const fullMetadata: ObjectMetadata = {
  contentType: 'text/html; charset=utf-8', contentEncoding: 'x-odd', contentLanguage: 'de-CH', contentDisposition: 'attachment; filename="a b.html"',
  cacheControl: 'max-age=60, private', expires: 'Thu, 01 Dec 2044 16:00:00 GMT', user: { owner: 'alice', 'with-dash': 'a, b; c="d"', place: 'Zürich 東京 ☂', sum: 'a=b+c%20' },
};

/** Writes, overwrites, conditions and removals. */
export function describeWriting(fixture: () => StoreFixture): void {
  describe('writing', () => {
    let store: ObjectStore;
    beforeAll(async () => {
      store = await fixture().newBucket();
    });

    test.each([0, 1, 4096, 65_536, 1_000_001])('an object of %i bytes', async (size) => {
      const content = pattern(size, size + 1);
      const written = await put(store, `size-${size}`, content);
      const { object, bytes } = await get(store, `size-${size}`);
      expect(bytes.equals(content)).toBe(true);
      expect(written.etag).toBe(object.etag);
      if (store.traits.etag === 'md5' && !object.keyEncrypted) expect(object.etag).toBe(md5Hex(content));
    });

    test('metadata comes back as it was given', async () => {
      const metadata = metadataKept(fixture());
      await put(store, 'meta', 'x', metadata);
      expect((await store.stat('meta', never)).metadata).toEqual(metadata);
      expect((await get(store, 'meta')).object.metadata).toEqual(metadata);
    });

    test('metadata that cannot be kept is refused, and nothing is written without it', async () => {
      const { expires, userNames = [] } = fixture().refusesMetadata ?? {};
      const refused: ObjectMetadata[] = userNames.map((name) => ({ user: { [name]: 'x' } }));
      if (expires === true) refused.push({ expires: fullMetadata.expires, user: {} });
      for (const metadata of refused) await expect(put(store, 'unkept', 'x', metadata)).rejects.toMatchObject({ kind: 'bad-key' });
      expect(await listKeys(store, 'unkept')).toEqual([]);
    });

    test('an overwrite replaces bytes, tag and metadata', async () => {
      await put(store, 'again', 'first version', metadataKept(fixture()));
      const first = await store.stat('again', never);
      await put(store, 'again', 'second', { contentType: 'text/plain', user: { version: '2' } });
      const { object, bytes } = await get(store, 'again');
      expect(bytes.toString()).toBe('second');
      expect(object.etag).not.toBe(first.etag);
      expect(object.metadata).toMatchObject({ contentType: 'text/plain', user: { version: '2' } });
      expect(object.metadata.cacheControl).toBeUndefined();
    });

    test('lastModified is now, in milliseconds', async () => {
      await put(store, 'now', 'x');
      expect(Math.abs((await store.stat('now', never)).lastModified - Date.now())).toBeLessThan(120_000);
    });

    test('ifAbsent keeps what is there', async () => {
      if (!store.traits.conditionalWrite) return;
      const write = (content: string) => store.write('once', bytesSource(Buffer.from(content)), { metadata: noMetadata, ifAbsent: true }, never);
      await write('first');
      await expect(write('second')).rejects.toMatchObject({ kind: 'changed' });
      expect((await get(store, 'once')).bytes.toString()).toBe('first');
    });

    test('of several ifAbsent at once only one succeeds', async () => {
      if (!store.traits.conditionalWrite) return;
      const write = (content: string) => store.write('race', bytesSource(Buffer.from(content)), { metadata: noMetadata, ifAbsent: true }, never);
      const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map(write));
      const won = results.flatMap((result, index) => result.status === 'fulfilled' ? ['abcd'.charAt(index)] : []);
      expect(won).toHaveLength(1);
      expect((await get(store, 'race')).bytes.toString()).toBe(won[0]);
    });

    test('a body that is not what contentMd5 says is refused', async () => {
      if (fixture().gaps?.includes('digests') === true) return;
      const contentMd5 = Buffer.from(md5Hex(Buffer.from('right')), 'hex').toString('base64');
      await store.write('digest', bytesSource(Buffer.from('right')), { metadata: noMetadata, contentMd5 }, never);
      const wrong = store.write('bad-digest', bytesSource(Buffer.from('wrong')), { metadata: noMetadata, contentMd5 }, never);
      await expect(wrong).rejects.toMatchObject({ kind: 'corrupt' });
      await expect(store.stat('bad-digest', never)).rejects.toMatchObject({ kind: 'absent' });
    });

    test('a body that breaks off leaves nothing behind', async () => {
      await expect(store.write('broken', breaksOff(100_000), { metadata: noMetadata }, never)).rejects.toThrow();
      await expect(store.stat('broken', never)).rejects.toMatchObject({ kind: 'absent' });
    });

    test('a signal aborted under way ends the write with its reason and leaves nothing behind', async () => {
      const abort = new AbortController();
      const reason = new Error('enough');
      const write = store.write('aborted', stalls(abort, reason), { metadata: noMetadata }, abort.signal);
      await expect(write).rejects.toBe(reason);
      await expect(store.stat('aborted', never)).rejects.toMatchObject({ kind: 'absent' });
    });

    test('removes, also what is not there', async () => {
      await put(store, 'gone', 'x');
      await store.remove('gone', never);
      await store.remove('gone', never);
      expect(await listKeys(store, 'gone')).toEqual([]);
    });
  });
}

function metadataKept({ refusesMetadata }: StoreFixture): ObjectMetadata {
  const user = Object.fromEntries(Object.entries(fullMetadata.user).filter(([name]) => refusesMetadata?.userNames?.includes(name) !== true));
  const { expires, ...others } = fullMetadata;
  return { ...others, ...(refusesMetadata?.expires === true ? {} : { expires }), user };
}

/** Gives half of what it announces. */
function breaksOff(length: number): ByteSource {
  return {
    length,
    async pipe(sink) {
      await sink.write(pattern(length / 2));
      throw new Error('source broke off');
    },
    discard() {},
  };
}

/** Gives some bytes, then aborts and waits as a silent peer would. */
function stalls(abort: AbortController, reason: Error): ByteSource {
  return {
    length: 100_000,
    async pipe(sink) {
      await sink.write(pattern(1000));
      abort.abort(reason);
      await new Promise((_, reject) => setTimeout(reject, 50, reason));
    },
    discard() {},
  };
}
