import { HttpError } from './http-error.ts';
import type { Framing } from './framing.ts';

type State = 'size' | 'extension' | 'size-end' | 'data' | 'data-end' | 'data-newline' | 'trailer' | 'trailer-line' | 'last-newline';

const CR = 0x0d;
const LF = 0x0a;
const SEMICOLON = 0x3b;
const SPACE = 0x20;
const TAB = 0x09;
/** 13 hexadecimal digits stay below 2⁵³. */
const MAX_SIZE_DIGITS = 13;
const MAX_TRAILER_BYTES = 64 * 1024;

/** The chunked coding of RFC 9112, section 7.1; extensions and trailers are skipped. */
export class ChunkedFraming implements Framing {
  readonly remaining = undefined;
  done = false;
  surplus = false;
  #state: State = 'size';
  #left = 0;
  #digits = 0;
  #skipped = 0;

  take(buffer: Uint8Array, from: number, to: number): number {
    let read = from;
    let write = from;
    while (read < to && !this.done) {
      if (this.#state !== 'data') {
        this.#control(buffer[read++] ?? 0);
        continue;
      }
      const count = Math.min(this.#left, to - read);
      if (write !== read) buffer.copyWithin(write, read, read + count);
      write += count;
      read += count;
      this.#left -= count;
      if (this.#left === 0) this.#state = 'data-end';
    }
    if (read < to) this.surplus = true;
    return write;
  }

  end(): boolean {
    return this.done;
  }

  #control(byte: number): void {
    switch (this.#state) {
      case 'size': this.#size(byte); break;
      case 'extension': this.#skip(byte, CR, 'size-end'); break;
      case 'size-end': this.#expect(byte, LF, this.#left === 0 ? 'trailer' : 'data'); break;
      case 'data': break;
      case 'data-end': this.#expect(byte, CR, 'data-newline'); break;
      case 'data-newline': this.#expect(byte, LF, 'size'); this.#digits = 0; break;
      case 'trailer': this.#state = byte === CR ? 'last-newline' : 'trailer-line'; break;
      case 'trailer-line': this.#skip(byte, LF, 'trailer'); break;
      case 'last-newline': this.#expect(byte, LF, 'size'); this.done = true; break;
    }
  }

  #size(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#left = this.#left * 16 + digit;
      if (++this.#digits > MAX_SIZE_DIGITS) throw malformed();
      return;
    }
    if (this.#digits === 0) throw malformed();
    if (byte === SEMICOLON || byte === SPACE || byte === TAB) this.#state = 'extension';
    else this.#expect(byte, CR, 'size-end');
  }

  #expect(byte: number, expected: number, next: State): void {
    if (byte !== expected) throw malformed();
    this.#state = next;
  }

  #skip(byte: number, until: number, next: State): void {
    if (++this.#skipped > MAX_TRAILER_BYTES) throw malformed();
    if (byte === until) this.#state = next;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function malformed(): HttpError {
  return new HttpError('protocol', 'a malformed chunk');
}
