import { StoreFailure } from '../../object-store/failure.ts';
import type { ByteSource, WriteOptions, WrittenObject } from '../../object-store/object-store.ts';
import type { BucketFolder } from './bucket-folder.ts';
import { receiveBody } from './file-body.ts';
import { toBytes } from './key-path.ts';
import { publish, withUnfinished } from './publish.ts';

/** Keys as long as S3's; a path that comes out longer than the file system's limit fails when it is used. */
export const maxKeyBytes = 1024;

/** Refuses what a folder cannot do, by name, rather than storing as if it had been done. */
export function checkWritable(key: string, { storageClass = 'STANDARD', encryption }: WriteOptions): void {
  if (key === '' || !key.isWellFormed() || Buffer.byteLength(key) > maxKeyBytes) throw new StoreFailure('bad-key', `a key has 1 to ${maxKeyBytes} bytes of UTF-8`);
  if (storageClass !== 'STANDARD') throw new StoreFailure('unsupported', `a local bucket has no storage class ${storageClass}`);
  if (encryption !== undefined) throw new StoreFailure('unsupported', 'a local bucket has no key service to encrypt with');
}

/** Receives the whole body beside the listing before it becomes the object. `name` is unique. */
export function writeObject(bucket: BucketFolder, name: string, key: string, body: ByteSource, options: WriteOptions, signal: AbortSignal): Promise<WrittenObject> {
  return withUnfinished(bucket, name, async (handle, path) => {
    const { md5 } = await receiveBody(body, handle, 0, signal);
    if (options.contentMd5 !== undefined && options.contentMd5 !== md5.toString('base64')) throw new StoreFailure('corrupt', 'the body is not what its MD5 says');
    const etag = md5.toString('hex');
    await publish(bucket, toBytes(key), path, handle, { etag, metadata: options.metadata }, options.ifAbsent ?? false);
    return { etag };
  });
}
