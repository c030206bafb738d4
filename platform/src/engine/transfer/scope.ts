/** What every copy of one transfer shares. */
import type { Crc64Engine } from '@haulier/lib/crc64/crc64.ts';
import type { ListedObject, ObjectMetadata, StoredObject, WriteOptions } from '../../object-store/object-store.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { AttemptLimits } from './attempts.ts';
import type { TransferContext } from './transfer.ts';

/** What copying has shown about this pair of stores; wrong guesses are then made only once. */
export interface Learned {
  /** The source's ETags look like MD5s of the content and are none. */
  sourceEtagsMislead: boolean;
  /** The source's multipart ETags are not made of the part boundaries that were derived. */
  sourceCompositesMislead: boolean;
  /** The destination encrypts by default: its ETags are no MD5s. */
  destinationEtagsMislead: boolean;
  /** The destination takes no body without its MD5. */
  wantsContentMd5: boolean;
  /** Whether the destination copies from this source by itself. */
  serverSide: 'untried' | 'works' | 'refused';
}

export interface TransferScope {
  readonly context: TransferContext;
  readonly limits: ResolvedLimits;
  readonly learned: Learned;
  /** What holds for every object that is written. */
  readonly writing: Pick<WriteOptions, 'storageClass' | 'encryption'>;
  /** Loaded at the first call. */
  readonly crc64: () => Promise<Crc64Engine>;
}

export interface ResolvedLimits {
  /** Parts of one object in flight at once. */
  readonly parts: number;
  /** Bytes; larger objects are copied in parts. */
  readonly largeFrom: number;
  /** Smallest part of our own choice, in bytes. */
  readonly partBytes: number;
  /** Bytes of an object of untold length that `copyObject` holds before it becomes a large one. */
  readonly untoldBytes: number;
  readonly attempts: AttemptLimits;
}

/**
 * Options for writing this object; `ifAbsent` where the plan keeps what is there and the store can tell.
 *
 * @param storageClass the source's own, as it was listed: a restore may have moved the object to another one since
 */
export function writeOptions(scope: TransferScope, { metadata }: Pick<StoredObject, 'metadata'>, storageClass: string | undefined, ifAbsent: boolean): WriteOptions {
  const { plan, destination } = scope.context;
  const options: WriteOptions = { ...scope.writing, metadata: plan.carryMetadata ? metadata : withoutExtras(metadata) };
  const mapped = plan.storageClass.kind === 'mapped' && storageClass !== undefined ? plan.storageClass.names[storageClass] : undefined;
  return {
    ...options,
    ...(mapped === undefined ? {} : { storageClass: mapped }),
    ...(ifAbsent && keepsExisting(scope) && destination.traits.conditionalWrite ? { ifAbsent: true } : {}),
  };
}

/** What the bytes mean stays with them: nobody could read gzip that is not called so. */
function withoutExtras({ contentType, contentEncoding }: ObjectMetadata): ObjectMetadata {
  return { contentType, contentEncoding, user: {} };
}

export function keepsExisting(scope: TransferScope): boolean {
  return scope.context.plan.overwrite === 'never';
}

/** Whether an ETag that the destination answers a write with is a digest of the content. */
export function destinationGivesMd5(scope: TransferScope): boolean {
  return scope.context.destination.traits.etag === 'md5' && scope.writing.encryption === undefined && !scope.learned.destinationEtagsMislead;
}

/** The failure of a key that the destination cannot hold. */
export function impossibleKey(scope: TransferScope, key: string): StoreFailure | undefined {
  if (key === '') return new StoreFailure('bad-key', 'nothing names the object at the destination');
  const most = scope.context.destination.traits.maxKeyBytes;
  // No character takes more than three bytes per UTF-16 unit.
  if (key.length * 3 <= most || Buffer.byteLength(key) <= most) return undefined;
  return new StoreFailure('bad-key', `the destination takes keys of at most ${most} bytes`);
}

/** Fails, as a failure of the source, where an object is to be copied with its metadata and does not show all of that. */
export function checkShown({ context }: TransferScope, { hiddenMetadata = 0 }: StoredObject): void {
  if (hiddenMetadata === 0 || !context.plan.carryMetadata) return;
  throw new StoreFailure('unsupported', `the source does not show ${hiddenMetadata} of the object's metadata; it can only be copied without metadata`);
}

/** What there is to copy. Fails where {@link checkShown} does. */
export async function statShown(scope: TransferScope, key: string, signal: AbortSignal): Promise<StoredObject> {
  const object = await scope.context.source.stat(key, signal);
  checkShown(scope, object);
  return object;
}

/** An object as a listing would show it, from a GET or HEAD of it. */
export function asListed(object: StoredObject): ListedObject {
  const { key, size, lastModified, etag, storageClass, crc64 } = object;
  return { key, size, lastModified, etag, storageClass, crc64 };
}

/** By the second: a HEAD tells no more. */
export function sameSecond(a: Pick<ListedObject, 'lastModified'>, b: Pick<ListedObject, 'lastModified'>): boolean {
  return Math.floor(a.lastModified / 1000) === Math.floor(b.lastModified / 1000);
}
