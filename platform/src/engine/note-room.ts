import { LineWriter } from './line-writer.ts';

/** Sizes of buffers are multiples of this, so that those of one page fit the next. */
const STEP = 32 * 1024;
/** Bytes that may wait to be used again: some fifty pages of ordinary keys. */
const KEEP_BYTES = 8 * 1024 * 1024;

/**
 * The memory in which the pages of a run keep their notes, used again and again. Buffers of their own would be garbage
 * that lies outside the heap, of which the collector takes its time to notice how much there is.
 */
export class NoteRoom {
  /** For one page at a time. */
  readonly writer = new LineWriter();
  readonly #free: Buffer[] = [];
  #freeBytes = 0;
  #taken = 0;

  /** Buffers that were taken and not given back. */
  get taken(): number {
    return this.#taken;
  }

  take(bytes: number): Buffer {
    this.#taken++;
    const fitting = this.#free.findIndex(({ byteLength }) => byteLength >= bytes);
    // Where none fits, pages have grown, and one of the small ones will not be missed.
    const [free] = this.#free.splice(Math.max(0, fitting), 1);
    if (free !== undefined) this.#freeBytes -= free.byteLength;
    return fitting >= 0 && free !== undefined ? free : Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP) * STEP);
  }

  /** @param buffer that nobody reads any more. */
  give(buffer: Buffer): void {
    this.#taken--;
    if (this.#freeBytes + buffer.byteLength > KEEP_BYTES) return;
    this.#free.push(buffer);
    this.#freeBytes += buffer.byteLength;
  }
}
