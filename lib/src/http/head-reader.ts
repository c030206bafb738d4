import { HttpError } from './http-error.ts';
import { parseResponseHead, type ResponseHead } from './response-head.ts';
import { Slab } from './slab.ts';

/** Room for a head and a small body in one read. */
const USUAL_BYTES = 16 * 1024;
const MAX_HEAD_BYTES = 64 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');

/** A body's first bytes: `slab[start, end)`. */
export interface HeadRest {
  readonly slab: Slab;
  readonly start: number;
  readonly end: number;
}

/**
 * Collects the heads of answers. All but {@link HeadReader.next} is called in the course of a read, since the socket holds on
 * to the last {@link HeadReader.space} until the next. Two buffers take turns: the bytes of one answer may
 * still be lent to a sink when the socket asks where the next is to go.
 */
export class HeadReader {
  #slab = new Slab(Buffer.allocUnsafeSlow(USUAL_BYTES));
  #other: Slab | undefined;
  #start = 0;
  #end = 0;
  #searched = 0;

  /** Where the connection reads to next; never empty. */
  space(): Uint8Array {
    if (this.#end === 0) return this.#slab.buffer;
    if (this.#end === this.#slab.buffer.byteLength) this.#grow();
    return this.#slab.buffer.subarray(this.#end);
  }

  /** `count` bytes were read into {@link space}. */
  received(count: number): void {
    this.#end += count;
  }

  /** The next complete head; undefined while it has not come in full. Throws {@link HttpError} of kind `protocol`. */
  next(): ResponseHead | undefined {
    const { buffer } = this.#slab;
    const end = buffer.indexOf(HEAD_END, this.#searched);
    if (end < 0 || end + HEAD_END.byteLength > this.#end) {
      if (this.#end - this.#start > MAX_HEAD_BYTES) throw new HttpError('protocol', `a head of more than ${MAX_HEAD_BYTES} bytes`);
      this.#searched = Math.max(this.#start, this.#end - HEAD_END.byteLength + 1);
      return undefined;
    }
    const head = parseResponseHead(buffer.toString('latin1', this.#start, end));
    this.#start = this.#searched = end + HEAD_END.byteLength;
    return head;
  }

  /** Bytes that came after the head. */
  get restBytes(): number {
    return this.#end - this.#start;
  }

  /** Lends the buffer to the body that begins in it, until the next head is read. */
  takeRest(): HeadRest {
    const rest = { slab: this.#slab, start: this.#start, end: this.#end };
    this.#slab = this.#other ?? new Slab(Buffer.allocUnsafeSlow(USUAL_BYTES));
    this.#other = rest.slab.buffer.byteLength === USUAL_BYTES ? rest.slab : undefined;
    this.reset();
    return rest;
  }

  /** Forgets what came; for an answer that has no body. */
  reset(): void {
    this.#start = this.#end = this.#searched = 0;
  }

  #grow(): void {
    const larger = Buffer.allocUnsafeSlow(this.#slab.buffer.byteLength + MAX_HEAD_BYTES);
    this.#slab.buffer.copy(larger, 0, 0, this.#end);
    this.#slab = new Slab(larger);
  }
}
