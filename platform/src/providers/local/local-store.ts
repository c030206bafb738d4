/**
 * An object store in the folders of a host: each sub-folder of a root is a bucket.
 *
 * It is Haulier's own embedded store, and the way to a NAS or a disk: whatever regular file lies below a bucket's
 * folder is an object whose key is its path. Symbolic links are never followed; they, devices, pipes, sockets and empty
 * folders are no objects. Writes are atomic and durable. Several processes of one host may use a bucket at once.
 *
 * The ETag of an object written here is its MD5, or that of its parts; the ETag of a file that people put there names
 * its version and ends in `-f`.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BufferPool } from '@haulier/lib/http/buffer-pool.ts';
import { isFailure, StoreFailure } from '../../object-store/failure.ts';
import type { MultipartUploads, ObjectStore, ServerSideCopy, StoreLocation, StoreTraits } from '../../object-store/object-store.ts';
import { createCopy } from './copy.ts';
import { statObject } from './find-object.ts';
import { classify } from './fs-failure.ts';
import { toBytes } from './key-path.ts';
import { listFolder } from './list-folders.ts';
import { createList, type List } from './list-objects.ts';
import { createMultipart } from './multipart.ts';
import { openBucket, type OpenBucket } from './open-bucket.ts';
import { removeObject } from './publish.ts';
import { readObject } from './read-object.ts';
import { checkWritable, maxKeyBytes, writeObject } from './write-object.ts';

export interface LocalConfig {
  /** The folder whose sub-folders are buckets. */
  readonly root: string;
  readonly bucket: string;
  /** A new name at each call, of letters, digits and dashes, unique over all processes. */
  readonly uniqueName: () => string;
}

const tebibyte = 2 ** 40;
const bufferBytes = 256 * 1024;
const keptBuffers = 64;

const traits: StoreTraits = { listOrder: 'bytes', etag: 'md5', crc64: undefined, maxKeyBytes, maxWriteBytes: 5 * tebibyte, conditionalWrite: true };

export function createLocalStore({ root, bucket: name, uniqueName }: LocalConfig): ObjectStore {
  const location: StoreLocation = { endpoint: pathToFileURL(resolve(root)).href, bucket: name, account: 'local' };
  const sourceBucket = (bucket: string): OpenBucket => bucket === name ? own : openBucket(resolve(root), bucket, uniqueName);
  const own = openBucket(resolve(root), name, uniqueName);
  const guarded = doorOf(own);
  const pool = new BufferPool({ size: bufferBytes, keep: keptBuffers, enough: Infinity });
  const multipart = createMultipart({ bucket: own, uniqueName, pool });
  let list: List | undefined;

  return {
    location,
    traits,
    list: (query, signal) => guarded('list', signal, async () => {
      list ??= createList(await own.forReading());
      const page = await list(query, signal);
      // Nothing is found in a folder that has vanished, which must not pass for the end of its objects.
      if (page.next === undefined && await own.isGone()) throw bucketGone();
      return page;
    }),
    stat: (key, signal) => guarded('look at', signal, async () => statObject(await own.forReading(), toBytes(key)), key),
    read: (key, options, signal) => guarded('open', signal, async () => readObject(await own.forReading(), toBytes(key), options, pool, signal), key),
    write: (key, body, options, signal) => guarded('write', signal, async () => {
      checkWritable(key, options);
      return writeObject(await own.forWriting(), uniqueName(), key, body, options, signal);
    }, key),
    remove: (key, signal) => guarded('remove', signal, async () => removeObject(await own.forReading(), toBytes(key)), key),
    checkBucket: (signal) => guarded('use the bucket', signal, async () => {
      await openBucket(resolve(root), name, uniqueName).forReading();
    }),
    folders: {
      list: (query, signal) => guarded('list a folder', signal, async () => {
        const page = await listFolder(await own.forReading(), query, signal);
        if (page.next === undefined && await own.isGone()) throw bucketGone();
        return page;
      }),
    },
    multipart: guardedMultipart(guarded, multipart),
    serverSideCopy: guardedCopy(guarded, createCopy({ location, bucket: own, sourceBucket, multipart, uniqueName, pool })),
    async close() {},
  };
}

type Door = <T>(doing: string, signal: AbortSignal, operation: () => Promise<T>, key?: string) => Promise<T>;

/**
 * The door of the provider: nothing but failures and the reasons of aborted signals leaves it. What is missing because
 * the bucket's folder has vanished fails as `no-bucket`.
 */
function doorOf(bucket: OpenBucket): Door {
  return async (doing, signal, operation, key) => {
    signal.throwIfAborted();
    if (key === '') throw new StoreFailure('bad-key', 'an object has a key of at least one byte');
    try {
      return await operation();
    } catch (error) {
      const failure = classify(error, key === undefined ? doing : `${doing} ${JSON.stringify(key)}`);
      throw isFailure(failure, 'absent') && await bucket.isGone() ? bucketGone() : failure;
    }
  };
}

function bucketGone(): StoreFailure {
  return new StoreFailure('no-bucket', 'the folder of the bucket is gone');
}

function guardedMultipart(guarded: Door, uploads: ReturnType<typeof createMultipart>): MultipartUploads {
  return {
    minPartBytes: 1,
    maxPartBytes: 5 * tebibyte,
    maxParts: 10_000,
    create: (key, options, signal) => guarded('create an upload of', signal, () => uploads.create(key, options, signal), key),
    writePart: (upload, number, body, signal, contentMd5) => guarded('write a part of', signal, () => uploads.writePart(upload, number, body, signal, contentMd5), upload.key),
    complete: (upload, parts, signal) => guarded('complete', signal, () => uploads.complete(upload, parts, signal), upload.key),
    abort: (upload, signal) => guarded('abort an upload of', signal, () => uploads.abort(upload, signal), upload.key),
    uploadsOf: (key, signal) => guarded('list the uploads of', signal, () => uploads.uploadsOf(key, signal), key),
    partsOf: (upload, signal) => guarded('list the parts of', signal, () => uploads.partsOf(upload, signal), upload.key),
  };
}

function guardedCopy(guarded: Door, copies: ReturnType<typeof createCopy>): ServerSideCopy {
  return {
    maxCopyBytes: 5 * tebibyte,
    canCopyFrom: copies.canCopyFrom,
    copy: (source, sourceKey, ifMatch, key, options, signal) => guarded('copy to', signal, () => copies.copy(source, sourceKey, ifMatch, key, options, signal), key),
    copyPart: (source, sourceKey, ifMatch, range, upload, number, signal) =>
      guarded('copy a part of', signal, () => copies.copyPart(source, sourceKey, ifMatch, range, upload, number, signal), upload.key),
  };
}
