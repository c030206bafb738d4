import { StoreFailure } from '../../../object-store/failure.ts';
import type { ServerSideCopy, StoreLocation, Upload, UploadedPart, WriteOptions, WrittenObject } from '../../../object-store/object-store.ts';
import { md5Hex, type MemoryStore, type StoredBytes } from './memory-store.ts';

/** Copies between two memory stores without a byte passing through the transfer. */
export class MemoryCopier implements ServerSideCopy {
  maxCopyBytes = 1_000;
  private readonly from: MemoryStore;
  private readonly to: MemoryStore;

  constructor(from: MemoryStore, to: MemoryStore) {
    this.from = from;
    this.to = to;
  }

  canCopyFrom(source: StoreLocation): boolean {
    return source.endpoint === this.from.location.endpoint && source.account === this.to.location.account;
  }

  copy(_source: StoreLocation, sourceKey: string, ifMatch: string | undefined, key: string, options: WriteOptions): Promise<WrittenObject> {
    return this.to.call('copy', key, () => {
      const { bytes } = this.find(sourceKey, ifMatch);
      if (options.ifAbsent === true && this.to.objects.has(key)) throw new StoreFailure('changed', 'there already');
      return this.to.store(key, Buffer.from(bytes), md5Hex(bytes), options);
    });
  }

  copyPart(_source: StoreLocation, sourceKey: string, ifMatch: string | undefined, range: { readonly first: number; readonly last: number }, upload: Upload, number: number): Promise<UploadedPart> {
    return this.to.call('copyPart', upload.key, () => {
      const { bytes } = this.find(sourceKey, ifMatch);
      return this.to.multipart.keep(upload, number, Buffer.from(bytes.subarray(range.first, range.last + 1)));
    }, number);
  }

  private find(key: string, ifMatch: string | undefined): StoredBytes {
    const stored = this.from.find(key);
    if (ifMatch !== undefined && ifMatch !== stored.etag) throw new StoreFailure('changed', 'another version');
    return stored;
  }
}
