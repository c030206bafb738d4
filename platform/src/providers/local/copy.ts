import type { BufferPool } from '@haulier/lib/http/buffer-pool.ts';
import type { MultipartUploads, ServerSideCopy, StoreLocation } from '../../object-store/object-store.ts';
import { toBytes } from './key-path.ts';
import type { OpenBucket } from './open-bucket.ts';
import { readObject } from './read-object.ts';
import { checkWritable, writeObject } from './write-object.ts';

export interface CopyDeps {
  readonly location: StoreLocation;
  readonly bucket: OpenBucket;
  readonly sourceBucket: (name: string) => OpenBucket;
  readonly multipart: Pick<MultipartUploads, 'writePart'>;
  readonly uniqueName: () => string;
  readonly pool: BufferPool;
}

/** Copies between buckets of one root. The bytes are read again, since the ETag of a copy is that of its content. */
export function createCopy({ location, bucket, sourceBucket, multipart, uniqueName, pool }: CopyDeps): Omit<ServerSideCopy, 'maxCopyBytes'> & Required<Pick<ServerSideCopy, 'copyPart'>> {
  return {
    canCopyFrom: ({ endpoint, account }) => endpoint === location.endpoint && account === location.account,

    async copy(source, sourceKey, ifMatch, key, options, signal) {
      checkWritable(key, options);
      const from = await sourceBucket(source.bucket).forReading();
      const to = await bucket.forWriting();
      const { body } = await readObject(from, toBytes(sourceKey), ifMatch === undefined ? {} : { ifMatch }, pool, signal);
      try {
        return await writeObject(to, uniqueName(), key, body, options, signal);
      } finally {
        body.discard();
      }
    },

    async copyPart(source, sourceKey, ifMatch, range, upload, number, signal) {
      const from = await sourceBucket(source.bucket).forReading();
      const { body } = await readObject(from, toBytes(sourceKey), ifMatch === undefined ? { range } : { range, ifMatch }, pool, signal);
      try {
        return await multipart.writePart(upload, number, body, signal);
      } finally {
        body.discard();
      }
    },
  };
}
