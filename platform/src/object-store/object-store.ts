/**
 * The port to an object store: one bucket, seen with one credential.
 *
 * The core is small (list, stat, read, write, remove); everything a store may or may not have is an optional
 * capability that is present or absent, never a method that throws "not supported".
 *
 * Every operation throws {@link StoreFailure} and nothing else, except for the reason of an aborted signal, which is
 * thrown as it is. Keys are exact: no operation normalises, trims or collapses a key.
 */
import type { ByteSource, ByteSink } from '@haulier/lib/bytes/byte-stream.ts';

export type { ByteSource, ByteSink };

export interface StoreLocation {
  /** Scheme, host and port, e.g. `https://s3.eu-west-1.amazonaws.com`; `file:` and a folder for a local store. */
  readonly endpoint: string;
  readonly bucket: string;
  /** Whose credential this is (an access key id); two stores of one endpoint and account can copy server-side. */
  readonly account: string;
}

export interface StoreTraits {
  /** `bytes`: listings come in UTF-8 byte order and can start after any key. `opaque`: only markers are durable. */
  readonly listOrder: 'bytes' | 'opaque';
  /** `md5`: the ETag of an object written in one request without encryption keys is the hex MD5 of its bytes. */
  readonly etag: 'md5' | 'opaque';
  /** Which CRC64 the store keeps with an object (ECMA-182 as decimal string), if it does. */
  readonly crc64: 'ecma' | undefined;
  /** Longest key in bytes of UTF-8. */
  readonly maxKeyBytes: number;
  /** Largest body of one write, in bytes. */
  readonly maxWriteBytes: number;
  /** Whether `write` honours `ifAbsent`. */
  readonly conditionalWrite: boolean;
}

/** Where a listing goes on. `after` is exclusive; `marker` is the store's own opaque continuation. */
export type ListPosition =
  | { readonly kind: 'start' }
  | { readonly kind: 'after'; readonly key: string }
  | { readonly kind: 'marker'; readonly marker: string };

export interface ListQuery {
  readonly prefix: string;
  readonly from: ListPosition;
  /** At most this many keys; the store may return fewer. Default 1,000. */
  readonly limit?: number;
}

/** An object as a listing shows it. */
export interface ListedObject {
  readonly key: string;
  /** Bytes; negative where a web server tells no length. */
  readonly size: number;
  /** Milliseconds since the epoch; may be rounded to a second by the store. 0 where a web server tells no time. */
  readonly lastModified: number;
  /** Without quotes. Absent where the store lists none. */
  readonly etag?: string | undefined;
  readonly storageClass?: string | undefined;
  /** CRC64-ECMA as decimal string, where the listing carries it. */
  readonly crc64?: string | undefined;
}

export interface ListPage {
  readonly objects: readonly ListedObject[];
  /** Where the next page starts; absent on the last page. */
  readonly next: ListPosition | undefined;
}

/** What travels with an object besides its bytes. Absent fields are not set. */
export interface ObjectMetadata {
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly cacheControl?: string | undefined;
  /** The Expires header as it stands. */
  readonly expires?: string | undefined;
  /** User metadata without the store's prefix; names in lower case. */
  readonly user: Readonly<Record<string, string>>;
}

/** An object as a HEAD or GET shows it. */
export interface StoredObject extends ListedObject {
  readonly metadata: ObjectMetadata;
  readonly versionId?: string | undefined;
  /** True when the bytes cannot be read before a restore. */
  readonly archived: boolean;
  /** True while a restore is under way; the object is `archived` until it has ended. */
  readonly restoring?: boolean | undefined;
  /** Until when a restored copy can be read, in milliseconds since the epoch, where the store tells. */
  readonly restoredUntil?: number | undefined;
  /** True when the store says that the object is encrypted with a key service or customer key (its ETag is no MD5). */
  readonly keyEncrypted: boolean;
  /** Hex MD5 of all its bytes, where the store tells one apart from the ETag. Whoever wrote the object may have made it up. */
  readonly md5?: string | undefined;
  /** Entries of user metadata that the store has and cannot show in headers; absent for none. */
  readonly hiddenMetadata?: number | undefined;
}

export interface ReadOptions {
  /** Inclusive byte offsets. */
  readonly range?: { readonly first: number; readonly last: number };
  /** Read only if the object still has this ETag; otherwise the read fails as `changed`. */
  readonly ifMatch?: string;
}

/** An opened read. The body must be piped or discarded exactly once, or its connection is lost. */
export interface OpenedObject {
  /** Size is that of the whole object, also for a ranged read. */
  readonly object: StoredObject;
  /** The bytes asked for; `body.length` is the number of bytes to come, undefined when the source does not tell. */
  readonly body: ByteSource;
}

export interface WriteOptions {
  readonly metadata: ObjectMetadata;
  /** The store's own name of a storage class; its default when absent. */
  readonly storageClass?: string;
  /** Server-side encryption with the store's key service. */
  readonly encryption?: { readonly kind: 'kms'; readonly keyId?: string };
  /** Fail as `changed` when an object is there already. Only where the trait `conditionalWrite` is true. */
  readonly ifAbsent?: boolean;
  /** Base64 of the body's MD5, where it is known before. */
  readonly contentMd5?: string;
}

