import { createHash } from 'node:crypto';
import { bytesSource, collectBytes } from '@haulier/lib/bytes/byte-stream.ts';
import type { ListedObject, ListPosition, ObjectMetadata, ObjectStore, ReadOptions, StoredObject, WrittenObject } from '../object-store.ts';

/** What a provider hands to the contract suite. */
export interface StoreFixture {
  /** A store on a bucket that is empty and that nobody else uses. All of them are of one endpoint and account. */
  newBucket(): Promise<ObjectStore>;
  /** A store on a bucket that does not exist; absent where an emulator makes buckets as they are named. */
  readonly missing?: ObjectStore;
  /** A store on an existing bucket, with a secret that is wrong; absent where the store checks none. */
  readonly stranger?: ObjectStore;
  /** Odd keys that this store is known to refuse: it must do so as `bad-key`, and never store another key instead. */
  readonly refuses?: readonly string[];
  /** Keys of the suite that an emulator damages or cannot list, though the store that it stands for may keep them. */
  readonly damages?: readonly string[];
  /** Metadata that this store cannot keep: it must refuse it as `bad-key`. The rest of an object's metadata is kept. */
  readonly refusesMetadata?: { readonly expires?: true; readonly userNames?: readonly string[] };
  /** What an emulator leaves out that the store it stands for does. */
  readonly gaps?: readonly ('digests' | 'pages of folders')[];
  close(): Promise<void>;
}

export const noMetadata: ObjectMetadata = { user: {} };

/** A signal that is never aborted. */
export const never: AbortSignal = new AbortController().signal;

export function md5Hex(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** Bytes that differ at every offset of a page, so that shifted or repeated parts show. */
export function pattern(length: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export function put(store: ObjectStore, key: string, content: Uint8Array | string, metadata: ObjectMetadata = noMetadata): Promise<WrittenObject> {
  return store.write(key, bytesSource(Buffer.from(content)), { metadata }, never);
}

export async function get(store: ObjectStore, key: string, options: ReadOptions = {}): Promise<{ readonly object: StoredObject; readonly bytes: Buffer }> {
  const { object, body } = await store.read(key, options, never);
  const bytes = await collectBytes(body, 256 * 1024 * 1024);
  if (body.length !== undefined && body.length !== bytes.byteLength) throw new RangeError(`${body.length} bytes announced, ${bytes.byteLength} read`);
  return { object, bytes };
}

/** All pages of a listing, joined. */
export async function listAll(store: ObjectStore, prefix = '', limit = 1000, from: ListPosition = { kind: 'start' }): Promise<ListedObject[]> {
  const objects: ListedObject[] = [];
  for (let next: ListPosition | undefined = from; next !== undefined;) {
    const page = await store.list({ prefix, from: next, limit }, never);
    if (page.objects.length > limit) throw new RangeError(`a page of ${page.objects.length} where ${limit} were asked for`);
    objects.push(...page.objects);
    next = page.next;
  }
  return objects;
}

export async function listKeys(store: ObjectStore, prefix?: string, limit?: number, from?: ListPosition): Promise<string[]> {
  return (await listAll(store, prefix, limit, from)).map((object) => object.key);
}
