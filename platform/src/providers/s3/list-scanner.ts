/**
 * The fast way through an answer to ListObjects: most stores write every entry alike, so that looking for fixed strings
 * finds everything. Whatever looks different in the least is left to the strict parser.
 */
import type { ListedObject } from '../../object-store/object-store.ts';
import { decodeListedKey, type ListDocument } from './list-document.ts';

const ENTRY = '<Contents>';
const ENTRY_END = '</Contents>';
/** Of `2009-10-12T17:50:30.000Z`. */
const TIME_LENGTH = 24;

type Field = 'Key' | 'Size' | 'LastModified' | 'ETag' | 'StorageClass' | 'ignored';

interface Tag {
  readonly field: Field;
  readonly open: string;
  readonly close: string;
}

function tagNamed(name: string, field: Field): Tag {
  return { field, open: `<${name}>`, close: `</${name}>` };
}

/** Owner has children of its own; the other ignored ones say nothing we need. */
const TAGS: readonly Tag[] = [
  ...(['Key', 'Size', 'LastModified', 'ETag', 'StorageClass'] as const).map((name) => tagNamed(name, name)),
  ...['Owner', 'Type', 'ChecksumAlgorithm', 'ChecksumType'].map((name) => tagNamed(name, 'ignored')),
];

type Mutable<T> = { -readonly [name in keyof T]: T[name] };

/** Undefined when the document is not of the usual shape. */
export function scanListDocument(bytes: Buffer): ListDocument | undefined {
  const text = bytes.toString('latin1');
  const first = text.indexOf(ENTRY);
  const entriesAt = first < 0 ? text.length : first;
  const last = text.lastIndexOf(ENTRY_END);
  const encoded = found(text, entriesAt, last, '<EncodingType>url</EncodingType>');
  const start = text.slice(0, entriesAt);
  const whole = start.includes('<ListBucketResult') && text.slice(-64).trimEnd().endsWith('</ListBucketResult>');
  const truncated = found(text, entriesAt, last, '<IsTruncated>true</IsTruncated>');
  if (!encoded || !whole || start.includes('<!') || truncated === found(text, entriesAt, last, '<IsTruncated>false</IsTruncated>')) return undefined;
  const objects = first < 0 ? [] : new EntryScanner(bytes, text).scan(first);
  if (objects === undefined) return undefined;
  const token = between(text, entriesAt, last, '<NextContinuationToken>', '</NextContinuationToken>');
  if (objects.length === 0 && token?.includes('&') === true) return undefined;
  return { objects, truncated, nextToken: token === '' ? undefined : token };
}

class EntryScanner {
  readonly #bytes: Buffer;
  readonly #text: string;
  #at = 0;
  /** The tags of the entry before: every entry has the same, in the same order. */
  readonly #shape: Tag[] = [];
  #storageClass = '';
  #day = '';
  #dayStart = 0;

  constructor(bytes: Buffer, text: string) {
    this.#bytes = bytes;
    this.#text = text;
  }

  scan(first: number): ListedObject[] | undefined {
    const objects: ListedObject[] = [];
    this.#at = first;
    while (this.#text.startsWith(ENTRY, this.#at)) {
      this.#at += ENTRY.length;
      const object = this.#entry();
      if (object === undefined) return undefined;
      objects.push(object);
    }
    return this.#text.indexOf(ENTRY, this.#at) < 0 ? objects : undefined;
  }

  #entry(): ListedObject | undefined {
    const object: Mutable<ListedObject> = { key: '', size: -1, lastModified: -1, etag: undefined, storageClass: undefined };
    for (let child = 0; !this.#text.startsWith(ENTRY_END, this.#at); child++) {
      if (!this.#element(object, child)) return undefined;
    }
    this.#at += ENTRY_END.length;
    return isSet(object, 'Key') && isSet(object, 'Size') && isSet(object, 'LastModified') ? object : undefined;
  }

