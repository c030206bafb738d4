import type { ByteSink } from './byte-stream.ts';

const FIRST_BYTES = 256 * 1024;

/** Collects one body after the other in the same memory, which grows to the longest of them. */
export class ByteCollector implements ByteSink {
  readonly #limit: number;
  #buffer: Buffer;
  #length = 0;

  /** @param limit bytes of one body at most; a longer one is refused with a RangeError. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(FIRST_BYTES, limit));
  }

  /** What has come since the last {@link clear}; overwritten after the next. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    const length = this.#length + chunk.byteLength;
    if (length > this.#limit) return Promise.reject(new RangeError(`body exceeds ${this.#limit} bytes`));
    if (length > this.#buffer.byteLength) this.#grow(length);
    this.#buffer.set(chunk, this.#length);
    this.#length = length;
    return undefined;
  }

  clear(): void {
    this.#length = 0;
  }

  #grow(length: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.min(this.#limit, Math.max(length, 2 * this.#buffer.byteLength)));
    larger.set(this.bytes);
    this.#buffer = larger;
  }
}
