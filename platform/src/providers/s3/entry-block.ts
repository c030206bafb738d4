import type { ListedObject } from '../../object-store/object-store.ts';
import { decodeListedKey } from './list-document.ts';

/**
 * The keys and ETags of so many bytes become one string, of which each is a slice: a fifth of the page's text, in pieces
 * that V8 drops with the young generation. What it calls large would stay until the old generation is collected.
 */
const BLOCK_BYTES = 48 * 1024;
/** Of one entry at most. */
const ENTRY_BYTES = 16 * 1024;
const BLOCK_ENTRIES = 1024;

/**
 * A class, since V8 comes to allocate objects of a literal in the old generation when many of them have lived for some
 * time, as a first window of pages does. What is made by `new` stays young.
 */
class Draft implements ListedObject {
  key = '';
  readonly size: number;
  readonly lastModified: number;
  etag: string | undefined;
  readonly storageClass: string | undefined;

  constructor(size: number, lastModified: number, etag: string | undefined, storageClass: string | undefined) {
    this.size = size;
    this.lastModified = lastModified;
    this.etag = etag;
    this.storageClass = storageClass;
  }
}

/** The entries of a page as they are read: their keys and ETags lie side by side, and become strings a block at a time. */
export class EntryBlock {
  private readonly texts = Buffer.allocUnsafeSlow(BLOCK_BYTES + ENTRY_BYTES);
  /** Four of each entry of the block: where its key begins and ends, and where its ETag does. */
  private readonly places = new Uint32Array(4 * BLOCK_ENTRIES);
  private readonly encoded = new Uint8Array(BLOCK_ENTRIES);
  private objects: Draft[] = [];
  /** Entries of the blocks before. */
  private before = 0;
  private end = 0;
  private keyStart = 0;
  private keyEnd = 0;
  private keyEncoded = false;
  private etagStart = 0;
  private etagEnd = 0;
  private etagSeen = false;
  /** Where the texts of the next entry begin. */
  private next = 0;

  clear(): void {
    this.objects = [];
    this.before = this.next = 0;
  }

  /** An entry begins, or is read once more. */
  begin(): void {
    this.end = this.etagStart = this.etagEnd = this.next;
    this.etagSeen = false;
  }

  /** @param encoded whether it is still to be decoded. */
  key(bytes: Uint8Array, start: number, end: number, encoded: boolean): void {
    this.keyStart = this.end;
    this.keyEncoded = encoded;
    this.copy(bytes, start, end);
    this.keyEnd = this.end;
  }

  etag(bytes: Uint8Array, start: number, end: number): void {
    this.etagStart = this.end;
    this.etagSeen = true;
    this.copy(bytes, start, end);
    this.etagEnd = this.end;
  }

  /** The entry is complete; false when it is too long. Throws an URIError for a key that is no UTF-8. */
  add(size: number, lastModified: number, storageClass: string | undefined): boolean {
    if (this.end > this.texts.byteLength) return false;
    const { places, objects } = this;
    const index = objects.length - this.before;
    places[4 * index] = this.keyStart;
    places[4 * index + 1] = this.keyEnd;
    places[4 * index + 2] = this.etagStart;
    places[4 * index + 3] = this.etagEnd;
    this.encoded[index] = this.keyEncoded ? 1 : 0;
    objects.push(new Draft(size, lastModified, this.etagSeen ? '' : undefined, storageClass));
    this.next = this.end;
    if (this.next >= BLOCK_BYTES || index + 1 === BLOCK_ENTRIES) this.close();
    return true;
  }

  /** All entries since the last {@link clear}. */
  take(): readonly ListedObject[] {
    this.close();
    const { objects } = this;
    this.objects = [];
    return objects;
  }

  /** What does not fit is only counted. */
  private copy(bytes: Uint8Array, start: number, end: number): void {
    const { texts } = this;
    let to = this.end;
    for (let at = start; at < end; at++) texts[to++] = bytes[at] ?? 0;
    this.end = to;
  }

  private close(): void {
    const { places, objects, before } = this;
    const text = this.texts.toString('latin1', 0, this.next);
    for (let i = before; i < objects.length; i++) {
      const draft = objects[i];
      if (draft === undefined) continue;
      const place = 4 * (i - before);
      const key = text.slice(places[place], places[place + 1]);
      draft.key = this.encoded[i - before] === 1 ? decodeListedKey(key) : key;
      if (draft.etag !== undefined) draft.etag = text.slice(places[place + 2], places[place + 3]);
    }
    this.before = objects.length;
    this.next = 0;
  }
}
