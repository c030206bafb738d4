import { beforeAll, describe, expect, test } from 'vitest';
import { compareUtf8 } from '@haulier/lib/byte-order/byte-order.ts';
import type { FolderListing, ListPosition, ObjectStore } from '../object-store.ts';
import { never, put, type StoreFixture } from './fixture.ts';

const allKeys = [
  'a', 'a/', 'a/1', 'a/2/x', 'a/2/y', 'a/2', 'a-1', 'a0', 'b/c/d', 'b//e', 'b/f g+h%', 'dir-2/x', 'dir/', 'dir/x', 'dir', 'only/deep/er', '/root', 'z/\uffff', 'z/\u{10000}/q', 'z/\ue000/q', 'z/~',
].toSorted(compareUtf8);
const prefixes = ['', 'a', 'a/', 'a/2', 'a/2/', 'b/', 'b//', 'd', 'dir', 'dir/', 'none/', 'only/', 'only/deep/', '/', 'z/'];

/** One level at a time, where the store has it. */
export function describeFolders(fixture: () => StoreFixture): void {
  describe('folders', () => {
    let store: ObjectStore;
    let folders: FolderListing | undefined;
    let keys: readonly string[];
    beforeAll(async () => {
      keys = allKeys.filter((key) => fixture().damages?.includes(key) !== true);
      store = await fixture().newBucket();
      ({ folders } = store);
      if (folders === undefined) return;
      for (const key of keys) await put(store, key, key);
    });

    test.each(prefixes)('show what is directly in %j, in pages of any size', async (prefix) => {
      if (folders === undefined) return;
      const limits = fixture().gaps?.includes('pages of folders') === true ? [1000] : [1, 2, 3, 1000];
      for (const limit of limits) expect(await browse(folders, prefix, limit), `pages of ${limit}`).toEqual(levelOf(keys, prefix));
    });

    test('agree with a listing on what an object is', async () => {
      if (folders === undefined) return;
      const { objects } = await folders.list({ prefix: 'a/', from: { kind: 'start' } }, never);
      const listed = await store.list({ prefix: 'a/', from: { kind: 'start' } }, never);
      expect(objects).toEqual(listed.objects.filter(({ key }) => objects.some((object) => object.key === key)));
      expect(objects.length).toBeGreaterThan(0);
    });

    test.each(['', 'a/', 'b/', 'z/'])('start after any name in %j, present or not, that of a folder too', async (prefix) => {
      if (folders === undefined || store.traits.listOrder !== 'bytes') return;
      const listing = folders;
      await Promise.all([...keys, 'a/2/x', 'b/', 'b//', 'only/', 'only/x', '!', 'a.', 'dir-', 'z/\u{10000}/', '\u{10ffff}'].map(async (after) => {
        const expected = levelOf(keys, prefix).filter((name) => compareUtf8(name, after) > 0);
        expect(await browse(listing, prefix, 2, { kind: 'after', key: after }), `after ${JSON.stringify(after)}`).toEqual(expected);
      }));
    });

    test('fail as no-bucket where there is none', async () => {
      const { missing } = fixture();
      if (missing?.folders === undefined) return;
      await expect(missing.folders.list({ prefix: '', from: { kind: 'start' } }, never)).rejects.toMatchObject({ kind: 'no-bucket' });
    });
  });
}

/** The names of one level, an object and a folder of one name apart, ascending. */
function levelOf(keys: readonly string[], prefix: string): readonly string[] {
  const names = keys.filter((key) => key.startsWith(prefix)).map((key) => {
    const slash = key.indexOf('/', prefix.length);
    return slash < 0 ? key : key.slice(0, slash + 1);
  });
  return [...new Set(names)];
}

/** All pages, checked and joined; a page must not hold more than was asked for, and says rightly what is a folder. */
async function browse(folders: FolderListing, prefix: string, limit: number, from: ListPosition = { kind: 'start' }): Promise<readonly string[]> {
  const names: string[] = [];
  for (let next: ListPosition | undefined = from; next !== undefined;) {
    const page = await folders.list({ prefix, from: next, limit }, never);
    const { folders: found, objects } = page;
    if (found.length + objects.length > limit) throw new RangeError(`a page of ${found.length + objects.length} where ${limit} were asked for`);
    for (const name of found) if (!name.endsWith('/') || name === prefix) throw new RangeError(`${JSON.stringify(name)} is no folder of ${JSON.stringify(prefix)}`);
    for (const { key } of objects) if (key.slice(prefix.length).includes('/')) throw new RangeError(`${JSON.stringify(key)} is not directly in ${JSON.stringify(prefix)}`);
    names.push(...[...found, ...objects.map(({ key }) => key)].toSorted(compareUtf8));
    next = page.next;
  }
  return names.toSorted(compareUtf8);
}