export interface WrittenObject {
  /** Without quotes. */
  readonly etag: string | undefined;
  readonly versionId?: string | undefined;
  readonly crc64?: string | undefined;
}

export interface Upload {
  readonly key: string;
  readonly uploadId: string;
}

export interface UploadedPart {
  /** 1 to 10,000. */
  readonly number: number;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
}

export interface MultipartUploads {
  readonly minPartBytes: number;
  readonly maxPartBytes: number;
  readonly maxParts: number;
  create(key: string, options: WriteOptions, signal: AbortSignal): Promise<Upload>;
  /** `body.length` must be known. Writing the same number again replaces the part. `contentMd5` as in {@link WriteOptions}. */
  writePart(upload: Upload, number: number, body: ByteSource, signal: AbortSignal, contentMd5?: string): Promise<UploadedPart>;
  /** Parts in ascending order. A lost answer is settled by the caller with `stat`. */
  complete(upload: Upload, parts: readonly UploadedPart[], signal: AbortSignal): Promise<WrittenObject>;
  /** Succeeds also when the upload is gone. */
  abort(upload: Upload, signal: AbortSignal): Promise<void>;
  /** Uploads in progress for exactly this key, oldest first. */
  uploadsOf(key: string, signal: AbortSignal): Promise<readonly (Upload & { readonly initiated: number })[]>;
  /** All parts that are there, ascending. */
  partsOf(upload: Upload, signal: AbortSignal): Promise<readonly UploadedPart[]>;
}

export interface ServerSideCopy {
  /** Largest object that one copy request takes, in bytes. */
  readonly maxCopyBytes: number;
  canCopyFrom(source: StoreLocation): boolean;
  /** Fails as `changed` when the source no longer has `ifMatch`. */
  copy(source: StoreLocation, sourceKey: string, ifMatch: string | undefined, key: string, options: WriteOptions, signal: AbortSignal): Promise<WrittenObject>;
  /** One part of a larger copy; absent where the store has no UploadPartCopy. Ceph before 17 ignores `ifMatch`: look at the source again before completing. */
  copyPart?(source: StoreLocation, sourceKey: string, ifMatch: string | undefined, range: { readonly first: number; readonly last: number }, upload: Upload, number: number, signal: AbortSignal): Promise<UploadedPart>;
}

/** Archived objects made readable again. */
export interface ArchiveRestore {
  /**
   * Asks for a copy that stays readable for so many days; `stat` tells how far it has come. Asking again while a restore is
   * under way is no error. `readable`: there is nothing to restore, or it is done.
   */
  request(key: string, days: number, signal: AbortSignal): Promise<'requested' | 'readable'>;
}

/** One level of a bucket, as people browse it. */
export interface FolderPage {
  /** Whole prefixes, each ending in `/`. */
  readonly folders: readonly string[];
  /** Objects whose key has no further `/` after the prefix. */
  readonly objects: readonly ListedObject[];
  readonly next: ListPosition | undefined;
}

export interface FolderListing {
  /** As `list`, with what lies below a further `/` folded into folders; `from` may name a folder. */
  list(query: ListQuery, signal: AbortSignal): Promise<FolderPage>;
}

export interface ObjectStore {
  readonly location: StoreLocation;
  readonly traits: StoreTraits;
  /** One page, in the order that `traits.listOrder` states. A `marker` that does not advance fails as `protocol`. */
  list(query: ListQuery, signal: AbortSignal): Promise<ListPage>;
  /** Fails as `absent` when the key is not there. */
  stat(key: string, signal: AbortSignal): Promise<StoredObject>;
  read(key: string, options: ReadOptions, signal: AbortSignal): Promise<OpenedObject>;
  /** `body.length` must be known and at most `traits.maxWriteBytes`. The body is consumed once; no retry inside. */
  write(key: string, body: ByteSource, options: WriteOptions, signal: AbortSignal): Promise<WrittenObject>;
  /** Succeeds also when the key is not there. */
  remove(key: string, signal: AbortSignal): Promise<void>;
  /** Fails as `no-bucket`, `denied`, `bad-credentials`, `wrong-region` or `unreachable` when the bucket cannot be used. */
  checkBucket(signal: AbortSignal): Promise<void>;
  /** Where reads are made elsewhere, at a CDN: whether anybody answers there. Fails as `unreachable`. */
  checkReads?(signal: AbortSignal): Promise<void>;
  readonly multipart?: MultipartUploads;
  readonly serverSideCopy?: ServerSideCopy;
  readonly restore?: ArchiveRestore;
  readonly folders?: FolderListing;
  /** Where keys lead to many servers: the one that this key leads to. What one of them bears is no concern of the others. */
  readonly serverOf?: (key: string) => string;
  /** How many reads, or other operations, the store bears at once now, where that is known; more would only wait. */
  bears?(what: 'reads' | 'others'): number;
  /** Ends idle connections. Operations under way finish. */
  close(): Promise<void>;
}
