/**
 * The fast way through an answer to ListObjects: most stores write every entry alike, so that comparing the text between
 * the values with that of the entry before finds everything. Whatever looks different in the least is left to the strict
 * parser.
 */
import type { ListedObject } from '../../object-store/object-store.ts';
import { ENTRY, ENTRY_END, shapeOfEntry, type EntryShape, type ShapeStep } from './entry-shape.ts';
import { decodeListedKey, type ListDocument } from './list-document.ts';

/** Of `2009-10-12T17:50:30.000Z`. */
const TIME_LENGTH = 24;
const MAX_SIZE_DIGITS = 15;

/**
 * Undefined when the document is not of the usual shape. Keys and ETags are slices: each keeps the text of the whole page
 * in memory as long as it is remembered.
 */
export function scanListDocument(bytes: Buffer): ListDocument | undefined {
  const text = bytes.toString('latin1');
  const first = text.indexOf(ENTRY);
  const last = text.lastIndexOf(ENTRY_END);
  const start = first < 0 ? text : text.slice(0, first);
  const rest = first < 0 ? '' : text.slice(Math.max(last, first));
  const has = (needle: string): boolean => start.includes(needle) || rest.includes(needle);
  const whole = start.includes('<ListBucketResult') && text.slice(-64).trimEnd().endsWith('</ListBucketResult>');
  const truncated = has('<IsTruncated>true</IsTruncated>');
  if (!whole || !has('<EncodingType>url</EncodingType>') || start.includes('<!') || truncated === has('<IsTruncated>false</IsTruncated>')) return undefined;
  const objects = first < 0 ? [] : new EntryScanner(bytes, text).scan(first);
  if (objects === undefined) return undefined;
  const token = nextToken(start) ?? nextToken(rest);
  if (objects.length === 0 && token?.includes('&') === true) return undefined;
  return { objects, truncated, nextToken: token === '' ? undefined : token };
}

const LESS = 0x3c;
const AMPERSAND = 0x26;
const QUOTE = 0x22;
const PERCENT = 0x25;
const PLUS = 0x2b;
const DASH = 0x2d;
const ZERO = 0x30;
const COLON = 0x3a;
const DOT = 0x2e;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;

class EntryScanner {
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private readonly text: string;
  private at = 0;
  private key = '';
  private size = 0;
  private lastModified = 0;
  private etag: string | undefined;
  private storageClass: string | undefined;
  /** The latest one, and the start of the latest day: both repeat. */
  private lastClass = '';
  /** As the decimal number YYYYMMDD. */
  private day = -1;
  private dayStart = 0;

  constructor(bytes: Buffer, text: string) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.text = text;
  }

  scan(first: number): ListedObject[] | undefined {
    const objects: ListedObject[] = [];
    let shape: EntryShape | undefined;
    let start = first;
    while (this.text.startsWith(ENTRY, start)) {
      if (shape === undefined || !this.entry(shape, start)) {
        shape = shapeOfEntry(this.text, start);
        if (shape === undefined || !this.entry(shape, start)) return undefined;
      }
      objects.push({ key: this.key, size: this.size, lastModified: this.lastModified, etag: this.etag, storageClass: this.storageClass });
      start = this.at;
    }
    return this.text.includes(ENTRY, start) ? undefined : objects;
  }

  /** Reads an entry of this shape into the fields; false when it has another. */
  private entry({ steps, end }: EntryShape, start: number): boolean {
    this.at = start;
    this.etag = undefined;
    this.storageClass = undefined;
    for (const step of steps) {
      if (!step.before.isAt(this.view, this.at)) return false;
      this.at += step.before.length;
      if (!this.value(step)) return false;
    }
    const ended = end.isAt(this.view, this.at);
    this.at += end.length;
    return ended;
  }

  private value({ field, close }: ShapeStep): boolean {
    switch (field) {
      case 'Key': return this.readKey();
      case 'Size': return this.readSize();
      case 'LastModified': return this.readTime();
      case 'ETag': this.etag = this.plain(); return true;
      case 'StorageClass': this.storageClass = this.className(); return true;
      case 'ignored': this.at = this.text.indexOf(close, this.at); return this.at >= 0;
    }
  }

  private readKey(): boolean {
    const { bytes } = this;
    let encoded = false;
    let end = this.at;
    for (let byte = bytes[end]; byte !== undefined && byte !== LESS; byte = bytes[++end]) {
      if (byte === PERCENT || byte === PLUS) encoded = true;
      else if (byte < 0x20 || byte >= 0x80 || byte === AMPERSAND) return false;
    }
    if (end === this.at) return false;
    const raw = this.text.slice(this.at, end);
    this.key = encoded ? decodeListedKey(raw) : raw;
    this.at = end;
    return true;
  }

  /** Up to the next character that means something; what should come there is for the shape to say. */
  private plain(): string {
    const { bytes, at: start } = this;
    let end = start;
    for (let byte = bytes[end]; byte !== undefined && byte < 0x80 && byte !== LESS && byte !== AMPERSAND && byte !== QUOTE; byte = bytes[++end]);
    this.at = end;
    return this.text.slice(start, end);
  }

  private className(): string {
    const last = this.lastClass;
    const end = this.at + last.length;
    if (last === '' || this.bytes[end] !== LESS || !this.text.startsWith(last, this.at)) this.lastClass = this.plain();
    else this.at = end;
    return this.lastClass;
  }

  private readSize(): boolean {
    let end = this.at;
    for (let byte = this.bytes[end]; byte !== undefined && byte !== LESS; byte = this.bytes[end]) end++;
    const digits = end - this.at;
    this.size = digits === 0 || digits > MAX_SIZE_DIGITS ? -1 : this.number(this.at, digits);
    this.at = end;
    return this.size >= 0;
  }

  /** Milliseconds since the epoch, of the usual form only. */
  private readTime(): boolean {
    const { bytes, at } = this;
    const separated = bytes[at + 4] === DASH && bytes[at + 7] === DASH && bytes[at + 10] === LETTER_T && bytes[at + 13] === COLON && bytes[at + 16] === COLON && bytes[at + 19] === DOT && bytes[at + 23] === LETTER_Z;
    if (!separated) return false;
    const hours = this.number(at + 11, 2);
    const minutes = this.number(at + 14, 2);
    const seconds = this.number(at + 17, 2);
    const millis = this.number(at + 20, 3);
    const plain = hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60 && millis >= 0;
    this.lastModified = this.startOfDay(at) + ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis;
    this.at += TIME_LENGTH;
    return plain && this.lastModified >= 0;
  }

  /** NaN when there is no such day. */
  private startOfDay(at: number): number {
    const [year, month, date] = [this.number(at, 4), this.number(at + 5, 2), this.number(at + 8, 2)];
    if (year < 0 || month < 0 || date < 0) return Number.NaN;
    const day = (year * 100 + month) * 100 + date;
    if (day !== this.day) {
      this.day = day;
      this.dayStart = Date.parse(this.text.slice(at, at + 10));
    }
    return this.dayStart;
  }

  /** Of so many digits; -1 when they are none. */
  private number(start: number, digits: number): number {
    let value = 0;
    for (let i = start; i < start + digits; i++) {
      const digit = (this.bytes[i] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }
}

function nextToken(text: string): string | undefined {
  return /<NextContinuationToken>([^<]*)<\/NextContinuationToken>/.exec(text)?.[1];
}
