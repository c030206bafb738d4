import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { BufferPool } from '@haulier/lib/http/buffer-pool.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { MultipartUploads, Upload, UploadedPart } from '../../object-store/object-store.ts';
import type { BucketFolder } from './bucket-folder.ts';
import { hasCode } from './fs-failure.ts';
import { fsPath, toBytes } from './key-path.ts';
import type { OpenBucket } from './open-bucket.ts';
import { copyParts, receivePart, reusableSlots } from './part-files.ts';
import { publish, withUnfinished } from './publish.ts';
import { findUpload, readParts, readUploadInfo, readUploads, removeUpload, takeUpload, uploadGone, uploadsFolder, writePartInfo, writeUploadInfo, type PartFile } from './upload-folder.ts';
import type { VersionRecord } from './version-record.ts';
import { checkWritable } from './write-object.ts';

export interface MultipartDeps {
  readonly bucket: OpenBucket;
  readonly uniqueName: () => string;
  readonly pool: BufferPool;
}

/** Uploads below the bucket's own folder. The ETag of the object is made as S3 makes it, from the MD5s of the parts. */
export function createMultipart({ bucket: own, uniqueName, pool }: MultipartDeps): Omit<MultipartUploads, 'minPartBytes' | 'maxPartBytes' | 'maxParts'> {
  return {
    async create(key, options, signal) {
      checkWritable(key, options);
      const bucket = await own.forWriting();
      const uploadId = uniqueName();
      signal.throwIfAborted();
      await writeUploadInfo(bucket, `${uploadsFolder(bucket, key)}/${uploadId}`, options.metadata);
      return { key, uploadId };
    },

    async writePart(upload, number, body, signal, contentMd5) {
      const bucket = await own.forWriting();
      const { folder, isCompleting } = await findUpload(bucket, upload);
      if (isCompleting) throw uploadGone(upload.uploadId);
      try {
        const part = await receivePart(folder, number, uniqueName(), body, contentMd5, signal);
        await writePartInfo(bucket, folder, part, uniqueName());
        return withoutFile(part);
      } catch (error) {
        throw hasCode(error, 'ENOENT') ? uploadGone(upload.uploadId) : error;
      }
    },

    async complete(upload, parts, signal) {
      const bucket = await own.forWriting();
      const found = await findUpload(bucket, upload);
      const chosen = chooseParts(await readParts(found.folder), parts);
      const record = { etag: etagOfParts(chosen), metadata: await readUploadInfo(found.folder) };
      signal.throwIfAborted();
      const folder = await takeUpload(bucket, found, upload, uniqueName());
      // Where a completion has begun before, its file may have a writer still.
      const slots = found.isCompleting ? undefined : await reusableSlots(folder, chosen);
      if (slots === undefined) await assemble(bucket, upload, folder, chosen, record, signal);
      else await becomeObject(bucket, upload, folder, slots, chosen, record, signal);
      await removeUpload(bucket, upload);
      return { etag: record.etag };
    },

    async abort(upload, signal) {
      signal.throwIfAborted();
      await removeUpload(await own.forReading(), upload);
    },

    async uploadsOf(key, signal) {
      signal.throwIfAborted();
      return (await readUploads(uploadsFolder(await own.forReading(), key))).map((upload) => ({ key, ...upload }));
    },

    async partsOf(upload, signal) {
      signal.throwIfAborted();
      const { folder } = await findUpload(await own.forReading(), upload);
      return (await readParts(folder)).map(withoutFile);
    },
  };

  /** Copies all parts into a fresh file. */
  function assemble(bucket: BucketFolder, { key }: Upload, folder: string, parts: readonly PartFile[], record: VersionRecord, signal: AbortSignal): Promise<void> {
    return withUnfinished(bucket, uniqueName(), async (handle, path) => {
      await copyParts(folder, parts, () => true, handle, pool, signal);
      signal.throwIfAborted();
      await publish(bucket, toBytes(key), path, handle, record, false);
    });
  }

  /** Adds to the slots what is elsewhere, usually the last part alone, and moves them to the object's place. */
  async function becomeObject(bucket: BucketFolder, { key }: Upload, folder: string, slots: string, parts: readonly PartFile[], record: VersionRecord, signal: AbortSignal): Promise<void> {
    const path = `${folder}/${slots}`;
    const handle = await open(fsPath(path), 'r+');
    try {
      await copyParts(folder, parts, ({ file }) => file !== slots, handle, pool, signal);
      await handle.truncate(parts.reduce((sum, { size }) => sum + size, 0));
      signal.throwIfAborted();
      await publish(bucket, toBytes(key), path, handle, record, false);
    } finally {
      await handle.close();
    }
  }
}

function chooseParts(written: readonly PartFile[], wanted: readonly UploadedPart[]): PartFile[] {
  const byNumber = new Map(written.map((part) => [part.number, part]));
  return wanted.map(({ number, etag }) => {
    const part = byNumber.get(number);
    if (part?.etag !== etag) throw new StoreFailure('corrupt', `part ${number} was not written with this tag`);
    return part;
  });
}

function etagOfParts(parts: readonly UploadedPart[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(etag, 'hex');
  return `${hash.digest('hex')}-${parts.length}`;
}

function withoutFile({ number, etag, size }: PartFile): UploadedPart {
  return { number, etag, size };
}
