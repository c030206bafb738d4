import type { ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { StoreFailure } from '../../../object-store/failure.ts';
import type { MultipartUploads, Upload, UploadedPart, WriteOptions, WrittenObject } from '../../../object-store/object-store.ts';
import { compositeEtag } from '../parts.ts';
import { md5Hex, type MemoryStore } from './memory-store.ts';

interface OpenUpload {
  readonly key: string;
  readonly initiated: number;
  readonly options: WriteOptions;
  readonly parts: Map<number, { readonly bytes: Buffer; readonly etag: string }>;
}

export class MemoryUploads implements MultipartUploads {
  minPartBytes = 1;
  maxPartBytes = 10_000_000;
  maxParts = 10_000;
  readonly open = new Map<string, OpenUpload>();
  /** The ETag of a part as the store answers it. */
  partEtag: (bytes: Uint8Array) => string = md5Hex;
  private readonly store: MemoryStore;
  private made = 0;

  constructor(store: MemoryStore) {
    this.store = store;
  }

  create(key: string, options: WriteOptions): Promise<Upload> {
    return this.store.call('create', key, () => {
      const uploadId = `upload-${++this.made}`;
      this.open.set(uploadId, { key, initiated: this.store.now(), options, parts: new Map() });
      return { key, uploadId };
    });
  }

  writePart(upload: Upload, number: number, body: ByteSource, _: AbortSignal, contentMd5?: string): Promise<UploadedPart> {
    return this.store.call('writePart', upload.key, async (call) => {
      this.find(upload);
      return this.keep(upload, number, await this.store.receive(body, call, contentMd5));
    }, number);
  }

  keep(upload: Upload, number: number, bytes: Buffer): UploadedPart {
    const etag = this.partEtag(bytes);
    this.find(upload).parts.set(number, { bytes, etag });
    return { number, etag, size: bytes.byteLength };
  }

  complete(upload: Upload, parts: readonly UploadedPart[]): Promise<WrittenObject> {
    return this.store.call('complete', upload.key, () => {
      const found = this.find(upload);
      const bytes = parts.map(({ number, etag }) => {
        const part = found.parts.get(number);
        if (part?.etag !== etag) throw new StoreFailure('corrupt', `part ${number} is another`);
        return part.bytes;
      });
      this.open.delete(upload.uploadId);
      const etag = compositeEtag(parts.map((part) => part.etag)) ?? `sealed-${parts.length}`;
      return this.store.store(upload.key, Buffer.concat(bytes), etag, found.options);
    });
  }

  abort(upload: Upload): Promise<void> {
    return this.store.call('abort', upload.key, () => {
      this.open.delete(upload.uploadId);
    });
  }

  uploadsOf(key: string): Promise<readonly (Upload & { readonly initiated: number })[]> {
    return this.store.call('uploadsOf', key, () =>
      [...this.open].filter(([, upload]) => upload.key === key).map(([uploadId, { initiated }]) => ({ key, uploadId, initiated })));
  }

  partsOf(upload: Upload): Promise<readonly UploadedPart[]> {
    return this.store.call('partsOf', upload.key, () =>
      [...this.find(upload).parts].map(([number, { bytes, etag }]) => ({ number, etag, size: bytes.byteLength })).sort((a, b) => a.number - b.number));
  }

  private find({ key, uploadId }: Upload): OpenUpload {
    const upload = this.open.get(uploadId);
    if (upload?.key !== key) throw new StoreFailure('absent', `no upload ${uploadId}`);
    return upload;
  }
}
