/**
 * The fast way through an answer to ListObjects: most stores write every entry alike, so that comparing the text between
 * the values with that of the entry before finds everything. Whatever looks different in the least is left to the strict
 * parser.
 */
import type { ListedObject } from '../../object-store/object-store.ts';
import { EntryBlock } from './entry-block.ts';
import { ENTRY, ENTRY_END, Literal, shapeOfEntry, type EntryShape, type ShapeStep } from './entry-shape.ts';
import type { ListDocument } from './list-document.ts';

/** Of `2009-10-12T17:50:30.000Z`. */
const TIME_LENGTH = 24;
const MAX_SIZE_DIGITS = 15;
/** Reads one document after the other, in memory of its own that is used again. */
export class ListScanner {
  private readonly block = new EntryBlock();

  /**
   * Undefined when the document is not of the usual shape. Keys and ETags are slices: each keeps those listed next to it
   * in memory as long as it is remembered.
   */
  scan(bytes: Buffer): ListDocument | undefined {
    const first = bytes.indexOf(ENTRY);
    const last = bytes.lastIndexOf(ENTRY_END);
    const start = bytes.toString('latin1', 0, first < 0 ? bytes.byteLength : first);
    const rest = first < 0 ? '' : bytes.toString('latin1', Math.max(last, first));
    const has = (needle: string): boolean => start.includes(needle) || rest.includes(needle);
    const whole = start.includes('<ListBucketResult') && (first < 0 ? start : rest).slice(-64).trimEnd().endsWith('</ListBucketResult>');
    const truncated = has('<IsTruncated>true</IsTruncated>');
    if (!whole || !has('<EncodingType>url</EncodingType>') || start.includes('<!') || truncated === has('<IsTruncated>false</IsTruncated>')) return undefined;
    const objects = first < 0 ? [] : new EntryScanner(bytes, this.block).scan(first);
    if (objects === undefined) return undefined;
    const token = nextToken(start) ?? nextToken(rest);
    if (objects.length === 0 && token?.includes('&') === true) return undefined;
    return { objects, truncated, nextToken: token === '' ? undefined : token };
  }
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

const PLAIN = 0;
/** Of an encoding. */
const CODED = 1;
/** Ends a value, or has no place in one. */
const OTHER = 2;

/** What each byte is to a key. */
const KEY_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === PERCENT || byte === PLUS) return CODED;
  return byte < 0x20 || byte >= 0x80 || byte === LESS || byte === AMPERSAND ? OTHER : PLAIN;
});

const ENTRY_START = new Literal(ENTRY);

class EntryScanner {
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private readonly block: EntryBlock;
  private at = 0;
  private size = 0;
  private lastModified = 0;
  private storageClass: string | undefined;
  /** The latest one with where it stands, and the start of the latest day: both repeat. */
  private lastClass = '';
  private lastClassAt = 0;
  /** As the decimal number YYYYMMDD. */
  private day = -1;
  private dayStart = 0;

  constructor(bytes: Buffer, block: EntryBlock) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.block = block;
  }

  scan(first: number): readonly ListedObject[] | undefined {
    const { block } = this;
    block.clear();
    let shape: EntryShape | undefined;
    let start = first;
    while (ENTRY_START.isAt(this.view, start)) {
      if (shape === undefined || !this.entry(shape, start)) {
        shape = this.shapeAt(start);
        if (shape === undefined || !this.entry(shape, start)) return undefined;
      }
      if (!block.add(this.size, this.lastModified, this.storageClass)) return undefined;
      start = this.at;
    }
    return this.bytes.includes(ENTRY, start) ? undefined : block.take();
  }

  private shapeAt(start: number): EntryShape | undefined {
    const end = this.bytes.indexOf(ENTRY_END, start);
    return end < 0 ? undefined : shapeOfEntry(this.bytes.toString('latin1', start, end + ENTRY_END.length));
  }

  /** Reads an entry of this shape into the fields; false when it has another. */
  private entry({ steps, end }: EntryShape, start: number): boolean {
    this.at = start;
    this.storageClass = undefined;
    this.block.begin();
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
      case 'ETag': return this.readEtag();
      case 'StorageClass': this.storageClass = this.className(); return true;
      case 'ignored': return this.skipTo(close);
    }
  }

  private readKey(): boolean {
    const { bytes, at: start } = this;
    let encoded = false;
    let end = start;
    let kind = OTHER;
    for (; (kind = KEY_BYTES[bytes[end] ?? LESS] ?? OTHER) !== OTHER; end++) {
      if (kind === CODED) encoded = true;
    }
    if (end === start || bytes[end] !== LESS) return false;
    this.block.key(bytes, start, end, encoded);
    this.at = end;
    return true;
  }

  private readEtag(): boolean {
    const end = this.plainEnd();
    this.block.etag(this.bytes, this.at, end);
    this.at = end;
    return true;
  }

  /** Where the next character is that means something; what should come there is for the shape to say. */
  private plainEnd(): number {
    const { bytes } = this;
    let end = this.at;
    for (let byte = bytes[end]; byte !== undefined && byte < 0x80 && byte !== LESS && byte !== AMPERSAND && byte !== QUOTE; byte = bytes[++end]);
    return end;
  }

  private className(): string {
    const end = this.at + this.lastClass.length;
    if (this.lastClass === '' || this.bytes[end] !== LESS || !this.repeats(this.lastClassAt, this.lastClass.length)) {
      this.lastClassAt = this.at;
      this.at = this.plainEnd();
      this.lastClass = this.bytes.toString('latin1', this.lastClassAt, this.at);
    } else this.at = end;
    return this.lastClass;
  }

  /** Whether what stands here has stood there. */
  private repeats(there: number, length: number): boolean {
    const { bytes, at } = this;
    for (let i = 0; i < length; i++) {
      if (bytes[at + i] !== bytes[there + i]) return false;
    }
    return true;
  }

  private skipTo(close: Literal): boolean {
    const { bytes, view } = this;
    for (let byte = bytes[this.at]; byte !== undefined; byte = bytes[++this.at]) {
      if (byte === LESS && close.isAt(view, this.at)) return true;
    }
    return false;
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
      this.dayStart = Date.parse(this.bytes.toString('latin1', at, at + 10));
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
