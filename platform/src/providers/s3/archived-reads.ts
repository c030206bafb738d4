import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import type { ObjectStore } from '../../object-store/object-store.ts';

/**
 * For clouds that do not document how they refuse to read an archived object: behind a read that is refused, `store` is asked
 * whether the object is archived.
 */
export function tellingArchives(store: ObjectStore): ObjectStore {
  return {
    ...store,
    async read(key, options, signal) {
      try {
        return await store.read(key, options, signal);
      } catch (error) {
        if (!isRefusal(error) || !(await isArchived(store, key, signal))) throw error;
        throw new StoreFailure('archived', error.message, { cause: error });
      }
    },
  };
}

/** Refused for a reason that may be the object's state; what is absent, changed or throttled says so. */
function isRefusal(error: unknown): error is StoreFailure {
  return isFailure(error, 'denied', 'unsupported', 'protocol', 'transient') && error.status !== undefined && error.status >= 400 && error.status < 500;
}

/** A refusal to tell is no reason to hide the one that came first. */
async function isArchived(store: ObjectStore, key: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await store.stat(key, signal)).archived;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return false;
  }
}
