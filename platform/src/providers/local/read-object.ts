import type { BufferPool } from '@haulier/lib/http/buffer-pool.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { OpenedObject, ReadOptions } from '../../object-store/object-store.ts';
import type { BucketFolder } from './bucket-folder.ts';
import { fileBody } from './file-body.ts';
import { openObject, type OpenedFile } from './find-object.ts';
import { fromBytes } from './key-path.ts';

/** Opens the object, or a part of it, as it is now; the body keeps to that version. `key` is bytes. */
export async function readObject(bucket: BucketFolder, key: string, options: ReadOptions, pool: BufferPool, signal: AbortSignal): Promise<OpenedObject> {
  const opened = await openObject(bucket, key);
  try {
    signal.throwIfAborted();
    const slice = sliceOf(opened, key, options);
    return { object: opened.object, body: fileBody({ handle: opened.handle, stat: opened.stat, ...slice }, pool, signal) };
  } catch (error) {
    await opened.handle.close();
    throw error;
  }
}

/** A range is cut at the end of the object, as HTTP cuts it. */
function sliceOf({ object }: OpenedFile, key: string, { range, ifMatch }: ReadOptions): { readonly first: number; readonly length: number } {
  if (ifMatch !== undefined && ifMatch !== object.etag) throw new StoreFailure('changed', `${JSON.stringify(fromBytes(key))} is another version`);
  if (range === undefined) return { first: 0, length: object.size };
  if (range.first >= object.size || range.last < range.first) throw new StoreFailure('corrupt', `${JSON.stringify(fromBytes(key))} has no bytes ${range.first} to ${range.last}`);
  return { first: range.first, length: Math.min(range.last + 1, object.size) - range.first };
}
