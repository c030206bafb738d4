import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { BufferPool } from '@haulier/lib/http/buffer-pool.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ByteSource, MultipartUploads, UploadedPart } from '../../object-store/object-store.ts';
import { fileBody, receiveBody } from './file-body.ts';
import { hasCode } from './fs-failure.ts';
import { fsPath, toBytes } from './key-path.ts';
import type { OpenBucket } from './open-bucket.ts';
import { publish, withUnfinished } from './publish.ts';
import { readParts, readUploadInfo, readUploads, removeUpload, uploadFolder, uploadGone, uploadsFolder, writePartInfo, writeUploadInfo, type PartFile } from './upload-folder.ts';
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

    async writePart(upload, number, body, signal) {
      const bucket = await own.forWriting();
      const folder = await uploadFolder(bucket, upload);
      const part = await receivePart(folder, number, uniqueName(), body, signal);
      await writePartInfo(bucket, folder, part).catch((error: unknown) => {
        throw hasCode(error, 'ENOENT') ? uploadGone(upload.uploadId) : error;
      });
      return withoutFile(part);
    },

    async complete(upload, parts, signal) {
      const bucket = await own.forWriting();
      const folder = await uploadFolder(bucket, upload);
      const files = chooseParts(await readParts(folder), parts);
      const metadata = await readUploadInfo(folder);
      const etag = etagOfParts(files);
      await withUnfinished(bucket, uniqueName(), async (handle, path) => {
        let position = 0;
        for (const part of files) {
          const source = await open(fsPath(`${folder}/${part.file}`), 'r');
          const stat = await source.stat({ bigint: true });
          await receiveBody(fileBody({ handle: source, stat, first: 0, length: part.size }, pool, signal), handle, position, signal);
          position += part.size;
        }
        signal.throwIfAborted();
        await publish(bucket, toBytes(upload.key), path, handle, { etag, metadata }, false);
      });
      await removeUpload(folder);
      return { etag };
    },

    async abort(upload, signal) {
      signal.throwIfAborted();
      const bucket = await own.forWriting();
      if (/^[\w-]+$/.test(upload.uploadId)) await removeUpload(`${uploadsFolder(bucket, upload.key)}/${upload.uploadId}`);
    },

    async uploadsOf(key, signal) {
      signal.throwIfAborted();
      const bucket = await own.forReading();
      return (await readUploads(uploadsFolder(bucket, key))).map((upload) => ({ key, ...upload }));
    },

    async partsOf(upload, signal) {
      signal.throwIfAborted();
      return (await readParts(await uploadFolder(await own.forReading(), upload))).map(withoutFile);
    },
  };
}

async function receivePart(folder: string, number: number, file: string, body: ByteSource, signal: AbortSignal): Promise<PartFile> {
  const handle = await open(fsPath(`${folder}/${file}`), 'wx');
  try {
    const { size, md5 } = await receiveBody(body, handle, 0, signal);
    await handle.datasync();
    return { number, etag: md5.toString('hex'), size, file };
  } finally {
    await handle.close();
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

