import { isFailure, type StoreFailure } from '../../object-store/failure.ts';
import type { ListedObject, ObjectStore } from '../../object-store/object-store.ts';
import { forEachBounded } from '../bounded.ts';

/**
 * Looks in flight for one page. The stores bound what is really sent at once; where the names lead to many servers, those
 * that answer must not wait for those that do not.
 */
const AT_ONCE = 256;

/** What a store shows of each of these keys, by index: the object, or why it could not be looked at. */
export async function statEach(store: ObjectStore, keys: readonly string[], signal: AbortSignal): Promise<readonly (ListedObject | StoreFailure)[]> {
  const seen: (ListedObject | StoreFailure)[] = [];
  await forEachBounded(keys, AT_ONCE, async (key, index) => {
    seen[index] = await look(store, key, signal);
  });
  return seen;
}

/** The object as a listing would show it, or the failure. Rejects with the signal's reason and what is no failure of a store. */
export async function look(store: ObjectStore, key: string, signal: AbortSignal): Promise<ListedObject | StoreFailure> {
  try {
    const { size, lastModified, etag, storageClass, crc64 } = await store.stat(key, signal);
    return { key, size, lastModified, etag, storageClass, crc64 };
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
}
