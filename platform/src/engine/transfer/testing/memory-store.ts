/** A store in memory that behaves as S3 does, and misbehaves on demand. */
import { createHash } from 'node:crypto';
import { collectBytes, type ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { StoreFailure } from '../../../object-store/failure.ts';
import type { ArchiveRestore, ListPage, ObjectMetadata, ObjectStore, OpenedObject, ReadOptions, ServerSideCopy, StoredObject, StoreLocation, StoreTraits, WriteOptions, WrittenObject } from '../../../object-store/object-store.ts';
import { lentBytes } from './lent-bytes.ts';
import { MemoryUploads } from './memory-uploads.ts';

export interface StoredBytes {
  readonly bytes: Buffer;
  readonly etag: string | undefined;
  readonly lastModified: number;
  readonly metadata: ObjectMetadata;
  readonly crc64?: string;
  readonly keyEncrypted?: boolean;
  readonly md5?: string;
  readonly storageClass?: string;
  /** Cannot be read before this time, which a restore sets; Infinity until then. */
  readonly readableFrom?: number;
  readonly options?: WriteOptions;
}

export type CallName = 'stat' | 'read' | 'write' | 'create' | 'writePart' | 'complete' | 'abort' | 'uploadsOf' | 'partsOf' | 'copy' | 'copyPart' | 'restore';

export interface Call {
  readonly name: CallName;
  readonly key: string;
  /** How many calls of this name there have been, this one included. */
  readonly nth: number;
  readonly part?: number;
}

export interface MemoryStoreOptions {
  readonly traits?: Partial<StoreTraits>;
  readonly location?: Partial<StoreLocation>;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly crc64?: (bytes: Uint8Array) => string;
  /** Restores take so long, in milliseconds; without it there are none. */
  readonly restoreMs?: number;
}

export const plain: ObjectMetadata = { contentType: 'text/plain', user: {} };

export function md5Hex(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

export class MemoryStore implements ObjectStore {
  readonly location: StoreLocation;
  readonly traits: StoreTraits;
  readonly objects = new Map<string, StoredBytes>();
  readonly multipart: MemoryUploads;
  serverSideCopy?: ServerSideCopy;
  readonly restore?: ArchiveRestore;
  /** Names of the calls, in order. */
  readonly calls: Call[] = [];
  /** Throws, or waits, in place of the call. */
  before: ((call: Call) => void | Promise<void>) | undefined;
  /** Throws in place of the answer: the call has had its effect. */
  after: ((call: Call) => void | Promise<void>) | undefined;
  /** Stands for the network between store and reader. */
  spoilBody: ((body: ByteSource, call: Call) => ByteSource) | undefined;
  /** Stands for the network between writer and store. */
  spoilWritten: ((bytes: Buffer, call: Call) => Buffer) | undefined;
  honoursIfMatch = true;
  encryptsByDefault = false;
  /** As a bucket with object lock does. */
  wantsContentMd5 = false;
  readonly now: () => number;
  private readonly crc64: ((bytes: Uint8Array) => string) | undefined;

  constructor({ traits, location, now = () => 2_000_000, crc64, restoreMs }: MemoryStoreOptions = {}) {
    this.location = { endpoint: 'memory:', bucket: 'bucket', account: 'account', ...location };
    this.traits = { listOrder: 'bytes', etag: 'md5', crc64: crc64 === undefined ? undefined : 'ecma', maxKeyBytes: 1024, maxWriteBytes: 10_000_000, conditionalWrite: true, ...traits };
    this.now = now;
    this.crc64 = crc64;
    if (restoreMs !== undefined) this.restore = { request: (key) => this.requestRestore(key, restoreMs) };
    this.multipart = new MemoryUploads(this);
  }

  put(key: string, bytes: Uint8Array, over: Partial<Omit<StoredBytes, 'bytes'>> = {}): StoredObject {
    const stored = { bytes: Buffer.from(bytes), etag: md5Hex(bytes), lastModified: 1_000_000, metadata: plain, ...over };
    this.objects.set(key, stored);
    return shown(key, stored);
  }

  count(name: CallName): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  /** Makes a call under the hooks. */
  async call<T>(name: CallName, key: string, effect: (call: Call) => T | Promise<T>, part?: number): Promise<T> {
    const call: Call = { name, key, nth: this.count(name) + 1, ...(part === undefined ? {} : { part }) };
    this.calls.push(call);
    await this.before?.(call);
    const result = await effect(call);
    await this.after?.(call);
    return result;
  }

  async receive(body: ByteSource, call: Call, contentMd5?: string): Promise<Buffer> {
    if (this.wantsContentMd5 && contentMd5 === undefined) throw new StoreFailure('unsupported', 'Content-MD5 is required', { wants: 'content-md5' });
    if (body.length === undefined) throw new TypeError('the length of a write must be known');
    const bytes = await collectBytes(body, 100_000_000);
    if (bytes.byteLength !== body.length) throw new TypeError(`body of ${bytes.byteLength} bytes was announced with ${body.length}`);
    if (contentMd5 !== undefined && contentMd5 !== createHash('md5').update(bytes).digest('base64')) throw new StoreFailure('corrupt', 'the Content-MD5 did not match');
    return this.spoilWritten?.(bytes, call) ?? bytes;
  }

  store(key: string, bytes: Buffer, etag: string, options: WriteOptions): WrittenObject {
    const keyEncrypted = this.encryptsByDefault || options.encryption !== undefined;
    const crc64 = this.crc64?.(bytes);
    const stored: StoredBytes = {
      bytes,
      etag: keyEncrypted ? createHash('md5').update(`sealed ${etag}`).digest('hex') : etag,
      lastModified: this.now(),
      metadata: options.metadata,
      keyEncrypted,
      options,
      ...(crc64 === undefined ? {} : { crc64 }),
    };
    this.objects.set(key, stored);
    return { etag: stored.etag, crc64 };
  }

  stat(key: string): Promise<StoredObject> {
    return this.call('stat', key, () => shown(key, this.find(key), this.now()));
  }

  read(key: string, { range, ifMatch }: ReadOptions, signal: AbortSignal): Promise<OpenedObject> {
    return this.call('read', key, (call) => {
      const stored = this.find(key);
      if (shown(key, stored, this.now()).archived) throw new StoreFailure('archived', `${key} is archived`);
      if (ifMatch !== undefined && this.honoursIfMatch && ifMatch !== stored.etag) throw new StoreFailure('changed', `read ${key}: another version`);
      const body = lentBytes(range === undefined ? stored.bytes : stored.bytes.subarray(range.first, range.last + 1), signal);
      return { object: shown(key, stored, this.now()), body: this.spoilBody?.(body, call) ?? body };
    });
  }

  write(key: string, body: ByteSource, options: WriteOptions): Promise<WrittenObject> {
    return this.call('write', key, async (call) => {
      if (options.ifAbsent === true && this.objects.has(key)) throw new StoreFailure('changed', `write ${key}: there already`);
      const bytes = await this.receive(body, call, options.contentMd5);
      return this.store(key, bytes, md5Hex(bytes), options);
    });
  }

  private requestRestore(key: string, takesMs: number): Promise<'requested' | 'readable'> {
    return this.call('restore', key, () => {
      const stored = this.find(key);
      const { archived, restoring } = shown(key, stored, this.now());
      if (archived && restoring !== true) this.objects.set(key, { ...stored, readableFrom: this.now() + takesMs });
      return archived ? 'requested' : 'readable';
    });
  }

  find(key: string): StoredBytes {
    const stored = this.objects.get(key);
    if (stored === undefined) throw new StoreFailure('absent', `${key} is not there`);
    return stored;
  }

  remove(key: string): Promise<void> {
    this.objects.delete(key);
    return Promise.resolve();
  }

  list(): Promise<ListPage> {
    return Promise.reject(new StoreFailure('unsupported', 'list'));
  }

  checkBucket(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export function shown(key: string, { bytes, etag, lastModified, metadata, crc64, keyEncrypted = false, md5, storageClass, readableFrom = 0 }: StoredBytes, now = 0): StoredObject {
  const archived = readableFrom > now;
  return { key, size: bytes.byteLength, lastModified, etag, metadata, crc64, keyEncrypted, md5, storageClass, archived, restoring: archived && readableFrom < Infinity };
}

