import type { ByteSink, ByteSource } from '@haulier/lib/bytes/byte-stream.ts';
import { around } from '../../object-store/decorators/around.ts';
import { StoreFailure } from '../../object-store/failure.ts';
import type { ObjectStore, OpenedObject, ReadOptions, StoredObject } from '../../object-store/object-store.ts';

/**
 * A store whose objects are read through a CDN; everything else is asked of the store itself.
 *
 * Each read is accompanied by a look at the store. It tells which version the bytes have to be of, since a CDN honours no
 * If-Match, and the metadata and storage class, of which a CDN passes on what it likes. That is one more HEAD at the store
 * for each object, or for each part of a large one, and no byte of its content.
 *
 * No destination copies from it by itself: its objects are to come from the CDN.
 */
export function readThroughCdn(store: ObjectStore, cdn: ObjectStore): ObjectStore {
  const { location } = store;
  return {
    ...around(store, (_operation, run) => run()),
    location: { ...location, account: `${location.account} through ${cdn.location.endpoint}` },
    read: (key, options, signal) => readThrough(store, cdn, key, options, signal),
    checkReads: (signal) => cdn.checkBucket(signal),
    // A read waits for its look, too.
    bears: (what) => Math.min(cdn.bears?.(what) ?? Infinity, store.bears?.('others') ?? Infinity),
    async close() {
      await store.close();
      await cdn.close();
    },
  };
}

async function readThrough(store: ObjectStore, cdn: ObjectStore, key: string, { range, ifMatch }: ReadOptions, signal: AbortSignal): Promise<OpenedObject> {
  const [looked, opened] = await Promise.allSettled([store.stat(key, signal), cdn.read(key, range === undefined ? {} : { range }, signal)]);
  try {
    if (looked.status === 'rejected') throw looked.reason;
    const object = looked.value;
    const named = `${cdn.location.endpoint} of ${JSON.stringify(key)}`;
    if (ifMatch !== undefined && object.etag !== ifMatch) throw new StoreFailure('changed', `another version than before of ${JSON.stringify(key)}`);
    if (object.archived) throw new StoreFailure('archived', `${JSON.stringify(key)} has to be restored before a CDN can read it`);
    if (opened.status === 'rejected') throw opened.reason;
    const seen = opened.value;
    checkVersion(object, seen.object, named);
    const expected = range === undefined ? object.size : Math.min(range.last + 1, object.size) - range.first;
    return { object, body: ofLength(seen.body, expected, named) };
  } catch (error) {
    if (opened.status === 'fulfilled') opened.value.body.discard();
    throw error;
  }
}

/** Fails as `changed` when the CDN has another version, as `unsupported` when it recodes what it passes on. */
function checkVersion(stored: StoredObject, seen: StoredObject, named: string): void {
  const [asStored, asSent] = [stored.metadata.contentEncoding, seen.metadata.contentEncoding];
  if (asStored !== asSent) {
    throw new StoreFailure('unsupported', `${named} comes with the content coding ${asSent ?? 'identity'}, it is stored with ${asStored ?? 'identity'}: compression has to be switched off at the CDN`);
  }
  const stale = staleness(stored, seen);
  if (stale !== undefined) throw new StoreFailure('changed', `${named} is another version than the bucket has: ${stale}`);
}

/** What shows that the CDN sends another version; undefined where nothing does. An ETag that both tell decides over the time. */
function staleness(stored: StoredObject, seen: StoredObject): string | undefined {
  if (seen.size >= 0 && seen.size !== stored.size) return `${seen.size} bytes, not ${stored.size}`;
  if (stored.etag !== undefined && seen.etag !== undefined && !seen.etag.startsWith('W/ ')) {
    return seen.etag === stored.etag ? undefined : `ETag "${seen.etag}", not "${stored.etag}"`;
  }
  const second = (time: number) => Math.floor(time / 1000);
  if (seen.lastModified === 0 || second(seen.lastModified) === second(stored.lastModified)) return undefined;
  return `of ${new Date(seen.lastModified).toISOString()}, not ${new Date(stored.lastModified).toISOString()}`;
}

/** A CDN that fetches an object just now may not tell its length: it is the bucket's word for it then. */
function ofLength(body: ByteSource, expected: number, named: string): ByteSource {
  return body.length !== undefined ? body : new CountedBody(body, expected, named);
}

class CountedBody implements ByteSource {
  readonly length: number;
  readonly #body: ByteSource;
  readonly #named: string;

  constructor(body: ByteSource, length: number, named: string) {
    this.#body = body;
    this.length = length;
    this.#named = named;
  }

  async pipe(sink: ByteSink): Promise<void> {
    let seen = 0;
    const counting: ByteSink = {
      write: (chunk) => {
        seen += chunk.byteLength;
        return seen > this.length ? Promise.reject(this.#differs(`more than ${this.length}`)) : sink.write(chunk);
      },
    };
    await this.#body.pipe(counting);
    if (seen !== this.length) throw this.#differs(`${seen} instead of ${this.length}`);
  }

  discard(): void {
    this.#body.discard();
  }

  #differs(bytes: string): StoreFailure {
    return new StoreFailure('changed', `${this.#named} is another version than the bucket has: ${bytes} bytes`);
  }
}
