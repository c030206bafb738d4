import { StoreFailure } from '../../object-store/failure.ts';
import type { RangePosition, RangeScope } from '../ledger/ledger.ts';
import { RunFailure } from '../patience.ts';
import { lineTooLong, MAX_LINE_CHARACTERS, type ListFile } from './list-file.ts';
import type { NamedObject, NamedStretch } from './named-pages.ts';

export type LineKind = 'keys' | 'urls';

const PAGE_LINES = 1_000;
const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** The objects that the lines of a range name, from a cursor on. A key that comes twice in a row of lines is two objects. */
export class LinePages {
  readonly #file: ListFile;
  readonly #kind: LineKind;
  readonly #end: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #offset: number;
  /** Lines that were read and not handed out yet; they begin at `#offset`. */
  #held: Buffer = Buffer.alloc(0);

  constructor(file: ListFile, kind: LineKind, scope: Extract<RangeScope, { readonly kind: 'lines' }>, cursor: RangePosition) {
    this.#file = file;
    this.#kind = kind;
    this.#end = scope.end;
    this.#offset = cursor.kind === 'offset' ? cursor.offset : scope.first;
  }

  async next(signal: AbortSignal): Promise<NamedStretch> {
    if (this.#held.byteLength === 0) this.#held = await this.#file.lines(this.#offset, this.#end, signal);
    const named: NamedObject[] = [];
    let at = 0;
    while (at < this.#held.byteLength && named.length < PAGE_LINES) {
      const feed = this.#held.indexOf(LINE_FEED, at);
      const next = feed < 0 ? this.#held.byteLength : feed + 1;
      const object = this.#parse(this.#held.subarray(at, feed < 0 ? next : feed), this.#offset + at, this.#offset + next);
      if (object !== undefined) named.push(object);
      at = next;
    }
    this.#held = this.#held.subarray(at);
    this.#offset += at;
    return { named, end: { kind: 'offset', offset: this.#offset }, last: this.#offset >= this.#end };
  }

  #parse(bytes: Buffer, start: number, next: number): NamedObject | undefined {
    const unmarked = start === 0 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
    const text = this.#decode(unmarked, start);
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (line === '') return undefined;
    if (line.length > MAX_LINE_CHARACTERS && Array.from(line).length > MAX_LINE_CHARACTERS) throw lineTooLong(start);
    const after: RangePosition = { kind: 'offset', offset: next };
    return this.#kind === 'keys' ? { key: percentDecoded(line), name: undefined, after } : { ...parseUrlLine(line), after };
  }

  #decode(bytes: Buffer, offset: number): string {
    try {
      return this.#decoder.decode(bytes);
    } catch (cause) {
      throw new RunFailure(new StoreFailure('corrupt', `the line at byte ${offset} of the list file is not UTF-8`, { cause }), 'list-file');
    }
  }
}

/**
 * `URL` or `URL<TAB>name`. Without a name the object is called as its URL's path, without the leading slash. Names are
 * percent-decoded, the URL is left as it is.
 */
export function parseUrlLine(line: string): { readonly key: string; readonly name: string } {
  const tab = line.indexOf('\t');
  if (tab >= 0) return { key: line.slice(0, tab), name: percentDecoded(line.slice(tab + 1)) };
  // No URL parser: those collapse `.` and `..`, which may well be parts of a key.
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*\/?([^?#]*)/i.exec(line)?.[1] ?? line;
  return { key: line, name: percentDecoded(path) };
}

/** Of UTF-8, with `+` as a plus; what does not decode as a whole is meant as it stands (`docs/decisions/0006`). */
function percentDecoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