  /** One child of the entry; false when it is not what we know. */
  #element(object: Mutable<ListedObject>, child: number): boolean {
    const tag = this.#tag(child);
    if (tag === undefined || isSet(object, tag.field)) return false;
    const start = this.#at + tag.open.length;
    const end = this.#text.indexOf(tag.field === 'ignored' ? tag.close : '<', start);
    if (end < 0 || !this.#text.startsWith(tag.close, end)) return false;
    this.#at = end + tag.close.length;
    switch (tag.field) {
      case 'Key': return this.#key(object, start, end);
      case 'Size': return (object.size = this.#number(start, end)) >= 0;
      case 'LastModified': return (object.lastModified = this.#time(start, end)) >= 0;
      case 'ETag': return this.#etag(object, start, end);
      case 'StorageClass': object.storageClass = this.#className(start, end); return true;
      case 'ignored': return true;
    }
  }

  #tag(child: number): Tag | undefined {
    const expected = this.#shape[child];
    if (expected !== undefined && this.#text.startsWith(expected.open, this.#at)) return expected;
    const tag = TAGS.find(({ open }) => this.#text.startsWith(open, this.#at));
    if (tag !== undefined) this.#shape[child] = tag;
    return tag;
  }

  /** Strings are copied out of the page: a slice would keep all of it in memory as long as one key is remembered. */
  #key(object: Mutable<ListedObject>, start: number, end: number): boolean {
    const raw = this.#bytes.toString('latin1', start, end);
    if (raw === '' || raw.includes('&')) return false;
    object.key = decodeListedKey(raw);
    return true;
  }

  #etag(object: Mutable<ListedObject>, start: number, end: number): boolean {
    const quoted = this.#text.startsWith('&quot;', start) ? 6 : this.#text.startsWith('"', start) ? 1 : 0;
    if (end - start < 2 * quoted) return false;
    const etag = this.#bytes.toString('latin1', start + quoted, end - quoted);
    if (etag.includes('&')) return false;
    object.etag = etag;
    return true;
  }

  #className(start: number, end: number): string {
    const last = this.#storageClass;
    if (last.length !== end - start || !this.#text.startsWith(last, start)) this.#storageClass = this.#bytes.toString('latin1', start, end);
    return this.#storageClass;
  }

  #number(start: number, end: number): number {
    if (end === start || end - start > 15) return -1;
    let value = 0;
    for (let i = start; i < end; i++) {
      const digit = this.#text.charCodeAt(i) - 0x30;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  /** Milliseconds since the epoch; -1 for another form than the usual. Days repeat, so their start is remembered. */
  #time(start: number, end: number): number {
    const text = this.#text;
    if (end - start !== TIME_LENGTH || text[start + 10] !== 'T' || text[start + 13] !== ':' || text[start + 16] !== ':' || text[end - 5] !== '.' || text[end - 1] !== 'Z') return -1;
    if (!text.startsWith(this.#day, start) || this.#day === '') {
      this.#day = this.#bytes.toString('latin1', start, start + 10);
      this.#dayStart = Date.parse(this.#day);
    }
    const hours = this.#number(start + 11, start + 13);
    const minutes = this.#number(start + 14, start + 16);
    const seconds = this.#number(start + 17, start + 19);
    const millis = this.#number(start + 20, start + 23);
    const plain = hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60 && millis >= 0;
    const time = this.#dayStart + ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis;
    return plain && time >= 0 ? time : -1;
  }
}

function isSet(object: ListedObject, field: Field): boolean {
  switch (field) {
    case 'Key': return object.key !== '';
    case 'Size': return object.size >= 0;
    case 'LastModified': return object.lastModified >= 0;
    case 'ETag': return object.etag !== undefined;
    case 'StorageClass': return object.storageClass !== undefined;
    case 'ignored': return false;
  }
}

/** Whether the string stands before the entries or after them. */
function found(text: string, before: number, after: number, needle: string): boolean {
  const at = text.indexOf(needle);
  return (at >= 0 && at < before) || text.indexOf(needle, Math.max(after, 0)) >= 0;
}

function between(text: string, before: number, after: number, open: string, close: string): string | undefined {
  const first = text.indexOf(open);
  const at = first >= 0 && first < before ? first : text.indexOf(open, Math.max(after, 0));
  if (at < 0) return undefined;
  const end = text.indexOf(close, at);
  return end < 0 ? undefined : text.slice(at + open.length, end);
}
